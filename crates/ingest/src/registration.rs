//! How is an account taxed, by the words that a broker calls it.
//!
//! In: words such as `Roth Contributory IRA`. Out: the kind of account. Invariant: what can't be told is not guessed: plans for
//! education and health are none of the three.

use portfolio::AccountKind;

use crate::cell::plain;

/// How an account is taxed, by our words and by those of brokers; none where that can't be told.
pub(crate) fn account_kind(words: &str) -> Option<AccountKind> {
    let plain = plain(words);
    let has = |word: &str| plain.split(' ').any(|w| w == word);
    let any = |words: &[&str]| words.iter().any(|word| has(word));
    if any(&["529", "hsa", "coverdell", "education", "annuity"]) {
        return None;
    }
    if has("roth") {
        return Some(AccountKind::Roth);
    }
    if any(&[
        "ira",
        "traditional",
        "rollover",
        "401k",
        "403b",
        "457b",
        "sep",
        "simple",
        "keogh",
        "401",
        "403",
    ]) {
        return Some(AccountKind::Traditional);
    }
    let taxable = [
        "taxable",
        "individual",
        "joint",
        "brokerage",
        "trust",
        "custodial",
        "tod",
        "jtwros",
        "utma",
        "ugma",
        "partnership",
    ];
    any(&taxable).then_some(AccountKind::Taxable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_accounts_by_their_names() {
        for (words, kind) in [
            ("Roth Contributory IRA", Some(AccountKind::Roth)),
            ("Rollover IRA", Some(AccountKind::Traditional)),
            ("SEP-IRA", Some(AccountKind::Traditional)),
            ("Individual", Some(AccountKind::Taxable)),
            ("Joint Tenant", Some(AccountKind::Taxable)),
            ("Health Savings HSA", None),
            ("529 Education", None),
            ("Mirage", None),
        ] {
            assert_eq!(account_kind(words), kind, "{words}");
        }
    }
}
