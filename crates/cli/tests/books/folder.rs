//! A folder of books as a program leaves it: a household, a proposal from drift to fill, keys, checkpoints.
//!
//! [`Folder::tampered`] is somebody with all rights to the database.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use audit::{Algorithm, Guard, MasterKey, OnSecret, Randomness, SignerKey};
use jiff::Timestamp;
use rebalance::books::orders::client_order_id;
use rebalance::books::recipe::proposed;
use rebalance::books::{
    Attempt, Books, Change, Entry, Fill, Household, Imported, OpenedCycle, Order, OrderState, Recipe, Record,
    person_or_new,
};
use rebalance::id::{CycleId, EventId, HouseholdId, PersonId, PortfolioId, RecommendationId};
use rebalance::life::{Approved, Now, Offered, Policy, Recommendation, Request, Shown, Step, decide};
use rebalance::{Options, cycle};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};
use store::{Address, Opening, Sealing, Store};
use tempfile::TempDir;

/// Half too much in stocks. The account's name would be markup if nobody escaped it.
pub(crate) const TEXT: &str = r#"{"as_of": "2026-11-25", "household_id": "smith",
 "target_allocation": {"Stocks": 0.60, "Bonds": 0.40},
 "tax": {"short_term_rate": 0.3, "long_term_rate": 0.15, "ordinary_rate": 0.3},
 "accounts": [{"account_id": "<b>joint", "kind": "taxable", "cash": 100.25, "holdings": [
   {"ticker": "SPY", "lots": [
    {"lot_id": "L1", "quantity": 60, "acquisition_date": "2020-01-02", "cost_basis_per_share": 440.10},
    {"lot_id": "L2", "quantity": 40.5, "acquisition_date": "2021-03-04", "cost_basis_per_share": 445.123456}]},
   {"ticker": "AGG", "lots": [
    {"lot_id": "L3", "quantity": 100, "acquisition_date": "2020-01-02", "cost_basis_per_share": 91.5}]}]}],
 "securities": [
  {"ticker": "SPY", "asset_class": "Stocks", "current_price": 450.00, "kind": "etf"},
  {"ticker": "AGG", "asset_class": "Bonds", "current_price": 90.00, "kind": "etf"}]}"#;

/// What is recorded beside the story, so that there are records to spoil.
const MORE: usize = 12;

pub(crate) struct Folder {
    _kept: TempDir,
    pub(crate) path: PathBuf,
    /// Of the proposal.
    pub(crate) proposal: String,
    /// How many records there are.
    pub(crate) records: u64,
}

fn start() -> Timestamp {
    "2026-11-25T15:00:00Z".parse().unwrap()
}

fn draw() -> [u8; 10] {
    static DRAWN: AtomicU64 = AtomicU64::new(0);
    let mut bits = [0; 10];
    bits[2..].copy_from_slice(&DRAWN.fetch_add(1, Ordering::SeqCst).to_be_bytes());
    bits
}

fn master() -> String {
    "07".repeat(32)
}

impl Folder {
    pub(crate) fn new() -> Folder {
        let kept = tempfile::tempdir().unwrap();
        let path = kept.path().join("books");
        let signer =
            SignerKey::generate("example.org/log", Algorithm::Ed25519, &mut Randomness::from_seed([3; 32]))
                .unwrap();
        fs::create_dir_all(path.join("keys")).unwrap();
        fs::write(path.join("keys/master.key"), master()).unwrap();
        fs::write(path.join("keys/log.key"), signer.to_secret_text().as_str()).unwrap();
        #[cfg(unix)]
        for key in ["keys/master.key", "keys/log.key"] {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(path.join(key), fs::Permissions::from_mode(0o600)).unwrap();
        }
        let store = open(&path.join("equipoise.db"));
        let proposal = lived(&store).to_string();
        let records = store.reading().record_count().unwrap();
        Folder { _kept: kept, path, proposal, records }
    }

