//! The asset classes: weight, target, band, and what would have to be traded.

use portfolio::Decimal;

use super::Source;
use super::fitting::{Fitting, fitting};
use crate::prompt::row::Row;

/// One row a class; the farthest off its target matters most.
pub(super) fn classes(source: &Source<'_>, bytes: usize) -> Fitting {
    let drift = source.situation.drift;
    let p = source.portfolio;
    let used = |class: &str| drift.targets_used.get(class).map(|number| number.0).unwrap_or_default();
    let moved = !drift.theta.0.is_zero();
    let row = |n: usize| {
        let c = &drift.classes[n];
        let to = if moved { used(&c.class) } else { c.target.0 };
        let off = (c.weight.0 - to) * source.value;
        let row = Row::new()
            .text("class", &source.names.class(&c.class))
            .weight("weight", c.weight.0)
            .weight("target", c.target.0);
        let row = if moved { row.weight("go_to", to) } else { row };
        row.weight("band", c.tolerance.tau.0)
            .flag("outside_band", c.breached)
            .usd("off_usd", off)
            .maybe_number("tax_drag", p.tax_drag.get(&c.class).copied().filter(|drag| *drag > Decimal::ZERO))
            .done()
    };
    let mut order: Vec<usize> = (0..drift.classes.len()).collect();
    order.sort_by_key(|n| std::cmp::Reverse(drift.classes[*n].drift.0.abs()));
    fitting(order, drift.classes.len(), bytes, "the classes farthest off their targets", row)
}
