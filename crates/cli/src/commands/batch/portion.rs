//! The documents that are worked on together: enough that handing them out costs nothing, few enough
//! that every core has some.
//!
//! In: a stream of lines. Out: portions of it, in order. Invariants: every line is handed on, a blank one
//! as an empty document; a portion never waits for a line that is not there yet, so that a document on a pipe
//! is answered before the next one comes; a line that is too long is passed over, not kept.

use std::io::{self, BufRead, BufReader, Read};
use std::ops::Range;

use super::pipeline::Load;

/// A portion ends with the line that reaches so many bytes.
const PORTION_BYTES: usize = 32 << 10;

/// Some documents, one per line.
#[derive(Debug, Default)]
pub(super) struct Portion {
    bytes: Vec<u8>,
    documents: Vec<(usize, Option<Range<usize>>)>,
    /// Bytes of the stream, blank lines included.
    pub(super) length: usize,
}

impl Load for Portion {
    fn size(&self) -> usize {
        self.bytes.len()
    }
}

impl Portion {
    /// The documents with the numbers of their lines, from 1; none in place of one that is too long.
    pub(super) fn documents(&self) -> impl ExactSizeIterator<Item = (usize, Option<&[u8]>)> {
        self.documents.iter().map(|(number, range)| (*number, range.clone().map(|r| &self.bytes[r])))
    }
}

/// Reads portions.
pub(super) struct Lines<R> {
    reader: BufReader<R>,
    /// Longest line that is kept.
    longest: usize,
    number: usize,
}

impl<R: Read> Lines<R> {
    /// Lines of `reader` of at most `longest` bytes.
    pub(super) fn new(reader: R, longest: usize) -> Lines<R> {
        Lines { reader: BufReader::with_capacity(8 * PORTION_BYTES, reader), longest, number: 0 }
    }

    /// The next documents; none at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Portion>> {
        let mut portion = Portion::default();
        loop {
            let from = portion.bytes.len();
            let most = self.longest as u64 + 1;
            let read = self.reader.by_ref().take(most).read_until(b'\n', &mut portion.bytes)?;
            if read == 0 {
                return Ok((portion.length > 0).then_some(portion));
            }
            self.number += 1;
            portion.length += read;
            let line = &portion.bytes[from..];
            if read > self.longest && line.last() != Some(&b'\n') {
                portion.length += self.reader.skip_until(b'\n')?;
                portion.bytes.truncate(from);
                portion.documents.push((self.number, None));
            } else {
                let from = from + line.len() - line.trim_ascii_start().len();
                let to = from + line.trim_ascii().len();
                portion.documents.push((self.number, Some(from..to)));
            }
            if portion.length >= PORTION_BYTES || !self.reader.buffer().contains(&b'\n') {
                return Ok(Some(portion));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &[u8], longest: usize) -> Vec<Vec<(usize, Option<Vec<u8>>)>> {
        let mut lines = Lines::new(text, longest);
        let mut told = Vec::new();
        while let Some(portion) = lines.next().unwrap() {
            told.push(portion.documents().map(|(n, document)| (n, document.map(<[u8]>::to_vec))).collect());
        }
        told
    }

    #[test]
    fn lines_are_counted_the_blank_ones_too() {
        let all = told(b"{}\n\n  \n {\"a\": 1}\r\nlast", 100).concat();
        let expected = [(1, &b"{}"[..]), (2, b""), (3, b""), (4, b"{\"a\": 1}"), (5, b"last")];
        assert_eq!(all, expected.map(|(n, document)| (n, Some(document.to_vec()))));
        assert!(told(b"", 100).is_empty());
    }

    #[test]
    fn a_line_that_is_too_long_is_passed_over() {
        let all = told(b"12345\n123456789\n12345678\n\n1", 8).concat();
        let documents: Vec<(usize, Option<usize>)> =
            all.iter().map(|(n, document)| (*n, document.as_ref().map(Vec::len))).collect();
        assert_eq!(documents, [(1, Some(5)), (2, None), (3, Some(8)), (4, Some(0)), (5, Some(1))]);
    }

    #[test]
    fn portions_are_small_and_lose_nothing() {
        let line = [&[b'x'; 999][..], b"\n"].concat();
        let portions = told(&line.repeat(1000), 1 << 20);
        assert_eq!(portions.concat().len(), 1000);
        assert!(portions.len() >= 25 && portions.iter().all(|p| p.len() <= 33), "{}", portions.len());
    }

    #[test]
    fn what_is_there_is_answered_before_more_is_waited_for() {
        /// Gives a line at a time.
        struct Slowly(u8);
        impl Read for Slowly {
            fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
                self.0 += 1;
                into[..3].copy_from_slice(&[b'a' + self.0, b'\n', b'z'][..3]);
                Ok(if self.0 > 3 { 0 } else { 2 })
            }
        }
        let mut lines = Lines::new(Slowly(0), 100);
        for n in 1..=3 {
            let portion = lines.next().unwrap().unwrap();
            assert_eq!(portion.documents().map(|(number, _)| number).collect::<Vec<_>>(), [n]);
        }
        assert!(lines.next().unwrap().is_none());
    }
}
