//! The page of `metrics`: one row per figure.

use portfolio::measures::report::{Figure, Measure};

use super::{drawn, table, title};

/// The whole page.
pub(crate) fn page(rows: &[Measure]) -> String {
    let mut t = table(&["Eq.", "Figure", "Name", ">Value", "Unit", "Note"]);
    for row in rows {
        t.add_row(vec![
            format!("({})", row.equation),
            row.name.to_owned(),
            row.key.clone(),
            row.value.map_or_else(|| "–".to_owned(), |v| shown(&v)),
            row.unit.to_owned(),
            row.note.clone().unwrap_or_default(),
        ]);
    }
    title("Risk, drift, cost and tax figures (3)–(47)") + &drawn(&t)
}

/// Six digits are enough for the eye; `--format json` has them all.
fn shown(figure: &Figure) -> String {
    match figure {
        Figure::Number(value) if *value != 0.0 && value.abs() < 0.001 => format!("{value:.3e}"),
        Figure::Number(value) => format!("{value:.6}"),
        Figure::Exact(value) => value.round_dp(6).normalize().to_string(),
    }
}
