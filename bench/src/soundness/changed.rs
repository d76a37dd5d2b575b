//! The same household in other words: documents whose best plan is worth what it was.
//!
//! In: a document. Out: it relabelled, reordered, with lots split, and in another unit of money. Invariant: L
//! of the best plan is the same, so the intervals [bound, objective] of all of them overlap.

use portfolio::Decimal;
use portfolio::money::parse;
use rust_decimal::dec;
use serde_json::{Map, Value, json};

use crate::chance::Chance;

/// Every change that leaves the best L as it is, by name.
pub(super) fn changes(document: &Value, chance: &mut Chance) -> Vec<(&'static str, Value)> {
    let mut changes = vec![
        ("relabelled", relabelled(document, chance)),
        ("reordered", reordered(document, chance)),
        ("split", split(document, chance)),
    ];
    // 1 USD of `always_hold_ticker_T` is no field that could be changed.
    if !wishes(document).iter().any(|wish| wish.starts_with("always_hold_ticker_")) {
        // Larger only: the part of a cent by which a plan may break a budget is nothing there, and a lot of a
        // household of 50 USD.
        let factor = chance.pick(&[dec!(2), dec!(2.5), dec!(10), dec!(100), dec!(1000)]);
        changes.push(("in other shares", scaled(document, factor, Unit::Shares)));
        changes.push(("at other prices", scaled(document, factor, Unit::Prices)));
    }
    changes
}

/// The wishes of a document.
pub(super) fn wishes(document: &Value) -> Vec<String> {
    let list = document["preferences"].as_array();
    list.into_iter().flatten().filter_map(|wish| wish.as_str().map(str::to_owned)).collect()
}

/// The list of a field, to be changed; nothing where there is none.
pub(super) fn list<'a>(value: &'a mut Value, field: &str) -> impl Iterator<Item = &'a mut Value> {
    value.get_mut(field).and_then(Value::as_array_mut).into_iter().flatten()
}

/// All lots of all accounts.
pub(super) fn lots(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    list(document, "accounts").flat_map(|a| list(a, "holdings")).flat_map(|h| list(h, "lots"))
}

/// New names for old ones: the old order of the names is no longer theirs.
struct Names {
    prefix: char,
    old: Vec<String>,
    new: Vec<usize>,
}

impl Names {
    fn new(prefix: char, mut old: Vec<String>, chance: &mut Chance) -> Names {
        old.sort_unstable();
        old.dedup();
        let new = chance.several(old.len(), old.len());
        Names { prefix, old, new }
    }

    fn of(&self, old: &str) -> String {
        let place = self.old.binary_search_by(|name| name.as_str().cmp(old));
        place.map_or_else(|_| old.to_owned(), |n| format!("{}{:05}", self.prefix, self.new[n]))
    }

    fn set(&self, value: &mut Value, field: &str) {
        if let Some(old) = value.get(field).and_then(Value::as_str) {
            value[field] = json!(self.of(old));
        }
    }

    fn keys(&self, value: &mut Value) {
        if let Some(map) = value.as_object_mut() {
            *map = std::mem::take(map).into_iter().map(|(key, v)| (self.of(&key), v)).collect();
        }
    }
}

fn texts<'a>(values: impl Iterator<Item = &'a mut Value>, fields: &[&str]) -> Vec<String> {
    values
        .flat_map(|v| fields.iter().filter_map(|f| v[*f].as_str().map(str::to_owned)).collect::<Vec<_>>())
        .collect()
}

fn relabelled(document: &Value, chance: &mut Chance) -> Value {
    let mut d = document.clone();
    let named = ["ticker", "identical_group"];
    let mut tickers = texts(list(&mut d, "securities"), &named);
    tickers.extend(texts(list(&mut d, "transactions"), &named));
    let tickers = Names::new('T', tickers, chance);
    let lot_names = Names::new('L', texts(lots(&mut d), &["lot_id"]), chance);
    let accounts = Names::new('A', texts(list(&mut d, "accounts"), &["account_id"]), chance);
    for row in list(&mut d, "securities") {
        named.iter().for_each(|field| tickers.set(row, field));
    }
    for row in list(&mut d, "transactions") {
        named.iter().for_each(|field| tickers.set(row, field));
        accounts.set(row, "account_id");
    }
    for lot in lots(&mut d) {
        lot_names.set(lot, "lot_id");
    }
    for account in list(&mut d, "accounts") {
        accounts.set(account, "account_id");
        list(account, "holdings").for_each(|h| tickers.set(h, "ticker"));
    }
    accounts.keys(&mut d["cash_flow"]);
    tickers.keys(&mut d["security_targets"]);
    if d["risk_model"].is_object() {
        tickers.keys(&mut d["risk_model"]["exposures"]);
        tickers.keys(&mut d["risk_model"]["specific_variance"]);
    }
    for wish in list(&mut d, "preferences") {
        let Some(text) = wish.as_str() else { continue };
        for (before, names) in
            [("_ticker_", &tickers), ("sell_lot_first_", &lot_names), ("do_not_sell_lot_", &lot_names)]
        {
            if let Some((head, name)) = text.split_once(before) {
                *wish = json!(format!("{head}{before}{}", names.of(name)));
                break;
            }
        }
    }
    without_nulls(d)
}

/// Looking a missing field up to change it leaves a null behind.
fn without_nulls(mut document: Value) -> Value {
    if let Some(map) = document.as_object_mut() {
        map.retain(|_, value| !value.is_null());
    }
    document
}

