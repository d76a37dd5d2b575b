//! An import as the server is asked for it: the same readers as `equipoise import`, everything told at once.
//!
//! In: files with what a person says of them. Out: the document or what stands against it, and what is missing. Invariant: nothing is
//! written anywhere.

use ingest::document::{Base, UNCLASSIFIED, Wanted, Written, known_accounts, write};
use ingest::holdings::masked;
use ingest::{AccountWords, Fault, Format, Holdings, Source};
use jiff::Timestamp;
use jiff::civil::Date;
use portfolio::AccountKind;
use portfolio::exchange::eastern;
use server::{DifferenceFound, FaultFound, ImportAsked, Imported, MissingFound};

/// The formats by their words.
const FORMATS: [(&str, Format); 3] =
    [("csv", Format::LotTable), ("schwab", Format::Schwab), ("ibkr_flex", Format::IbkrFlex)];
const KINDS: [AccountKind; 3] = [AccountKind::Taxable, AccountKind::Traditional, AccountKind::Roth];

/// Where in what was asked something can't be, and why.
type Wrong = (String, String);

/// Reads files.
pub(super) fn import(asked: &ImportAsked, now: Timestamp) -> Result<Imported, Wrong> {
    let format = FORMATS.iter().find(|(word, _)| *word == asked.format).map(|(_, format)| *format);
    let format = format.ok_or_else(|| ("format".to_owned(), words_of(FORMATS.map(|(word, _)| word))))?;
    let as_of = asked.as_of.as_deref().map(day).transpose()?;
    let mut words = Vec::new();
    for (place, account) in asked.accounts.iter().enumerate() {
        words.push(AccountWords {
            account: account.account.clone(),
            account_id: account.account_id.clone(),
            kind: account.kind.as_deref().map(|word| kind(place, word)).transpose()?,
            owner: account.owner.clone(),
            known: false,
        });
    }
    if asked.into.is_some() && asked.targets.is_some() {
        return Err(("targets".to_owned(), "give `into` or `targets`, not both".to_owned()));
    }
    let base = match (&asked.into, &asked.targets) {
        (Some(text), _) => Base::Into(Source { name: "into", text }),
        (None, Some(text)) => Base::Targets(Source { name: "targets", text }),
        (None, None) => Base::None,
    };
    if let Base::Into(document) = base {
        match known_accounts(document) {
            Ok(known) => words.splice(0..0, known).for_each(drop),
            Err(faults) => return Ok(faulty(&faults)),
        }
    }
    let files: Vec<Source<'_>> =
        asked.files.iter().map(|file| Source { name: &file.name, text: &file.text }).collect();
    let today = eastern(now).date();
    let until = as_of.map_or(today, |as_of| as_of.max(today));
    let mut holdings = match ingest::holdings::read_on(until, format, &files, &words) {
        Ok(holdings) => holdings,
        Err(faults) => return Ok(faulty(&faults)),
    };
    if asked.accept_overdraft {
        holdings.accept_overdrafts();
    }
    let classes: Vec<(String, String)> =
        asked.classes.iter().map(|(ticker, class)| (ticker.clone(), class.clone())).collect();
    let wanted = Wanted {
        base,
        as_of: as_of.or(holdings.as_of).unwrap_or(today),
        as_of_said: as_of.is_some(),
        household_id: asked.household.as_deref(),
        classes: &classes,
    };
    let written = match write(&holdings, &wanted) {
        Ok(written) => written,
        Err(faults) => return Ok(Imported { faults: told(&faults), ..of_holdings(&holdings) }),
    };
    let stands = (asked.skip_unsupported || holdings.unsupported.is_empty())
        && (asked.accept_differences || holdings.differences.is_empty());
    let notes = holdings
        .notes
        .iter()
        .chain(&written.notes)
        .map(|note| format!("{}.", in_fields(&note.text)))
        .collect();
    Ok(Imported {
        as_of: Some(written.portfolio.as_of.to_string()),
        missing: missing(&holdings, &written),
        notes,
        lots: u32::try_from(written.portfolio.lots.len()).unwrap_or(u32::MAX),
        accounts: written.portfolio.accounts.iter().map(|account| masked(&account.account_id)).collect(),
        document: stands.then_some(written.text),
        ..of_holdings(&holdings)
    })
}

fn day(text: &str) -> Result<Date, Wrong> {
    text.parse().map_err(|_| ("as_of".to_owned(), format!("`{text}` is no date; write YYYY-MM-DD")))
}

