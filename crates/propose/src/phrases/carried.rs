//! What do words mean that take a part of the wish before: its bound (`cap Tesla at 8% and tech at 30%`), the one security that it
//! names (`always hold some Apple, but 7% at most`), its trading (`trade at most monthly and no more than 20% in a day`), or
//! that are what a permission leaves out (`weapons are fine, but not tobacco`).
//!
//! In: the items of what was said before, its tokens where it is a wish, and the words that lean on it. Out: the two taken together,
//! with what they mean. Invariant: only a bound that points one way is carried on, and only to words that say what they bound and
//! how much in the order in which it was said before; a value or a verb that is not said is never filled in.

use portfolio::Token;

use super::ellipsis::{Filled, is_topic};
use super::items::{Item, Kind};
use super::segment::{Bound, Segment, is_name, is_negation};
use super::tags::{Tag, Tags};

/// What `words` mean under the bound of the wish before: `limit tax to $1k, gains to $5k`.
pub(super) fn bound(before: &[Item], words: &[Item]) -> Option<Filled> {
    let segment = Segment::new(before.iter().map(|i| (i, 0)));
    // A `no` belongs to its noun: "no stock over 5% and Tesla 8%".
    let of_a_noun =
        before.iter().any(|i| is_negation(i) && matches!(i.plain.as_str(), "no" | "none" | "nothing"));
    if segment.bound() != Bound::Most || of_a_noun || !words.iter().all(is_named_amount) {
        return None;
    }
    if order(before)? != order(words)? || words.iter().filter(|i| measures(i)).count() != 1 {
        return None;
    }
    // "Tax under $500, energy 10%": a comparison goes on to what is measured alike, a cap to anything.
    let per_cent = |items: &[Item]| items.iter().any(|i| i.value(Kind::Pct).is_some());
    if !before.iter().any(|i| i.is(Tag::Most)) && per_cent(before) != per_cent(words) {
        return None;
    }
    let lead = before.iter().filter(|i| bounds(i));
    Filled::read(lead.chain(words).cloned().collect())
}

/// Words that say how much of what, and nothing else.
fn is_named_amount(item: &Item) -> bool {
    const JOINING: [&str; 22] = [
        "at", "to", "in", "of", "for", "the", "my", "a", "an", "on", "any", "one", "each", "per", "any one",
        "every", "single", "also", "exposure", "overall", "in total", "total",
    ];
    let subjects = [Tag::Stock, Tag::Stocks, Tag::Position, Tag::Sector, Tag::Company, Tag::And, Tag::Or];
    let comparing = [Tag::Most, Tag::Least, Tag::Over, Tag::Under, Tag::Permit];
    if is_negation(item) || comparing.iter().any(|t| item.is(*t)) {
        return false;
    }
    item.mark.is_some_and(|mark| mark != '-')
        || item.is(Tag::Soft)
        || item.is_amount()
        || item.values.iter().any(is_name)
        || is_topic(item)
        || JOINING.contains(&item.plain.as_str())
        || subjects.iter().any(|t| item.is(*t))
}

/// Whether the amount stands behind what it is an amount of, or before.
fn order(items: &[Item]) -> Option<bool> {
    let subject = |i: &Item| {
        let subjects = [Tag::Stock, Tag::Stocks, Tag::Position, Tag::Sector, Tag::Trade];
        !measures(i) && (i.values.iter().any(is_name) || is_topic(i) || subjects.iter().any(|t| i.is(*t)))
    };
    Some(items.iter().position(subject)? < items.iter().position(measures)?)
}

fn measures(item: &Item) -> bool {
    let often = item.value(Kind::Times).is_some() || item.value(Kind::Period).is_some();
    (item.is_amount() || often) && !item.is(Tag::Single)
}

/// What a bounded part means of the one security that the wish before names: `always hold some Nvidia, but 10% at most`.
pub(super) fn of_the_one(before: &[Item], tokens: &[Token], words: &[Item]) -> Option<Filled> {
    let kept = tokens.iter().all(|t| matches!(t, Token::AlwaysHoldTicker(_) | Token::PreferTicker(_)));
    let named: Vec<&Item> = before.iter().filter(|i| i.values.iter().any(is_name)).collect();
    let [one] = named.as_slice() else { return None };
    if !kept
        || tokens.len() != 1
        || one.value(Kind::Ticker).is_none()
        || words.iter().any(|i| i.values.iter().any(is_name))
    {
        return None;
    }
    let whole = std::iter::once(*one).chain(words).cloned().collect();
    Filled::read(whole).filter(|f| matches!(f.tokens[..], [Token::ConcentrateUpTo(..)]))
}

/// What a part in a day, or how often, means behind a wish about trading: `trade between 10 and 3 ET, and no more than 20% a day`.
pub(super) fn traded(before: &[Item], tokens: &[Token], words: &[Item]) -> Option<Filled> {
    let of_trading = |t: &Token| {
        matches!(
            t,
            Token::ExecuteBetween(..) | Token::MaxTradeFrequency(..) | Token::MaxDailyTradeVolumePct(_)
        )
    };
    if !tokens.iter().all(of_trading) {
        return None;
    }
    let trade = before.iter().find(|i| i.is(Tag::Trade) || i.is(Tag::Rebalance))?;
    // "Trade at most once a week and 20% a day": the bound of both.
    let bare = words.iter().all(|i| measures(i) || i.is(Tag::Daily) || is_named_amount(i) || i.is_filler());
    let carried = bare && Segment::new(before.iter().map(|i| (i, 0))).bound() == Bound::Most;
    let lead = before.iter().filter(|i| carried && bounds(i) && !i.is(Tag::Trade) && !i.is(Tag::Rebalance));
    let whole = lead.chain(std::iter::once(trade)).chain(words).cloned().collect();
    let often = |t: &Token| {
        matches!(t, Token::MaxDailyTradeVolumePct(_)) || carried && matches!(t, Token::MaxTradeFrequency(..))
    };
    Filled::read(whole).filter(|f| f.tokens.iter().all(often))
}

