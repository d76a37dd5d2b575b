//! The pages of `tax-forms`: Form 8949 part by part, and what differs from a broker's statement.
//!
//! Invariant: every figure is the one of the form; nothing is rounded again.

use tax::broker_statement::Comparison;
use tax::form_8949::{Form, Part};

use super::{drawn, paragraph, table, title};
use crate::figures::{usd, usd_or_dash};

const NO_ADVICE: &str = "This is a calculation on what is booked, not tax advice. Which box is checked is what the broker's 1099-B says.";

/// The form of a year.
pub(crate) fn form(form: &Form, notes: &[String]) -> String {
    let mut page = String::new();
    for (part, words) in [(Part::I, "short-term"), (Part::II, "long-term")] {
        let rows: Vec<_> = form.rows.iter().filter(|row| row.part == part).collect();
        page += &title(&format!("Form 8949, {}, part {}: {words}", form.year, part.word()));
        if rows.is_empty() {
            page += &paragraph("Nothing was sold.", 0);
            continue;
        }
        let mut drawing = table(&[
            "Box",
            "(a) Property",
            "(b) Acquired",
            "(c) Sold",
            ">(d) Proceeds",
            ">(e) Basis",
            "(f)",
            ">(g) Adjustment",
            ">(h) Gain",
            "Account",
        ]);
        for row in rows {
            drawing.add_row([
                row.check_box.to_string(),
                row.description.clone(),
                row.acquired.map_or_else(|| "–".to_owned(), |day| day.to_string()),
                row.sold.to_string(),
                usd(row.proceeds),
                usd(row.basis),
                row.code.map_or_else(String::new, String::from),
                usd_or_dash(row.adjustment),
                usd(row.gain),
                row.account_id.clone(),
            ]);
        }
        for total in form.totals.iter().filter(|total| total.part == part) {
            drawing.add_row([
                total.check_box.to_string(),
                "Total".to_owned(),
                String::new(),
                String::new(),
                usd(total.proceeds),
                usd(total.basis),
                String::new(),
                usd_or_dash(total.adjustment),
                usd(total.gain),
                String::new(),
            ]);
        }
        page += &drawn(&drawing);
    }
    for note in notes {
        page += &paragraph(&format!("Note: {note}."), 0);
    }
    page + &paragraph(NO_ADVICE, 0)
}

/// What holding a statement against the books has found.
pub(crate) fn comparison(year: i16, found: &Comparison) -> String {
    let mut page = title(&format!("The broker's 1099-B of {year} and the books"));
    page += &paragraph(
        &format!("{} sales are on both sides; {} of them agree to the cent.", found.matched, found.agreeing),
        0,
    );
    for one in &found.differences {
        let place = one.place.as_ref().map_or_else(String::new, |place| format!(" ({place})"));
        let or_none = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".to_owned());
        page += "\n";
        page += &paragraph(
            &format!(
                "{}{place}: {}: booked {}, told {}.",
                one.about,
                one.code,
                or_none(&one.booked),
                or_none(&one.told)
            ),
            0,
        );
        page += &paragraph(&format!("{}.", one.explanation), 2);
    }
    page
}
