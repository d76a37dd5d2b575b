//! Documents for the tests of this engine: the cases of the repository and generated ones.

use portfolio::Decimal;
use serde_json::{Map, Value, json};
use tax::plan_tax::{Netting, Rates};

use crate::problem::{Bars, Problem};

/// The problem of a document.
pub(super) fn problem(text: &str) -> Problem {
    let portfolio = portfolio::read(text).expect("the document is sound");
    let (given, default) = (&portfolio.tax, Rates::default());
    let short_term = given.short_term_rate.unwrap_or(default.short_term);
    let long_term = given.long_term_rate.unwrap_or(default.long_term);
    let rates = Rates {
        short_term,
        long_term,
        ordinary: given.ordinary_rate.unwrap_or(short_term),
        carryforward: given.carryforward_rate.unwrap_or(long_term / Decimal::TWO),
        ordinary_loss_limit: given.ordinary_loss_limit.unwrap_or(default.ordinary_loss_limit),
        netting: if given.separate_netting { Netting::Separate } else { Netting::ScheduleD },
        harvest_usd: portfolio.wishes.harvest_usd,
    };
    Problem::new(&portfolio, &rates, &Bars::default())
}

/// A file of the repository's `cases`.
pub(super) fn case(name: &str, file: &str) -> Option<String> {
    let path = format!("{}/../../cases/{name}/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path);
    if text.is_err() {
        eprintln!("skipped: there is no {path}");
    }
    text.ok()
}

/// A stream of numbers that is the same everywhere (xorshift64*).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// Uniform in [0, 1).
    pub(super) fn unit(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    pub(super) fn below(&mut self, n: usize) -> usize {
        ((self.unit() * n as f64) as usize).min(n - 1)
    }

    pub(super) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }
}

/// What a generated document looks like.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    pub(super) securities: usize,
    pub(super) lots: usize,
    pub(super) accounts: usize,
    /// 0 = squared drift.
    pub(super) factors: usize,
    /// Every rule of the engine, at random.
    pub(super) rules: bool,
}

fn cents(x: f64) -> f64 {
    (x * 100.0).round() / 100.0
}

/// A document in the manner of the `direct` and `tracking` cases.
pub(super) fn document(shape: Shape, seed: u64) -> String {
    let mut dice = Dice::new(seed);
    let n = shape.securities;
    let ticker = |i: usize| format!("S{i:04}");
    let prices: Vec<f64> = (0..n).map(|_| cents(dice.between(20.0, 200.0))).collect();
    let raw: Vec<f64> = (0..n).map(|i| dice.between(0.2, 1.0) / (1.0 + i as f64 / 20.0)).collect();
    let sum: f64 = raw.iter().sum();
    let value = if shape.rules { 50_000.0 } else { 20_000.0 * n as f64 };
    let mut securities = Vec::new();
    for (i, price) in prices.iter().enumerate() {
        let mut s = json!({"ticker": ticker(i), "asset_class": "US Stocks", "kind": "stock", "current_price": price,
            "sector": (["Energy", "Materials", "Utilities"][dice.below(3)]), "spread_bps": 1 + dice.below(10),
            "esg_score": (["CCC", "BB", "AA"][dice.below(3)]), "industries": [], "average_daily_volume_usd": 1e7});
        if shape.rules {
            let fields = s.as_object_mut().expect("an object");
            decorate(&mut dice, fields, i);
        }
        securities.push(s);
    }
    let accounts: Vec<Value> = (0..shape.accounts)
        .map(|a| {
            let kind = ["taxable", "roth", "taxable"][a % 3];
            let holdings: Vec<Value> = (0..n)
                .filter(|i| dice.unit() < 0.85 || *i == 0)
                .collect::<Vec<_>>()
                .into_iter()
                .map(|i| {
                    let worth = value * raw[i] / sum * dice.between(0.1, 2.0) / shape.accounts as f64;
                    let lots: Vec<Value> = (0..shape.lots).map(|l| lot(&mut dice, a, i, l, prices[i], worth / shape.lots as f64)).collect();
                    json!({"ticker": ticker(i), "lots": lots})
                })
                .collect();
            json!({"account_id": format!("A{a}"), "kind": kind, "cash": cents(value * dice.between(0.0, 0.03)), "holdings": holdings})
        })
        .collect();
    let targets: Map<String, Value> = (0..n).map(|i| (ticker(i), json!(0.99 * raw[i] / sum))).collect();
    let mut document = json!({"as_of": "2026-11-20", "target_allocation": {"US Stocks": 0.99, "Cash": 0.01},
        "security_targets": targets, "securities": securities, "accounts": accounts,
        "weights": {"drift": if shape.factors > 0 { 20 } else { 50 }, "cost": 1, "tax": 1, "esg": if shape.rules { 0.005 } else { 0.0 }},
        "tax": {"short_term_rate": 0.408, "long_term_rate": 0.238, "ordinary_rate": 0.37,
            "realized_ytd": {"short_term": dice.between(-2000.0, 2000.0).round(), "long_term": dice.between(-2000.0, 3000.0).round()}},
        "preferences": preferences(&mut dice, shape, value)});
    if shape.factors > 0 {
        add_risk(&mut dice, &mut document, shape);
    }
    document.to_string()
}

