//! Charles Schwab's exports: the positions of an account or of all, and the lots of one security in one account.
//!
//! In: CSV text; what it is says its first line, not its name. Out: what its rows say. The files have a title line, headings that
//! change from year to year, `--` for nothing, a total at the end, and commas behind the last cell.

mod headings;
mod lot_details;
mod positions;
mod title;

use crate::fault::Fault;
use crate::holdings::{Gathering, Source};
use crate::table::rows;
use title::Title;

/// The broker's name in the ids of its accounts.
const BROKER: &str = "schwab";

/// Reads one file.
pub(crate) fn read(file: Source<'_>, gathered: &mut Gathering<'_>) {
    let rows = match rows(file.name, file.text, false) {
        Ok(rows) => rows,
        Err(fault) => return gathered.faults.push(fault),
    };
    let Some((first, rest)) = rows.split_first() else {
        return gathered.faults.push(Fault::of(file.name, "empty; export it again"));
    };
    match title::read(first.cell(0)) {
        Ok(Title::Positions { account, when }) => positions::read(first, rest, account, &when, gathered),
        Ok(Title::LotDetails { symbol, account, when }) => {
            lot_details::read(first, rest, &symbol, &account, &when, gathered);
        }
        Err(message) => gathered.fault(&first.place, message.to_string()),
    }
}
