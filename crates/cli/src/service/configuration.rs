//! What a configuration says of the service: its market, its broker, its models, the households that it opens.
//!
//! In: the parts of a configuration of books that are not about the books. Out: a [`Installation`], or every fault by its path. Invariants: a
//! secret never stands in the file, only the variable that holds it; paths are meant from the folder of the file; what is
//! left out has a default that trades nothing real.

use std::path::{Path, PathBuf};
use std::time::Duration;

use execute::brokers::{alpaca, fix, manual, paper};
use ingest::alpaca::Tape;
use ingest::judge::PriceAge;
use jiff::Timestamp;
use monitor::watch;
use portfolio::Decimal;
use portfolio::exchange::{YEAR_MAX, YEAR_MIN, eastern};
use rebalance::life::Policy;
use serde::Deserialize;

use super::notices::ChannelShape;
use super::paper::{PaperBehaviour, PaperShape};
use crate::books::said::Said;

/// What a service is told.
#[derive(Debug, Clone)]
pub(crate) struct Installation {
    /// Who executes.
    pub(crate) broker: BrokerWord,
    /// The accounts at Alpaca, where it executes or may be asked.
    pub(crate) alpaca: Option<alpaca::Settings>,
    /// The FIX session, where it executes or may be asked.
    pub(crate) fix: Option<fix::Settings>,
    /// Where prices come from.
    pub(crate) market_data: MarketWord,
    /// The configuration of models, where plans may ask one.
    pub(crate) models: Option<PathBuf>,
    /// Who proposes; without it both where models are named.
    pub(crate) planner: Option<PlannerWord>,
    /// Between two looks at the market.
    pub(crate) tick: Duration,
    /// Between two looks at what people have answered.
    pub(crate) poll: Duration,
    /// How long the lead is held without being renewed.
    pub(crate) lead: Duration,
    /// How the broker on paper behaves.
    pub(crate) paper: PaperBehaviour,
    /// The simulated market.
    pub(crate) simulated: Simulation,
    /// The folder of price files.
    pub(crate) csv: CsvFolder,
    /// Alpaca's market data.
    pub(crate) alpaca_data: AlpacaData,
    /// Households that are opened where they are not there yet.
    pub(crate) households: Vec<Enrolled>,
    /// Who hears of it.
    pub(crate) notices: Vec<ChannelShape>,
    /// Where the configuration says all of this.
    pub(crate) said: Said,
}

/// Brokers by their words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BrokerWord {
    /// Fills in the books, at the prices on record.
    #[default]
    Paper,
    /// A person, who gets tickets and types in what was filled.
    Manual,
    /// Alpaca, over its Trading API.
    Alpaca,
    /// Any broker over FIX 4.4.
    Fix,
}

impl BrokerWord {
    /// All of them.
    pub(crate) const ALL: [BrokerWord; 4] =
        [BrokerWord::Paper, BrokerWord::Manual, BrokerWord::Alpaca, BrokerWord::Fix];

    /// Its word, which is the broker's name in the books as well.
    pub(crate) fn word(self) -> &'static str {
        match self {
            BrokerWord::Paper => paper::NAME,
            BrokerWord::Manual => manual::NAME,
            BrokerWord::Alpaca => alpaca::NAME,
            BrokerWord::Fix => fix::NAME,
        }
    }

    /// The one with this word.
    pub(crate) fn from_word(word: &str) -> Option<BrokerWord> {
        BrokerWord::ALL.into_iter().find(|known| known.word() == word)
    }
}

/// Sources of prices by their words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MarketWord {
    /// Drawn by chance from a seed.
    #[default]
    Simulated,
    /// Files of a folder.
    Csv,
    /// Alpaca's Market Data API.
    Alpaca,
}

/// Who proposes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PlannerWord {
    /// The optimiser.
    Solver,
    /// The optimiser computes, a model chooses.
    Hybrid,
    /// A model writes the trades.
    Model,
}

/// A simulated market.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Simulation {
    /// What it is drawn from.
    pub(crate) seed: u64,
    /// Between two of its ticks, in its own time.
    pub(crate) tick_secs: u32,
    /// When it begins, in its own time; without it the machine's time is its time.
    pub(crate) start: Option<Timestamp>,
    /// How many of its seconds pass in one.
    pub(crate) speed: u32,
    /// Nights and days off pass in an instant.
    pub(crate) skips_closed: bool,
}

