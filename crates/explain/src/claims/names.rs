//! Which lots, securities, accounts and classes a text names.
//!
//! In: the portfolio. Out: [`Names`], which finds them in a text as people write them (`VTI-2016`, `the Roth`, `bonds`).
//! Invariant: names come from outside and are only compared, never shown by themselves.

use std::collections::{BTreeSet, HashMap};

use portfolio::{AccountKind, Portfolio};

use super::token::{Kind, Token, token};

/// What is named: indices into the portfolio; classes by their place in [`Portfolio::classes`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) lots: BTreeSet<usize>,
    pub(crate) tickers: BTreeSet<usize>,
    pub(crate) accounts: BTreeSet<usize>,
    pub(crate) classes: BTreeSet<usize>,
}

impl Named {
    pub(crate) fn is_empty(&self) -> bool {
        self.lots.is_empty() && self.tickers.is_empty() && self.accounts.is_empty() && self.classes.is_empty()
    }

    pub(crate) fn add(&mut self, other: &Named) {
        self.lots.extend(&other.lots);
        self.tickers.extend(&other.tickers);
        self.accounts.extend(&other.accounts);
        self.classes.extend(&other.classes);
    }
}

/// The names of a household.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    /// As they are written: tickers, lots, and accounts that are no plain word.
    exact: HashMap<String, Named>,
    /// Words in lower case with blanks between them.
    phrases: HashMap<String, Named>,
    /// Most words of a phrase.
    words_max: usize,
}

impl Names {
    pub(crate) fn of(p: &Portfolio) -> Names {
        let mut names = Names::default();
        for (i, security) in p.securities.iter().enumerate() {
            names.exact.entry(security.ticker.clone()).or_default().tickers.insert(i);
        }
        for (i, lot) in p.lots.iter().enumerate() {
            names.exact.entry(lot.lot_id.clone()).or_default().lots.insert(i);
        }
        for (i, account) in p.accounts.iter().enumerate() {
            names.account(i, &account.account_id, account.kind);
        }
        for (i, class) in p.classes().into_iter().enumerate() {
            names.class(i, class);
        }
        names
    }

    fn account(&mut self, i: usize, id: &str, kind: AccountKind) {
        let plain = id.chars().all(char::is_alphabetic);
        if !plain {
            self.exact.entry(id.to_owned()).or_default().accounts.insert(i);
        }
        let words = normal(id);
        // A plain word (`default`, `joint`) is a name only beside `account`.
        let keys =
            if plain { vec![format!("{words} account"), format!("account {words}")] } else { vec![words] };
        let kinds: &[&str] = match kind {
            AccountKind::Taxable => {
                &["taxable account", "taxable accounts", "brokerage account", "brokerage"]
            }
            AccountKind::Traditional => {
                &["traditional ira", "traditional account", "ira", "retirement account"]
            }
            AccountKind::Roth => &["roth", "roth ira", "roth account", "retirement account"],
        };
        for key in keys.iter().map(String::as_str).chain(kinds.iter().copied()) {
            self.phrase(key).accounts.insert(i);
        }
    }

    fn class(&mut self, i: usize, class: &str) {
        let words = normal(class);
        let mut keys = vec![words.clone()];
        if let Some(stem) = words.strip_suffix('s') {
            keys.push(stem.to_owned());
        } else {
            keys.push(format!("{words}s"));
        }
        const ALIASES: [(&str, &[&str]); 6] = [
            ("stocks", &["stocks", "stock", "equities", "equity", "shares in companies"]),
            ("equities", &["stocks", "stock", "equities", "equity"]),
            ("bonds", &["bonds", "bond", "fixed income"]),
            ("international", &["international", "foreign stocks", "international equities"]),
            ("us stocks", &["u s stocks", "us equities", "american stocks", "domestic stocks"]),
            ("real estate", &["real estate", "reits", "property"]),
        ];
        for (part, others) in ALIASES {
            if words.contains(part) {
                keys.extend(others.iter().map(|other| (*other).to_owned()));
            }
        }
        for key in keys {
            self.phrase(&key).classes.insert(i);
        }
    }

    /// Adds another name of what has this one.
    pub(crate) fn call(&mut self, alias: &str, name: &str, account: Option<usize>) {
        let mut named = self.exact.get(name).cloned().unwrap_or_default();
        named.accounts.extend(account);
        if !named.is_empty() {
            self.exact.entry(alias.to_owned()).or_default().add(&named);
        }
    }

