//! `equipoise sync`: what a broker holds, listed against the books, and taken over where a person accepts it.
//!
//! In: books, and what the broker holds: as it tells it, a document made of its files by `import`, or what a person says of its cash. Out: every difference; with `--accept` the next
//! version of the household's document, and what could not be taken over with what to do. Exit 1 while something differs. Invariants: nothing is
//! overwritten silently; lots are never made up: where a broker tells only shares, cash alone is taken
//! over, and that only where the shares agree.

use std::collections::{BTreeMap, BTreeSet};

use execute::Holdings;
use portfolio::money::{MONEY_MAX, cents};
use portfolio::{Decimal, Portfolio};
use rebalance::keeping::document::{HeldAccount, held};
use rebalance::keeping::holding::{Adopted, Holding, holdings};

use super::reconcile::{Reconciled, asked, document, holding, reconciled, wanted};
use crate::books::{OpenBooks, Place};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keeping::{self, Outside};
use crate::service::brokers::{self, Sources};
use crate::{input, output, page};

/// Arguments of `sync`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Name or id of a household; without it all of them
    #[arg(long, value_name = "NAME")]
    household: Option<String>,
    /// What the broker holds: a portfolio document, as `equipoise import` makes it of the broker's files; without it the broker is asked
    #[arg(long, value_name = "FILE")]
    against: Option<String>,
    /// What the broker says of an account's cash, USD, where it tells nothing itself: below 0 after fees, say; shares count as they are
    #[arg(long, value_name = "ACCOUNT=USD", value_parser = cash, conflicts_with = "against")]
    cash: Vec<(String, Decimal)>,
    /// Take over what the broker holds, as far as its lots are known
    #[arg(long, requires = "name")]
    accept: bool,
    /// Who accepts it; it goes on record
    #[arg(long = "as", value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    place: Place,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let books = OpenBooks::open(&arguments.place)?;
    let world = Outside::of(&books)?;
    let told = match &arguments.against {
        Some(file) => Some((document(file)?, input::name(file).to_owned())),
        None => None,
    };
    if let Some((document, name)) = told.as_ref().filter(|_| arguments.accept) {
        world.unless_to_come(name, document.as_of)?;
    }
    let sources = Sources::of(&books);
    let by_hand = told.is_some() || !arguments.cash.is_empty();
    let broker = match by_hand {
        true => sources.nobody(),
        false => sources.broker(brokers::on_record(&books)?, 0)?,
    };
    let mut agree = true;
    for household in wanted(&books, arguments.household.as_deref(), by_hand)? {
        if arguments.accept {
            // What a broker holds is in new shares.
            keeping::apart(&books, &world, |keeper| {
                keeper.apply_splits(&household).map_err(|error| keeping::failed(&books, &error))
            })?;
        }
        let found = match &told {
            Some((document, name)) => {
                let at_broker =
                    held(document).iter().map(|it| (it.account_id.clone(), holdings(it))).collect();
                let in_books = holding(&books, &world, &household)?;
                reconciled(&books, household, name.clone(), &at_broker, in_books)?
            }
            None if by_hand => {
                let in_books = holding(&books, &world, &household)?;
                let at_broker = with_cash(&in_books, &arguments.cash, &household.name)?;
                reconciled(&books, household, "what was said of its cash".to_owned(), &at_broker, in_books)?
            }
            None => asked(&books, &world, household, broker.as_ref())?,
        };
        output::page(&page::reconciled::page(std::slice::from_ref(&found)))?;
        if found.agrees() {
            continue;
        }
        if arguments.accept {
            let name = &books.person(arguments.name.as_deref().unwrap_or_default())?.name;
            agree &= accepted(&books, &world, &found, told.as_ref().map(|(document, _)| document), name)?;
        } else {
            agree = false;
        }
    }
    if !agree && !arguments.accept {
        output::page("nothing was changed; `--accept --as NAME` takes over what the broker holds\n")?;
    }
    books.checkpoint()?;
    Ok(if agree { Exit::Done } else { Exit::CheckFailed })
}

/// `ACCOUNT=USD`, whole cents.
fn cash(text: &str) -> Result<(String, Decimal), String> {
    let (account, usd) = text.rsplit_once('=').ok_or("write an account and USD with = between them")?;
    let usd: Decimal = usd.trim().parse().map_err(|_| format!("`{}` is no number of USD", usd.trim()))?;
    if usd != cents(usd) || usd.abs() > MONEY_MAX {
        return Err(format!("{usd} USD is no amount of whole cents up to {MONEY_MAX} USD"));
    }
    Ok((account.trim().to_owned(), usd))
}

