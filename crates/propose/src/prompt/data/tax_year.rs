//! The tax context: rates, the year so far, losses carried in, limits, and how they net.

use portfolio::household::FilingStatus;
use tax::plan_tax::Netting;

use super::Source;
use crate::prompt::row::Row;

/// The tax unit of the household.
pub(super) fn tax_year(source: &Source<'_>) -> String {
    let (rates, tax) = (source.rates, &source.portfolio.tax);
    let (short, long) = source.year_so_far;
    let pair = |short, long| Row::new().usd("short_term_usd", short).usd("long_term_usd", long).done();
    let filing = tax.filing_status.map(|status| match status {
        FilingStatus::Single => "single",
        FilingStatus::Joint => "married, joint return",
        FilingStatus::Separate => "married, separate returns",
        FilingStatus::HeadOfHousehold => "head of household",
    });
    let netting = match rates.netting {
        Netting::ScheduleD => {
            "short-term and long-term gains and losses of the year are netted against each other; a net loss lowers the tax only up \
             to the losses that were there before the plan or that harvest_wished_usd asks for, the first ordinary_loss_limit_usd \
             of it at ordinary_rate, the rest at carryforward_rate"
        }
        Netting::Separate => {
            "short-term and long-term results are taxed each alone, and losses are worth nothing"
        }
    };
    Row::new()
        .maybe_number("year", tax.year.map(Into::into))
        .maybe_text("filing_status", filing)
        .number("short_term_rate", rates.short_term)
        .number("long_term_rate", rates.long_term)
        .number("ordinary_rate", rates.ordinary)
        .number("carryforward_rate", rates.carryforward)
        .usd("ordinary_loss_limit_usd", rates.ordinary_loss_limit)
        .usd("harvest_wished_usd", rates.harvest_usd)
        .raw("realised_this_year", &pair(tax.realised_short, tax.realised_long))
        .raw("losses_carried_in", &pair(tax.carried_short, tax.carried_long))
        .raw("net_before_the_plan", &pair(short, long))
        .text("netting", netting)
        .done()
}