fn kind(place: usize, word: &str) -> Result<AccountKind, Wrong> {
    let known = KINDS.into_iter().find(|kind| kind.word() == word);
    known.ok_or_else(|| (format!("accounts[{place}].kind"), words_of(KINDS.map(AccountKind::word))))
}

fn words_of<const N: usize>(words: [&str; N]) -> String {
    format!("has to be one of {}", words.join(", "))
}

fn faulty(faults: &[Fault]) -> Imported {
    Imported { faults: told(faults), ..Imported::default() }
}

fn told(faults: &[Fault]) -> Vec<FaultFound> {
    let of = |fault: &Fault| FaultFound {
        file: fault.place.file.clone(),
        row: Some(fault.place.row).filter(|row| *row > 0),
        column: fault.place.column.clone(),
        message: in_fields(&fault.message),
    };
    faults.iter().map(of).collect()
}

/// Words of the command line, with what is to be said in the fields of what was sent.
fn in_fields(words: &str) -> String {
    let words = words.strip_prefix("--class ").unwrap_or(words);
    let parts = words.split('`').enumerate().map(|(place, part)| {
        // What stands between two of these is at an odd place.
        let field = part.split_once([' ', '=']).filter(|_| place % 2 == 1 && part.starts_with("--"));
        match field {
            Some(("--account-kind", said)) => field_of("accounts", said, "kind"),
            Some(("--account-id", said)) => field_of("accounts", said, "account_id"),
            Some(("--class", said)) => format!("classes.{}", said.split('=').next().unwrap_or(said)),
            Some(("--as-of", _)) => "as_of".to_owned(),
            _ if place % 2 == 1 && part == "equipoise import csv --template" => "docs/import.md".to_owned(),
            _ => part.to_owned(),
        }
    });
    parts.collect::<Vec<_>>().join("`")
}

/// A field of the entry of a list that is of one account.
fn field_of(list: &str, said: &str, field: &str) -> String {
    format!("{list}[account = {}].{field}", said.split('=').next().unwrap_or(said))
}

/// What stands against a document, whatever becomes of it.
fn of_holdings(holdings: &Holdings) -> Imported {
    let differs = holdings.differences.iter().map(|one| DifferenceFound {
        account: one.account.clone(),
        ticker: one.ticker.clone(),
        compared: one.compared.name().to_owned(),
        stated: one.stated.normalize().to_string(),
        found: one.found.normalize().to_string(),
    });
    Imported {
        unsupported: holdings.unsupported.iter().map(ToString::to_string).collect(),
        differences: differs.collect(),
        ..Imported::default()
    }
}

/// What nobody has said.
fn missing(holdings: &Holdings, written: &Written) -> Vec<MissingFound> {
    let one = |code: &str, of: &str, words: &str| MissingFound {
        code: code.to_owned(),
        of: of.to_owned(),
        words: words.to_owned(),
    };
    let unclassified = written.portfolio.securities.iter().filter(|one| one.asset_class == UNCLASSIFIED);
    let mut missing: Vec<MissingFound> = unclassified
        .map(|security| {
            one("class", &security.ticker, "say its asset class; until then it has none of its own")
        })
        .collect();
    for account in &holdings.accounts {
        let name = masked(&account.account_id);
        if !account.kind_known {
            let words = format!("say how it is taxed; until then it is {}", account.kind.word());
            missing.push(one("account_kind", &name, &words));
        }
        if account.cash.is_none() {
            missing.push(one("cash", &name, "no file tells its cash; until somebody does it is 0"));
        }
    }
    if written.targets_copied {
        missing.push(one("targets", "", "say what is wanted; until then the weights of now are the targets"));
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_of_the_command_line_become_fields() {
        assert_eq!(
            in_fields(
                "nothing says how …321 is taxed: it counts as taxable; `--account-kind 321=KIND` says otherwise"
            ),
            "nothing says how …321 is taxed: it counts as taxable; `accounts[account = 321].kind` says otherwise"
        );
        assert_eq!(in_fields("mend the date, or say `--as-of DATE`"), "mend the date, or say `as_of`");
        assert_eq!(
            in_fields("of `SPY`; say `--class SPY=CLASS` for each"),
            "of `SPY`; say `classes.SPY` for each"
        );
        assert_eq!(in_fields("--class SPX: no file tells of `SPX`"), "SPX: no file tells of `SPX`");
        assert_eq!(
            in_fields("`--account-id END=NAME`, or it counts twice"),
            "`accounts[account = END].account_id`, or it counts twice"
        );
    }
}