/// What the books hold, with the cash that a person says.
fn with_cash(
    in_books: &Holding,
    said: &[(String, Decimal)],
    household: &str,
) -> Result<BTreeMap<String, Holdings>, Failure> {
    let mut at_broker: BTreeMap<String, Holdings> =
        in_books.accounts.iter().map(|it| (it.account_id.clone(), holdings(it))).collect();
    let known: Vec<String> = at_broker.keys().cloned().collect();
    for (account, usd) in said {
        let Some(held) = at_broker.get_mut(account) else {
            return Err(Failure::usage(format!(
                "--cash {account}: {household} has no such account; it has {}",
                known.join(", ")
            )));
        };
        held.cash = *usd;
    }
    Ok(at_broker)
}

/// Takes over what can be; whether that is everything.
fn accepted(
    books: &OpenBooks,
    world: &Outside,
    found: &Reconciled,
    document: Option<&Portfolio>,
    name: &str,
) -> Result<bool, Failure> {
    let failed = |error| keeping::failed(books, &error);
    keeping::apart(books, world, |keeper| {
        let household = &found.household;
        // Taken over is what was compared, over the version that it was compared with.
        let mut holding = found.holding.clone();
        let listed = keeper.as_of_now(household).map_err(failed)?.map_or_else(BTreeSet::new, |read| {
            read.securities.into_iter().map(|security| security.ticker).collect()
        });
        let at_broker: Option<Vec<HeldAccount>> = document.map(held);
        let (mut taken, mut left) = (Vec::new(), Vec::new());
        for account in found.accounts.iter().filter(|account| !account.differences.is_empty()) {
            let id = &account.account_id;
            let Some(ours) = holding.accounts.iter_mut().find(|ours| ours.account_id == *id) else {
                left.push(format!("{id} is not in the books: hand in a document that has it (`equipoise household document`)"));
                continue;
            };
            match at_broker.as_ref().map(|all| all.iter().find(|theirs| theirs.account_id == *id)) {
                Some(None) => {
                    left.push(format!("{id} is not in the document; it stays as it is in the books"));
                }
                Some(Some(theirs)) => {
                    let unlisted =
                        theirs.lots.iter().map(|lot| &lot.ticker).find(|ticker| !listed.contains(*ticker));
                    match unlisted {
                        Some(ticker) => left.push(format!(
                            "{id} holds {ticker}, which the household's document does not list: `equipoise import --into` puts it there, \
                             `equipoise household document` hands it in"
                        )),
                        None => {
                            *ours = theirs.clone();
                            taken.push(format!("{id}: cash and lots"));
                        }
                    }
                }
                None => {
                    let is_cash = |it: &execute::Difference| matches!(it, execute::Difference::Cash { .. });
                    let of_shares =
                        |it: &execute::Difference| matches!(it, execute::Difference::Shares { .. });
                    // What shares cost or brought is in the cash: the one without the other would be neither the broker's books nor ours.
                    let is_split = account.differences.iter().any(|(it, _)| of_shares(it));
                    for (difference, _) in &account.differences {
                        if is_cash(difference) && is_split {
                            left.push(format!(
                                "{id}: {difference}. Cash is not taken over while shares differ, since it has paid for them"
                            ));
                        } else if let execute::Difference::Cash { broker, .. } = difference {
                            ours.cash = *broker;
                            ours.settled_cash = ours.settled_cash.map(|settled| settled.min(*broker));
                            taken.push(format!("{id}: cash"));
                        } else {
                            left.push(format!(
                                "{id}: {difference}. The broker tells no lots: make a document of its files with `equipoise import`, and give \
                                 it as `--against FILE`"
                            ));
                        }
                    }
                }
            }
        }
        if !taken.is_empty() {
            let what = document.map_or(Adopted::Cash, |document| Adopted::Document(document.as_of));
            let kept = keeper.adopt(household, name, &holding, what).map_err(failed)?;
            let words = format!(
                "taken over by {name}: {}; that is version {} of the portfolio",
                taken.join(", "),
                kept.version
            );
            output::page(&page::paragraph(&words, 0))?;
        }
        for line in &left {
            output::page(&page::paragraph(&format!("not taken over: {line}"), 0))?;
        }
        Ok(left.is_empty())
    })
}