fn reordered(document: &Value, chance: &mut Chance) -> Value {
    let mut d = document.clone();
    for field in ["securities", "accounts", "preferences", "transactions"] {
        shuffle(d.get_mut(field), chance);
    }
    for account in list(&mut d, "accounts") {
        shuffle(account.get_mut("holdings"), chance);
        list(account, "holdings").for_each(|h| shuffle(h.get_mut("lots"), chance));
    }
    d
}

fn shuffle(list: Option<&mut Value>, chance: &mut Chance) {
    if let Some(list) = list.and_then(Value::as_array_mut) {
        let order = chance.several(list.len(), list.len());
        *list = order.into_iter().map(|place| list[place].take()).collect();
    }
}

/// A few lots in two parts of the same day and basis.
fn split(document: &Value, chance: &mut Chance) -> Value {
    let mut d = document.clone();
    let mut more = Vec::new();
    for account in list(&mut d, "accounts") {
        for holding in list(account, "holdings") {
            let Some(lots) = holding.get_mut("lots").and_then(Value::as_array_mut) else { continue };
            let place = chance.below(lots.len());
            let part = Decimal::from(chance.whole(1, 9)) / dec!(10);
            let Some(lot) = lots.get_mut(place).filter(|_| chance.happens(0.6)) else { continue };
            let (Some(all), Some(id)) = (number(&lot["quantity"]), lot["lot_id"].as_str().map(str::to_owned))
            else {
                continue;
            };
            let mut second = lot.clone();
            second["lot_id"] = json!(format!("{id}-second"));
            second["quantity"] = written(all - all * part);
            lot["quantity"] = written(all * part);
            lots.insert(place + 1, second);
            more.push(id);
        }
    }
    let wishes = wishes(&d);
    for id in more {
        for wish in ["sell_lot_first_", "do_not_sell_lot_"].map(|head| format!("{head}{id}")) {
            if wishes.contains(&wish)
                && let Some(list) = d["preferences"].as_array_mut()
            {
                list.push(json!(format!("{wish}-second")));
            }
        }
    }
    d
}

/// What is counted in another unit.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Unit {
    /// More shares at the same price.
    Shares,
    /// The same shares at another price.
    Prices,
}

/// The number of a field.
pub(super) fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(n) => parse(&n.to_string()).ok(),
        Value::String(text) => parse(text).ok(),
        _ => None,
    }
}

/// A number as a field that is read back to its last digit.
pub(super) fn written(number: Decimal) -> Value {
    Value::String(number.normalize().to_string())
}

/// Multiplies the number of a field; a missing one by its default, where it has one.
fn times(map: &mut Value, field: &str, factor: Decimal, default: Option<Decimal>) {
    let Some(old) = map.get(field).and_then(number).or(default) else { return };
    map[field] = written(old * factor);
}

/// Every USD field, limit and quantity times `factor`, so that all weights stay.
pub(super) fn scaled(document: &Value, factor: Decimal, unit: Unit) -> Value {
    let mut d = document.clone();
    let (shares, prices) = match unit {
        Unit::Shares => (factor, Decimal::ONE),
        Unit::Prices => (Decimal::ONE, factor),
    };
    for lot in lots(&mut d) {
        times(lot, "quantity", shares, None);
        times(lot, "cost_basis_per_share", prices, None);
    }
    for account in list(&mut d, "accounts") {
        times(account, "cash", factor, None);
        times(account, "settled_cash", factor, None);
    }
    for security in list(&mut d, "securities") {
        times(security, "current_price", prices, None);
        times(security, "quantity_increment", shares, Some(dec!(0.0001)));
        times(security, "impact_coefficient", factor / shares / shares, None);
        times(security, "commission", factor, None);
        times(security, "average_daily_volume_usd", factor, None);
    }
    for row in list(&mut d, "transactions") {
        times(row, "quantity", shares, None);
        times(row, "price", prices, None);
        times(row, "realized_gain", factor, None);
    }
    each(&mut d["cash_flow"], factor);
    each(&mut d["tax"]["realized_ytd"], factor);
    each(&mut d["tax"]["carryforward"], factor);
    let separate = d["tax"]["filing_status"] == json!("separate");
    let limit = if separate { dec!(1500) } else { dec!(3000) };
    times(&mut d["tax"], "ordinary_loss_limit", factor, Some(limit));
    if let Some(tax) = d["tax"].as_object_mut() {
        tax.retain(|_, value| !value.is_null());
    }
    times(&mut d, "wash_sale_tolerance_usd", factor, None);
    let mut wishes = wishes(&d);
    if !wishes.iter().any(|wish| wish.starts_with("avoid_trades_below_")) {
        wishes.push("avoid_trades_below_1_usd".to_owned());
    }
    d["preferences"] = wishes.iter().map(|wish| json!(scaled_wish(wish, factor))).collect();
    without_nulls(d)
}

fn each(map: &mut Value, factor: Decimal) {
    for value in map.as_object_mut().map(Map::values_mut).into_iter().flatten() {
        if let Some(old) = number(value) {
            *value = written(old * factor);
        }
    }
}

/// A wish with its amount of USD changed, where it has one.
pub(super) fn scaled_wish(wish: &str, factor: Decimal) -> String {
    let amount = |head: &&str| wish.strip_prefix(head)?.strip_suffix("_usd").and_then(|n| parse(n).ok());
    let heads = [
        "harvest_losses_up_to_",
        "maintain_cash_balance_of_",
        "avoid_trades_below_",
        "max_realized_gains_",
        "max_tax_",
    ];
    let found = heads.iter().find_map(|head| Some((head, amount(head)?)));
    found.map_or_else(|| wish.to_owned(), |(head, usd)| format!("{head}{}_usd", (usd * factor).normalize()))
}
