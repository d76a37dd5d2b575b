//! The page of `metrics`: the figures that can be given, then what the others need.

use portfolio::measures::report::{Figure, Measure};

use super::{drawn, paragraph, table, title};
use crate::figures::usd;

/// The whole page.
pub(crate) fn page(rows: &[Measure]) -> String {
    let mut t = table(&["Eq.", "Figure", ">Value", "Unit", "Note"]);
    for row in rows {
        let Some(value) = &row.value else { continue };
        t.add_row(vec![
            format!("({})", row.equation),
            label(row),
            shown(value, row.unit),
            row.unit.to_owned(),
            row.note.clone().unwrap_or_default(),
        ]);
    }
    title("Risk, drift, cost and tax figures") + &drawn(&t) + &missing(rows)
}

/// Name for people; of a weight, its ticker too.
fn label(row: &Measure) -> String {
    match row.key.strip_prefix("weight.") {
        Some(ticker) => format!("weight of {ticker}"),
        None => row.name.to_owned(),
    }
}

/// The figures without a value under the reason that they share, each named once.
fn missing(rows: &[Measure]) -> String {
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for row in rows.iter().filter(|row| row.value.is_none()) {
        let reason = row.note.as_deref().unwrap_or("undefined");
        let named = format!("({}) {}", row.equation, label(row));
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, names)) if names.contains(&named) => {}
            Some((_, names)) => names.push(named),
            None => reasons.push((reason, vec![named])),
        }
    }
    if reasons.is_empty() {
        return String::new();
    }
    let lines =
        reasons.iter().map(|(reason, names)| paragraph(&format!("{reason}: {}", names.join(", ")), 2));
    format!("\n{}{}", title("Not given, and why"), lines.collect::<String>())
}

/// Money to the cent; six digits of the rest are enough for the eye, `--format json` has them all.
fn shown(figure: &Figure, unit: &str) -> String {
    match figure {
        Figure::Exact(value) if unit == "USD" => usd(*value),
        Figure::Exact(value) => value.round_dp(6).normalize().to_string(),
        Figure::Number(value) if *value != 0.0 && value.abs() < 0.001 => format!("{value:.3e}"),
        Figure::Number(value) => {
            let text = format!("{value:.6}");
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;

    fn measure(key: &str, name: &'static str, value: Option<Figure>, note: Option<&str>) -> Measure {
        Measure { key: key.to_owned(), equation: 8, name, value, unit: "–", note: note.map(str::to_owned) }
    }

    #[test]
    fn what_is_missing_stands_once_under_its_reason() {
        let rows = [
            measure("sharpe", "Sharpe ratio", None, Some("needs prices")),
            measure("sharpe_of_excess", "Sharpe ratio", None, Some("needs prices")),
            measure("beta", "beta", None, Some("needs prices")),
            measure("weight.VTI", "weight", Some(Figure::Exact(dec!(0.5))), None),
        ];
        let page = page(&rows);
        assert!(page.contains("  needs prices: (8) Sharpe ratio, (8) beta\n"), "{page}");
        assert!(page.contains("weight of VTI"), "{page}");
    }

    #[test]
    fn figures_are_short_and_keep_small_ones() {
        assert_eq!(shown(&Figure::Number(5.0), "classes"), "5");
        assert_eq!(shown(&Figure::Number(0.0), "–"), "0");
        assert_eq!(shown(&Figure::Number(-0.25), "–"), "-0.25");
        assert_eq!(shown(&Figure::Number(0.000_012_3), "–"), "1.230e-5");
        assert_eq!(shown(&Figure::Exact(dec!(1234.5)), "USD"), "$1,234.50");
    }
}
