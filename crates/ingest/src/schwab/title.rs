//! The first line of a Schwab file: what it is, of which account, and of when.
//!
//! In: `Positions for account Individual ...321 as of 12:33 PM ET, 2025/05/04`, `Positions for All-Accounts as of …`,
//! `VTI Lot Details for XXXX-4321 as of …`. Out: [`Title`]. Of an account number only its last digits are there.

use jiff::civil::{Date, Time};

use crate::cell::{self, CellError, plain, shown};

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Title {
    /// Positions of one account, or of all, each under a line with its name.
    Positions { account: Option<AccountTitle>, when: When },
    /// Lots of one security in one account.
    LotDetails { symbol: String, account: AccountTitle, when: When },
}

/// How a file names an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AccountTitle {
    /// What its owner or Schwab calls it; may be empty.
    pub(super) name: String,
    /// The last digits of its number, at least three.
    pub(super) ending: String,
}

/// The time of a file, in New York.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct When {
    /// The day.
    pub(super) day: Date,
    /// Day and time as a document writes them, without a zone.
    pub(super) written: String,
}

/// Why a first line says nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum TitleError {
    #[error(
        "a list of transactions tells what was traded, not what is held; export `Positions`, and `Lot Details` of each of them"
    )]
    Transactions,
    #[error(
        "a list of realised gains tells what was sold; export `Positions`, and `Lot Details` of each of them"
    )]
    Realised,
    #[error(
        "`{0}` is no title of Schwab's positions or lot details (`Positions for account …`, `… Lot Details for …`); export the file \
         again and leave its first line as it is"
    )]
    Unknown(String),
    #[error("`{0}` does not say of which day the file is (`as of 12:33 PM ET, 2025/05/04`); export it again")]
    NoDay(String),
    #[error(
        "`{0}` does not name an account by the end of its number, such as `...321` or `XXXX-4321`; export it again"
    )]
    NoAccount(String),
}

/// Reads a first line.
pub(super) fn read(line: &str) -> Result<Title, TitleError> {
    let text = line.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = plain(&text);
    if words.starts_with("transactions ") || words == "date" {
        return Err(TitleError::Transactions);
    }
    if words.starts_with("realized ") || words.contains("gain loss details") {
        return Err(TitleError::Realised);
    }
    let unknown = || TitleError::Unknown(shown(&text));
    let (of, when) = match text.split_once(" as of ") {
        Some((of, when)) => (of, self::when(when).ok_or_else(|| TitleError::NoDay(shown(when)))?),
        None if words.starts_with("positions for") => return Err(TitleError::NoDay(shown(&text))),
        None => return Err(unknown()),
    };
    if let Some((symbol, of)) = of.split_once(" Lot Details for ") {
        let account = account(of).ok_or_else(|| TitleError::NoAccount(shown(of)))?;
        let symbol = cell::ticker(symbol).map_err(|_: CellError| unknown())?;
        return Ok(Title::LotDetails { symbol, account, when });
    }
    let of = of.strip_prefix("Positions for ").ok_or_else(unknown)?;
    if plain(of) == "all accounts" {
        return Ok(Title::Positions { account: None, when });
    }
    let of = of.strip_prefix("account ").unwrap_or(of);
    let account = account(of).ok_or_else(|| TitleError::NoAccount(shown(of)))?;
    Ok(Title::Positions { account: Some(account), when })
}

/// `Individual ...321`, `Intelligent XXXX-4321`: name and end of an account.
pub(super) fn account(text: &str) -> Option<AccountTitle> {
    let text = text.trim();
    let from = text.char_indices().rev().take_while(|(_, c)| c.is_ascii_digit()).last()?.0;
    let (name, ending) = text.split_at(from);
    let marks = name.trim_end_matches(['.', '…', 'X', 'x', '*', '-']);
    if ending.len() < 3 || ending.len() > 12 || marks.len() == name.len() {
        return None;
    }
    Some(AccountTitle { name: marks.trim().to_owned(), ending: ending.to_owned() })
}

/// `12:33 PM ET, 2025/05/04`, or the day alone.
fn when(text: &str) -> Option<When> {
    let (time, day) = match text.rsplit_once(", ") {
        Some((time, day)) => (Some(time), day),
        None => (None, text),
    };
    let day = cell::date(day.trim()).ok()?;
    let written = match time.and_then(time_of_day) {
        Some(time) => format!("{day}T{time}"),
        None => day.to_string(),
    };
    Some(When { day, written })
}

/// `12:33 PM ET`.
fn time_of_day(text: &str) -> Option<Time> {
    let mut words = text.split(' ');
    let (hour, minute) = words.next()?.split_once(':')?;
    let afternoon = match words.next()? {
        "AM" => false,
        "PM" => true,
        _ => return None,
    };
    let hour: i8 = hour.parse().ok()?;
    let minute: i8 = minute.parse().ok()?;
    if !(1..=12).contains(&hour) || words.next() != Some("ET") {
        return None;
    }
    Time::new(hour % 12 + if afternoon { 12 } else { 0 }, minute, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, ending: &str) -> AccountTitle {
        AccountTitle { name: name.to_owned(), ending: ending.to_owned() }
    }

    #[test]
    fn titles_of_all_years() {
        for (line, name, ending, written) in [
            (
                "Positions for account Individual ...321 as of 12:33 PM ET, 2025/05/04",
                "Individual",
                "321",
                "2025-05-04T12:33:00",
            ),
            (
                "Positions for account Roth IRA XXXX-4321 as of 12:05 AM ET, 08/25/2020",
                "Roth IRA",
                "4321",
                "2020-08-25T00:05:00",
            ),
            (
                "Positions for account Individual        ...321 as of 2023/04/23",
                "Individual",
                "321",
                "2023-04-23",
            ),
        ] {
            let Ok(Title::Positions { account: Some(account), when }) = read(line) else { panic!("{line}") };
            assert_eq!((account, when.written.as_str()), (of(name, ending), written));
        }
        let line = "Positions for All-Accounts as of 06:04 PM ET, 11/15/2020";
        assert!(matches!(read(line), Ok(Title::Positions { account: None, .. })));
        let line = "BRK/B Lot Details for XXXX-4321 as of 02:45 AM ET, 08/25/2020";
        let Ok(Title::LotDetails { symbol, account, .. }) = read(line) else { panic!() };
        assert_eq!((symbol.as_str(), account), ("BRK.B", of("", "4321")));
    }

    #[test]
    fn other_files_are_told_what_they_are() {
        assert_eq!(read("Date"), Err(TitleError::Transactions));
        assert_eq!(
            read("Transactions  for account Individual ...321 as of 1/2/2023"),
            Err(TitleError::Transactions)
        );
        assert!(matches!(read("Realized Gain/Loss for Individual ...321"), Err(TitleError::Realised)));
        assert!(matches!(read("Symbol"), Err(TitleError::Unknown(_))));
        assert!(matches!(read("Positions for account Individual ...321"), Err(TitleError::NoDay(_))));
        assert!(matches!(
            read("Positions for account Individual as of 1/2/2023"),
            Err(TitleError::NoAccount(_))
        ));
        assert_eq!(account("Brokerage 1"), None);
        assert_eq!(account("Account 12345"), None, "no mark before the digits");
    }
}
