//! What people see: one page per command.
//!
//! In: results. Out: text with tables as wide as the terminal, or rows one by one where they don't fit. Headings are bold where the terminal
//! shows it: the stream strips colours for pipes, files and `NO_COLOR`.

pub(crate) mod attempts;
pub(crate) mod broker;
pub(crate) mod costs;
pub(crate) mod drift;
pub(crate) mod eval;
pub(crate) mod gains;
pub(crate) mod held_prices;
pub(crate) mod household;
pub(crate) mod import;
pub(crate) mod metrics;
pub(crate) mod model_list;
pub(crate) mod model_portfolio;
pub(crate) mod orders;
pub(crate) mod plan;
pub(crate) mod preferences;
pub(crate) mod prices;
pub(crate) mod proposal;
pub(crate) mod reconciled;
mod records;
pub(crate) mod rules;
pub(crate) mod tax_forms;
pub(crate) mod verdict;

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle};

use crate::failure::printable;

/// Width where nobody says how wide the screen is.
const WIDTH_DEFAULT: u16 = 110;
/// Nothing is wider than this: long lines are hard to read.
const WIDTH_MAX: u16 = 140;
/// Narrower tables are no tables.
const WIDTH_MIN: u16 = 40;

/// Columns of the screen: of the terminal, else `COLUMNS`, else a default.
pub(crate) fn width() -> u16 {
    let terminal = terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| width.0);
    let stated = || std::env::var("COLUMNS").ok().and_then(|c| c.trim().parse().ok());
    terminal.or_else(stated).unwrap_or(WIDTH_DEFAULT).clamp(WIDTH_MIN, WIDTH_MAX)
}

/// Lines above, under the headings and below; none between rows.
const STYLE: TableStyle = {
    let line = LineStyle::none().fill('─').junction('─');
    TableStyle::new().top_border(line).header_separator(line).bottom_border(line)
};

/// A table with these headings; `>` before a heading puts its column to the right.
pub(crate) fn table(headings: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE);
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width());
    table.set_header(headings.iter().map(|h| h.trim_start_matches('>')).collect::<Vec<_>>());
    for (place, heading) in headings.iter().enumerate() {
        if let Some(column) = table.column_mut(place) {
            column.set_padding((0, 1));
            if heading.starts_with('>') {
                column.set_cell_alignment(CellAlignment::Right);
                column.set_constraint(ColumnConstraint::ContentWidth); // a figure is never broken
            }
        }
    }
    table
}

/// A table as text with a newline at the end; row by row where its columns don't fit the screen.
pub(crate) fn drawn(table: &Table) -> String {
    if !records::fits(table, usize::from(width())) {
        return records::drawn(table);
    }
    printable(&table.trim_fmt()) + "\n"
}

/// A heading, broken at words like running text.
pub(crate) fn title(text: &str) -> String {
    format!("\u{1b}[1m{}\u{1b}[0m\n", paragraph(text, 0).trim_end())
}

/// Running text, broken at words to the width of the screen, each line indented.
pub(crate) fn paragraph(text: &str, indent: usize) -> String {
    let room = usize::from(width()).saturating_sub(indent).max(20);
    let mut page = String::new();
    for line in printable(text).lines() {
        let mut used = 0;
        page.push_str(&" ".repeat(indent));
        for word in kept_together(line) {
            let length = word.chars().count();
            if used > 0 && used + 1 + length > room {
                page.push('\n');
                page.push_str(&" ".repeat(indent));
                used = 0;
            } else if used > 0 {
                page.push(' ');
                used += 1;
            }
            page.push_str(&word);
            used += length;
        }
        page.push('\n');
    }
    page
}

/// The words of a line; a figure and its unit are one.
fn kept_together(line: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in line.split_whitespace() {
        let unit = matches!(word.trim_end_matches(['.', ',', ';', ':', ')']), "%" | "USD" | "bps");
        match words.last_mut().filter(|last| unit && last.ends_with(|c: char| c.is_ascii_digit())) {
            Some(figure) => {
                figure.push(' ');
                figure.push_str(word);
            }
            None => words.push(word.to_owned()),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_stays_with_its_unit() {
        assert_eq!(kept_together("is 0.02 % below, 5 USD."), ["is", "0.02 %", "below,", "5 USD."]);
        assert_eq!(kept_together("% of USD 5"), ["%", "of", "USD", "5"]);
    }

    #[test]
    fn running_text_is_broken_at_words() {
        let text = paragraph(&"word ".repeat(60), 2);
        assert!(text.lines().count() >= 3, "{text}");
        assert!(text.lines().all(|l| l.starts_with("  word") && l.chars().count() <= usize::from(WIDTH_MAX)));
    }

    #[test]
    fn numbers_stand_to_the_right() {
        let mut t = table(&["Name", ">Amount"]);
        t.add_row(["a", "1"]);
        let drawn = drawn(&t);
        assert!(drawn.lines().any(|l| l.trim_end().ends_with('1') && l.starts_with('a')), "{drawn}");
    }
}
