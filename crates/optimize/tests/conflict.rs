//! Infeasible wishes: on 200 seeded households that no plan can satisfy, the conflict and the
//! relaxations that are named are checked by solving the changed document again.

#![allow(clippy::unwrap_used)]

use optimize::{Infeasible, Options, Outcome, optimize};
use portfolio::{Decimal, Portfolio, Token, preference};
use rust_decimal::dec;
use serde_json::{Value, json};
use tax::plan_tax::Rates;

/// Infeasible documents that are examined.
const DOCUMENTS: usize = 200;
/// Ways in which wishes are made to clash.
const KINDS: u64 = 18;

#[test]
fn dropping_or_relaxing_what_is_named_lets_a_plan_through() {
    let (mut examined, mut numeric, mut together, mut unproven) = (0, 0, 0, 0);
    let mut of_kind = [0; KINDS as usize];
    for seed in 0.. {
        assert!(seed < 2_000, "only {examined} of the generated households are infeasible");
        let kind = seed % KINDS;
        let document = household(seed, kind);
        let Err(why) = solved(&document) else { continue };
        of_kind[usize::try_from(kind).unwrap()] += 1;
        let case = format!("seed {seed}, kind {kind}: {why:#?}");
        assert!(!why.conflict.is_empty() && !why.relaxation.is_empty(), "{case}");
        if why.together {
            together += 1;
            side_by_side(&document, &why, &case);
        } else if why.conflict[0].starts_with("given: ") {
            less_paid_out(&document, &why, &case);
        } else {
            for wish in &why.conflict {
                assert!(solved(&changed(&document, wish, None)).is_ok(), "without {wish}, {case}");
            }
            for way in &why.relaxation {
                let Some(relaxed) = &way.relaxed else { continue };
                assert!(solved(&changed(&document, &way.wish, Some(relaxed))).is_ok(), "{relaxed}, {case}");
                if way.words.contains("not proven") {
                    unproven += 1;
                    continue;
                }
                let less = stricter(&preference::parse(relaxed).unwrap());
                if let Some(less) = less.filter(|l| l.to_string() != way.wish) {
                    numeric += 1;
                    let still = solved(&changed(&document, &way.wish, Some(&less.to_string())));
                    assert!(still.is_err(), "{less}, {case}");
                }
            }
        }
        examined += 1;
        if examined == DOCUMENTS {
            break;
        }
    }
    eprintln!(
        "{examined} infeasible documents by kind {of_kind:?}; {numeric} least amounts checked from below, {unproven} not proven, {together} with several conflicts"
    );
    assert!(of_kind.iter().all(|n| *n > 0), "{of_kind:?}");
    assert!(numeric >= 150 && together > 0 && unproven * 10 <= numeric, "{numeric} {together} {unproven}");
}

/// What was asked for in words: the wish, the fact beside it, and that a passed cap does not rise.
#[test]
fn the_words_name_wish_fact_and_figures() {
    let text = r#"{"as_of": "2026-11-20", "target_allocation": {"Stocks": 1},
        "accounts": [{"account_id": "a", "kind": "taxable", "cash": 100, "holdings": [
            {"ticker": "AAA", "lots": [{"lot_id": "1", "quantity": 10, "acquisition_date": "2020-01-02", "cost_basis_per_share": 50}]}]}],
        "securities": [{"ticker": "AAA", "asset_class": "Stocks", "kind": "stock", "current_price": 90}],
        "preferences": ["impact_investing_focus", "no_sells"], "cash_flow": {"a": -250}}"#;
    let mut document: Value = serde_json::from_str(text).unwrap();
    let why = solved(&document).unwrap_err();
    assert_eq!((why.conflict, why.together), (vec!["no_sells".to_owned()], false));
    assert_eq!(why.beside, ["given: account `a` pays out 250.00 USD and has 100.00 USD in cash"]);
    assert_eq!(why.relaxation[0].relaxed, None);
    document["cash_flow"] = json!({"a": -12_500});
    document["accounts"][0]["holdings"][0]["lots"][0]["quantity"] = json!(1_000);
    let larger = solved(&document).unwrap_err();
    let told = "given: account `a` pays out 12,500.00 USD and has 100.00 USD in cash".to_owned();
    assert!(larger.conflict.iter().chain(&larger.beside).any(|fact| *fact == told), "{larger:?}");
    document["accounts"][0]["holdings"][0]["lots"][0]["quantity"] = json!(10);
    // V = 1,000 USD of which 900 are AAA; nothing may be sold, so the cap gives all of the way.
    document["cash_flow"] = json!({});
    document["preferences"] = json!(["no_sells", "max_concentration_pct_33.333"]);
    let why = solved(&document).unwrap_err();
    assert_eq!(why.conflict, ["no_sells", "max_concentration_pct_33.333"]);
    let cap = why.relaxation.iter().find(|r| r.wish.starts_with("max")).unwrap();
    assert_eq!(cap.relaxed.as_deref(), Some("max_concentration_pct_90"));
    assert_eq!(
        cap.words,
        "`max_concentration_pct_33.333` would have to give by 56.667 percentage points: `max_concentration_pct_90` \
         can be kept (before trading it is 90 %, and it does not rise)"
    );
    assert!(why.relaxation[0].objective <= why.relaxation[1].objective);
}

