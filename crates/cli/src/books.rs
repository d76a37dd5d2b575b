//! The books that a command works on: the database, the keys that seal its log, and the file of checkpoints outside of it.
//!
//! In: a [`Place`], as the command line names it. Out: [`OpenBooks`], or a [`Failure`] that says what could not be opened and what
//! to do. Here the program meets time and the machine's randomness. Invariants: keys and passwords are never printed; keys are
//! made only together with new books, so that a wrong folder does not silently get keys of its own.
//!
//! | file | what it answers |
//! | --- | --- |
//! | `place.rs` | where: a folder, an address, or a configuration |
//! | `configuration.rs` | what a configuration of books says |
//! | `keys.rs` | the master key and the key that signs, from files or the environment |
//! | `outside.rs` | the file of checkpoints, read and added to |
//! | `witness.rs` | somebody else who signs each checkpoint as well |
//! | `contents.rs` | records opened, households and proposals found by what a person types |
//! | `placed.rs` | orders with their fills, and why one ended |

pub(crate) mod configuration;
mod contents;
mod keys;
mod outside;
mod place;
mod placed;
pub(crate) mod said;
mod witness;

use std::collections::BTreeMap;

use audit::leaf::KeyId;
use audit::{Checkpoint, Guard, HouseholdKey, OnSecret, SignedCheckpoint, SignerKey, Trust};
use jiff::Timestamp;
use rebalance::books::{Books, BooksError, Household, Person, person_or_new};
use rebalance::id::PersonId;
use store::{Address, Opening, Sealing, Store};

pub(crate) use contents::Opened;
pub(crate) use keys::{private, written};
pub(crate) use outside::kept as kept_outside;
pub(crate) use place::{Place, Settings};
pub(crate) use placed::{Placed, short};

use self::witness::Unsigned;
use crate::exit::Exit;
use crate::failure::{Failure, tell};
use crate::service::brokers;

/// Open books.
pub(crate) struct OpenBooks {
    /// The database.
    pub(crate) store: Store,
    /// Where everything is.
    pub(crate) settings: Settings,
    signer: SignerKey,
}

/// Whether there have to be books already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum New {
    /// They have to be there.
    Refused,
    /// They are made, with keys of their own.
    Made,
    /// They must not be there, and are filled from a backup: their keys are those of the old ones.
    Filled,
}

impl OpenBooks {
    /// Opens books that are there.
    pub(crate) fn open(place: &Place) -> Result<OpenBooks, Failure> {
        OpenBooks::at(place.settings()?, New::Refused)
    }

    /// Opens books, and makes them with their folder and keys where there are none.
    pub(crate) fn open_or_make(place: &Place) -> Result<OpenBooks, Failure> {
        OpenBooks::at(place.settings()?, New::Made)
    }

    /// New books that `fill` fills from a backup; they are gone again where it fails.
    pub(crate) fn restored<T>(
        place: &Place,
        fill: &mut dyn FnMut(&Store) -> Result<T, Failure>,
    ) -> Result<(OpenBooks, T), Failure> {
        let settings = place.settings()?;
        if let Address::Sqlite(path) = &settings.address
            && path.exists()
        {
            return Err(Failure::usage(format!(
                "{}: there are books already; restore into a new folder",
                settings.name
            )));
        }
        let books = OpenBooks::at(settings, New::Filled)?;
        let filled = fill(&books.store).and_then(|filled| books.fits().map(|()| filled));
        match filled {
            Ok(filled) => Ok((books, filled)),
            Err(failure) => {
                let address = books.settings.address.clone();
                drop(books);
                if let Address::Sqlite(path) = address {
                    for end in ["", "-wal", "-shm"] {
                        let _ = std::fs::remove_file(format!("{}{end}", path.display()));
                    }
                }
                Err(failure)
            }
        }
    }