fn lot(dice: &mut Dice, account: usize, i: usize, l: usize, price: f64, worth: f64) -> Value {
    let quantity = ((worth * dice.between(0.3, 1.7) / price * 1e4).round() / 1e4).max(1e-4);
    json!({"lot_id": format!("A{account}-S{i:04}-{l}"), "quantity": quantity,
        "lot_type": if dice.chance(0.4) { "short-term" } else { "long-term" },
        "cost_basis_per_share": cents(price * dice.between(0.4, 1.4))})
}

fn decorate(dice: &mut Dice, fields: &mut Map<String, Value>, i: usize) {
    let mut set = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    if dice.chance(0.3) {
        set("commission", json!(cents(dice.between(1.0, 20.0))));
    }
    if dice.chance(0.4) {
        set("average_daily_volume_usd", json!(cents(dice.between(5_000.0, 100_000.0))));
    }
    if dice.chance(0.3) {
        set("impact_coefficient", json!(0.01));
    }
    if dice.chance(0.4) {
        set("identical_group", json!(format!("G{}", i / 2)));
    }
    if dice.chance(0.2) {
        set("buyable", json!(false));
    }
}

fn preferences(dice: &mut Dice, shape: Shape, value: f64) -> Vec<String> {
    if !shape.rules {
        let buffer = cents(value * 0.003);
        return vec![
            "minimize_short_term_gains".into(),
            "harvest_losses_up_to_3000_usd".into(),
            format!("maintain_cash_balance_of_{buffer}_usd"),
            "avoid_trades_below_100_usd".into(),
            "max_daily_trade_volume_pct_25".into(),
        ];
    }
    let wishes = [
        "minimize_short_term_gains",
        "harvest_losses_up_to_5000_usd",
        "maintain_cash_balance_of_300_usd",
        "avoid_trades_below_400_usd",
        "max_daily_trade_volume_pct_12",
        "max_realized_gains_300_usd",
        "max_tax_50_usd",
        "max_sector_exposure_pct_60",
        "max_concentration_pct_70",
        "sell_lot_first_A0-S0000-1",
        "always_hold_ticker_S0001",
    ];
    wishes.iter().filter(|_| dice.chance(0.4)).map(|w| (*w).to_owned()).collect()
}

fn add_risk(dice: &mut Dice, document: &mut Value, shape: Shape) {
    let k = shape.factors;
    let exposures: Map<String, Value> = (0..shape.securities)
        .map(|i| {
            let row: Vec<f64> =
                (0..k).map(|f| dice.between(-1.0, 1.0) + f64::from(u8::from(f == 0))).collect();
            (format!("S{i:04}"), json!(row))
        })
        .collect();
    let specific: Map<String, Value> =
        (0..shape.securities).map(|i| (format!("S{i:04}"), json!(dice.between(0.02, 0.12)))).collect();
    let covariance: Vec<Vec<f64>> = (0..k)
        .map(|r| (0..k).map(|c| if r == c { 0.03 / (1.0 + r as f64) } else { 0.0 }).collect())
        .collect();
    let names: Vec<String> = (0..k).map(|f| format!("F{f}")).collect();
    document["risk_model"] = json!({"factors": names, "exposures": exposures, "factor_covariance": covariance, "specific_variance": specific});
    document["drift_metric"] = json!("tracking_variance");
}
