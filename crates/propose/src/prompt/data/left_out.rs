//! What did not fit, what it comes to, and by which rule it was left out.

use std::collections::BTreeMap;

use portfolio::Decimal;

use super::lots::{gain, value};
use super::{Listed, Source};
use crate::prompt::row::Row;

/// Bytes that this part may take.
pub(super) const BYTES: usize = 6_000;
/// Classes that are told one by one.
const CLASSES_MAX: usize = 16;

/// What is not listed of a class.
#[derive(Default, Clone, Copy)]
struct Rest {
    securities: usize,
    held_usd: Decimal,
    lots: usize,
    value_usd: Decimal,
    gain_usd: Decimal,
    loss_usd: Decimal,
}

impl Rest {
    fn and(self, other: Rest) -> Rest {
        Rest {
            securities: self.securities + other.securities,
            held_usd: self.held_usd + other.held_usd,
            lots: self.lots + other.lots,
            value_usd: self.value_usd + other.value_usd,
            gain_usd: self.gain_usd + other.gain_usd,
            loss_usd: self.loss_usd + other.loss_usd,
        }
    }

    fn told(self, class: &str) -> String {
        Row::new()
            .text("class", class)
            .number("securities", self.securities.into())
            .usd("held_usd", self.held_usd)
            .number("lots", self.lots.into())
            .usd("value_usd", self.value_usd)
            .usd("gains_usd", self.gain_usd)
            .usd("losses_usd", self.loss_usd)
            .done()
    }
}

/// The parts that are not complete, each with its rule, and what is not listed by class.
pub(super) fn left_out(source: &Source<'_>, listed: &Listed, parts: &[(&'static str, Row)]) -> String {
    let told = parts.iter().fold(
        Row::new().text(
            "note",
            "The portfolio is too large to be listed whole. What is not listed is held all the same and counts in every weight; it \
             can't be traded in this plan.",
        ),
        |row, (part, what)| row.raw(part, &what.done()),
    );
    let mut classes: Vec<(&str, Rest)> = rest(source, listed).into_iter().collect();
    classes.sort_by_key(|(_, rest)| std::cmp::Reverse(rest.held_usd.max(rest.value_usd)));
    let more = classes.split_off(classes.len().min(CLASSES_MAX));
    let mut rows: Vec<String> =
        classes.iter().map(|(class, rest)| rest.told(&source.names.class(class))).collect();
    if !more.is_empty() {
        let all = more.iter().fold(Rest::default(), |sum, (_, rest)| sum.and(*rest));
        rows.push(all.told("all other classes"));
    }
    told.raw("not_listed_by_class", &format!("[{}]", rows.join(","))).done()
}

fn rest<'a>(source: &Source<'a>, listed: &Listed) -> BTreeMap<&'a str, Rest> {
    let p = source.portfolio;
    let mut classes: BTreeMap<&str, Rest> = BTreeMap::new();
    for n in (0..p.securities.len()).filter(|n| !listed.securities.contains(n)) {
        let rest = classes.entry(&p.securities[n].asset_class).or_default();
        rest.securities += 1;
        rest.held_usd += source.held[n];
    }
    for n in (0..p.lots.len()).filter(|n| !listed.lots.contains(n)) {
        let class = &p.securities[p.positions[p.lots[n].position].security].asset_class;
        let (gain, rest) = (gain(source, n), classes.entry(class).or_default());
        rest.lots += 1;
        rest.value_usd += value(source, n);
        if gain > Decimal::ZERO {
            rest.gain_usd += gain;
        } else {
            rest.loss_usd -= gain;
        }
    }
    classes
}