    pub(crate) fn at(&self) -> &str {
        self.path.to_str().unwrap()
    }

    /// A file beside the folder.
    pub(crate) fn beside(&self, name: &str) -> String {
        self.path.parent().unwrap().join(name).to_str().unwrap().to_owned()
    }

    /// Somebody with all rights to the file, who then does something else meanwhile.
    fn stranger(&self, sql: String, meanwhile: impl FnOnce()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let options = sqlx::sqlite::SqliteConnectOptions::new()
            .filename(self.path.join("equipoise.db"))
            .foreign_keys(false);
        let mut connection = runtime.block_on(SqliteConnection::connect_with(&options)).unwrap();
        runtime.block_on(sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection)).unwrap();
        meanwhile();
        runtime.block_on(connection.close()).unwrap();
    }

    /// While another program holds the database.
    pub(crate) fn while_held(&self, then: impl FnOnce()) {
        self.stranger("BEGIN IMMEDIATE".to_owned(), then);
    }

    /// After somebody took the triggers away and ran this.
    pub(crate) fn tampered(&self, sql: &str) {
        let disarmed = format!(
            "DROP TRIGGER IF EXISTS audit_records_no_update; DROP TRIGGER IF EXISTS audit_records_no_delete; \
             DROP TRIGGER IF EXISTS audit_nodes_no_update; DROP TRIGGER IF EXISTS audit_nodes_no_delete; \
             DROP TRIGGER IF EXISTS audit_checkpoints_no_delete; {sql}"
        );
        self.stranger(disarmed, || ());
    }
}

pub(crate) fn open(path: &Path) -> Store {
    static SEEDS: AtomicU64 = AtomicU64::new(0);
    let seed = || {
        let mut seed = [9; 32];
        seed[..8].copy_from_slice(&SEEDS.fetch_add(1, Ordering::SeqCst).to_be_bytes());
        seed
    };
    let sealing = Sealing {
        master: MasterKey::from_text(&master()).unwrap(),
        guard: Guard::new(OnSecret::Mask, []).unwrap(),
        seed: Box::new(seed),
    };
    Store::open(Opening::new(Address::Sqlite(path.to_owned()), sealing), start()).unwrap()
}

