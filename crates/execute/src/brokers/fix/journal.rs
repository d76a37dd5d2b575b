//! What a session has sent and received, so that a restart goes on where it was: the numbers of both sides, which orders were sent, and every
//! report that came.
//!
//! In: a folder that one program at a time holds. Out: a [`Journal`] and what it remembers. Invariants: a number that is sent is on the disk before it is
//! sent, a report before it counts; a line that was torn by a crash was acted on by nobody and is cut off; whatever else can't be read is
//! told and nothing is overwritten.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::message::BYTES_MAX;

/// The file of a session.
const FILE: &str = "session";
/// The file that says whose session it is.
const LOCK: &str = "lock";
/// The longest first line of an entry.
const HEAD_BYTES_MAX: usize = 256;

/// Why a journal can't be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum JournalError {
    /// Somebody else has it.
    #[error("its session is in use by another program on this machine (`{}`)", folder.display())]
    InUse {
        /// Where.
        folder: PathBuf,
    },
    /// The disk.
    #[error("its session folder `{}` can't be used: {error}", folder.display())]
    Disk {
        /// Where.
        folder: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// It is damaged.
    #[error(
        "its session file `{}` can't be read from byte {at} on: restore it, or move it away and agree with the broker to begin with the numbers 1",
        path.display()
    )]
    Damaged {
        /// Which.
        path: PathBuf,
        /// Where.
        at: u64,
    },
    /// It is of other parties.
    #[error("its session folder `{}` holds a session of {known}; give each session a folder of its own", folder.display())]
    Others {
        /// Where.
        folder: PathBuf,
        /// Whose.
        known: String,
    },
}

/// A session on the disk.
#[derive(Debug)]
pub(super) struct Journal {
    folder: PathBuf,
    file: File,
    /// Bytes of whole entries.
    end: u64,
    /// Held for as long as the journal is.
    _lock: File,
    /// The number of the next message to be sent.
    pub(super) next_out: u64,
    /// The number of the next message to be received.
    pub(super) next_in: u64,
    /// Since when the numbers count.
    pub(super) began: Timestamp,
}

/// What a journal remembers beside its numbers.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    /// Reports that came, in their order.
    pub(super) reports: Vec<Vec<u8>>,
    /// Names of orders that were sent.
    pub(super) sent: Vec<String>,
}

impl Journal {
    /// Opens the session of two parties, or begins it.
    pub(super) fn open(
        folder: &Path,
        parties: &str,
        now: Timestamp,
    ) -> Result<(Journal, Remembered), JournalError> {
        let disk = |error| JournalError::Disk { folder: folder.to_owned(), error };
        std::fs::create_dir_all(folder).map_err(disk)?;
        let open = |name: &str| {
            OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(folder.join(name))
                .map_err(disk)
        };
        let lock = open(LOCK)?;
        lock.try_lock().map_err(|error| match error {
            std::fs::TryLockError::WouldBlock => JournalError::InUse { folder: folder.to_owned() },
            std::fs::TryLockError::Error(error) => disk(error),
        })?;
        let mut file = open(FILE)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(disk)?;
        let mut journal = Journal {
            folder: folder.to_owned(),
            file,
            end: 0,
            _lock: lock,
            next_out: 1,
            next_in: 1,
            began: now,
        };
        let (remembered, end) = journal.replayed(&text, parties)?;
        journal.file.set_len(end as u64).and_then(|()| journal.file.seek(SeekFrom::End(0))).map_err(disk)?;
        journal.end = end as u64;
        if end == 0 {
            journal.write(&format!("P {parties}"), b"")?;
            journal.begin_anew(now)?;
        }
        Ok((journal, remembered))
    }

