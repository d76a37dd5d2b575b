//! A ledger in a file: what was spent today is known after a restart and to every process that names the same file.
//!
//! In: a path. Out: a [`Ledger`]. Invariants: who reads the sum and writes the new one holds a lock meanwhile, so that nothing is spent
//! twice; the file is replaced whole, so that it is never half written; what was set aside by a program that was killed stays spent,
//! since the call may have been made; a file that can't be read lets nobody spend.

use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{DAYS_MAX, Ledger, SpendError, admitted, settled};

/// The ledger. The file is made when something is spent for the first time.
#[derive(Debug, Clone)]
pub struct FileLedger {
    file: PathBuf,
}

/// What the file holds.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Days {
    /// By day, UTC, as YYYY-MM-DD.
    spent_usd: BTreeMap<String, Usd>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
struct Usd(#[serde(with = "crate::usd")] Decimal);

/// Largest file that is one of ours, bytes.
const BYTES_MAX: u64 = 1 << 20;
/// How often the lock is tried for, and the wait between: another process holds it for a moment only.
const TRIES_MAX: u32 = 500;
const BETWEEN_TRIES: Duration = Duration::from_millis(10);

impl FileLedger {
    /// A ledger in this file.
    #[must_use]
    pub fn new(file: impl Into<PathBuf>) -> FileLedger {
        FileLedger { file: file.into() }
    }

    /// Where it is.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    fn unusable(&self, what: &str, reason: impl std::fmt::Display) -> SpendError {
        let file = self.file.display();
        let reason = format!("`{file}` {what} ({reason}); mend it, or name another file as `limits.ledger`");
        SpendError::Unusable { reason }
    }

    /// The path with `ending` added to its name.
    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.file.as_os_str().to_owned();
        name.push(ending);
        name.into()
    }

    /// Holds everybody else off until it is dropped. The lock is a file of its own, since the ledger's is replaced.
    fn locked(&self) -> Result<File, SpendError> {
        if let Some(folder) = self.file.parent() {
            std::fs::create_dir_all(folder).map_err(|error| self.unusable("has no folder", error))?;
        }
        let lock = File::options().create(true).append(true).open(self.beside(".lock"));
        let lock = lock.map_err(|error| self.unusable("can't be locked", error))?;
        for _ in 0..TRIES_MAX {
            match lock.try_lock() {
                Ok(()) => return Ok(lock),
                Err(TryLockError::WouldBlock) => std::thread::sleep(BETWEEN_TRIES),
                Err(TryLockError::Error(error)) => return Err(self.unusable("can't be locked", error)),
            }
        }
        Err(self.unusable("can't be locked", "another program holds it"))
    }

    fn read(&self) -> Result<Days, SpendError> {
        let file = match File::open(&self.file) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Days::default()),
            opened => opened.map_err(|error| self.unusable("can't be read", error))?,
        };
        let mut text = String::new();
        let read = file.take(BYTES_MAX).read_to_string(&mut text);
        read.map_err(|error| self.unusable("can't be read", error))?;
        serde_json::from_str(&text).map_err(|error| self.unusable("is no ledger", error))
    }

    fn write(&self, mut days: Days) -> Result<(), SpendError> {
        while days.spent_usd.len() > DAYS_MAX {
            days.spent_usd.pop_first();
        }
        let new = self.beside(".new");
        let written = || {
            let mut file = File::create(&new)?;
            file.write_all(&serde_json::to_vec_pretty(&days)?)?;
            file.sync_all()?;
            std::fs::rename(&new, &self.file)
        };
        written().map_err(|error| self.unusable("can't be written", error))
    }

    /// Replaces the sum of `day` by what `change` makes of it.
    fn change(
        &self,
        day: Date,
        change: impl FnOnce(Decimal) -> Result<Decimal, SpendError>,
    ) -> Result<(), SpendError> {
        let _lock = self.locked()?;
        let mut days = self.read()?;
        let of_day = days.spent_usd.entry(day.to_string()).or_default();
        of_day.0 = change(of_day.0)?;
        self.write(days)
    }
}

impl Ledger for FileLedger {
    fn set_aside(&self, day: Date, most_usd: Decimal, limit_usd: Option<Decimal>) -> Result<(), SpendError> {
        if most_usd.is_zero() {
            return Ok(()); // a model that costs nothing needs no ledger
        }
        self.change(day, |spent| admitted(day, spent, most_usd, limit_usd))
    }

    fn settle(&self, day: Date, most_usd: Decimal, cost_usd: Option<Decimal>) {
        if cost_usd.is_none_or(|cost| cost == most_usd) {
            return;
        }
        // Where that fails the most stays spent; the next call tells what is wrong with the file.
        let _ = self.change(day, |spent| Ok(settled(spent, most_usd, cost_usd)));
    }

    fn spent_usd(&self, day: Date) -> Result<Decimal, SpendError> {
        Ok(self.read()?.spent_usd.get(&day.to_string()).copied().unwrap_or_default().0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Date = Date::constant(2026, 11, 27);

    #[test]
    fn what_was_spent_is_known_after_a_restart_and_to_others() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("new").join("spent.json");
        let (one, limit) = (FileLedger::new(&file), Some(Decimal::from(10)));
        assert_eq!(one.spent_usd(DAY), Ok(Decimal::ZERO));
        one.set_aside(DAY, Decimal::from(6), limit).unwrap();
        let other = FileLedger::new(&file);
        let refused = other.set_aside(DAY, Decimal::from(5), limit).unwrap_err();
        assert!(refused.to_string().contains("6 USD are spent or set aside on 2026-11-27"), "{refused}");
        one.settle(DAY, Decimal::from(6), Some(Decimal::new(15, 1)));
        assert_eq!(other.spent_usd(DAY), Ok(Decimal::new(15, 1)));
        other.set_aside(DAY, Decimal::from(5), limit).unwrap();
        other.settle(DAY, Decimal::from(5), None);
        assert_eq!(one.spent_usd(DAY), Ok(Decimal::new(65, 1)), "what is not known counts as the most");
        one.set_aside(DAY.tomorrow().unwrap(), Decimal::from(9), limit).unwrap();
    }

    #[test]
    fn many_at_once_spend_no_more_than_there_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("spent.json");
        let spend = || {
            let ledger = FileLedger::new(&file);
            (0..10).filter(|_| ledger.set_aside(DAY, Decimal::ONE, Some(Decimal::from(25))).is_ok()).count()
        };
        let spent: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(spend)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(spent, 25);
        assert_eq!(FileLedger::new(&file).spent_usd(DAY), Ok(Decimal::from(25)));
    }

    #[test]
    fn a_file_that_is_none_lets_nobody_spend() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("spent.json");
        for text in ["", "{}", "{\"spent_usd\": {\"2026-11-27\": 1.5}}", "\u{0}"] {
            std::fs::write(&file, text).unwrap();
            let ledger = FileLedger::new(&file);
            let refused = ledger.set_aside(DAY, Decimal::ONE, None).unwrap_err();
            assert!(refused.to_string().contains("is no ledger"), "{text}: {refused}");
            assert!(ledger.spent_usd(DAY).is_err());
            assert_eq!(std::fs::read_to_string(&file).unwrap(), text, "it is left as it was");
            assert_eq!(ledger.set_aside(DAY, Decimal::ZERO, None), Ok(()), "what costs nothing is free");
        }
        let folder_as_file = FileLedger::new(folder.path());
        assert!(folder_as_file.set_aside(DAY, Decimal::ONE, None).is_err());
    }
}