/// A folder of price files.
#[derive(Debug, Clone)]
pub(crate) struct CsvFolder {
    pub(crate) folder: PathBuf,
    /// How old its prices may be that somebody trades on.
    pub(crate) age: PriceAge,
}

/// Alpaca's market data.
#[derive(Debug, Clone)]
pub(crate) struct AlpacaData {
    pub(crate) tape: Tape,
    pub(crate) address: String,
    /// Where its stream is; none where it is not listened to.
    pub(crate) stream: Option<String>,
    /// The variables that hold the id of the key and its secret.
    pub(crate) key_env: String,
    pub(crate) secret_env: String,
    /// How old its prices may be that somebody trades on.
    pub(crate) age: PriceAge,
}

/// A household that is to be there.
#[derive(Debug, Clone)]
pub(crate) struct Enrolled {
    /// Where it stands in the configuration.
    pub(crate) path: String,
    pub(crate) name: String,
    pub(crate) owner: String,
    /// Its first document.
    pub(crate) portfolio: PathBuf,
    /// What it asks of an approval, where that is said.
    pub(crate) approval: Option<Policy>,
    /// When it wants to hear of its drift, where that is said.
    pub(crate) watch: Option<watch::Policy>,
}

/// `[service]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServiceShape {
    planner: Option<PlannerWord>,
    tick_secs: Option<u64>,
    poll_secs: Option<u64>,
    lead_secs: Option<u64>,
}

/// `[simulated]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SimulatedShape {
    seed: Option<u64>,
    tick_secs: Option<u32>,
    start: Option<toml::Value>,
    speed: Option<u32>,
    #[serde(default)]
    skips_closed: bool,
}

/// `[csv]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CsvShape {
    folder: Option<PathBuf>,
    price_age_max_minutes: Option<u32>,
}

/// `[alpaca_data]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AlpacaDataShape {
    feed: Option<TapeWord>,
    url: Option<String>,
    stream: Option<bool>,
    stream_url: Option<String>,
    key_env: Option<String>,
    secret_env: Option<String>,
    price_age_max_minutes: Option<u32>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TapeWord {
    Iex,
    Sip,
}

/// `[[households]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HouseholdShape {
    name: String,
    owner: String,
    portfolio: PathBuf,
    approval: Option<ApprovalShape>,
    watch: Option<watch::Policy>,
}

/// `[households.approval]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ApprovalShape {
    valid_minutes: Option<u32>,
    price_move_bps_max: Option<Decimal>,
    holding_move_bps_max: Option<Decimal>,
    second_above_usd: Option<Decimal>,
    second_if_edited: Option<bool>,
}

/// The parts of a configuration that are about the service.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    pub(crate) broker: Option<BrokerWord>,
    pub(crate) alpaca: Option<alpaca::Settings>,
    pub(crate) fix: Option<fix::Settings>,
    pub(crate) market_data: Option<MarketWord>,
    pub(crate) models: Option<PathBuf>,
    pub(crate) service: ServiceShape,
    pub(crate) paper: PaperShape,
    pub(crate) simulated: SimulatedShape,
    pub(crate) csv: CsvShape,
    pub(crate) alpaca_data: AlpacaDataShape,
    pub(crate) households: Vec<HouseholdShape>,
    pub(crate) notices: Vec<ChannelShape>,
}

/// Longest time between two looks, seconds.
const SECS_MAX: u64 = 24 * 60 * 60;
/// Longest that the lead is held without being renewed, seconds.
const LEAD_SECS_MAX: u64 = 10 * 60;
/// How much faster than time a simulated market may run.
const SPEED_MAX: u32 = 100_000;

