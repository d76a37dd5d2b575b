//! The settings that are in force, as somebody who keeps an installation may see them.
//!
//! In: open books and what a configuration says. Out: names and values in words. Invariant: no secret is among them, and nothing that could hold
//! one, such as an address; nor is the name of a household, which an administrator does not see.

use portfolio::Decimal;
use rebalance::keeping::PriceAge;
use server::SettingInForce;

use super::brokers;
use super::configuration::{BrokerWord, Installation, MarketWord, PlannerWord};
use super::http::HttpShape;
use super::paper::PaperBehaviour;
use super::traces::TelemetryShape;
use crate::books::OpenBooks;
use crate::failure::Failure;

/// All of them, by name.
pub(super) fn settings(
    books: &OpenBooks,
    http: &HttpShape,
    telemetry: Option<&TelemetryShape>,
) -> Result<Vec<SettingInForce>, Failure> {
    let place = &books.settings;
    let mut all = vec![
        one("broker", brokers::on_record(books)?.word()),
        one("broker.live_accounts", &brokers::live(books)?.len()),
        one("checkpoints", &place.checkpoints.display()),
        one("database", &place.name),
        one("keys", &place.keys),
        one("lock_wait_secs", &place.wait.as_secs()),
        one("retention.rules", &place.retention.rules.len()),
        one("witness", set(place.witness.is_some())),
    ];
    all.extend(http.in_force().into_iter().map(|(name, value)| one(&format!("http.{name}"), &value)));
    let token = telemetry.and_then(|telemetry| telemetry.token_env.as_deref());
    all.extend([
        one("telemetry.otlp", set(telemetry.is_some())),
        one("telemetry.token_env", token.unwrap_or("none")),
    ]);
    if let Some(service) = &place.service {
        all.extend(of_service(service));
        if service.broker == BrokerWord::Paper {
            all.extend(of_paper(&service.paper));
        }
    }
    all.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(all)
}

fn of_service(service: &Installation) -> Vec<SettingInForce> {
    let planner = match service.planner {
        Some(PlannerWord::Solver) => "solver",
        Some(PlannerWord::Hybrid) => "hybrid",
        Some(PlannerWord::Model) => "model",
        None if service.models.is_some() => "hybrid",
        None => "solver",
    };
    let mut all = vec![
        one("households", &service.households.len()),
        one("models", set(service.models.is_some())),
        one("notices", &service.notices.len()),
        one("service.lead_secs", &service.lead.as_secs()),
        one("service.planner", planner),
        one("service.poll_secs", &service.poll.as_secs()),
        one("service.tick_secs", &service.tick.as_secs()),
    ];
    match service.market_data {
        MarketWord::Simulated => {
            let market = &service.simulated;
            let start = market.start.map_or_else(|| "now".to_owned(), |start| start.to_string());
            all.extend([
                one("market_data", "simulated"),
                one("simulated.seed", &market.seed),
                one("simulated.skips_closed", &market.skips_closed),
                one("simulated.speed", &market.speed),
                one("simulated.start", &start),
                one("simulated.tick_secs", &market.tick_secs),
            ]);
        }
        MarketWord::Csv => all.extend([
            one("market_data", "csv"),
            one("csv.folder", &service.csv.folder.display()),
            one("csv.price_age_max", &age(service.csv.age)),
        ]),
        MarketWord::Alpaca => all.extend([
            one("market_data", "alpaca"),
            one("alpaca_data.key_env", &service.alpaca_data.key_env),
            one("alpaca_data.price_age_max", &age(service.alpaca_data.age)),
            one("alpaca_data.stream", set(service.alpaca_data.stream.is_some())),
        ]),
    }
    all
}

/// How the broker on paper behaves.
fn of_paper(paper: &PaperBehaviour) -> Vec<SettingInForce> {
    let settings = &paper.settings;
    // They are counted in ten thousand.
    let pct = |part: u32| Decimal::new(i64::from(part), 2).normalize();
    let seed = paper.seed.map_or_else(|| "that of the market".to_owned(), |seed| seed.to_string());
    vec![
        one("paper.delay_secs_max", &settings.delay_secs_max),
        one("paper.every_secs", &settings.every_secs),
        one("paper.outage_pct", &pct(settings.outages)),
        one("paper.partly_filled_pct", &pct(settings.partly)),
        one("paper.parts_max", &settings.parts_max),
        one("paper.refused_pct", &pct(settings.refused)),
        one("paper.seed", &seed),
    ]
}

fn one<T: ToString + ?Sized>(name: &str, value: &T) -> SettingInForce {
    SettingInForce { name: name.to_owned(), value: value.to_string() }
}

fn set(is_set: bool) -> &'static str {
    if is_set { "set" } else { "not set" }
}

fn age(age: PriceAge) -> String {
    match age {
        PriceAge::Secs(secs) => format!("{secs} s"),
        PriceAge::LastClose => "of the last close".to_owned(),
    }
}
