//! Work on a stream on every core, with the answers in the order of the stream.
//!
//! In: portions of work one after the other, what is to be done with one, and what with its answer.
//! Out: nothing, or why it ended early. One thread reads, those of the pool work, one writes; between
//! them are queues without locks. A portion that takes long holds up the answers after it and no work:
//! the others go on until so much is under way that it would not fit the memory that is allowed.
//!
//! Invariants: answers are written in the order of the portions, whatever the number of threads; what
//! is read ahead is a few portions for each thread; with the answers that wait for their turn, what is
//! under way is worth `limit` bytes of input at most, or a single portion.

use std::collections::VecDeque;
use std::io;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// Why a stream ended before its end.
#[derive(Debug)]
pub(super) enum Ended {
    /// The portions can't be read.
    Reading(io::Error),
    /// The answers can't be written.
    Writing(io::Error),
}

/// A piece of work and what it takes.
pub(super) trait Load {
    /// Bytes of input.
    fn size(&self) -> usize;
}

/// An answer, its place in the stream and the bytes of its portion.
struct Done<A> {
    place: usize,
    size: usize,
    answer: A,
}

/// Portions handed out for each thread of the pool and not worked on yet: so many that none runs dry.
const AHEAD: usize = 4;

/// What makes room for more.
enum Room {
    /// A portion is worked on.
    Worked,
    /// The answer to so many bytes of input is written, or never will be.
    Written(usize),
}

/// Reads with `next` until it has no more, works in `pool`, and writes.
///
/// `work` must not panic.
///
/// # Errors
/// [`Ended`]; what was read before is worked on and, where it can be, written.
pub(super) fn run<P: Load + Send, A: Send>(
    pool: &rayon::ThreadPool,
    limit: usize,
    next: impl FnMut() -> io::Result<Option<P>>,
    work: impl Fn(P) -> A + Sync,
    write: impl FnMut(A) -> io::Result<()> + Send,
) -> Result<(), Ended> {
    let stopped = AtomicBool::new(false);
    let (done, answers) = channel();
    let (makes_room, room) = channel();
    let limits = Limits { portions: AHEAD * pool.current_num_threads(), bytes: limit };
    thread::scope(|threads| {
        let writer = {
            let (makes_room, stopped) = (makes_room.clone(), &stopped);
            threads.spawn(move || {
                let written = in_order(&answers, &makes_room, write);
                if written.is_err() {
                    stopped.store(true, Ordering::SeqCst);
                    let _ = makes_room.send(Room::Written(0)); // whoever waits for room looks again
                }
                written
            })
        };
        let to = Queues { done, makes_room, stopped: &stopped };
        let read = pool.in_place_scope(|scope| feed(scope, &limits, next, &work, &to, &room));
        drop(to);
        let written = writer.join().unwrap_or_else(|panic| resume_unwind(panic));
        written.map_err(Ended::Writing).and(read.map_err(Ended::Reading))
    })
}

/// How much may be under way.
struct Limits {
    /// Handed out and not worked on.
    portions: usize,
    /// Of input, not written.
    bytes: usize,
}

/// Where a thread of the pool puts what it has done.
struct Queues<'s, A> {
    done: Sender<Done<A>>,
    makes_room: Sender<Room>,
    stopped: &'s AtomicBool,
}

/// Hands out the portions while there is room.
fn feed<'s, P: Load + Send + 's, A: Send + 's>(
    scope: &rayon::Scope<'s>,
    limits: &Limits,
    mut next: impl FnMut() -> io::Result<Option<P>>,
    work: &'s (impl Fn(P) -> A + Sync),
    to: &Queues<'s, A>,
    room: &Receiver<Room>,
) -> io::Result<()> {
    let (mut portions, mut bytes, mut place) = (0, 0, 0);
    while let Some(portion) = next()? {
        let size = portion.size();
        while portions >= limits.portions || bytes > 0 && bytes + size > limits.bytes {
            match room.recv() {
                Ok(Room::Worked) => portions -= 1,
                Ok(Room::Written(freed)) => bytes -= freed,
                Err(_) => return Ok(()),
            }
            if to.stopped.load(Ordering::SeqCst) {
                return Ok(());
            }
        }
        (portions, bytes) = (portions + 1, bytes + size);
        let (done, makes_room, stopped) = (to.done.clone(), to.makes_room.clone(), to.stopped);
        scope.spawn(move |_| {
            if !stopped.load(Ordering::SeqCst) {
                let answer = work(portion);
                // Nobody listens any more once writing has failed or reading is at its end.
                let _ = done.send(Done { place, size, answer });
            }
            let _ = makes_room.send(Room::Worked);
        });
        place += 1;
    }
    Ok(())
}

