//! Forbids buying a mutual fund where a buyable ETF of its class exists, under
//! `prefer_etfs_over_mutual_funds`.
//!
//! Source: model.md, row `preference.*` (`mutual_fund`); a preferred ticker is exempt.

use portfolio::plan::Finding;
use portfolio::{SecurityKind, household::Security};

use super::Case;
use crate::wording::finding;

/// Its name in every report.
pub(crate) const CODE: &str = "preference.mutual_fund";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let facts = case.plan.facts;
    let p = facts.portfolio;
    if !p.wishes.prefer_etfs {
        return Vec::new();
    }
    let etf_of = |class: &str| {
        let is_it = |(n, s): &(usize, &Security)| {
            s.kind == SecurityKind::Etf && s.asset_class == class && facts.buyable[*n]
        };
        p.securities.iter().enumerate().find(is_it).map(|(_, s)| s.ticker.as_str())
    };
    let mut found = Vec::new();
    for order in case.plan.purchases() {
        let fund = &p.securities[order.security];
        if fund.kind != SecurityKind::MutualFund || p.wishes.preferred.contains(&order.security) {
            continue;
        }
        if let Some(etf) = etf_of(&fund.asset_class) {
            let detail = format!("{etf} is an ETF of `{}` that can be bought", fund.asset_class);
            found.push(finding(CODE, fund.ticker.as_str(), detail));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn a_fund_where_there_is_an_etf() {
        let f = Fixture::new().wish("prefer_etfs_over_mutual_funds");
        assert_eq!(f.run(check, &["BUY tax BBB 5"]), NONE);
        assert_eq!(
            f.run(check, &["BUY tax DDD 5"]),
            ["preference.mutual_fund DDD: BBB is an ETF of `Bonds` that can be bought"]
        );
        let preferred = Fixture::new().wish("prefer_etfs_over_mutual_funds").wish("prefer_ticker_DDD");
        assert_eq!(preferred.run(check, &["BUY tax DDD 5"]), NONE);
        let no_etf = f.wish("do_not_buy_ticker_BBB");
        assert_eq!(no_etf.run(check, &["BUY tax DDD 5"]), NONE);
    }
}
