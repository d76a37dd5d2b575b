//! Rows that contradict each other about an account, a ticker or a lot.
//!
//! In: all rows. Out: a fault for each row that says something else than an earlier one. The
//! invariant is that the first row to say it is taken at its word.

use std::collections::HashMap;

use super::fault::{Problem, RowFault};
use super::{Action, COLUMNS, Row};

/// Adds a fault for each row that says something else than an earlier one about the same account,
/// ticker or lot.
pub(super) fn find_contradictions(rows: &[Row], faults: &mut Vec<RowFault>) {
    let mut said: HashMap<(usize, String), (String, u64)> = HashMap::new();
    let mut check = |row: &Row, column: usize, about: String, given: String, rule| {
        let key = (column, about);
        match said.get(&key) {
            Some((earlier, earlier_line)) if *earlier != given => {
                let (earlier, earlier_line) = (earlier.clone(), *earlier_line);
                let problem = Problem::Contradiction { given, earlier, earlier_line, rule };
                faults.push(RowFault { line: row.line, column: Some(COLUMNS[column]), problem });
            }
            Some(_) => {}
            None => {
                said.insert(key, (given, row.line));
            }
        }
    };
    for row in rows {
        let account = row.account_id.clone();
        let kind = row.account_kind.name().to_owned();
        check(row, 2, account.clone(), kind, "an account has one kind");
        check(row, 3, account.clone(), row.owner.clone(), "an account has one owner");
        if let Some(group) = &row.identical_group {
            check(row, 10, row.ticker.clone(), group.clone(), "a ticker is in one group");
        }
        let is_purchase = matches!(row.action, Action::Buy | Action::Reinvest);
        if let Some(lot) = row.lot_id.as_ref().filter(|_| is_purchase) {
            let about = format!("{account}\n{}\n{lot}", row.ticker);
            check(row, 9, about, format!("{lot} of {}", row.date), "a lot is bought on one day");
        }
    }
}