    fn phrase(&mut self, key: &str) -> &mut Named {
        self.words_max = self.words_max.max(key.split(' ').count());
        self.phrases.entry(key.to_owned()).or_default()
    }

    /// The longest name that is written at the start of a text, with its length.
    pub(crate) fn at(&self, rest: &str, before: Option<&Token>) -> Option<(usize, Named)> {
        const INNER: [char; 7] = ['.', '-', '_', '&', '/', '+', ':'];
        let mut ends = Vec::new();
        let mut last = None;
        for (byte, c) in rest.char_indices().take(64) {
            if c.is_alphanumeric() {
                last = Some(byte + c.len_utf8());
            } else if INNER.contains(&c) {
                ends.extend(last.take());
            } else {
                break;
            }
        }
        ends.extend(last);
        ends.into_iter().rev().find_map(|end| {
            let written = &rest[..end];
            let named = self.exact.get(written).or_else(|| {
                let mixed = written.bytes().any(|b| b.is_ascii_digit());
                mixed.then(|| self.exact.get(&written.to_uppercase())).flatten()
            })?;
            is_meant(written, before).then(|| (end, named.clone()))
        })
    }

    /// The same tokens with names of several words as one token each.
    pub(crate) fn phrases(&self, tokens: &[Token], text: &str) -> Vec<Token> {
        let mut out = Vec::with_capacity(tokens.len());
        let mut at = 0;
        while at < tokens.len() {
            match self.phrase_at(tokens, at) {
                Some((taken, named)) => {
                    let (first, last) = (&tokens[at], &tokens[at + taken - 1]);
                    out.push(token(text, first.from, last.to, Kind::Name(named), first.glued));
                    at += taken;
                }
                None => {
                    out.push(tokens[at].clone());
                    at += 1;
                }
            }
        }
        out
    }

    fn phrase_at(&self, tokens: &[Token], at: usize) -> Option<(usize, Named)> {
        let (mut key, mut words, mut found) = (String::new(), 0, None);
        for (n, token) in tokens[at..].iter().enumerate() {
            let joins = n > 0 && token.any(&["-", "."]) && token.glued;
            if joins {
                continue;
            }
            if token.kind != Kind::Word || words == self.words_max {
                break;
            }
            if words > 0 {
                key.push(' ');
            }
            key.push_str(token.lower.strip_suffix("'s").unwrap_or(&token.lower));
            words += 1;
            if let Some(named) = self.phrases.get(&key) {
                found = Some((n + 1, named.clone()));
            }
        }
        found
    }
}

/// Words in lower case with blanks between them.
fn normal(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// Whether a word that is a name is meant as one: `A`, `30` and `the` need to be said to be.
fn is_meant(written: &str, before: Option<&Token>) -> bool {
    let after = |words: &[&str]| before.is_some_and(|b| b.any(words));
    if written.bytes().all(|b| b.is_ascii_digit()) || written.chars().all(char::is_lowercase) {
        return after(&["lot", "lots", "account", "ticker"]);
    }
    !matches!(written, "A" | "I")
        || after(&["of", "sell", "selling", "buy", "buying", "in", "ticker", "for", "lot"])
}

/// A word in capitals that stands for no security.
pub(crate) fn is_acronym(word: &str) -> bool {
    const ACRONYMS: [&str; 62] = [
        "AA", "AAA", "AI", "AM", "AND", "API", "APR", "APY", "BB", "BBB", "BPS", "BUY", "CCC", "CEO", "CFA",
        "CPA", "EPS", "ESG", "EST", "ET", "ETF", "ETFS", "EU", "FAQ", "FIFO", "FMV", "FX", "GDP", "HIFO",
        "HOLD", "HSA", "ID", "IRA", "IRAS", "IRS", "LIFO", "LLC", "LT", "LTCG", "NAV", "NIIT", "NOT", "NYSE",
        "OK", "PM", "REIT", "REITS", "RMD", "ROI", "SEC", "SELL", "ST", "STCG", "TLH", "UK", "US", "USA",
        "USD", "VIX", "YOY", "YTD", "S",
    ];
    ACRONYMS.contains(&word)
}
