//! Portfolios: each version with its document, and what is in it row by row.
//!
//! In: records of the kind `portfolio`; the rows. Out: what differs. The document is held against the record, cash, lots and wishes against
//! the document.

use std::collections::BTreeMap;

use audit::Guard;
use rebalance::books::Imported;
use rebalance::id::{HouseholdId, PortfolioId};
use uuid::Uuid;

use super::fingerprint;
use super::sheet::{Fact, Found, Sheet, Told, amount, cell, money};
use crate::failure::Failure;
use crate::row::Row;
use crate::value::values_of;
use crate::work::Work;

/// Versions that are looked at together.
const PAGE: u32 = 200;

/// What the log tells of portfolios.
pub(super) struct Holdings {
    portfolios: Sheet,
    /// How many there were of each household.
    versions: BTreeMap<String, u64>,
}

impl Holdings {
    pub(super) fn new() -> Holdings {
        Holdings { portfolios: Sheet::of("portfolio"), versions: BTreeMap::new() }
    }

    pub(super) fn portfolio(&mut self, told: &Told<'_>) {
        let household = &told.contents.household;
        let version = self.versions.entry(household.clone()).or_default();
        *version += 1;
        let line = self.portfolios.line(told.contents.subject.clone(), told.sequence, household);
        line.tell("household", Some(household.clone()));
        line.tell("at", Some(told.at.to_string()));
        line.tell("version", Some(version.to_string()));
        line.tell("document", Some(fingerprint(&told.contents.original)));
    }

    pub(super) async fn compare(
        mut self,
        work: &mut Work,
        guard: &Guard,
        found: &mut Found,
    ) -> Result<(), Failure> {
        let mut last = Uuid::nil();
        loop {
            let sql = "SELECT * FROM portfolios WHERE id > $1 ORDER BY id LIMIT $2";
            let rows = work.rows(sql, values_of![last, PAGE]).await?;
            let Some(end) = rows.last().map(|row| row.id("id")).transpose()? else { break };
            let mut parts = Parts::new();
            for row in &rows {
                let facts = [
                    ("household", cell(row.id_or_none("household_id"))),
                    ("at", cell(row.time_or_none("at"))),
                    ("document", super::as_recorded(guard, row.text("document")?.as_bytes())),
                    ("version", cell(row.int_or_none("version"))),
                ];
                let (name, household) = (cell(row.id_or_none("id")), facts[0].1.clone());
                // Of an erased household that goes on nobody can say how many versions there were.
                let known = if found.closed.contains(&household) { &facts[..3] } else { &facts[..] };
                self.portfolios.hold(&name, &household, known, found);
                if let Some(record) = self.portfolios.told(&name).map(|line| line.record) {
                    parts.of_document(row, record, &household)?;
                }
            }
            parts.compare(work, last, end, found).await?;
            last = end;
        }
        self.portfolios.close(found);
        Ok(())
    }
}

/// What documents say of some versions, row by row.
struct Parts {
    accounts: Sheet,
    lots: Sheet,
    holdings: Sheet,
    targets: Sheet,
    preferences: Sheet,
    /// The households of those versions.
    owners: BTreeMap<String, String>,
}

impl Parts {
    fn new() -> Parts {
        Parts {
            accounts: Sheet::of("account in portfolio"),
            lots: Sheet::of("lot in portfolio"),
            holdings: Sheet::of("holding in portfolio"),
            targets: Sheet::of("target in portfolio"),
            preferences: Sheet::of("preference in portfolio"),
            owners: BTreeMap::new(),
        }
    }

