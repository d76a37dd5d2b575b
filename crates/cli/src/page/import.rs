//! The page of `import`: what is in the document, what was left out, what to know.
//!
//! Invariant: accounts are named as [`masked`] does it; every note, difference and row that was left out is shown.

use ingest::Holdings;
use ingest::document::Written;
use ingest::holdings::{Difference, Unsupported, masked};
use portfolio::{Decimal, Portfolio};

use super::{drawn, paragraph, table, title};
use crate::figures::{shares, usd};

/// The whole page.
pub(crate) fn page(holdings: &Holdings, written: &Written, out: Option<&str>, dated_today: bool) -> String {
    let portfolio = &written.portfolio;
    let expected: Decimal = portfolio.accounts.iter().map(|account| account.flow).sum();
    let held = portfolio.value() - expected;
    let mut page = title(&format!("Imported, as of {} · {}", portfolio.as_of, usd(held)));
    page += &accounts(portfolio, written);
    page += "\n";
    page += &title("Positions");
    page += &positions(portfolio);
    if !holdings.differences.is_empty() {
        page += "\n";
        page += &differences(&holdings.differences);
        page +=
            &paragraph("Accepted: the lots count, and a position without lots is one lot without a date.", 0);
    }
    if !holdings.unsupported.is_empty() {
        page += "\n";
        page += &title("Left out, since a portfolio document can't say it");
        page += &left_out(&holdings.unsupported);
    }
    page += "\n";
    page += &notes(holdings, written, dated_today);
    if let Some(out) = out {
        page += &paragraph(
            &format!("Written to {out}. Next: `equipoise drift {out}`, `equipoise plan {out}`."),
            0,
        );
    }
    page
}

fn accounts(portfolio: &Portfolio, written: &Written) -> String {
    let mut t = table(&["Account", "Kind", "Owner", ">Cash", ">Holdings", ">Total", ""]);
    let mut sums = [Decimal::ZERO; 2];
    for (at, account) in portfolio.accounts.iter().enumerate() {
        let positions = portfolio.positions.iter().filter(|p| p.account == at);
        let held: Decimal = positions.map(|p| portfolio.position_value(p)).sum();
        sums = [sums[0] + account.cash, sums[1] + held];
        let shown = masked(&account.account_id);
        let kept = if written.kept_accounts.contains(&shown) { "kept as it was" } else { "" };
        t.add_row(vec![
            shown,
            account.kind.word().to_owned(),
            account.owner.clone().unwrap_or_default(),
            usd(account.cash),
            usd(held),
            usd(account.cash + held),
            kept.to_owned(),
        ]);
    }
    if portfolio.accounts.len() > 1 {
        let [cash, held] = sums;
        let total = ["Total", "", ""].map(str::to_owned).into_iter();
        t.add_row(total.chain([usd(cash), usd(held), usd(cash + held), String::new()]).collect::<Vec<_>>());
    }
    drawn(&t)
}

fn positions(portfolio: &Portfolio) -> String {
    if portfolio.positions.is_empty() {
        return paragraph("None: cash only.", 0);
    }
    let mut t =
        table(&["Account", "Ticker", "Class", ">Shares", ">Lots", ">Price", ">Value", ">Basis", ">Gain"]);
    for position in &portfolio.positions {
        let security = &portfolio.securities[position.security];
        let lots = &portfolio.lots[position.lots.clone()];
        let basis: Decimal = lots.iter().map(|lot| lot.quantity * lot.basis_per_share).sum();
        let value = portfolio.position_value(position);
        t.add_row(vec![
            masked(&portfolio.accounts[position.account].account_id),
            security.ticker.clone(),
            security.asset_class.clone(),
            shares(portfolio.position_quantity(position)),
            lots.len().to_string(),
            usd(security.price),
            usd(value),
            usd(basis),
            usd(value - basis),
        ]);
    }
    drawn(&t)
}

/// Where the files disagree.
pub(crate) fn differences(found: &[Difference]) -> String {
    let mut t = table(&["Account", "Ticker", "What", ">Stated", ">Added up", ">Difference"]);
    for d in found {
        let figure = |amount: Decimal| if d.compared.is_usd() { usd(amount) } else { shares(amount) };
        t.add_row(vec![
            d.account.clone(),
            d.ticker.clone().unwrap_or_else(|| "all".to_owned()),
            match &d.place {
                Some(place) => format!("{} ({}, {})", d.compared.name(), place.file, place.within()),
                None => d.compared.name().to_owned(),
            },
            figure(d.stated),
            figure(d.found),
            figure(d.found - d.stated),
        ]);
    }
    title("The files disagree") + &drawn(&t)
}

fn left_out(rows: &[Unsupported]) -> String {
    let mut t = table(&["File", "Where", "Account", "What", ">Value"]);
    for row in rows {
        t.add_row(vec![
            row.place.file.clone(),
            row.place.within(),
            row.account.clone(),
            row.what.clone(),
            row.value.map(usd).unwrap_or_default(),
        ]);
    }
    drawn(&t)
}

fn notes(holdings: &Holdings, written: &Written, dated_today: bool) -> String {
    let mut page = String::new();
    for note in holdings.notes.iter().chain(&written.notes) {
        page += &paragraph(&format!("Note: {}.", note.text), 0);
    }
    if dated_today {
        page += &paragraph(
            "Note: no file tells a day, so that the document is of today; `--as-of DATE` says otherwise.",
            0,
        );
    }
    if written.targets_copied {
        let text = "No targets were given: the current weights are the target, so that a plan finds nothing to do. `--targets FILE` \
                    gives some, `--into FILE` keeps those of a document.";
        page += &paragraph(text, 0);
    }
    page
}
