//! Households of a configuration come into the books, and what it says of them counts.
//!
//! In: the households of a configuration. Out: the books have them. Invariant: a document that is on record stays; its file is only the
//! first one.

use rebalance::books::Books;
use rebalance::keeping::Keeper;

use crate::books::OpenBooks;
use crate::failure::Failure;
use crate::service::configuration::Installation;
use crate::{input, keeping};

/// Opens what is not there yet, and takes over what the configuration says of approvals and watches.
pub(super) fn open(books: &OpenBooks, keeper: &Keeper<'_>, service: &Installation) -> Result<(), Failure> {
    let failed = |error| keeping::failed(books, &error);
    for wanted in &service.households {
        let known =
            books.store.reading().household_named(&wanted.name).map_err(|error| books.failed(&error))?;
        let has_document = known.as_ref().is_some_and(|household| household.portfolio_version > 0);
        let household = match known {
            Some(household) if has_document => household,
            _ => {
                let path = wanted.portfolio.display().to_string();
                let said = service.said.at(&format!("{}.portfolio", wanted.path));
                let text = input::text(&path).map_err(|failure| failure.said_at(&said))?;
                portfolio::read(&text).map_err(|error| Failure::document(&path, &error).said_at(&said))?;
                let policy = wanted.approval.clone().unwrap_or_default();
                keeper.enrol(&wanted.name, &wanted.owner, policy, &text).map_err(failed)?
            }
        };
        if let Some(policy) = &wanted.approval {
            keeper.ask_of_approvals(&household, &wanted.owner, policy).map_err(failed)?;
        }
        if let Some(policy) = &wanted.watch {
            keeper.ask_of_watch(&household, &wanted.owner, policy).map_err(failed)?;
        }
    }
    Ok(())
}
