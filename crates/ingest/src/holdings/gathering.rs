//! What the rows of the files add up to, row by row.
//!
//! In: rows that a reader has understood. Out: what they say of each account and security, which `settling` makes holdings of. Invariant:
//! accounts that are called by different ends of one number are one; of two that share an end none is chosen.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::civil::Date;
use portfolio::{AccountKind, Decimal, SecurityKind};

use super::{AccountWords, Compared, Difference, Note, Trade, Unsupported, masked};
use crate::fault::{Fault, Place};

/// Most accounts of one import.
const ACCOUNTS_MAX: usize = 1_000;

/// How a file names an account.
pub(crate) struct AccountAt<'a> {
    /// Broker, before the end of a number; none where the name is the person's own.
    pub(crate) broker: Option<&'static str>,
    /// The number, or as much of its end as the file shows; or the name.
    pub(crate) number: &'a str,
    /// How many of its last characters make the id.
    pub(crate) kept: usize,
    /// How it is taxed, where the file says.
    pub(crate) kind: Option<AccountKind>,
    /// Where this stands.
    pub(crate) place: &'a Place,
}

/// A price of a file.
#[derive(Debug, Clone)]
pub(crate) struct Quoted {
    pub(crate) price: Decimal,
    /// Day or time of it, as a document writes it; later ones are greater.
    pub(crate) as_of: Option<String>,
    /// From a list of positions, which goes before prices of lots.
    pub(crate) of_position: bool,
    pub(crate) place: Place,
}

/// What a file says of a security.
#[derive(Debug, Clone, Default)]
pub(super) struct Described {
    pub(super) kind: Option<SecurityKind>,
    pub(super) asset_class: Option<(String, Place)>,
}

/// A lot as a file tells it.
#[derive(Debug, Clone)]
pub(crate) struct WrittenLot {
    /// Its own name.
    pub(crate) lot_id: Option<String>,
    pub(crate) quantity: Decimal,
    pub(crate) acquired: Option<Date>,
    /// What tells it from others of that day: the time of the purchase, a number of the broker.
    pub(crate) mark: String,
    /// USD per share; none where the file tells none.
    pub(crate) basis_per_share: Option<Decimal>,
    /// Its basis to the cent or finer, USD, where the file tells it: what positions are compared with.
    pub(crate) basis: Option<Decimal>,
    pub(crate) place: Place,
}

/// What a list of positions says of one.
#[derive(Debug, Clone)]
pub(crate) struct Stated {
    pub(crate) quantity: Decimal,
    pub(crate) basis: Option<Decimal>,
    pub(crate) place: Place,
}

/// One security in one account.
#[derive(Debug, Clone, Default)]
pub(super) struct GatheredPosition {
    pub(super) ticker: String,
    pub(super) stated: Option<Stated>,
    pub(super) lots: Vec<WrittenLot>,
}

/// An account so far.
#[derive(Debug, Clone)]
pub(super) struct GatheredAccount {
    pub(super) number: String,
    pub(super) broker: Option<&'static str>,
    pub(super) kept: usize,
    pub(super) account_id: String,
    pub(super) kind: Option<AccountKind>,
    pub(super) owner: Option<String>,
    pub(super) cash: Option<Decimal>,
    pub(super) settled_cash: Option<Decimal>,
    /// Cash below 0, and how it is told where it is left out.
    pub(super) overdrawn: Option<(Decimal, Unsupported)>,
    pub(super) positions: Vec<GatheredPosition>,
    by_ticker: HashMap<String, usize>,
    /// A list of positions was among the files.
    pub(super) has_positions: bool,
    pub(super) place: Place,
}

/// Everything so far.
pub(crate) struct Gathering<'a> {
    pub(super) words: &'a [AccountWords],
    today: Date,
    pub(super) words_used: Vec<bool>,
    pub(super) accounts: Vec<GatheredAccount>,
    pub(super) quotes: BTreeMap<String, Quoted>,
    pub(super) described: BTreeMap<String, Described>,
    pub(super) days: BTreeSet<Date>,
    pub(crate) transactions: Vec<(usize, Trade)>,
    pub(crate) unsupported: Vec<Unsupported>,
    pub(crate) differences: Vec<Difference>,
    pub(crate) notes: Vec<Note>,
    pub(crate) faults: Vec<Fault>,
    pub(super) columns: Vec<Fault>,
    noted: HashSet<String>,
}