/// Writes the answers in the order of their places.
fn in_order<A>(
    answers: &Receiver<Done<A>>,
    makes_room: &Sender<Room>,
    mut write: impl FnMut(A) -> io::Result<()>,
) -> io::Result<()> {
    let mut waiting: VecDeque<Option<Done<A>>> = VecDeque::new();
    let mut first = 0;
    for done in answers {
        let ahead = done.place - first;
        if waiting.len() <= ahead {
            waiting.resize_with(ahead + 1, || None);
        }
        waiting[ahead] = Some(done);
        while let Some(Some(done)) = waiting.pop_front_if(|answer| answer.is_some()) {
            write(done.answer)?;
            let _ = makes_room.send(Room::Written(done.size)); // the reader may have ended
            first += 1;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::time::{Duration, Instant};

    use super::*;

    impl Load for usize {
        fn size(&self) -> usize {
            1
        }
    }

    fn pool(jobs: usize) -> rayon::ThreadPool {
        rayon::ThreadPoolBuilder::new().num_threads(jobs).build().unwrap()
    }

    fn numbers(count: usize) -> impl FnMut() -> io::Result<Option<usize>> {
        let mut numbers = 0..count;
        move || Ok(numbers.next())
    }

    #[test]
    fn answers_come_in_order_whatever_takes_long() {
        for jobs in [1, 2, 5] {
            let mut written = Vec::new();
            let work = |n: usize| {
                if n.is_multiple_of(7) {
                    thread::sleep(Duration::from_millis(3));
                }
                n * n
            };
            let write = |answer| {
                written.push(answer);
                Ok(())
            };
            run(&pool(jobs), 10, numbers(100), work, write).unwrap();
            assert_eq!(written, (0..100).map(|n| n * n).collect::<Vec<_>>());
        }
    }

    /// The first portion ends only when 49 others are done.
    #[test]
    fn a_slow_portion_holds_up_no_other_and_no_more_than_the_limit_is_under_way() {
        let (done, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let (handed_out, written) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let mut next = numbers(200);
        let next = || {
            let under_way = handed_out.fetch_add(1, Ordering::SeqCst) - written.load(Ordering::SeqCst);
            most.fetch_max(under_way, Ordering::SeqCst);
            next()
        };
        let patience = Instant::now() + Duration::from_secs(60);
        let work = |n: usize| {
            while n == 0 && done.load(Ordering::SeqCst) < 49 {
                assert!(Instant::now() < patience, "the others wait");
                thread::yield_now();
            }
            done.fetch_add(1, Ordering::SeqCst);
        };
        let write = |()| {
            written.fetch_add(1, Ordering::SeqCst);
            Ok(())
        };
        run(&pool(2), 50, next, work, write).unwrap();
        assert_eq!(written.into_inner(), 200);
        // One more is read before it is known that there is no room for it, and one is asked for.
        assert!(most.into_inner() <= 51);
    }

    #[test]
    fn whoever_fails_is_told_and_nothing_hangs() {
        let failed = |n: usize, at: usize| {
            if n == at { Err(io::Error::from(io::ErrorKind::BrokenPipe)) } else { Ok(()) }
        };
        let ended = run(&pool(2), 5, numbers(1000), |n| n, |n| failed(n, 20)).unwrap_err();
        assert!(matches!(ended, Ended::Writing(_)), "{ended:?}");
        let mut count = 0;
        let mut written = 0;
        let next = || {
            count += 1;
            failed(count, 30).map(|()| Some(count))
        };
        let ended = run(
            &pool(2),
            5,
            next,
            |n| n,
            |_| {
                written += 1;
                Ok(())
            },
        );
        assert!(matches!(ended, Err(Ended::Reading(_))), "{ended:?}");
        assert_eq!(written, 29);
    }
}
