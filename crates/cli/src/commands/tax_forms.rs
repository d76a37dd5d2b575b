//! `equipoise tax-forms …`: a year's realised gains in the columns of Form 8949, and held against a broker's Form 1099-B.
//!
//! In: books, a household, a year; a statement. Out: a page, CSV or JSON; exit 1 where a statement differs. Invariant: nothing is changed.

use ingest::{Source, statement_1099b};
use portfolio::exchange::eastern;
use rebalance::books::Books;
use rebalance::keeping::World;
use rebalance::tax_year::{TaxYear, tax_year};
use serde_json::{Value, json};
use tax::broker_statement::{Comparison, Difference, compared};
use tax::form_8949::{self, Form, Row, Total};

use crate::books::{OpenBooks, Place};
use crate::exit::Exit;
use crate::failure::{Failure, tell};
use crate::keeping::Outside;
use crate::output::{self, Format};
use crate::{input, page};

/// Arguments of `tax-forms`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    form: Which,
    #[command(flatten)]
    place: Place,
}

/// Which form.
#[derive(Debug, clap::Subcommand)]
enum Which {
    /// Realised gains of a year in the columns of Form 8949: of taxable accounts, lot by lot, with wash sales
    #[command(name = "8949")]
    Form8949 {
        #[command(flatten)]
        of: Of,
        /// Tables for people, CSV, or JSON
        #[arg(long, value_enum, default_value_t = FormFormat::Table)]
        format: FormFormat,
    },
    /// A broker's Form 1099-B, held against what is booked: every difference with what explains it; the exit status is 1 where there is one
    #[command(name = "1099-b")]
    Statement {
        /// Its sales (CSV), or - for stdin
        #[arg(required_unless_present = "template")]
        file: Option<String>,
        #[command(flatten)]
        of: OfIfAny,
        /// Print a CSV file to start from, with what each column means
        #[arg(long, conflicts_with = "file")]
        template: bool,
        /// Table for people, or JSON
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
}

/// Whose, and which year.
#[derive(Debug, clap::Args)]
struct Of {
    /// Name or id of the household
    #[arg(long, value_name = "NAME")]
    household: String,
    /// The tax year; without it the one of now
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i16).range(1900..=9999))]
    year: Option<i16>,
}

/// The same, where a template needs neither.
#[derive(Debug, clap::Args)]
struct OfIfAny {
    /// Name or id of the household
    #[arg(long, value_name = "NAME", required_unless_present = "template")]
    household: Option<String>,
    /// The tax year; without it the one of now
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i16).range(1900..=9999))]
    year: Option<i16>,
}

/// How the form is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum FormFormat {
    /// Tables for people.
    Table,
    /// The rows as a file.
    Csv,
    /// JSON for programs.
    Json,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    match &arguments.form {
        Which::Form8949 { of, format } => {
            let (found, form) = form(&OpenBooks::open(&arguments.place)?, &of.household, of.year)?;
            match format {
                FormFormat::Table => output::page(&page::tax_forms::form(&form, &found.notes))?,
                FormFormat::Csv => {
                    output::raw(&form_8949::written(&form))?;
                    // They are no rows of the form, and not to be missed.
                    tell(&found.notes);
                }
                FormFormat::Json => output::json(&json!({
                    "year": form.year,
                    "rows": form.rows.iter().map(row).collect::<Vec<_>>(),
                    "totals": form.totals.iter().map(total).collect::<Vec<_>>(),
                    "notes": found.notes,
                }))?,
            }
            Ok(Exit::Done)
        }
        Which::Statement { template: true, .. } => {
            output::raw(statement_1099b::TEMPLATE)?;
            Ok(Exit::Done)
        }
        Which::Statement { file, of, format, .. } => {
            let file = file.as_deref().unwrap_or("-");
            let (text, name) = (input::text(file)?, input::name(file));
            let lines = statement_1099b::read(Source { name, text: &text });
            let lines = lines.map_err(|faults| Failure {
                exit: Exit::WrongInput,
                lines: faults.iter().map(ToString::to_string).collect(),
            })?;
            let household = of.household.as_deref().unwrap_or_default();
            let (_, form) = form(&OpenBooks::open(&arguments.place)?, household, of.year)?;
            let found = compared(&form.rows, &lines);
            match format {
                Format::Table => output::page(&page::tax_forms::comparison(form.year, &found))?,
                Format::Json => output::json(&comparison(form.year, &found))?,
            }
            Ok(if found.differences.is_empty() { Exit::Done } else { Exit::CheckFailed })
        }
    }
}

fn form(books: &OpenBooks, household: &str, year: Option<i16>) -> Result<(TaxYear, Form), Failure> {
    let household = books.household(household)?;
    let year = match year {
        Some(year) => year,
        None => eastern(Outside::of(books)?.now()).year(),
    };
    let found = tax_year(books.store.reading(), household.id, year).map_err(|error| books.failed(&error))?;
    let form =
        form_8949::form(year, &found.sales).map_err(|error| Failure::input(&household.name, &error))?;
    Ok((found, form))
}

fn row(row: &Row) -> Value {
    json!({
        "part": row.part.word(), "box": row.check_box, "description": row.description,
        "acquired": row.acquired, "sold": row.sold, "proceeds": row.proceeds, "basis": row.basis,
        "code": row.code, "adjustment": row.adjustment, "gain": row.gain, "account_id": row.account_id,
        "ticker": row.ticker, "lot_id": row.lot_id, "quantity": row.quantity.normalize(),
    })
}

fn total(total: &Total) -> Value {
    json!({
        "part": total.part.word(), "box": total.check_box, "proceeds": total.proceeds, "basis": total.basis,
        "adjustment": total.adjustment, "gain": total.gain,
    })
}

fn comparison(year: i16, found: &Comparison) -> Value {
    let difference = |one: &Difference| {
        json!({
            "code": one.code, "about": one.about, "place": one.place, "booked": one.booked, "told": one.told,
            "explanation": one.explanation,
        })
    };
    json!({
        "year": year, "matched": found.matched, "agreeing": found.agreeing,
        "differences": found.differences.iter().map(difference).collect::<Vec<_>>(),
    })
}
