//! A program around a server, for tests: books in SQLite with two households, and a time that stands still until it is moved.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use audit::{Guard, MasterKey, OnSecret};
use execute::brokers::manual::Manual;
use jiff::{SignedDuration, Timestamp};
use portfolio::{Decimal, Portfolio};
use rebalance::Options;
use rebalance::books::access::{Access, AccessChange, Grant, Password, Role};
use rebalance::books::{Books, Entry, Household, Person, Record, person_or_new};
use rebalance::id::{PersonId, uuid_v7};
use rebalance::keeping::blotter::{Desk, Line};
use rebalance::keeping::{Keeper, Quote, Taken, World};
use rebalance::life::{Policy, Recommendation};
use server::{
    Answered, Begun, House, ImportAsked, Imported, Lived, RECONCILIATION, Reconciled, Replayed, Running,
    SettingInForce, Settings, SignOnFault, Verified, Vouched, passwords,
};
use store::{Address, Opening, Sealing, Store};
use tempfile::TempDir;

use crate::client::Client;

/// The password of everybody.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// Too much in stocks.
pub(crate) const TEXT: &str = r#"{"as_of": "2026-11-25", "household_id": "smith",
 "target_allocation": {"Stocks": 0.60, "Bonds": 0.40},
 "tax": {"short_term_rate": 0.3, "long_term_rate": 0.15, "ordinary_rate": 0.3},
 "accounts": [{"account_id": "joint", "kind": "taxable", "cash": 100.25, "holdings": [
   {"ticker": "SPY", "lots": [
    {"lot_id": "L1", "quantity": 60, "acquisition_date": "2020-01-02", "cost_basis_per_share": 440.10},
    {"lot_id": "L2", "quantity": 40.5, "acquisition_date": "2021-03-04", "cost_basis_per_share": 445.123456}]},
   {"ticker": "AGG", "lots": [
    {"lot_id": "L3", "quantity": 100, "acquisition_date": "2020-01-02", "cost_basis_per_share": 91.5}]}]}],
 "securities": [
  {"ticker": "SPY", "asset_class": "Stocks", "current_price": 450.00, "kind": "etf"},
  {"ticker": "AGG", "asset_class": "Bonds", "current_price": 90.00, "kind": "etf"}]}"#;

static DRAWN: AtomicU64 = AtomicU64::new(1);

/// Bytes that come once.
fn drawn<const N: usize>() -> [u8; N] {
    let mut bytes = [7; N];
    bytes[..8].copy_from_slice(&DRAWN.fetch_add(1, Ordering::SeqCst).to_be_bytes());
    bytes
}

/// The program around the server.
pub(crate) struct Rooms {
    pub(crate) store: Store,
    time: Mutex<Timestamp>,
    /// Accounts whose orders move real money.
    live: Mutex<Vec<String>>,
    /// Who comes in without a password.
    guest: Mutex<Option<Person>>,
    /// Whom a provider vouches for; none where no provider is configured.
    pub(crate) vouched: Mutex<Option<Vouched>>,
    /// Who holds it holds up the provider.
    pub(crate) held_up: Mutex<()>,
    /// How often the provider was gone to.
    pub(crate) gone: AtomicU64,
    /// How often what was written was signed.
    pub(crate) signed: AtomicU64,
    /// What was told of answers.
    pub(crate) answered: Mutex<Vec<Answered>>,
    _folder: TempDir,
}

impl Rooms {
    /// Time passes.
    pub(crate) fn later(&self, length: SignedDuration) {
        let mut time = self.time.lock().unwrap();
        *time = time.checked_add(length).unwrap();
    }

    pub(crate) fn person(&self, name: &str) -> Person {
        let at = World::now(self);
        let person = person_or_new(&self.store, name, PersonId::new(at, drawn()), at).unwrap();
        let hash = passwords::hashed(name, PASSWORD, &drawn()).unwrap();
        let password = Password { person: person.id, hash, at };
        self.store.record(&AccessChange::Password(password).entry(person.id, at)).unwrap();
        person
    }

    pub(crate) fn grant(&self, person: &Person, role: Role, household: Option<&Household>) {
        let (at, household) = (World::now(self), household.map(|household| household.id));
        let id = uuid_v7(at, drawn());
        let grant = Grant {
            id,
            person: person.id,
            household,
            role,
            by: person.id,
            at,
            until: None,
            withdrawn_at: None,
        };
        self.store.record(&AccessChange::Granted(grant).entry(person.id, at)).unwrap();
    }

    /// A person who is on record.
    pub(crate) fn known(&self, name: &str) -> Person {
        self.store.reading().person(name).unwrap().unwrap()
    }

    /// Withdraws every grant of a person.
    pub(crate) fn withdraw(&self, name: &str) {
        let (at, person) = (World::now(self), self.known(name));
        for grant in self.store.grants(person.id).unwrap() {
            self.store.record(&AccessChange::Withdrawn(grant.id, at).entry(person.id, at)).unwrap();
        }
    }

    /// From now on orders move real money.
    pub(crate) fn go_live(&self) {
        self.live.lock().unwrap().push("joint".to_owned());
    }