impl Parts {
    /// The service, with every fault told.
    pub(crate) fn checked(self, folder: &Path, faults: &mut Vec<String>) -> Installation {
        match self.broker {
            Some(BrokerWord::Alpaca) => self.fits_alpaca(faults),
            Some(BrokerWord::Fix) => self.fits_fix(faults),
            Some(BrokerWord::Paper | BrokerWord::Manual) | None => {}
        }
        let mut secs = |name: &str, given: Option<u64>, most: u64, usual: u64| {
            if given.is_some_and(|secs| !(1..=most).contains(&secs)) {
                faults.push(format!("service.{name}: has to be between 1 and {most}"));
            }
            Duration::from_secs(given.unwrap_or(usual))
        };
        let tick = secs("tick_secs", self.service.tick_secs, SECS_MAX, 60);
        let poll = secs("poll_secs", self.service.poll_secs, SECS_MAX, 1);
        let lead = secs("lead_secs", self.service.lead_secs, LEAD_SECS_MAX, 15);
        if lead < Duration::from_secs(3) {
            faults.push(
                "service.lead_secs: has to be 3 or more, since it is renewed three times as often".to_owned(),
            );
        }
        let planner = self.service.planner;
        if planner.is_some_and(|planner| planner != PlannerWord::Solver) && self.models.is_none() {
            faults.push(
                "service.planner: a model has to be named; give its configuration as `models`".to_owned(),
            );
        }
        let paper = self.paper.checked(faults);
        let simulated = self.simulated.checked(faults);
        let csv = self.csv.checked(folder, self.market_data, faults);
        let alpaca_data = self.alpaca_data.checked(faults);
        if self.market_data == Some(MarketWord::Alpaca) && simulated.start.is_some() {
            faults.push(
                "simulated.start: prices of Alpaca are of now; leave it out, or take another `market_data`"
                    .to_owned(),
            );
        }
        let mut households: Vec<Enrolled> = Vec::new();
        for (place, shape) in self.households.into_iter().enumerate() {
            let path = format!("households[{place}]");
            if households.iter().any(|known| known.name == shape.name) {
                faults.push(format!("{path}.name: `{}` is there twice", shape.name));
            }
            households.push(Enrolled {
                approval: shape.approval.map(|it| it.checked(&format!("{path}.approval"), faults)),
                path,
                portfolio: folder.join(shape.portfolio),
                name: shape.name,
                owner: shape.owner,
                watch: shape.watch,
            });
        }
        Installation {
            broker: self.broker.unwrap_or_default(),
            alpaca: self.alpaca,
            fix: self.fix.map(|fix| fix::Settings { folder: folder.join(&fix.folder), ..fix }),
            market_data: self.market_data.unwrap_or_default(),
            models: self.models.map(|path| folder.join(path)),
            planner,
            tick,
            poll,
            lead,
            paper,
            simulated,
            csv,
            alpaca_data,
            households,
            notices: self.notices,
            said: Said::default(),
        }
    }
}

impl CsvShape {
    /// Whether it is said how old a price may be.
    pub(super) fn is_dated(&self) -> bool {
        self.price_age_max_minutes.is_some()
    }
}

impl SimulatedShape {
    /// Whether the market has a time of its own.
    pub(super) fn has_a_time(&self) -> bool {
        self.start.is_some()
    }

    fn checked(self, faults: &mut Vec<String>) -> Simulation {
        let start = self.start.map(|value| {
            let text = match value {
                toml::Value::String(text) => text,
                toml::Value::Datetime(time) => time.to_string(),
                toml::Value::Integer(number) => number.to_string(),
                other => other.type_str().to_owned(),
            };
            let read = begun(&text);
            faults.extend(read.as_ref().err().map(|fault| format!("simulated.start: {fault}")));
            // Whatever else hangs on it is judged as if it could be.
            read.unwrap_or(Timestamp::UNIX_EPOCH)
        });
        let speed = self.speed.unwrap_or(1);
        if !(1..=SPEED_MAX).contains(&speed) {
            faults.push(format!("simulated.speed: has to be between 1 and {SPEED_MAX}"));
        }
        if speed != 1 && start.is_none() {
            faults.push(
                "simulated.speed: only a market with a time of its own can be fast; say when it begins with `start`"
                    .to_owned(),
            );
        }
        if self.skips_closed && start.is_none() {
            faults.push(
                "simulated.skips_closed: only a market with a time of its own can skip some; say when it begins with `start`"
                    .to_owned(),
            );
        }
        let tick_secs = self.tick_secs.unwrap_or(60);
        if !(1..=3_600).contains(&tick_secs) {
            faults.push("simulated.tick_secs: has to be between 1 and 3600".to_owned());
        }
        let skips_closed = self.skips_closed;
        Simulation { seed: self.seed.unwrap_or(7), tick_secs, start, speed, skips_closed }
    }
}