/// From the household's first day to a filled order.
fn lived(books: &dyn Books) -> RecommendationId {
    let at = start();
    let ann = person_or_new(books, "ann", PersonId::new(at, draw()), at).unwrap().id;
    let (id, name) = (HouseholdId::new(at, draw()), "smith".to_owned());
    let policy = Policy::default();
    let household = Household {
        id,
        name,
        owner: ann,
        policy: policy.clone(),
        paused: false,
        version: 0,
        portfolio_version: 0,
        opened_at: at,
    };
    let opened =
        Record::new("household_opened", id, &ann.to_string(), at, r#"{"household": "smith"}"#.to_owned());
    books.record(&Entry::new(opened).with(Change::Household(household))).unwrap();
    let imported = Imported::read(PortfolioId::new(at, draw()), id, 1, "test", TEXT, at).unwrap();
    let portfolio = imported.kept();
    let record = Record::new("portfolio", id, &ann.to_string(), at, TEXT.to_owned()).about(&portfolio.id);
    books.record(&Entry::new(record).with(Change::Portfolio(Box::new(imported)))).unwrap();

    let (cycle_id, recommendation) = (CycleId::new(at, draw()), RecommendationId::new(at, draw()));
    let opened =
        OpenedCycle { id: cycle_id, household: id, portfolio: portfolio.id, trigger: "drift".to_owned(), at };
    let begun = Recommendation::begin(recommendation, id, cycle_id, at);
    books.record(&Entry::started(opened, begun, "monitor")).unwrap();

    let options = Options::default();
    let done = cycle(TEXT, &options).unwrap();
    let attempt = Attempt {
        recommendation,
        attempt: 1,
        portfolio: portfolio.id,
        planner: done.plan.planner.clone(),
        plan_hash: done.plan.plan_hash.clone(),
        document: serde_json::to_string(&done.plan).unwrap(),
        trades: done.plan.trades.clone(),
        at,
    };
    let record = proposed(&attempt, id, &Recipe::of(&options), "propose");
    step(books, recommendation, Step::Propose(attempt.plan_hash.clone()), "propose", |entry| {
        entry.recording(record).with(Change::Attempt(attempt.clone()))
    });
    let offered = Offered::of(TEXT, &done, &policy, None, at, None).unwrap();
    step(books, recommendation, Step::Offer(offered), "validate", |entry| {
        let verdict = r#"{"passed": true, "note": "</pre><script>alert(1)</script>"}"#.to_owned();
        entry.recording(Record::new("validation", id, "validate", at, verdict).about(&recommendation))
    });
    let found = books.reading().recommendation(recommendation).unwrap().unwrap();
    let now = Now { at, facts: Shown::of(TEXT, &portfolio::read(TEXT).unwrap()) };
    let request = Request { person: ann, plan_hash: attempt.plan_hash.clone() };
    let decision = decide(&found, &[], &request, &now, &policy).unwrap();
    step(books, recommendation, decision.into_step(), &ann.to_string(), |entry| entry);
    let found = books.reading().recommendation(recommendation).unwrap().unwrap();
    let approvals = books.reading().approvals(recommendation).unwrap();
    let trades = attempt.trades.clone();
    let approved = Approved::again(&found, &approvals, TEXT, trades, &policy, at).unwrap();
    let trade = &attempt.trades[0];
    let order = Order {
        client_order_id: client_order_id(recommendation, 1, 0),
        recommendation,
        attempt: 1,
        line: 0,
        broker: "simulated".to_owned(),
        account_id: trade.account_id.clone(),
        ticker: trade.ticker.clone(),
        side: trade.action,
        lot_id: trade.lot_id.clone(),
        quantity: trade.quantity.0,
        sent: None,
        sent_under: None,
        state: OrderState::Submitting,
        broker_order_id: None,
        version: 0,
        at,
    };
    let facts = json!({"order": order.client_order_id, "broker": "simulated", "ticker": order.ticker,
                       "quantity": order.quantity.to_string(), "lot_id": order.lot_id, "state": "submitting"});
    let record = Record::new("order", id, "cycle", at, facts.to_string()).about(&recommendation);
    step(books, recommendation, Step::Send(approved), "execute", |entry| {
        entry.recording(record).with(Change::Order(order.clone()))
    });
    let fill = Fill {
        broker: "simulated".to_owned(),
        execution_id: "x-1".to_owned(),
        client_order_id: order.client_order_id.clone(),
        quantity: order.quantity,
        price: trade.estimated_price.0,
        fees: portfolio::Decimal::ONE,
        at,
    };
    let facts = json!({"order": fill.client_order_id, "broker": "simulated", "execution_id": "x-1", "at": at.to_string(),
                       "quantity": fill.quantity.to_string(), "price": fill.price.to_string(), "fees": "1",
                       "order_state": "filled", "broker_order_id": null});
    let record = Record::new("fill", id, "simulated", at, facts.to_string()).about(&recommendation);
    let filled = Order { state: OrderState::Filled, version: 1, ..order };
    books.record(&Entry::new(record).with(Change::Order(filled)).with(Change::Fill(fill))).unwrap();
    for n in 0..MORE {
        books
            .record(&Entry::new(Record::new("drift", id, "monitor", at, format!("{{\"look\": {n}}}"))))
            .unwrap();
    }
    recommendation
}

fn step(books: &dyn Books, id: RecommendationId, step: Step, actor: &str, with: impl FnOnce(Entry) -> Entry) {
    let found = books.reading().recommendation(id).unwrap().unwrap();
    let moved = found.step(step, start()).unwrap();
    books.record(&with(Entry::moved(moved, actor, EventId::new(start(), draw())))).unwrap();
}
