//! Where documents come from: a file, or stdin for `-`.
//!
//! Out: the text, or a [`Failure`] that names the file and, for bytes that are no UTF-8, the line.

use std::io::Read;

use crate::failure::Failure;

/// Largest document that is read, bytes; a household of thousands of lots takes a few MB.
pub(crate) const BYTES_MAX: usize = 1 << 30;

/// Name of an input in messages.
pub(crate) fn name(path: &str) -> &str {
    if path == "-" { "stdin" } else { path }
}

/// Reads a text.
pub(crate) fn text(path: &str) -> Result<String, Failure> {
    utf8(name(path), bytes(path)?)
}

fn bytes(path: &str) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = if path == "-" {
        std::io::stdin().lock().take(BYTES_MAX as u64).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(BYTES_MAX as u64).read_to_end(&mut bytes))
    };
    match read {
        Ok(read) if read >= BYTES_MAX => {
            Err(Failure::usage(format!("{}: larger than 1 GiB; split it", name(path))))
        }
        Ok(_) => Ok(bytes),
        Err(error) => Err(Failure::usage(format!(
            "{}: can't be read ({error}); check the name and its permissions",
            name(path)
        ))),
    }
}

/// The bytes as text.
pub(crate) fn utf8(name: &str, bytes: Vec<u8>) -> Result<String, Failure> {
    if let Some(what) = other_kind(&bytes) {
        return Err(Failure::usage(format!("{name}: {what}")));
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..good].iter().filter(|b| **b == b'\n').count() + 1;
        Failure::usage(format!("{name}: line {line}: not UTF-8 (byte {}); save the file as UTF-8", good + 1))
    })
}

/// What a file is that people take for a text.
fn other_kind(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 4] = [
        (
            b"PK\x03\x04",
            "a spreadsheet (xlsx) or an archive (zip); open it and save it as CSV with commas, in UTF-8",
        ),
        (b"%PDF", "a PDF; export the same as CSV"),
        (b"\xff\xfe", "a text in UTF-16; save it as UTF-8 (in a spreadsheet: `CSV UTF-8`)"),
        (b"\xfe\xff", "a text in UTF-16; save it as UTF-8 (in a spreadsheet: `CSV UTF-8`)"),
    ];
    KINDS.iter().find(|(begins, _)| bytes.starts_with(begins)).map(|(_, what)| *what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_text_are_told_by_line() {
        let failure = utf8("f", b"{\n \"a\": \xff}".to_vec()).unwrap_err();
        assert_eq!(failure.lines, ["f: line 2: not UTF-8 (byte 9); save the file as UTF-8"]);
    }

    #[test]
    fn what_people_take_for_a_text_is_told_by_what_it_is() {
        for (bytes, words) in
            [(&b"PK\x03\x04x"[..], "a spreadsheet"), (b"\xff\xfea\0", "UTF-16"), (b"%PDF-1.7", "a PDF")]
        {
            let failure = utf8("f", bytes.to_vec()).unwrap_err();
            assert!(failure.lines[0].starts_with("f: ") && failure.lines[0].contains(words), "{failure:?}");
        }
    }

    #[test]
    fn a_file_that_is_not_there() {
        let failure = text("/nowhere/at/all.json").unwrap_err();
        assert!(failure.lines[0].starts_with("/nowhere/at/all.json: can't be read"), "{failure:?}");
    }
}
