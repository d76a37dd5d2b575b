//! What has to hold beside a broker in the world outside: its settings, the time, and prices that are of now.
//!
//! In: the parts of a configuration. Out: every fault by its path. Invariant: nothing real is traded at the prices or in the time of a simulated market,
//! but at a server on this machine, which tests use.

use execute::brokers::{alpaca, fix};

use super::configuration::{MarketWord, Parts};

impl Parts {
    /// What has to hold beside a broker in the world outside.
    pub(super) fn fits_alpaca(&self, faults: &mut Vec<String>) {
        match &self.alpaca {
            None => faults.push(
                "alpaca: name each account in `[alpaca.accounts.NAME]`, with `key_id_env` and `secret_key_env`".to_owned(),
            ),
            Some(settings) => match alpaca::Alpaca::new(settings, &|_| None) {
                Ok(alpaca) if alpaca.is_here() => {}
                Ok(_) => self.fits_now(faults),
                Err(found) => faults.extend(found.into_iter().map(|fault| format!("alpaca.{fault}"))),
            },
        }
        self.fits_no_simulation("at Alpaca", faults);
    }

    /// The same of a broker over FIX.
    pub(super) fn fits_fix(&self, faults: &mut Vec<String>) {
        match &self.fix {
            None => faults.push(
                "fix: say where the broker is and who speaks to it, in `[fix]`; docs/brokers.md tells how"
                    .to_owned(),
            ),
            Some(settings) => match fix::Fix::new(settings, &|_| None) {
                Ok(fix) if fix.is_here() => {}
                Ok(_) => self.fits_no_time_of_its_own("over FIX", faults),
                Err(found) => faults.extend(found.into_iter().map(|fault| format!("fix.{fault}"))),
            },
        }
        self.fits_no_simulation("over FIX", faults);
    }

    fn fits_no_simulation(&self, what: &str, faults: &mut Vec<String>) {
        if self.market_data.unwrap_or_default() == MarketWord::Simulated {
            faults.push(format!(
                "market_data: orders {what} can't follow the prices of a simulated market; take \"alpaca\" or \"csv\""
            ));
        }
    }

    fn fits_no_time_of_its_own(&self, what: &str, faults: &mut Vec<String>) {
        if self.simulated.has_a_time() {
            faults.push(format!(
                "simulated.start: orders {what} are of now; leave it out, or take another `broker`"
            ));
        }
    }

    /// What an account in the world outside asks of the time and of prices.
    fn fits_now(&self, faults: &mut Vec<String>) {
        self.fits_no_time_of_its_own("at Alpaca", faults);
        // What has no limit there would be sent on a close of days ago.
        if self.market_data == Some(MarketWord::Csv) && !self.csv.is_dated() {
            faults.push(
                "csv.price_age_max_minutes: parts of shares go to Alpaca at the market, so that prices have to be of now: say how old they \
                 may be, such as 15"
                    .to_owned(),
            );
        }
    }
}
