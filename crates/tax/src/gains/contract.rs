//! Which tickers are option contracts, and for how many shares.
//!
//! In: a ticker. Out: call or put, and on what, where the ticker is written as the option exchanges do: root,
//! expiry as YYMMDD, C or P, strike in 8 digits (`XYZ260116C00100000`, the root padded or not).

use rust_decimal::Decimal;

/// An option of one kind or the other; for 100 shares, as all that are not adjusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Contract {
    /// An option to acquire: buying it can wash a loss (IRC s.1091(a)).
    Call,
    /// An option to sell: buying it acquires nothing.
    Put,
}

/// The contract that `ticker` is, if it is one.
pub(super) fn contract(ticker: &str) -> Option<Contract> {
    parts(ticker).map(|(_, contract)| contract)
}

/// The shares that a call is an option to acquire, as its symbol names them; None for all else.
pub(super) fn underlying(ticker: &str) -> Option<&str> {
    parts(ticker).filter(|(_, contract)| *contract == Contract::Call).map(|(root, _)| root)
}

fn parts(ticker: &str) -> Option<(&str, Contract)> {
    let (root, rest) = ticker.split_at_checked(ticker.len().checked_sub(15)?)?;
    let (expiry, rest) = rest.split_at_checked(6)?;
    let (side, strike) = rest.split_at_checked(1)?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let root = root.trim_end();
    let is_root = (1..=6).contains(&root.len())
        && root.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    match side {
        "C" if is_root && digits(expiry) && digits(strike) => Some((root, Contract::Call)),
        "P" if is_root && digits(expiry) && digits(strike) => Some((root, Contract::Put)),
        _ => None,
    }
}

/// Shares that one unit of `ticker` stands for: 100 for a contract, 1 for a share.
pub(super) fn shares_per_unit(ticker: &str) -> Decimal {
    if contract(ticker).is_some() { Decimal::ONE_HUNDRED } else { Decimal::ONE }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_exchange_symbols_are_contracts() {
        assert_eq!(contract("XYZ260116C00100000"), Some(Contract::Call));
        assert_eq!(contract("XYZ   260116P00100000"), Some(Contract::Put));
        for ticker in ["", "SPY", "BRK.B", "260116C00100000", "XYZ260116X00100000", "ÄÖÜ260116C0010000é"]
        {
            assert_eq!(contract(ticker), None, "{ticker}");
        }
        assert_eq!(underlying("XYZ   260116C00100000"), Some("XYZ"));
        assert_eq!((underlying("XYZ260116P00100000"), underlying("XYZ")), (None, None));
        assert_eq!(shares_per_unit("XYZ260116C00100000"), Decimal::ONE_HUNDRED);
    }
}