fn bounds(item: &Item) -> bool {
    is_negation(item) || [Tag::Most, Tag::Over, Tag::Under].iter().any(|t| item.is(*t))
}

/// What a permission leaves out: `I'm okay with weapons but not with tobacco`. `permitted`: all that was said of it.
pub(super) fn left_out(permitted: &[Item], words: &[Item]) -> Option<Filled> {
    let named = |i: &Item| i.values.iter().any(is_name);
    let usable = [
        Tag::Permit,
        Tag::Buy,
        Tag::Own,
        Tag::Invest,
        Tag::Company,
        Tag::Stocks,
        Tag::Let,
        Tag::And,
        Tag::Or,
    ];
    let sells = |i: &Item| i.is(Tag::Sell) && i.values.is_empty();
    let plain = |i: &Item| {
        let said = i.is_filler() || sells(i) || usable.iter().any(|t| i.is(*t));
        i.mark.is_some() || named(i) || i.values.is_empty() && said
    };
    let permits = permitted.iter().any(|i| i.is(Tag::Permit));
    // Not to hold it would be to sell it.
    let holds = permitted.iter().any(|i| i.is(Tag::Keep) && i.values.is_empty());
    let open = permits && !holds && permitted.iter().any(named);
    if !open || permitted.iter().any(is_negation) || !permitted.iter().all(plain) {
        return None;
    }
    let not = |i: &Item| matches!(i.plain.as_str(), "not" | "not okay" | "not ok" | "not fine");
    let excepts = |i: &Item| {
        named(i) || not(i) || i.values.is_empty() && (i.is_filler() || i.is(Tag::But) || i.is(Tag::Company))
    };
    let again = words.iter().flat_map(|i| &i.values).any(|v| permitted.iter().any(|p| p.values.contains(v)));
    let negations: Vec<&Item> = words.iter().filter(|i| is_negation(i)).collect();
    let ([negation], false) = (negations.as_slice(), again) else { return None };
    if !words.iter().all(excepts) || !words.iter().any(named) {
        return None;
    }
    let no = Item { plain: "no".to_owned(), tags: Tags::of(&[Tag::Neg]), ..(*negation).clone() };
    // What may be sold is left out of sales, what may be had of purchases.
    let verb = permitted.iter().find(|i| sells(i)).cloned();
    let left_out = words.iter().filter(|i| named(i)).cloned();
    Filled::read(std::iter::once(no).chain(verb).chain(left_out).collect())
}

#[cfg(test)]
mod tests {
    use super::super::{Known, phrases};

    fn read(text: &str) -> (Vec<String>, usize) {
        let reading = phrases(text, &Known::default()).unwrap();
        (reading.wishes.iter().map(|w| w.token.to_string()).collect(), reading.unread.len())
    }

    #[test]
    fn a_bound_is_carried_on_to_another_kind() {
        let (tesla, tech) = (
            "concentrate_up_to_8_pct_in_ticker_TSLA",
            "max_sector_exposure_pct_30_in_Information_Technology",
        );
        assert_eq!(read("cap TSLA at 8% and tech at 30%").0, [tesla, tech]);
        assert_eq!(read("no more than 8% TSLA and 30% tech").0, [tesla, tech]);
        assert_eq!(
            read("limit tax to $1k, gains to $5k").0,
            ["max_tax_1000_usd", "max_realized_gains_5000_usd"]
        );
        assert_eq!(
            read("cap TSLA at 8% and tech at 20%, sorry, 30%").0,
            [tesla, tech],
            "a correction corrects what was said last"
        );
    }

    #[test]
    fn what_is_said_in_another_order_or_with_a_verb_is_not_carried_on() {
        for text in [
            "keep TSLA under 8% and 30% in tech",
            "cap TSLA at 8% and tech is at 30%",
            "no stock over 8% and tech 30%",
            "keep at least $8k in cash and tax at $400",
            "keep tax under $500, energy 10%",
        ] {
            let (tokens, unread) = read(text);
            assert_eq!((tokens.len(), unread), (1, 1), "{text}: {tokens:?}");
        }
    }

    #[test]
    fn a_most_of_what_is_always_held() {
        let both = ["always_hold_ticker_AAPL", "concentrate_up_to_7_pct_in_ticker_AAPL"];
        assert_eq!(read("always hold some AAPL but max 7%").0, both);
        assert_eq!(read("always hold some AAPL and some MSFT but max 7%").1, 1, "of which of the two");
        assert_eq!(read("never sell AAPL, max 7%").0, ["do_not_sell_ticker_AAPL"]);
    }

    #[test]
    fn what_a_permission_leaves_out() {
        assert_eq!(read("I'm okay with weapons but not with tobacco").0, ["exclude_tobacco"]);
        assert_eq!(read("weapons are fine but not tobacco or casinos").0, ["exclude_tobacco_gambling"]);
        assert_eq!(read("you may sell AAPL but not MSFT").0, ["do_not_sell_ticker_MSFT"]);
        assert_eq!(read("it's fine to hold AAPL but not MSFT").1, 1);
        for text in ["I'm okay with trading AAPL but not MSFT", "I'm not okay with weapons but with tobacco"]
        {
            assert!(!read(text).0.iter().any(|t| t.contains("MSFT") || t.contains("tobacco")), "{text}");
        }
    }
}