impl<'a> Gathering<'a> {
    /// Nothing yet.
    pub(super) fn new(words: &'a [AccountWords], today: Date) -> Gathering<'a> {
        Gathering {
            words,
            today,
            words_used: vec![false; words.len()],
            accounts: Vec::new(),
            quotes: BTreeMap::new(),
            described: BTreeMap::new(),
            days: BTreeSet::new(),
            transactions: Vec::new(),
            unsupported: Vec::new(),
            differences: Vec::new(),
            notes: Vec::new(),
            faults: Vec::new(),
            columns: Vec::new(),
            noted: HashSet::new(),
        }
    }

    /// Notes a fault.
    pub(crate) fn fault(&mut self, place: &Place, message: impl Into<String>) {
        self.faults.push(Fault::at(place, message));
    }

    /// Notes something that a person should know.
    pub(crate) fn note(&mut self, code: &'static str, text: impl Into<String>) {
        let note = Note::new(code, text);
        if self.noted.insert(note.text.clone()) {
            self.notes.push(note);
        }
    }

    /// Notes what is held and can't be modelled.
    pub(crate) fn unsupported(
        &mut self,
        account: usize,
        place: &Place,
        what: impl Into<String>,
        value: Option<Decimal>,
    ) {
        let account = self.shown(account);
        self.unsupported.push(Unsupported { place: place.clone(), account, what: what.into(), value });
    }

    /// A day that a file tells of; one that is to come is a fault.
    pub(crate) fn told_on(&mut self, day: Date, place: &Place) {
        if day > self.today {
            self.tell_of_later(day, place);
        } else {
            self.days.insert(day);
        }
    }

    fn tell_of_later(&mut self, day: Date, place: &Place) {
        let today = self.today;
        self.fault(
            place,
            format!(
                "{day} is to come, today is {today}; mend the date, or say `--as-of DATE` if it is right"
            ),
        );
    }

    /// Name of an account as it may be shown.
    pub(crate) fn shown(&self, account: usize) -> String {
        self.accounts.get(account).map(|a| masked(&a.account_id)).unwrap_or_default()
    }

    /// The place of an account among the others; it is added if it is new.
    pub(crate) fn account(&mut self, told: &AccountAt<'_>) -> usize {
        let same = |a: &GatheredAccount| {
            let ends = told.broker.is_some()
                && (a.number.ends_with(told.number) || told.number.ends_with(&a.number));
            a.broker == told.broker && (a.number == told.number || told.kept == SHOWN_ENDING && ends)
        };
        let found: Vec<usize> = (0..self.accounts.len()).filter(|at| same(&self.accounts[*at])).collect();
        if found.len() > 1 {
            let message =
                format!("more than one account ends in {}; import them one by one", ending(told.number));
            self.fault(told.place, message);
        }
        if let Some(found) = found.first().copied() {
            let account = &mut self.accounts[found];
            if told.number.len() > account.number.len() {
                told.number.clone_into(&mut account.number);
            }
            let differs = account.kind.is_some_and(|kind| told.kind.is_some_and(|other| kind != other));
            if differs && told.broker.is_none() {
                self.fault(&told.place.column("account_kind"), "another row of this account says otherwise");
            }
            let account = &mut self.accounts[found];
            account.kind = account.kind.or(told.kind);
            return found;
        }
        if self.accounts.len() == ACCOUNTS_MAX {
            self.fault(
                told.place,
                format!("more than {ACCOUNTS_MAX} accounts; is the column of accounts another one?"),
            );
            return ACCOUNTS_MAX - 1;
        }
        self.accounts.push(GatheredAccount {
            number: told.number.to_owned(),
            broker: told.broker,
            kept: told.kept,
            account_id: named(told.broker, told.number, told.kept),
            kind: told.kind,
            owner: None,
            cash: None,
            settled_cash: None,
            overdrawn: None,
            positions: Vec::new(),
            by_ticker: HashMap::new(),
            has_positions: false,
            place: told.place.clone(),
        });
        self.accounts.len() - 1
    }

    /// The owner of an account, where a file says.
    pub(crate) fn owner(&mut self, account: usize, owner: String, place: &Place) {
        let known = &mut self.accounts[account].owner;
        if known.as_ref().is_some_and(|known| *known != owner) {
            self.fault(&place.column("owner"), "another row of this account names another owner");
        } else {
            *known = Some(owner);
        }
    }

    /// Cash of an account, USD; a second statement is a fault.
    pub(crate) fn cash(&mut self, account: usize, cash: Decimal, settled: Option<Decimal>, place: &Place) {
        if self.accounts[account].cash.is_some() {
            self.fault(place, "the cash of this account stands twice; keep one of them");
            return;
        }
        let mut overdrawn = None;
        if cash < Decimal::ZERO {
            self.unsupported(account, place, "cash below 0 (a margin debt or an overdraft)", Some(cash));
            overdrawn = self.unsupported.last().map(|told| (cash, told.clone()));
        }
        let account = &mut self.accounts[account];
        account.overdrawn = overdrawn;
        account.cash = Some(cash.max(Decimal::ZERO));
        account.settled_cash = settled.map(|usd| usd.max(Decimal::ZERO));
    }

    /// A list of positions of this account is among the files.
    pub(crate) fn has_positions(&mut self, account: usize) {
        self.accounts[account].has_positions = true;
    }

    fn position(&mut self, account: usize, ticker: &str) -> &mut GatheredPosition {
        let account = &mut self.accounts[account];
        let at = *account.by_ticker.entry(ticker.to_owned()).or_insert(account.positions.len());
        if at == account.positions.len() {
            account
                .positions
                .push(GatheredPosition { ticker: ticker.to_owned(), ..GatheredPosition::default() });
        }
        &mut account.positions[at]
    }

    /// Whether lots of a security in an account are there already.
    pub(crate) fn has_lots(&mut self, account: usize, ticker: &str) -> bool {
        !self.position(account, ticker).lots.is_empty()
    }

    /// A row of a list of positions; a second one is a fault.
    pub(crate) fn stated(&mut self, account: usize, ticker: &str, stated: Stated) {
        let place = stated.place.clone();
        let known = self.position(account, ticker).stated.replace(stated);
        if let Some(known) = known {
            let message =
                format!("{ticker} stands a second time, after {}{}", known.place.file, in_row(&known.place));
            self.fault(&place, message);
        }
    }

    /// A lot; one that is bought on a day that is to come is a fault.
    pub(crate) fn lot(&mut self, account: usize, ticker: &str, lot: WrittenLot) {
        if let Some(day) = lot.acquired.filter(|day| *day > self.today) {
            self.tell_of_later(day, &lot.place);
        }
        self.position(account, ticker).lots.push(lot);
    }

    /// A price. Of two the one of a later day counts, of one day that of a position.
    pub(crate) fn quote(&mut self, ticker: &str, quote: Quoted) {
        let Some(known) = self.quotes.get_mut(ticker) else {
            self.quotes.insert(ticker.to_owned(), quote);
            return;
        };
        let rank = |quote: &Quoted| (quote.as_of.clone(), quote.of_position);
        let price_differs = rank(known) == rank(&quote) && known.price != quote.price;
        let (price, place) = (known.price, known.place.clone());
        if rank(&quote) > rank(known) {
            *known = quote.clone();
        }
        if price_differs {
            let message = format!(
                "{} is another price of {ticker} than {price} in {}{}; keep one of them",
                quote.price,
                place.file,
                in_row(&place)
            );
            self.fault(&quote.place.column("price"), message);
        }
    }

    /// What a security is; two classes of one are a fault.
    pub(crate) fn describe(
        &mut self,
        ticker: &str,
        kind: Option<SecurityKind>,
        class: Option<String>,
        place: &Place,
    ) {
        let known = self.described.entry(ticker.to_owned()).or_default();
        known.kind = known.kind.or(kind);
        let Some(class) = class else { return };
        match known.asset_class.clone() {
            Some((other, at)) if other != class => {
                let message =
                    format!("{ticker} is in the class {other} in {}{}; keep one", at.file, in_row(&at));
                self.fault(&place.column("asset_class"), message);
            }
            Some(_) => {}
            None => known.asset_class = Some((class, place.clone())),
        }
    }

    /// The price of a ticker so far.
    pub(super) fn price(&self, ticker: &str) -> Option<&Quoted> {
        self.quotes.get(ticker)
    }

    /// What a ticker is, where a file says.
    pub(super) fn kind(&self, ticker: &str) -> Option<SecurityKind> {
        self.described.get(ticker)?.kind
    }

    /// Notes a column that is not read; with a name that may have been meant, it may be why something else is missing.
    pub(crate) fn unknown_column(&mut self, place: &Place, column: &str, meant: Option<&str>) {
        let near = meant.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
        let text = format!("the column `{column}` is not known and not read{near}");
        self.note("import.unknown_column", format!("{place}{text}"));
        if meant.is_some() {
            self.columns.push(Fault::at(place, text));
        }
    }

    /// A difference between two statements of an account.
    pub(super) fn differs(
        &mut self,
        account: &str,
        ticker: Option<&str>,
        compared: Compared,
        stated: Decimal,
        found: Decimal,
    ) {
        self.differences.push(Difference {
            account: masked(account),
            ticker: ticker.map(str::to_owned),
            compared,
            stated,
            found,
            place: None,
        });
    }

    /// A stated total of lots that they don't make.
    pub(crate) fn lots_differ(
        &mut self,
        account: usize,
        ticker: &str,
        compared: Compared,
        (stated, found): (Decimal, Decimal),
        place: &Place,
    ) {
        let account_id = self.accounts[account].account_id.clone();
        self.differs(&account_id, Some(ticker), compared, stated, found);
        if let Some(told) = self.differences.last_mut() {
            told.place = Some(place.clone());
        }
    }

    /// A stated total of an account that its rows don't make.
    pub(crate) fn total_differs(&mut self, account: usize, stated: Decimal, found: Decimal) {
        let account_id = self.accounts[account].account_id.clone();
        self.differs(&account_id, None, Compared::Total, stated, found);
    }
}

/// How many characters of a number a broker shows that shows only its end: such ends are compared, longer ones are whole numbers.
pub(crate) const SHOWN_ENDING: usize = 3;

/// The id of an account: its own name, or the broker and the end of its number.
fn named(broker: Option<&str>, number: &str, kept: usize) -> String {
    let Some(broker) = broker else { return number.to_owned() };
    let from = number.char_indices().rev().take(kept).last().map_or(0, |(at, _)| at);
    format!("{broker}-{}", &number[from..])
}

/// The last characters of a number, which may be shown.
fn ending(number: &str) -> &str {
    let from = number.char_indices().rev().take(4).last().map_or(0, |(at, _)| at);
    &number[from..]
}

fn in_row(place: &Place) -> String {
    if place.row == 0 { String::new() } else { format!(", {}", place.within()) }
}