    fn at(settings: Settings, new: New) -> Result<OpenBooks, Failure> {
        let there = match &settings.address {
            Address::Sqlite(path) => path.is_file(),
            // A server says for itself whether it has this database; tables in it are made where they are missing.
            Address::Postgres(_) => true,
        };
        if !there && new == New::Refused {
            return Err(Failure::usage(format!(
                "{}: there are no books; name the folder with `--folder`, or see them made with `equipoise demo`",
                settings.name
            )));
        }
        if let (false, Address::Sqlite(path)) = (there, &settings.address)
            && let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty())
        {
            std::fs::create_dir_all(folder).map_err(|error| {
                Failure::outside(format!("{}: can't be made ({error})", folder.display()))
            })?;
        }
        let may_be_made = new == New::Made && (!there || matches!(settings.address, Address::Postgres(_)));
        let (master, signer) = keys::read(&settings.keys, may_be_made)?;
        let sealing = Sealing {
            guard: guard(&settings, &master, &signer)?,
            master: master.key,
            seed: Box::new(drawn::<32>),
        };
        let mut opening = Opening::new(settings.address.clone(), sealing);
        opening.wait = settings.wait;
        let store = Store::open(opening, now()).map_err(|error| failed(&settings.name, &error))?;
        let books = OpenBooks { store, settings, signer };
        books.fits()?;
        books.tell_live()?;
        Ok(books)
    }

    /// Whoever looks at books whose orders move real money is told so.
    pub(crate) fn tell_live(&self) -> Result<(), Failure> {
        let names = brokers::live(self)?;
        if !names.is_empty() {
            tell(&[format!(
                "REAL MONEY: orders of {} are executed at {} with real money",
                names.join(", "),
                brokers::on_record(self)?.word()
            )]);
        }
        Ok(())
    }

    /// Is the master key that of these books? Better asked now than at the first record that does not open.
    fn fits(&self) -> Result<(), Failure> {
        if self.store.fits_master().map_err(|error| self.failed(&error))? {
            return Ok(());
        }
        Err(Failure::usage(format!(
            "{}: the master key ({}) is not the one of these books; give the one that they were made with",
            self.settings.name, self.settings.keys
        )))
    }

    /// What is wrong with the books, as a person reads it.
    pub(crate) fn failed(&self, error: &BooksError) -> Failure {
        failed(&self.settings.name, error)
    }

    /// Whom to trust about this log: its own key.
    pub(crate) fn trust(&self) -> Trust {
        Trust::in_log(self.signer.verifier())
    }

    /// Signs the log as it is, adds the checkpoint to the file outside and keeps it beside the log. Whoever has written records
    /// does this last; a log whose history was rewritten can't.
    pub(crate) fn checkpoint(&self) -> Result<SignedCheckpoint, Failure> {
        let frontier = self.store.frontier().map_err(|error| self.failed(&error))?;
        let signed = SignedCheckpoint::sign(&frontier, &self.signer)
            .map_err(|error| Failure::input(&self.settings.keys.to_string(), &error))?;
        outside::add(&self.settings.checkpoints, &signed, &self.trust(), &self.store, &self.settings.name)?;
        let signed = self.witnessed(signed)?;
        self.store.keep_checkpoint(&signed, now()).map_err(|error| self.failed(&error))?;
        Ok(signed)
    }

    /// The checkpoint with the witness' signature, where there is a witness and it can be had now.
    fn witnessed(&self, signed: SignedCheckpoint) -> Result<SignedCheckpoint, Failure> {
        let Some(witness) = &self.settings.witness else { return Ok(signed) };
        let known = self.outside(&self.trust())?;
        match witness.signed(&signed, &known, &self.store) {
            Ok(cosigned) => Ok(cosigned),
            Err(error @ Unsigned::Now(_)) => {
                tell(&[error.to_string()]);
                Ok(signed)
            }
            Err(alarm) => Err(Failure { exit: Exit::CheckFailed, lines: vec![alarm.to_string()] }),
        }
    }

    /// The checkpoints of the file outside, to whoever trusts this key; none where there is no file yet.
    pub(crate) fn outside(&self, trust: &Trust) -> Result<Vec<Checkpoint>, Failure> {
        outside::read(&self.settings.checkpoints, trust)
    }

    /// The keys of everybody whose records can be opened.
    pub(crate) fn keyring(&self) -> Result<BTreeMap<KeyId, HouseholdKey>, Failure> {
        let households = self.households()?;
        let names = households.iter().map(|household| household.id.to_string());
        let mut keyring = BTreeMap::new();
        for owner in names.chain([audit::HOUSE.to_owned()]) {
            if let Some(key) = self.store.key(&owner).map_err(|error| self.failed(&error))? {
                keyring.insert(key.id(), key);
            }
        }
        Ok(keyring)
    }

    /// A person by name, made if there is none: an identity until people sign in.
    pub(crate) fn person(&self, name: &str) -> Result<Person, Failure> {
        let name = name.trim();
        if name.is_empty() || name.chars().any(char::is_control) {
            return Err(Failure::usage("who? say it with `--as NAME`"));
        }
        let at = now();
        person_or_new(&self.store, name, PersonId::new(at, drawn()), at).map_err(|error| self.failed(&error))
    }

    /// A person by name who is on record already: where two persons are needed, a name that was mistyped must not be the second one.
    pub(crate) fn known(&self, name: &str) -> Result<Person, Failure> {
        let name = name.trim();
        let found = self.store.reading().person(name).map_err(|error| self.failed(&error))?;
        found.ok_or_else(|| {
            Failure::usage(format!(
                "nobody in these books is called `{name}`; `equipoise people add` adds them"
            ))
        })
    }

    /// All households, by name.
    pub(crate) fn households(&self) -> Result<Vec<Household>, Failure> {
        self.store.reading().households().map_err(|error| self.failed(&error))
    }
}

/// What must not get into the log: its own keys, and a password of the database.
fn guard(settings: &Settings, master: &keys::Master, signer: &SignerKey) -> Result<Guard, Failure> {
    let signing = signer.to_secret_text();
    let mut secrets = vec![master.text.as_str(), signing.as_str()];
    secrets.extend(settings.password.as_deref());
    Guard::new(OnSecret::Mask, secrets).map_err(|error| Failure::usage(format!("{}: {error}", settings.name)))
}

/// An error of books that are open or were to be opened.
fn failed(name: &str, error: &BooksError) -> Failure {
    let line = format!("{name}: {error}");
    match error {
        BooksError::Full { .. }
        | BooksError::Locked { .. }
        | BooksError::Unreachable { .. }
        | BooksError::Fenced { .. } => Failure::outside(line),
        _ => Failure { exit: Exit::WrongInput, lines: vec![line] },
    }
}

/// The time.
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// Random bytes of the operating system.
pub(crate) fn drawn<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("an operating system that runs programs gives random bytes");
    bytes
}
