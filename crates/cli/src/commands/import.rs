//! `equipoise import FORMAT FILES`: a portfolio document from broker files.
//!
//! In: files of one format; perhaps the household's document, or targets. Out: the document, and a page that says what is in it. Exit 1 where
//! files disagree and nobody has accepted it, 2 where something is held that a document can't say: nothing is written then.

mod account_words;

use clap::ValueEnum;
use ingest::document::{Base, Wanted, Written, known_accounts, write};
use ingest::{Fault, Format, Holdings, Source};
use jiff::civil::Date;
use portfolio::exchange::eastern;

use crate::exit::Exit;
use crate::failure::{Failure, tell};
use crate::{books, input, output, page};
use account_words::AccountArguments;

/// Faults listed at most; who made more mends these first.
const FAULTS_MAX: usize = 20;

/// Arguments of `import`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Whose files: the lot table of our own (csv), Schwab's positions and lot details (schwab), Interactive Brokers' Flex query as XML
    /// (ibkr-flex)
    #[arg(value_enum)]
    format: FormatWord,
    /// The files, or - for stdin
    #[arg(required_unless_present = "template")]
    files: Vec<String>,
    /// Write the document to this file; without it, to stdout
    #[arg(long, value_name = "FILE")]
    out: Option<String>,
    /// Print a lot table to start from (csv)
    #[arg(long, conflicts_with_all = ["files", "out"])]
    template: bool,
    /// Put accounts, cash, lots and prices into this document, and keep everything else that it says
    #[arg(long, value_name = "FILE", conflicts_with = "targets")]
    into: Option<String>,
    /// Targets and wishes: a fragment (JSON or TOML) such as {"target_allocation": …, "asset_classes": {"VTI": "US Stocks"}}, or
    /// another portfolio document
    #[arg(long, value_name = "FILE")]
    targets: Option<String>,
    /// The asset class of a ticker
    #[arg(long = "class", value_name = "TICKER=CLASS", value_parser = pair)]
    classes: Vec<(String, String)>,
    #[command(flatten)]
    accounts: AccountArguments,
    /// Name of the household
    #[arg(long, value_name = "NAME")]
    household: Option<String>,
    /// Day of the document; without it the latest day that the files tell of
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
    /// Go on where positions and lots disagree: the lots count, and a position without lots is one lot without a date
    #[arg(long)]
    accept_differences: bool,
    /// Go on without what a document can't say, such as options and short positions
    #[arg(long)]
    skip_unsupported: bool,
    /// Put cash below 0, such as after fees or of a margin debt, into the document as it is
    #[arg(long)]
    accept_overdraft: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormatWord {
    Csv,
    Schwab,
    IbkrFlex,
}

/// `NAME=VALUE`.
fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() && !value.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err("write two names with = between them".to_owned()),
    }
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    if arguments.template {
        if arguments.format != FormatWord::Csv {
            return Err(Failure::usage(
                "--template: there is one of csv only; the other formats are the brokers' own",
            ));
        }
        output::raw(ingest::lot_table::TEMPLATE)?;
        return Ok(Exit::Done);
    }
    let base_file = arguments.into.as_ref().or(arguments.targets.as_ref());
    if let Some(out) = &arguments.out {
        arguments.files.iter().chain(base_file).try_for_each(|file| output::spares(file, out))?;
    }
    let read_once = arguments.files.iter().chain(base_file).filter(|file| *file == "-").count() <= 1;
    if !read_once {
        return Err(Failure::usage("stdin (-) can be read once only; name files for the others"));
    }
    let base_text = base_file.map(|file| input::text(file)).transpose()?;
    let base_source =
        base_file.zip(base_text.as_ref()).map(|(file, text)| Source { name: input::name(file), text });
    let base = match base_source {
        Some(source) if arguments.into.is_some() => Base::Into(source),
        Some(source) => Base::Targets(source),
        None => Base::None,
    };
    let holdings = read(arguments, &base)?;
    if let Some(exit) = refused(arguments, &holdings) {
        return Ok(exit);
    }
    let today = || eastern(books::now()).date();
    let as_of = arguments.as_of.or(holdings.as_of);
    let wanted = Wanted {
        base,
        as_of: as_of.unwrap_or_else(today),
        as_of_said: arguments.as_of.is_some(),
        household_id: arguments.household.as_deref(),
        classes: &arguments.classes,
    };
    let written = write(&holdings, &wanted).map_err(|faults| failure(&faults))?;
    give(arguments, &holdings, &written, as_of.is_none())?;
    Ok(Exit::Done)
}

