//! `equipoise halt --reason WORDS --as NAME`: nothing is sent to any broker until `resume`.
//!
//! In: books, a reason, who says so. Out: that it is on record, and what is open at the broker all the same. Invariant: it holds for
//! every program on these books from the next order on, and after any restart.

use rebalance::books::Books;

use crate::books::{OpenBooks, Place};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keeping::{self, Outside};
use crate::output;
use crate::service::brokers;

/// Arguments of `halt`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Why, for the record
    #[arg(long, value_name = "WORDS")]
    reason: String,
    /// Who says so
    #[arg(long = "as", value_name = "NAME")]
    name: String,
    #[command(flatten)]
    place: Place,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    if arguments.reason.trim().is_empty() {
        return Err(Failure::usage("a halt needs a reason, such as `--reason \"prices look wrong\"`"));
    }
    let books = OpenBooks::open(&arguments.place)?;
    let name = &books.person(&arguments.name)?.name;
    let world = Outside::of(&books)?;
    keeping::apart(&books, &world, |keeper| {
        keeper.halt(name, &arguments.reason).map_err(|error| keeping::failed(&books, &error))
    })?;
    output::page(&format!("trading is halted by {name}: {}\n", arguments.reason.trim()))?;
    // What is known to be there is told; a broker that is not known any more is no reason to fail now.
    if let Ok(word) = brokers::on_record(&books) {
        let open = books.store.reading().open_orders(word.word()).map_err(|error| books.failed(&error))?;
        let sent = open.iter().filter(|order| order.sent.is_some()).count();
        if sent > 0 {
            output::page(&format!(
                "{sent} orders are at the broker `{}` already: they stay there, and what is filled of them is booked\n",
                word.word()
            ))?;
        }
    }
    books.checkpoint()?;
    Ok(Exit::Done)
}