    /// Takes the document of a version apart. One that is none any more is told by its fingerprint.
    fn of_document(&mut self, row: &Row, record: u64, household: &str) -> Result<(), Failure> {
        let (id, owner) =
            (PortfolioId::from_uuid(row.id("id")?), HouseholdId::from_uuid(row.id("household_id")?));
        let text = row.text("document")?;
        let Ok(imported) = Imported::read(id, owner, 1, "", &text, row.time("at")?) else { return Ok(()) };
        self.owners.insert(id.to_string(), household.to_owned());
        for balance in imported.balances() {
            let line = self.accounts.line(format!("{id}: {}", balance.account_id), record, household);
            line.tell("kind", Some(balance.kind.word().to_owned()));
            line.tell("owner", Some(cell(Ok(balance.owner))));
            line.tell("cash", Some(money(Ok(Some(balance.cash)))));
            line.tell("flow", Some(money(Ok(Some(balance.flow)))));
            line.tell("settled_cash", Some(money(Ok(balance.settled_cash))));
        }
        for lot in imported.lots() {
            let line = self.lots.line(format!("{id}: {}", lot.lot_id), record, household);
            line.tell("account_id", Some(lot.account_id));
            line.tell("ticker", Some(lot.ticker));
            line.tell("quantity", Some(money(Ok(Some(lot.quantity)))));
            line.tell("acquired", Some(cell(Ok(lot.acquired))));
            line.tell("stated_long_term", Some(cell(Ok(lot.stated_long_term))));
            line.tell("basis_per_share", Some(money(Ok(Some(lot.basis_per_share)))));
        }
        let read = imported.portfolio();
        for position in &read.positions {
            let security = &read.securities[position.security];
            let account = &read.accounts[position.account].account_id;
            let line = self.holdings.line(format!("{id}: {account} {}", security.ticker), record, household);
            line.tell("asset_class", Some(security.asset_class.clone()));
        }
        for (class, weight) in &read.target_allocation {
            let line = self.targets.line(format!("{id}: class {class}"), record, household);
            line.tell("weight", Some(amount(&weight.to_string())));
        }
        for (place, weight) in read.security_targets.iter().flatten() {
            let ticker = &read.securities[*place].ticker;
            let line = self.targets.line(format!("{id}: security {ticker}"), record, household);
            line.tell("weight", Some(amount(&weight.to_string())));
        }
        for (place, token) in read.preferences.iter().enumerate() {
            let line = self.preferences.line(format!("{id}: {place}"), record, household);
            line.tell("token", Some(token.to_string()));
        }
        Ok(())
    }

    /// Holds the rows of the versions behind `after` up to `end` against the documents.
    async fn compare(
        mut self,
        work: &mut Work,
        after: Uuid,
        end: Uuid,
        found: &mut Found,
    ) -> Result<(), Failure> {
        type Read = fn(&Row) -> (String, Vec<Fact>);
        let kinds: [(&str, &mut Sheet, Read); 5] = [
            ("accounts", &mut self.accounts, account),
            ("lots", &mut self.lots, lot),
            ("holdings", &mut self.holdings, holding),
            ("targets", &mut self.targets, target),
            ("preferences", &mut self.preferences, preference),
        ];
        for (table, sheet, read) in kinds {
            let sql = format!("SELECT * FROM {table} WHERE portfolio_id > $1 AND portfolio_id <= $2");
            for row in work.rows(&sql, values_of![after, end]).await? {
                let portfolio = cell(row.id_or_none("portfolio_id"));
                // Of a version that no record tells of that is told.
                let Some(owner) = self.owners.get(&portfolio) else { continue };
                let (name, facts) = read(&row);
                sheet.hold(&format!("{portfolio}: {name}"), owner, &facts, found);
            }
        }
        for sheet in [self.accounts, self.lots, self.holdings, self.targets, self.preferences] {
            sheet.close(found);
        }
        Ok(())
    }
}

fn account(row: &Row) -> (String, Vec<Fact>) {
    let facts = vec![
        ("kind", cell(row.text_or_none("kind"))),
        ("owner", cell(row.text_or_none("owner"))),
        ("cash", money(row.money_or_none("cash"))),
        ("flow", money(row.money_or_none("flow"))),
        ("settled_cash", money(row.money_or_none("settled_cash"))),
    ];
    (cell(row.text_or_none("account_id")), facts)
}

fn lot(row: &Row) -> (String, Vec<Fact>) {
    let facts = vec![
        ("account_id", cell(row.text_or_none("account_id"))),
        ("ticker", cell(row.text_or_none("ticker"))),
        ("quantity", money(row.money_or_none("quantity"))),
        ("acquired", cell(row.date_or_none("acquired"))),
        ("stated_long_term", cell(row.flag_or_none("stated_long_term"))),
        ("basis_per_share", money(row.money_or_none("basis_per_share"))),
    ];
    (cell(row.text_or_none("lot_id")), facts)
}

fn holding(row: &Row) -> (String, Vec<Fact>) {
    let facts = vec![("asset_class", cell(row.text_or_none("asset_class")))];
    (format!("{} {}", cell(row.text_or_none("account_id")), cell(row.text_or_none("ticker"))), facts)
}

fn target(row: &Row) -> (String, Vec<Fact>) {
    let facts = vec![("weight", money(row.money_or_none("weight")))];
    (format!("{} {}", cell(row.text_or_none("kind")), cell(row.text_or_none("name"))), facts)
}

fn preference(row: &Row) -> (String, Vec<Fact>) {
    (cell(row.int_or_none("line")), vec![("token", cell(row.text_or_none("token")))])
}