    /// From now on this is a demonstration, whose person is this one.
    pub(crate) fn demonstrate(&self, name: &str) {
        *self.guest.lock().unwrap() = self.store.reading().person(name).unwrap();
    }

    /// Prices of now.
    pub(crate) fn quotes(&self) -> [Quote; 2] {
        let at = World::now(self);
        let quote = |ticker: &str, price: Decimal| Quote {
            ticker: ticker.to_owned(),
            bid: price,
            ask: price,
            last: price,
            volume: None,
            as_of: at,
            received_at: at,
            source: "test".to_owned(),
        };
        let quotes = [quote("SPY", Decimal::from(450)), quote("AGG", Decimal::from(90))];
        self.kept(&mut |keeper| assert!(keeper.take_in(&quotes).is_ok())).unwrap();
        quotes
    }

    /// A tick of the market later, every household is looked at.
    pub(crate) fn look(&self, household: &Household) {
        self.later(SignedDuration::from_mins(1));
        self.quotes();
        self.advance(household);
    }

    /// Every step of a household that can be taken now.
    pub(crate) fn advance(&self, household: &Household) {
        self.advance_to(household, Taken::Rested);
    }

    /// Every step of a household until one of this kind, or until there is none.
    pub(crate) fn advance_to(&self, household: &Household, last: Taken) {
        self.kept(&mut |keeper| {
            while let Some(done) = keeper.advance(household.id).unwrap() {
                if done.step == last {
                    break;
                }
            }
        })
        .unwrap();
    }

    /// What a household asks of approvals from now on.
    pub(crate) fn ask_of_approvals(&self, household: &Household, policy: &Policy) {
        self.kept(&mut |keeper| assert!(keeper.ask_of_approvals(household, "ann", policy).unwrap())).unwrap();
    }

    /// What a person who is the broker types in.
    pub(crate) fn type_in(&self, lines: &[Line]) {
        self.kept(&mut |keeper| drop(keeper.type_in("ann", lines, false).unwrap().unwrap())).unwrap();
    }

    /// Two ticks of a market that does not move: what is outside its band gets a proposal. The id of that of a household.
    pub(crate) fn proposal(&self, household: &Household) -> String {
        for minute in 0..2 {
            self.later(SignedDuration::from_mins(minute));
            let quotes = self.quotes();
            self.kept(&mut |keeper| assert!(keeper.tick(&quotes).unwrap().faults.is_empty())).unwrap();
        }
        let open = self.store.reading().open_cycle(household.id).unwrap().unwrap();
        self.store.reading().recommendation_of(open.id).unwrap().unwrap().id().to_string()
    }

    /// A household with its first document.
    pub(crate) fn household(&self, name: &str, owner: &str) -> Household {
        let mut opened = None;
        let text = TEXT.replace("smith", name);
        self.kept(&mut |keeper| opened = Some(keeper.enrol(name, owner, Policy::default(), &text).unwrap()))
            .unwrap();
        opened.unwrap()
    }
}

impl World for Rooms {
    fn now(&self) -> Timestamp {
        *self.time.lock().unwrap()
    }

    fn draw(&self) -> [u8; 10] {
        drawn()
    }

    fn stopwatch(&self) -> Duration {
        Duration::ZERO
    }
}

impl House for Rooms {
    fn store(&self) -> &Store {
        &self.store
    }

    fn now(&self) -> Timestamp {
        *self.time.lock().unwrap()
    }

    fn lived(&self) -> Result<Lived, String> {
        Ok(Lived { now: World::now(self), is_simulated: true })
    }

    fn guest(&self) -> Result<Option<Person>, String> {
        Ok(self.guest.lock().unwrap().clone())
    }

    fn draw(&self, bytes: &mut [u8]) {
        for (byte, drawn) in bytes.iter_mut().zip(drawn::<64>()) {
            *byte = drawn;
        }
    }