/// Of several conflicts no wish gives more than it needs beside what the others give: a stock with a cap of its own is none of the general
/// cap's, and a wish that no document may hold is none.
#[test]
fn several_conflicts_give_no_more_than_they_need() {
    let mut document = json!({
        "as_of": "2026-11-20", "target_allocation": {"A": 0.8, "B": 0.2},
        "preferences": ["max_concentration_pct_3", "concentrate_up_to_2_pct_in_ticker_X", "do_not_sell_lot_1",
                        "maintain_cash_balance_of_5000_usd"],
        "accounts": [{"account_id": "a", "kind": "taxable", "cash": 100, "holdings": [
            {"ticker": "X", "lots": [{"lot_id": "1", "quantity": 20, "cost_basis_per_share": 100, "acquisition_date": "2020-01-01"}]},
            {"ticker": "Y", "lots": [{"lot_id": "2", "quantity": 80, "cost_basis_per_share": 100, "acquisition_date": "2020-01-01"}]}]}],
        "securities": [{"ticker": "X", "asset_class": "A", "current_price": 100, "kind": "stock"},
            {"ticker": "Y", "asset_class": "B", "current_price": 100, "kind": "etf", "average_daily_volume_usd": 20000}]
    });
    let why = solved(&document).unwrap_err();
    let ways: Vec<(&str, Option<&str>)> =
        why.relaxation.iter().map(|way| (way.wish.as_str(), way.relaxed.as_deref())).collect();
    assert_eq!(
        ways,
        [
            ("concentrate_up_to_2_pct_in_ticker_X", Some("concentrate_up_to_19.801981_pct_in_ticker_X")),
            ("maintain_cash_balance_of_5000_usd", Some("maintain_cash_balance_of_2100_usd")),
        ]
    );
    assert!(why.together && why.sentence().ends_with("more than one wish has to give: all that follow"));
    // With cash below 0 the stock is more than the household.
    document["preferences"] = json!(["concentrate_up_to_2_pct_in_ticker_X", "no_sells"]);
    document["accounts"][0]["cash"] = json!(-100);
    document["accounts"][0]["holdings"] = json!([document["accounts"][0]["holdings"][0]]);
    let why = solved(&document).unwrap_err();
    let own = why.relaxation.iter().find(|way| way.wish.starts_with("concentrate")).unwrap();
    assert_eq!(own.relaxed, None, "a token of more than 100 % is refused: {own:?}");
}

/// One of several conflicts: its members cannot hold together and any fewer can; all relaxations
/// together let a plan through.
fn side_by_side(document: &Value, why: &Infeasible, case: &str) {
    let only = |kept: &[&String]| {
        let mut d = document.clone();
        d["preferences"] = json!(kept);
        d
    };
    let all: Vec<&String> = why.conflict.iter().collect();
    assert!(solved(&only(&all)).is_err(), "{case}");
    for wish in &why.conflict {
        let fewer: Vec<&String> = all.iter().copied().filter(|w| *w != wish).collect();
        assert!(solved(&only(&fewer)).is_ok(), "without {wish}, {case}");
    }
    let mut milder = document.clone();
    for way in &why.relaxation {
        milder = changed(&milder, &way.wish, way.relaxed.as_deref());
    }
    assert!(why.relaxation.len() > 1 && solved(&milder).is_ok(), "{case}");
}