/// When a market with a time of its own begins.
fn begun(text: &str) -> Result<Timestamp, String> {
    let begun: Timestamp =
        text.parse().map_err(|_| format!("`{text}` is no time, such as 2026-11-23T14:30:00Z"))?;
    if !(YEAR_MIN..=YEAR_MAX).contains(&eastern(begun).year()) {
        return Err(format!(
            "`{text}` is outside of the trading calendar, which has the years {YEAR_MIN} to {YEAR_MAX}"
        ));
    }
    Ok(begun)
}

/// Oldest price that a configuration may allow, minutes: ten days.
const AGE_MINUTES_MAX: u32 = 10 * 24 * 60;

impl CsvShape {
    fn checked(self, folder: &Path, market: Option<MarketWord>, faults: &mut Vec<String>) -> CsvFolder {
        if market == Some(MarketWord::Csv) && self.folder.is_none() {
            faults.push(
                "csv.folder: name the folder of price files, since `market_data` is \"csv\"".to_owned(),
            );
        }
        let age = age("csv", self.price_age_max_minutes, PriceAge::LastClose, faults);
        CsvFolder { folder: folder.join(self.folder.unwrap_or_default()), age }
    }
}

/// How old prices may be.
fn age(part: &str, minutes: Option<u32>, usual: PriceAge, faults: &mut Vec<String>) -> PriceAge {
    if minutes.is_some_and(|minutes| !(1..=AGE_MINUTES_MAX).contains(&minutes)) {
        faults.push(format!("{part}.price_age_max_minutes: has to be between 1 and {AGE_MINUTES_MAX}"));
    }
    minutes.map_or(usual, |minutes| PriceAge::Secs(i64::from(minutes) * 60))
}

impl AlpacaDataShape {
    fn checked(self, faults: &mut Vec<String>) -> AlpacaData {
        if self.stream_url.is_some() && self.stream == Some(false) {
            faults.push("alpaca_data.stream_url: `stream` is false; leave out one of them".to_owned());
        }
        // Keys for another server go to no stream but one that is named.
        let stream = match (self.stream_url, &self.url) {
            (Some(url), _) => Some(url),
            (None, None) => Some("https://stream.data.alpaca.markets".to_owned()),
            (None, Some(_)) => {
                if self.stream == Some(true) {
                    faults.push(
                        "alpaca_data.stream_url: say where the stream of the server at `url` is".to_owned(),
                    );
                }
                None
            }
        };
        AlpacaData {
            tape: match self.feed {
                Some(TapeWord::Sip) => Tape::Sip,
                Some(TapeWord::Iex) | None => Tape::Iex,
            },
            address: self.url.unwrap_or_else(|| "https://data.alpaca.markets".to_owned()),
            stream: stream.filter(|_| self.stream != Some(false)),
            key_env: self.key_env.unwrap_or_else(|| "APCA_API_KEY_ID".to_owned()),
            secret_env: self.secret_env.unwrap_or_else(|| "APCA_API_SECRET_KEY".to_owned()),
            age: age("alpaca_data", self.price_age_max_minutes, PriceAge::default(), faults),
        }
    }
}

impl ApprovalShape {
    fn checked(self, path: &str, faults: &mut Vec<String>) -> Policy {
        let usual = Policy::default();
        let most = Decimal::from(10_000);
        for (name, given) in [
            ("price_move_bps_max", self.price_move_bps_max),
            ("holding_move_bps_max", self.holding_move_bps_max),
        ] {
            if given.is_some_and(|bps| !(Decimal::ZERO..=most).contains(&bps)) {
                faults.push(format!("{path}.{name}: has to be between 0 and {most} basis points"));
            }
        }
        if self.valid_minutes == Some(0) {
            faults.push(format!("{path}.valid_minutes: has to be 1 or more"));
        }
        if self.second_above_usd.is_some_and(|usd| usd < Decimal::ZERO) {
            faults.push(format!("{path}.second_above_usd: has to be 0 USD or more"));
        }
        Policy {
            valid_minutes: self.valid_minutes.unwrap_or(usual.valid_minutes),
            price_move_bps_max: self.price_move_bps_max.unwrap_or(usual.price_move_bps_max),
            holding_move_bps_max: self.holding_move_bps_max.unwrap_or(usual.holding_move_bps_max),
            second_above_usd: self.second_above_usd,
            second_if_edited: self.second_if_edited.unwrap_or(usual.second_if_edited),
        }
    }
}
