//! Where in the text of a document a field stands.
//!
//! In: the JSON text and the path of a field, such as `accounts[0].cash`. Out: the line of the field, or
//! of the innermost object around it that is there (a field that is missing has no line of its own).
//! The text has been read before, so it is JSON; whatever else it is, this ends and says nothing.

/// Line, from 1, of what `path` leads to; none where not even its first field is there.
pub(super) fn line(text: &str, path: &str) -> Option<usize> {
    let mut cursor = Cursor { text: text.as_bytes(), at: 0 };
    let mut rest = path;
    let mut found = None;
    while let Some(after) = cursor.enter(rest) {
        found = Some(cursor.at);
        rest = after;
    }
    let before = text.as_bytes().get(..found?)?;
    Some(before.iter().filter(|byte| **byte == b'\n').count() + 1)
}

/// A place in the text.
struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    /// Goes to the value that the first step of `path` leads to; what is left of the path.
    fn enter<'p>(&mut self, path: &'p str) -> Option<&'p str> {
        let path = path.strip_prefix('.').unwrap_or(path);
        if path.is_empty() {
            return None;
        }
        match self.next()? {
            b'{' => self.field(path),
            b'[' => self.element(path),
            _ => None,
        }
    }

    fn field<'p>(&mut self, path: &'p str) -> Option<&'p str> {
        self.at += 1;
        while self.next()? == b'"' {
            let key = self.string()?;
            if self.next()? == b':' {
                self.at += 1;
            }
            self.next()?;
            let rest = path.strip_prefix(key.as_str());
            if let Some(rest) = rest.filter(|r| r.is_empty() || r.starts_with(['.', '['])) {
                return Some(rest);
            }
            self.pass()?;
            if self.next()? == b',' {
                self.at += 1;
            }
        }
        None
    }

    fn element<'p>(&mut self, path: &'p str) -> Option<&'p str> {
        let (number, rest) = path.strip_prefix('[')?.split_once(']')?;
        self.at += 1;
        for _ in 0..number.parse::<usize>().ok()? {
            self.pass()?;
            if self.next()? != b',' {
                return None;
            }
            self.at += 1;
        }
        (self.next()? != b']').then_some(rest)
    }

    /// The next byte that is no space; the cursor stands on it.
    fn next(&mut self) -> Option<u8> {
        while self.text.get(self.at)?.is_ascii_whitespace() {
            self.at += 1;
        }
        self.text.get(self.at).copied()
    }

    /// The text of a string, and past it.
    fn string(&mut self) -> Option<String> {
        let from = self.at;
        self.at += 1;
        loop {
            match self.text.get(self.at)? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        serde_json::from_slice(self.text.get(from..self.at)?).ok()
    }

    /// Past a value.
    fn pass(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.next()? {
                b'"' => drop(self.string()?),
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                    continue;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                b',' | b':' => {
                    self.at += 1;
                    continue;
                }
                _ => {
                    while self.text.get(self.at).is_some_and(|b| !b",]}: \t\r\n".contains(b)) {
                        self.at += 1;
                    }
                }
            }
            if depth == 0 {
                return Some(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "{\"a\": 1,\n \"b c\": {\"x.y\": \"}\\\"\",\n  \"z\": null},\n \"l\": [[], {\"k\": -1e5},\n  {\n   \"k\": 2}]}";

    #[test]
    fn fields_and_elements_are_found() {
        for (path, expected) in [
            ("a", 1),
            ("b c.x.y", 2),
            ("b c.z", 3),
            ("l[1].k", 4),
            ("l[2]", 5),
            ("l[2].k", 6),
            ("l[2].missing", 5),
            ("l[9]", 4),
        ] {
            assert_eq!(line(TEXT, path), Some(expected), "{path}");
        }
        assert_eq!(line(TEXT, "missing"), None);
        assert_eq!(line(TEXT, ""), None);
    }

    #[test]
    fn text_that_is_no_json_ends_the_search() {
        for end in 0..TEXT.len() {
            line(&TEXT[..end], "l[2].k");
            line(&TEXT[end..], "l[2].k");
        }
        assert_eq!(line("{\"a\": ]]}", "b"), None);
    }
}