/// No wish is to blame: paying out less by the amount named lets a plan through, a cent more does not.
fn less_paid_out(document: &Value, why: &Infeasible, case: &str) {
    let way = &why.relaxation[0];
    let Some(amount) = way.amount else { return };
    let account = document["cash_flow"].as_object().unwrap().keys().next().unwrap().clone();
    let out: Decimal = document["cash_flow"][&account].to_string().parse().unwrap();
    let paying = |flow: Decimal| {
        let mut d = document.clone();
        d["cash_flow"][&account] = json!(flow.to_string());
        d
    };
    assert!(solved(&paying(out + amount)).is_ok(), "{case}");
    assert!(solved(&paying(out + amount - dec!(0.01))).is_err(), "{case}");
}

/// The wish with a hundredth (or a month) more to it.
fn stricter(token: &Token) -> Option<Token> {
    let step = dec!(0.01);
    let less = |x: &Decimal| (*x >= step).then(|| x - step);
    Some(match token {
        Token::MaintainCashBalance(x) => Token::MaintainCashBalance(x + step),
        Token::AvoidTradesBelow(x) => Token::AvoidTradesBelow(x + step),
        Token::MaxRealizedGains(x) => Token::MaxRealizedGains(less(x)?),
        Token::MaxTax(x) => Token::MaxTax(less(x)?),
        Token::MaxDailyTradeVolumePct(x) => Token::MaxDailyTradeVolumePct(less(x)?),
        Token::ConcentrateUpTo(x, t) => Token::ConcentrateUpTo(less(x)?, t.clone()),
        Token::MaxConcentrationPct(x) => Token::MaxConcentrationPct(less(x)?),
        Token::MaxSectorExposurePct(x) => Token::MaxSectorExposurePct(less(x)?),
        Token::VolatilityCapPct(x) => Token::VolatilityCapPct(less(x)?),
        Token::MinHoldingMonths(n) => Token::MinHoldingMonths(n + 1),
        _ => return None,
    })
}

fn solved(document: &Value) -> Result<(), Box<Infeasible>> {
    let p = read(document);
    // A plan is a plan: how good it is does not matter here.
    let options = Options { gap: 1e9, effort_max: 20_000, ..Options::default() };
    match optimize(&p, &Rates::default(), &options) {
        Outcome::Planned(_) => Ok(()),
        Outcome::Infeasible(why) => Err(Box::new(why)),
    }
}

fn read(document: &Value) -> Portfolio {
    portfolio::read(&document.to_string()).unwrap_or_else(|e| panic!("{e}\n{document}"))
}

/// The document with one wish changed or dropped.
fn changed(document: &Value, wish: &str, into: Option<&str>) -> Value {
    let mut d = document.clone();
    let wishes = document["preferences"].as_array().unwrap().iter().filter_map(|w| {
        let same = preference::parse(w.as_str().unwrap()).unwrap().to_string() == wish;
        if same { into.map(|i| json!(i)) } else { Some(w.clone()) }
    });
    d["preferences"] = wishes.collect();
    d
}

/// Numbers that look random and are the same everywhere (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, from: u64, to: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        from + (z ^ (z >> 31)) % (to - from + 1)
    }
}

