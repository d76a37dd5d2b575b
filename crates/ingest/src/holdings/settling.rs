//! From what all rows have told to holdings: accounts named, lots named and compared, faults in order.
//!
//! In: a [`Gathering`] when all files are read. Out: [`Holdings`], or every fault. Invariant: ids of accounts and names of lots are unique.

use std::collections::HashSet;

use portfolio::AccountKind;

use super::gathering::{Described, GatheredAccount, Gathering, Quoted};
use super::{
    Account, AccountWords, Holdings, Overdraft, Security, Trade, callable, lot_name, masked, reconcile,
};
use crate::fault::Fault;

impl Gathering<'_> {
    /// Everything, checked and named.
    pub(super) fn finish(mut self) -> Result<Holdings, Vec<Fault>> {
        self.settle_accounts();
        let gathered = std::mem::take(&mut self.accounts);
        let mut taken = HashSet::new();
        for lot in gathered.iter().flat_map(|a| &a.positions).flat_map(|p| &p.lots) {
            if let Some(lot_id) = &lot.lot_id
                && !taken.insert(lot_id.clone())
            {
                self.fault(
                    &lot.place.column("lot_id"),
                    format!("`{lot_id}` stands twice; names of lots are unique"),
                );
            }
        }
        let mut accounts = Vec::with_capacity(gathered.len());
        for account in &gathered {
            accounts.push(self.settled(account, &mut taken));
        }
        if self.faults.is_empty() && accounts.is_empty() {
            self.faults.push(Fault::of("import", "no account is in these files"));
        }
        if !self.faults.is_empty() {
            return Err(self.in_order());
        }
        if let (Some(first), Some(last)) = (self.days.first().copied(), self.days.last().copied())
            && first != last
        {
            let text = format!(
                "the files are of several days, from {first} to {last}: what changed between them does not agree"
            );
            self.note("import.days_differ", text);
        }
        let held: HashSet<&str> =
            accounts.iter().flat_map(|a| &a.positions).map(|p| p.ticker.as_str()).collect();
        let securities = std::mem::take(&mut self.quotes)
            .into_iter()
            .filter(|(ticker, _)| held.contains(ticker.as_str()))
            .map(|(ticker, quote)| {
                let Described { kind, asset_class } = self.described.remove(&ticker).unwrap_or_default();
                let asset_class = asset_class.map(|(class, _)| class);
                let Quoted { price, as_of: price_as_of, place: priced_at, .. } = quote;
                Security { ticker, price, price_as_of, priced_at, kind, asset_class }
            })
            .collect();
        let transactions = self.transactions.into_iter().map(|(account, trade)| Trade {
            account_id: accounts.get(account).map(|a| a.account_id.clone()).unwrap_or_default(),
            ..trade
        });
        let overdrafts = gathered.iter().zip(&accounts).filter_map(|(told, account)| {
            let (cash, told) = told.overdrawn.clone()?;
            Some(Overdraft { account_id: account.account_id.clone(), cash, told })
        });
        Ok(Holdings {
            overdrafts: overdrafts.collect(),
            as_of: self.days.last().copied(),
            securities,
            transactions: transactions.collect(),
            unsupported: self.unsupported,
            differences: self.differences,
            notes: self.notes,
            accounts,
        })
    }

    /// The faults as a person goes through the files, after the columns that were not understood, which may be their cause.
    fn in_order(self) -> Vec<Fault> {
        let mut files: Vec<String> = Vec::new();
        for fault in &self.faults {
            if !files.contains(&fault.place.file) {
                files.push(fault.place.file.clone());
            }
        }
        let mut faults = self.faults;
        faults.sort_by_key(|f| (files.iter().position(|file| *file == f.place.file), f.place.row));
        faults.splice(0..0, self.columns);
        faults
    }

    /// Ids, kinds and owners as a person has given them; ids that are not unique are faults.
    fn settle_accounts(&mut self) {
        let before: Vec<String> = self.accounts.iter().map(|a| masked(&a.account_id)).collect();
        let mut kept_kinds = Vec::new();
        for at in 0..self.accounts.len() {
            let (original, number) = (self.accounts[at].account_id.clone(), self.accounts[at].number.clone());
            let by_end = self.accounts[at].broker.is_some() || masked(&original) != original;
            let is_meant = |words: &AccountWords, id: &str| {
                words.account == id
                    || words.account == original
                    || by_end && !words.known && words.account.len() >= 3 && number.ends_with(&words.account)
            };
            for (n, words) in self.words.iter().enumerate().filter(|(_, words)| is_meant(words, &original)) {
                self.words_used[n] = true;
                let account = &mut self.accounts[at];
                account.account_id = words.account_id.clone().unwrap_or_else(|| account.account_id.clone());
            }
            let id = self.accounts[at].account_id.clone();
            for (n, words) in self.words.iter().enumerate().filter(|(_, words)| is_meant(words, &id)) {
                self.words_used[n] = true;
                let account = &mut self.accounts[at];
                if words.known && account.kind.is_some() && words.kind.is_some() && account.kind != words.kind
                {
                    kept_kinds.push((id.clone(), words.kind, account.kind));
                }
                account.kind = words.kind.or(account.kind);
                account.owner = words.owner.clone().or_else(|| account.owner.clone());
            }
        }
        for (id, kept, told) in kept_kinds {
            let word = |kind: Option<AccountKind>| kind.map_or("", AccountKind::word);
            let text = format!(
                "{} stays {} as in the document; the files say {}: `--account-kind {}=KIND` decides",
                masked(&id),
                word(kept),
                word(told),
                callable(&id)
            );
            self.note("import.kind_kept", text);
        }
        let unused = self.words.iter().zip(&self.words_used).filter(|(words, used)| !**used && !words.known);
        let unused: Vec<String> = unused.map(|(words, _)| masked(&words.account)).collect();
        for end in unused {
            let message = format!("no account is called `{end}` or ends so; there are {}", before.join(", "));
            self.faults.push(Fault::of("command line", message));
        }
        // What was said of accounts before they had their names is told under those.
        let after: Vec<String> = self.accounts.iter().map(|a| masked(&a.account_id)).collect();
        let renamed = |name: &mut String| {
            if let Some(at) = before.iter().position(|b| b == name) {
                name.clone_from(&after[at]);
            }
        };
        self.unsupported.iter_mut().for_each(|u| renamed(&mut u.account));
        self.differences.iter_mut().for_each(|d| renamed(&mut d.account));
        let mut ids = HashSet::new();
        let twice: Vec<Fault> = self
            .accounts
            .iter()
            .filter(|a| !ids.insert(a.account_id.clone()))
            .map(|a| {
                let ending = a.number.chars().rev().take(a.kept.max(6)).count();
                Fault::at(
                    &a.place,
                    format!(
                        "another account is called {} too; name one by more of its end (the last {ending} characters): \
                         `--account-id END=NAME`",
                        masked(&a.account_id)
                    ),
                )
            })
            .collect();
        self.faults.extend(twice);
    }

    /// One account with its lots named, and its positions compared with them.
    fn settled(&mut self, account: &GatheredAccount, taken: &mut HashSet<String>) -> Account {
        let kind = account.kind.unwrap_or(AccountKind::Taxable);
        let shown = masked(&account.account_id);
        if shown != account.account_id {
            let text = format!(
                "the account {shown} looks like a number, and the document and other commands show it in full; \
                 `--account-id {}=NAME` gives it a name",
                callable(&account.account_id)
            );
            self.note("import.account_number", text);
        }
        if account.kind.is_none() {
            let text = format!(
                "nothing says how {shown} is taxed: it counts as taxable; `--account-kind {}=KIND` says otherwise",
                callable(&account.account_id)
            );
            self.note("import.kind_assumed", text);
        }
        let has_lots = account.positions.iter().any(|p| !p.lots.is_empty());
        if account.broker.is_some() && !account.has_positions && has_lots {
            let text = format!(
                "no list of the positions of {shown} is among the files: its lots were compared with nothing"
            );
            self.note("import.not_compared", text);
        }
        let mut positions = Vec::with_capacity(account.positions.len());
        for position in &account.positions {
            let lots = reconcile::lots(self, account, kind, position);
            let lots: Vec<super::Lot> = lots
                .into_iter()
                .map(|(lot, basis_per_share)| super::Lot {
                    named: lot.lot_id.is_some(),
                    lot_id: lot.lot_id.clone().unwrap_or_else(|| {
                        let day = lot.acquired.map_or_else(|| "undated".to_owned(), |day| day.to_string());
                        let cost = basis_per_share.normalize().to_string();
                        let parts = [account.account_id.as_str(), &lot.mark, &cost];
                        lot_name::made(&position.ticker, &day, &parts, taken)
                    }),
                    quantity: lot.quantity,
                    acquired: lot.acquired,
                    basis_per_share,
                })
                .collect();
            if !lots.is_empty() {
                positions.push(super::Position { ticker: position.ticker.clone(), lots });
            }
        }
        Account {
            account_id: account.account_id.clone(),
            kind,
            kind_known: account.kind.is_some(),
            owner: account.owner.clone(),
            cash: account.cash,
            settled_cash: account.settled_cash,
            positions,
        }
    }
}