    fn kept(&self, act: &mut dyn FnMut(&Keeper<'_>)) -> Result<(), String> {
        let desk = Desk(&self.store);
        let broker = Manual::new(&desk);
        act(&Keeper::new(&self.store, self, &broker, Options::default()));
        Ok(())
    }

    fn sign(&self) -> Result<(), String> {
        self.signed.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    fn proof(&self, record: u64) -> Result<String, String> {
        Ok(format!("proof of {record}\n"))
    }

    fn import(&self, asked: &ImportAsked) -> Result<Imported, (String, String)> {
        if asked.format != "csv" {
            return Err(("format".to_owned(), "has to be csv".to_owned()));
        }
        let notes = asked.files.iter().map(|file| file.name.clone()).collect();
        Ok(Imported { notes, ..Imported::default() })
    }

    fn verify(&self) -> Result<Verified, String> {
        Ok(Verified {
            sound: true,
            records: self.store.reading().record_count().unwrap(),
            root: String::new(),
            fault: None,
            first_bad: None,
            checkpoint_faults: Vec::new(),
            end_is_vouched_for: false,
            uncovered: 0,
            words: vec!["sound".to_owned()],
        })
    }

    fn replay(&self, _: &Recommendation, _: Option<u32>) -> Result<Replayed, String> {
        let words = vec!["the same".to_owned()];
        Ok(Replayed { outcome: "same".to_owned(), good: true, words, document: None })
    }

    fn examination(&self, proposals: &[Recommendation]) -> Result<String, String> {
        Ok(proposals.iter().map(|found| format!("<p>{}</p>\n", found.id())).collect())
    }

    fn reconcile(
        &self,
        household: &Household,
        at_broker: &Portfolio,
        asking: &Person,
    ) -> Result<Reconciled, String> {
        let found = Reconciled {
            household: household.name.clone(),
            against: "the document".to_owned(),
            agrees: false,
            open_orders: at_broker.accounts.len(),
            accounts: Vec::new(),
            at: None,
        };
        let (actor, body) = (asking.id.to_string(), serde_json::to_string(&found).unwrap());
        let record = Record::new(RECONCILIATION, household.id, &actor, World::now(self), body);
        self.store.record(&Entry::new(record.about(&RECONCILIATION))).unwrap();
        Ok(found)
    }

    fn settings(&self) -> Result<Vec<SettingInForce>, String> {
        Ok(vec![SettingInForce { name: "broker".to_owned(), value: "manual".to_owned() }])
    }

    fn knows_a_provider(&self) -> bool {
        self.vouched.lock().unwrap().is_some()
    }

    fn begin_sign_on(&self, anew: bool) -> Result<Option<Begun>, SignOnFault> {
        let number = DRAWN.fetch_add(1, Ordering::SeqCst);
        self.gone.fetch_add(1, Ordering::SeqCst);
        drop(self.held_up.lock().unwrap());
        Ok(self.knows_a_provider().then(|| Begun {
            url: format!("https://provider.example.org/authorize?anew={anew}"),
            state: format!("state-{number}"),
            nonce: "nonce".to_owned(),
            verifier: "verifier".to_owned(),
        }))
    }

    fn end_sign_on(&self, code: &str, verifier: &str, nonce: &str) -> Result<Vouched, SignOnFault> {
        match (code, verifier, nonce) {
            ("down", ..) => Err(SignOnFault::Unreached("nobody answers".to_owned())),
            ("code", "verifier", "nonce") => Ok(self.vouched.lock().unwrap().clone().unwrap()),
            _ => Err(SignOnFault::Refused("its `nonce` is of another sign-in".to_owned())),
        }
    }

    fn answered(&self, answered: &Answered) {
        self.answered.lock().unwrap().push(answered.clone());
    }

    fn live(&self) -> Result<Vec<String>, String> {
        Ok(self.live.lock().unwrap().clone())
    }
}

/// A server with two households: `smith` of ann, `jones` of bob.
pub(crate) struct Served {
    pub(crate) rooms: Arc<Rooms>,
    pub(crate) smith: Household,
    pub(crate) jones: Household,
    running: Option<Running>,
}

impl Served {
    pub(crate) fn new() -> Served {
        Served::with(Settings::default())
    }

    pub(crate) fn with(settings: Settings) -> Served {
        let folder = tempfile::tempdir().unwrap();
        let time: Timestamp = "2026-11-25T15:00:00Z".parse().unwrap();
        let guard = Guard::new(OnSecret::Mask, std::iter::empty::<&str>()).unwrap();
        let sealing = Sealing { master: MasterKey::from_bytes([7; 32]), guard, seed: Box::new(drawn::<32>) };
        let address = Address::Sqlite(folder.path().join("books.db"));
        let store = Store::open(Opening::new(address, sealing), time).unwrap();
        let rooms = Arc::new(Rooms {
            store,
            time: Mutex::new(time),
            live: Mutex::default(),
            guest: Mutex::default(),
            vouched: Mutex::default(),
            held_up: Mutex::default(),
            gone: AtomicU64::default(),
            signed: AtomicU64::default(),
            answered: Mutex::default(),
            _folder: folder,
        });
        for name in ["ann", "bob"] {
            rooms.person(name);
        }
        let (smith, jones) = (rooms.household("smith", "ann"), rooms.household("jones", "bob"));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let house: Arc<dyn House> = rooms.clone();
        let running = server::start(house, listener, settings).unwrap();
        Served { rooms, smith, jones, running: Some(running) }
    }

    /// Somebody who is not signed in.
    pub(crate) fn nobody(&self) -> Client {
        Client::new(self.running.as_ref().unwrap().address())
    }

    /// Somebody who is signed in.
    pub(crate) fn signed_in(&self, name: &str) -> Client {
        let client = self.nobody();
        let reply =
            client.post("/api/v1/session", &format!(r#"{{"name": "{name}", "password": "{PASSWORD}"}}"#));
        assert_eq!(reply.status, 201, "{reply:?}");
        client.with("cookie", reply.header("set-cookie").unwrap().split(';').next().unwrap())
    }

    pub(crate) fn stop(&mut self) {
        self.running.take().unwrap().stop();
    }
}
