//! kill −9 at random moments, and another process that carries on: nothing is lost, nothing is there twice.
//!
//! The process that is killed is this test program itself, told by a variable to live the story on books that are there.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rebalance::books::{Books, BooksError};
use store::{Address, Store};

use crate::backend::{Backend, opening, start};
use crate::log::trust;
use crate::story::{Broker, Story, ending};

const VARIABLE: &str = "EQUIPOISE_TEST_BOOKS";
/// Kills of each database; `EQUIPOISE_TEST_KILLS=100` for a long look.
const KILLS: u32 = 20;

/// Lives the story where the variable says so. Otherwise there is nothing to do.
#[test]
fn the_process_that_is_killed() {
    let Ok(address) = std::env::var(VARIABLE) else { return };
    let books = Store::open(opening(&Address::read(&address).unwrap()), start()).unwrap();
    loop {
        match Story::new(&books).drive(&mut Broker::default()) {
            Ok(()) => return,
            // The server may still be writing what the one before has sent: it was faster, so look again.
            Err(BooksError::Conflict { .. } | BooksError::Exists { .. } | BooksError::CycleOpen { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

fn spawned(backend: &Backend) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "kills::the_process_that_is_killed"]).env(VARIABLE, backend.address());
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Numbers that look random, the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below.max(1)
    }
}

pub(crate) fn a_life_goes_on_after_kill_9_at_random_moments(backend: &Backend) {
    let books = backend.open();
    Story::new(&books).drive(&mut Broker::default()).unwrap();
    let whole = ending(&books);
    let records = books.reading().record_count().unwrap();
    let wanted_kills = std::env::var("EQUIPOISE_TEST_KILLS").map_or(KILLS, |kills| kills.parse().unwrap());
    let (mut dice, mut kills, mut halfway) = (Dice(7), 0, 0);
    while kills < wanted_kills {
        let place = backend.another();
        let books = place.open();
        loop {
            let written = books.reading().record_count().unwrap();
            // One record further at least: on a busy machine a process that is killed earlier each time never gets on.
            let wanted = written + 1 + dice.roll(records - written);
            let mut child = spawned(&place);
            let finished = loop {
                if books.reading().record_count().unwrap() >= wanted {
                    std::thread::sleep(Duration::from_micros(dice.roll(15_000)));
                    child.kill().unwrap();
                    break child.wait().unwrap().success();
                }
                if let Some(status) = child.try_wait().unwrap() {
                    assert!(status.success(), "the process failed before it was killed: {status}");
                    break true;
                }
                std::thread::sleep(Duration::from_millis(1));
            };
            kills += u32::from(!finished);
            let written = books.reading().record_count().unwrap();
            halfway += u32::from(written > 0 && written < records);
            if finished || written == records {
                break;
            }
        }
        // What the last one left is brought to its end here.
        while let Err(error) = Story::new(&books).drive(&mut Broker::default()) {
            assert!(matches!(error, BooksError::Conflict { .. }), "{error}");
        }
        assert_eq!(ending(&books), whole, "after {kills} kills");
        let report = books.verify(&trust(), &[]).unwrap();
        assert!(report.is_sound(), "{report:?}");
    }
    assert!(halfway > 0, "no kill came in the middle of a life");
}
