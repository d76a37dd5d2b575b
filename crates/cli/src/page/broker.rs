//! What holds of a broker, line by line.

use super::{drawn, table};
use crate::service::brokers::{Checked, Mark};

/// All lines.
pub(crate) fn checked(lines: &[Checked]) -> String {
    let mut rows = table(&["", "What", "How it stands"]);
    for line in lines {
        let mark = match line.mark {
            Mark::Fine => "✓",
            Mark::Told => "·",
            Mark::Missing => "✗",
        };
        rows.add_row([mark.to_owned(), line.what.to_owned(), line.words.clone()]);
    }
    drawn(&rows)
}
