//! A stream of events (`text/event-stream`), from bytes as they come.
//!
//! In: bytes, cut anywhere. Out: whole events. Invariants: how the bytes are cut changes nothing; an event is held until its
//! blank line; what the stream ends in the middle of is no event.
//!
//! # Source
//! WHATWG HTML, 9.2.6 "Interpreting an event stream".

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Event {
    /// Its name; empty where it has none.
    pub name: String,
    /// Its data, lines joined.
    pub data: String,
}

/// The events of one stream.
#[derive(Debug, Default)]
pub struct Events {
    line: Vec<u8>,
    event: Event,
    has_data: bool,
    after_return: bool,
}

impl Events {
    /// Takes the next bytes; each event that they complete goes to `out`.
    pub fn take(&mut self, bytes: &[u8], out: &mut Vec<Event>) {
        for byte in bytes {
            let was_return = std::mem::replace(&mut self.after_return, *byte == b'\r');
            match byte {
                b'\n' if was_return => {} // the second half of a line end
                b'\n' | b'\r' => self.end_line(out),
                _ => self.line.push(*byte),
            }
        }
    }

    fn end_line(&mut self, out: &mut Vec<Event>) {
        let line = String::from_utf8_lossy(&self.line).into_owned();
        self.line.clear();
        if line.is_empty() {
            let event = std::mem::take(&mut self.event);
            if std::mem::take(&mut self.has_data) {
                out.push(event);
            }
            return;
        }
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event.name),
            "data" => {
                if self.has_data {
                    self.event.data.push('\n');
                }
                self.has_data = true;
                self.event.data.push_str(value);
            }
            _ => {} // comments, numbers of events and waits are not used by these providers
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parts: &[&[u8]]) -> Vec<Event> {
        let (mut events, mut out) = (Events::default(), Vec::new());
        parts.iter().for_each(|part| events.take(part, &mut out));
        out
    }

    #[test]
    fn events_are_the_same_however_they_are_cut() {
        let text =
            ": hello\r\nevent: ping\r\ndata: {\"a\":\r\ndata: 1}\r\n\r\ndata:x\n\ndata: \u{e9}\r\rdata: cut"
                .as_bytes();
        let whole = read(&[text]);
        let event = |name: &str, data: &str| Event { name: name.to_owned(), data: data.to_owned() };
        assert_eq!(whole, [event("ping", "{\"a\":\n1}"), event("", "x"), event("", "\u{e9}")]);
        for cut in 0..text.len() {
            assert_eq!(read(&[&text[..cut], &text[cut..]]), whole, "cut at {cut}");
        }
        assert_eq!(read(&text.chunks(1).collect::<Vec<_>>()), whole);
    }

    #[test]
    fn an_event_without_data_is_none() {
        assert_eq!(read(&[b"event: ping\n\n\n\nid: 3\n\n"]), []);
    }
}