/// A household of a taxable account and an IRA with four securities, and wishes that clash.
fn household(seed: u64, kind: u64) -> Value {
    let mut dice = Dice(seed);
    let increment = if kind == 15 { json!(1) } else { json!(0.0001) };
    let securities: Vec<Value> = (0..4)
        .map(|i: usize| {
            let (ticker, class) = (["AAA", "BBB", "CCC", "DDD"][i], ["Stocks", "Stocks", "Bonds", "Gold"][i]);
            let (kind, sector) = (["stock", "stock", "etf", "etf"][i], ["Tech", "Tech", "None", "None"][i]);
            json!({"ticker": ticker, "asset_class": class, "kind": kind, "sector": sector,
                   "current_price": dice.roll(20, 300), "spread_bps": dice.roll(1, 8), "quantity_increment": increment,
                   "pays_dividends": true})
        })
        .collect();
    let mut accounts = Vec::new();
    for (a, name) in ["tax", "ira"].iter().enumerate() {
        let mut holdings = Vec::new();
        for s in securities.iter().take(if a == 0 { 4 } else { 2 }) {
            let (ticker, price) = (s["ticker"].as_str().unwrap(), s["current_price"].as_u64().unwrap());
            let lots: Vec<Value> = (0..2)
                .map(|n| {
                    let basis = dice.roll(price / 3, if kind == 14 { 2 * price } else { price - 1 });
                    let recent = kind == 14 || n == 1;
                    let date = if recent { format!("2026-11-{:02}", dice.roll(1, 12)) } else { format!("202{}-05-11", dice.roll(1, 5)) };
                    json!({"lot_id": format!("{name}-{ticker}-{n}"), "quantity": dice.roll(20, 90), "acquisition_date": date,
                           "cost_basis_per_share": basis})
                })
                .collect();
            holdings.push(json!({"ticker": ticker, "lots": lots}));
        }
        let taxed = ["taxable", "roth"][a];
        accounts.push(
            json!({"account_id": name, "kind": taxed, "cash": dice.roll(100, 900), "holdings": holdings}),
        );
    }
    let mut document = json!({"as_of": "2026-11-20", "securities": securities, "accounts": accounts,
        "target_allocation": {"Stocks": 0.5, "Bonds": 0.3, "Gold": 0.15, "Cash": 0.05}});
    let value: u64 = {
        document["preferences"] = json!([]);
        u64::try_from(read(&document).value().trunc()).unwrap()
    };
    let part = |pct: u64| value * pct / 100;
    let tight = dice.roll(1, 9);
    let wishes: Vec<String> = match kind {
        0 => vec!["no_sells".into(), buffer(part(20 + tight))],
        1 => vec!["do_not_sell_ticker_AAA".into(), format!("concentrate_up_to_{tight}_pct_in_ticker_AAA")],
        2 => vec![format!("max_concentration_pct_{tight}"), format!("max_daily_trade_volume_pct_{tight}")],
        3 => vec![
            format!("max_sector_exposure_pct_{tight}"),
            format!("min_holding_months_{}", 20 + 10 * tight),
        ],
        4 => vec![format!("volatility_cap_pct_{}", 1 + tight / 4), "no_sells".into()],
        5 => vec![buffer(part(70 + 2 * tight)), format!("max_realized_gains_{}_usd", 10 * tight)],
        6 => vec!["no_sells".into()],
        7 => vec![buffer(part(75 + 2 * tight)), format!("max_tax_{}_usd", 5 * tight)],
        8 => vec![
            format!("concentrate_up_to_{}.5_pct_in_ticker_BBB", tight % 3),
            "avoid_short_term_gains".into(),
        ],
        9 => vec!["do_not_sell_ticker_AAA".into(), "do_not_sell_ticker_BBB".into()],
        10 => vec![
            buffer(part(97)),
            format!("avoid_trades_below_{}_usd", part(30)),
            "do_not_sell_lot_tax-AAA-0".into(),
        ],
        11 => vec![buffer(part(101 + tight))],
        12 => vec![
            "do_not_sell_ticker_AAA".into(),
            "concentrate_up_to_1_pct_in_ticker_AAA".into(),
            "do_not_sell_ticker_CCC".into(),
            format!("concentrate_up_to_0.{tight}_pct_in_ticker_CCC"),
        ],
        13 => vec![format!("concentrate_up_to_{tight}_pct_in_ticker_AAA")],
        14 => vec![buffer(part(96))],
        15 => vec![
            format!("concentrate_up_to_{tight}_pct_in_ticker_CCC"),
            "max_daily_trade_volume_pct_1".into(),
        ],
        16 => vec!["prioritize_qualified_dividends".into(), "max_sector_exposure_pct_1".into()],
        _ => vec![],
    };
    let noise = ["minimize_total_commissions", "do_not_buy_ticker_DDD", "max_trade_frequency_1_per_month"];
    let noise = noise.iter().take(usize::try_from(dice.roll(0, 3)).unwrap());
    document["preferences"] = noise.map(|n| json!(n)).chain(wishes.into_iter().map(Value::from)).collect();
    match kind {
        4 => {
            document["risk_model"] = json!({"factors": ["market"], "factor_covariance": [[0.04]],
                "exposures": {"AAA": [1], "BBB": [1.2], "CCC": [0.1], "DDD": [0.3]},
                "specific_variance": {"AAA": 0.01, "BBB": 0.02, "CCC": 0.0001, "DDD": 0.01}});
        }
        6 => document["cash_flow"] = json!({"tax": -1000 - 10 * i64::try_from(tight).unwrap()}),
        9 => document["cash_flow"] = json!({"ira": -2000 - 10 * i64::try_from(tight).unwrap()}),
        13 => document["securities"][0]["average_daily_volume_usd"] = json!(10 * tight),
        17 => document["cash_flow"] = json!({"ira": -i64::try_from(part(80)).unwrap()}),
        _ => {}
    }
    document
}

fn buffer(usd: u64) -> String {
    format!("maintain_cash_balance_of_{usd}_usd")
}