    /// Takes the numbers of every entry; tells where the last whole one ends.
    fn replayed(&mut self, text: &[u8], parties: &str) -> Result<(Remembered, usize), JournalError> {
        let (mut remembered, mut at) = (Remembered::default(), 0);
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let damaged = || JournalError::Damaged { path: self.folder.join(FILE), at: at as u64 };
            let Some(length) = rest.iter().take(HEAD_BYTES_MAX).position(|byte| *byte == b'\n') else {
                if rest.len() < HEAD_BYTES_MAX {
                    break; // torn
                }
                return Err(damaged());
            };
            let head =
                rest.get(..length).and_then(|head| std::str::from_utf8(head).ok()).ok_or_else(damaged)?;
            let (head, bytes) = head.rsplit_once(' ').ok_or_else(damaged)?;
            let bytes: usize =
                bytes.parse().ok().filter(|bytes| *bytes <= 2 * BYTES_MAX).ok_or_else(damaged)?;
            let Some(body) = rest.get(length + 1..length + 1 + bytes) else { break };
            match rest.get(length + 1 + bytes) {
                Some(b'\n') => {}
                Some(_) => return Err(damaged()),
                None => break,
            }
            let (kind, value) = head.split_once(' ').ok_or_else(damaged)?;
            let number =
                || value.split(' ').next().and_then(|number| number.parse::<u64>().ok()).ok_or_else(damaged);
            match kind {
                "P" if value == parties => {}
                "P" => {
                    let (folder, known) = (self.folder.clone(), value.to_owned());
                    return Err(JournalError::Others { folder, known });
                }
                "R" => {
                    self.began = value.parse().map_err(|_| damaged())?;
                    (self.next_out, self.next_in) = (1, 1);
                }
                "O" => {
                    self.next_out = number()?.checked_add(1).ok_or_else(damaged)?;
                    remembered.sent.extend(value.split_once(' ').map(|(_, name)| name.to_owned()));
                }
                "I" => {
                    self.next_in = number()?.checked_add(1).ok_or_else(damaged)?;
                    if !body.is_empty() {
                        remembered.reports.push(body.to_owned());
                    }
                }
                "N" => self.next_in = number()?,
                _ => return Err(damaged()),
            }
            at += length + bytes + 2;
        }
        Ok((remembered, at))
    }

    /// The number of a message that is about to be sent, which may be an order.
    pub(super) fn sends(&mut self, order: Option<&str>) -> Result<u64, JournalError> {
        let number = self.next_out;
        let name = order.map(|name| format!(" {name}")).unwrap_or_default();
        self.write(&format!("O {number}{name}"), b"")?;
        self.next_out = number.saturating_add(1);
        Ok(number)
    }

    /// The next message came; a report is kept whole.
    pub(super) fn received(&mut self, report: Option<&[u8]>) -> Result<(), JournalError> {
        let number = self.next_in;
        self.write(&format!("I {number}"), report.unwrap_or_default())?;
        self.next_in = number.saturating_add(1);
        Ok(())
    }

    /// Messages up to this number, not with it, do not come any more.
    pub(super) fn skips_to(&mut self, number: u64) -> Result<(), JournalError> {
        self.write(&format!("N {number}"), b"")?;
        self.next_in = number;
        Ok(())
    }

    /// Both sides begin with 1.
    pub(super) fn begin_anew(&mut self, now: Timestamp) -> Result<(), JournalError> {
        self.write(&format!("R {now}"), b"")?;
        (self.next_out, self.next_in, self.began) = (1, 1, now);
        Ok(())
    }

    fn write(&mut self, head: &str, body: &[u8]) -> Result<(), JournalError> {
        let mut entry = format!("{head} {}\n", body.len()).into_bytes();
        entry.extend_from_slice(body);
        entry.push(b'\n');
        let written = self.file.write_all(&entry).and_then(|()| self.file.sync_data());
        written.map_err(|error| {
            // Half an entry is none; where it can't be cut off, the next start does so.
            let _ = self.file.set_len(self.end).and_then(|()| self.file.seek(SeekFrom::End(0)));
            JournalError::Disk { folder: self.folder.clone(), error }
        })?;
        self.end = self.end.saturating_add(entry.len() as u64);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(folder: &Path) -> Result<(Journal, Remembered), JournalError> {
        Journal::open(folder, "US>BROKER", Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_session_goes_on_where_it_was_and_a_torn_line_is_cut_off() {
        let folder = std::env::temp_dir().join(format!("equipoise-journal-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        {
            let (mut journal, _) = open(&folder).unwrap();
            assert_eq!((journal.sends(None).unwrap(), journal.sends(Some("o-1")).unwrap()), (1, 2));
            journal.received(None).unwrap();
            journal.received(Some(b"8=FIX\n.4.4\x01")).unwrap();
            assert!(matches!(open(&folder), Err(JournalError::InUse { .. })));
        }
        {
            let (mut journal, remembered) = open(&folder).unwrap();
            assert_eq!((journal.next_out, journal.next_in), (3, 3));
            assert_eq!(
                (remembered.sent, remembered.reports),
                (vec!["o-1".to_owned()], vec![b"8=FIX\n.4.4\x01".to_vec()])
            );
            journal.skips_to(9).unwrap();
        }
        let whole = std::fs::read(folder.join(FILE)).unwrap();
        for cut in ["O 3 o-2 0", "I 9 5\nabc", "I 9 5\nabcde", "I"] {
            std::fs::write(folder.join(FILE), [&whole[..], cut.as_bytes()].concat()).unwrap();
            let (journal, remembered) = open(&folder).unwrap();
            assert_eq!((journal.next_out, journal.next_in, remembered.sent.len()), (3, 9, 1), "{cut}");
            drop(journal);
            assert_eq!(std::fs::read(folder.join(FILE)).unwrap(), whole, "{cut}");
        }
        std::fs::write(folder.join(FILE), [&whole[..], b"X 1 0\n\n"].concat()).unwrap();
        assert!(matches!(open(&folder), Err(JournalError::Damaged { .. })));
        std::fs::write(folder.join(FILE), &whole).unwrap();
        assert!(matches!(
            Journal::open(&folder, "US>OTHER", Timestamp::UNIX_EPOCH),
            Err(JournalError::Others { .. })
        ));
        {
            let (mut journal, _) = open(&folder).unwrap();
            journal.begin_anew(Timestamp::UNIX_EPOCH).unwrap();
        }
        let (journal, remembered) = open(&folder).unwrap();
        assert_eq!(
            (journal.next_out, journal.next_in, remembered.reports.len()),
            (1, 1, 1),
            "reports outlive the numbers"
        );
        drop(journal);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