/// Reads the files.
fn read(arguments: &Arguments, base: &Base<'_>) -> Result<Holdings, Failure> {
    let mut words = match base {
        Base::Into(document) => known_accounts(*document).map_err(|faults| failure(&faults))?,
        Base::Targets(_) | Base::None => Vec::new(),
    };
    words.extend(arguments.accounts.words());
    let texts =
        arguments.files.iter().map(|file| input::text(file)).collect::<Result<Vec<String>, Failure>>()?;
    let files: Vec<Source<'_>> = arguments
        .files
        .iter()
        .zip(&texts)
        .map(|(file, text)| Source { name: input::name(file), text })
        .collect();
    let format = match arguments.format {
        FormatWord::Csv => Format::LotTable,
        FormatWord::Schwab => Format::Schwab,
        FormatWord::IbkrFlex => Format::IbkrFlex,
    };
    let today = eastern(books::now()).date();
    let today = arguments.as_of.map_or(today, |as_of| as_of.max(today));
    let mut holdings =
        ingest::holdings::read_on(today, format, &files, &words).map_err(|faults| failure(&faults))?;
    if arguments.accept_overdraft {
        holdings.accept_overdrafts();
    }
    Ok(holdings)
}

/// Tells what stands against a document, if nobody has said to go on.
fn refused(arguments: &Arguments, holdings: &Holdings) -> Option<Exit> {
    let unsupported = !arguments.skip_unsupported && !holdings.unsupported.is_empty();
    let differs = !arguments.accept_differences && !holdings.differences.is_empty();
    if unsupported {
        let mut lines: Vec<String> = holdings
            .unsupported
            .iter()
            .take(FAULTS_MAX)
            .map(|u| format!("{u} can't be held in a portfolio document"))
            .collect();
        let more = holdings.unsupported.len().saturating_sub(FAULTS_MAX);
        if more > 0 {
            lines.push(format!("and {more} more"));
        }
        if !holdings.overdrafts.is_empty() {
            lines.push("`--accept-overdraft` takes cash below 0 as it is".to_owned());
        }
        lines.push(
            "nothing was written; `--skip-unsupported` leaves these out and goes on with the rest".to_owned(),
        );
        tell(&lines);
    }
    if differs {
        output::aside(&page::import::differences(&holdings.differences));
        tell(&[
            "nothing was written, since the files disagree: export them of one day, and the lots of every position; \
             `--accept-differences` goes on with the lots as they are"
                .to_owned(),
        ]);
    }
    match (unsupported, differs) {
        (true, _) => Some(Exit::WrongInput),
        (false, true) => Some(Exit::CheckFailed),
        (false, false) => None,
    }
}

/// Writes the document and shows what is in it.
fn give(
    arguments: &Arguments,
    holdings: &Holdings,
    written: &Written,
    dated_today: bool,
) -> Result<(), Failure> {
    let out = arguments.out.as_deref();
    let page = page::import::page(holdings, written, out, dated_today);
    match out {
        Some(out) => {
            output::private_file(out, &mut |file| {
                file.write_all(written.text.as_bytes()).map_err(|error| output::unwritten(out, &error))
            })?;
            output::page(&page)
        }
        None => {
            output::aside(&page);
            output::raw(&written.text)
        }
    }
}

/// Faults of files, the first of them and a count.
fn failure(faults: &[Fault]) -> Failure {
    let mut lines: Vec<String> = faults.iter().take(FAULTS_MAX).map(ToString::to_string).collect();
    let more = faults.len().saturating_sub(FAULTS_MAX);
    if more > 0 {
        lines.push(format!("and {more} more faults; mend these first"));
    }
    Failure { exit: Exit::WrongInput, lines }
}
