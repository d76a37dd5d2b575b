//! `maintain_cash_balance_of_X_usd`: an amount of dollars that stays in cash, as a least.

use portfolio::Token;
use rust_decimal::dec;

use crate::phrases::items::{Item, Kind};
use crate::phrases::segment::{Bound, Segment};
use crate::phrases::tags::Tag::*;
use crate::phrases::tags::Tags;

/// Reads it. An amount without a bound is a least (`keep 5k in cash`); a most is no wish that a token has.
pub(super) fn read(s: &Segment<'_>) -> Option<Vec<Token>> {
    let (s, set) = as_set(without_purpose(&purpose_last(s)));
    let held_back = is_held_back(&s);
    let mut usable = vec![
        Cash, Buffer, Idle, Keep, Stay, Own, Least, Over, Under, About, Neg, Let, Few, Invest, Single, Low,
        Avoid, Last, Enough,
    ];
    if held_back {
        usable.extend([Fully, Touch, Pay]);
    }
    if !(s.has_any(&[Cash, Idle]) || held_back || is_at_hand(&s) || is_cushion(&s))
        || !s.fits(&usable, &[Kind::Usd, Kind::Plain])
        || s.states_a_fact()
    {
        return None;
    }
    // "There is 5k in cash" tells what there is.
    let tells = |w: &[(&Item, usize)]| w[0].0.plain == "there" && w[1].0.plain == "is";
    let told = s.items.windows(2).any(tells) || s.says(&["there's", "there is", "theres"]);
    if told
        && !s.has(Always)
        && !s.says(&[
            "make sure",
            "ensure",
            "want",
            "like",
            "like knowing",
            "knowing",
            "see to it",
            "make certain",
        ])
    {
        return None;
    }
    // "We needed a cash reserve" is over.
    if s.items.windows(2).any(|w| matches!(w[0].0.plain.as_str(), "i" | "we") && w[1].0.plain == "needed") {
        return None;
    }
    let x = s.dollars(dec!(50))?;
    // "no more cash than", "in cash over": an amount above is a least only where nothing turns it.
    let terse = s.says(&["in cash"]) && !s.says(&["is", "are", "am", "was"]);
    let said = terse
        || set
        || held_back
        || s.has_any(&[Keep, Own, Idle, Least, Buffer, Always, Let, Under])
        || s.says(&["need", "want", "like"]);
    let bounded = matches!(s.bound(), Bound::Unsaid | Bound::Least) || held_back;
    (said && bounded).then(|| vec![Token::MaintainCashBalance(x)])
}

/// "Keep $5k on hand": money that is there is cash, where it is wished for and not for investing.
fn is_at_hand(s: &Segment<'_>) -> bool {
    const THERE: &str =
        "on hand,at hand,to hand,in hand,in reserve,within reach,handy,accessible,available,ready";
    let wished = s.has_any(&[Keep, Always, Least]) || s.says(&["need", "want", "like"]);
    let said = s.says(&THERE.split(',').collect::<Vec<_>>());
    // "Keep 5k around", not "around 5k".
    let amount = s.items.iter().position(|(i, _)| i.is_amount());
    let around = s.items.iter().rposition(|(i, _)| i.plain == "around").filter(|at| amount < Some(*at));
    let got = s.has(Always) && s.says(&["access to", "get at", "get my hands on", "get hold of"]);
    (said || around.is_some() || got) && wished && !s.has(Invest)
}

/// "Leave a $10k cushion": what is kept as a cushion is cash.
fn is_cushion(s: &Segment<'_>) -> bool {
    const CUSHIONS: [&str; 6] = ["cushion", "safety cushion", "safety net", "war chest", "stash", "backup"];
    s.says(&CUSHIONS) && s.has(Keep) && s.names(Kind::Usd)
}

/// "Don't invest the last 5k", "don't invest 5k of my cash": what is not invested stays.
fn is_held_back(s: &Segment<'_>) -> bool {
    let invests = |i: &Item| {
        const VERBS: &str = "invest,put,use,investing,invested,be invested,dip into,tap,tap into,draw on,draw down,touch,spend";
        VERBS.split(',').any(|verb| verb == i.plain)
    };
    let turned = s.items.iter().any(|(i, _)| i.is(Neg)) && s.negations() == 1;
    turned
        && s.items.iter().any(|(i, _)| invests(i))
        && (s.has(Cash) || s.says(&["last", "the last", "final", "the final"]))
        && !s.has_any(&[Over, Under, Least, Most])
}

/// "A $7,500 cash reserve for the roof": what it is for, at the end and in words that nothing is known of, changes nothing.
fn without_purpose<'a>(s: &Segment<'a>) -> Segment<'a> {
    const WORDS_MAX: usize = 5;
    // A part of the portfolio, and a time, are no purpose.
    const OTHERS: &str = "ira,roth,401,403,hsa,trust,custodial,brokerage,next,moment,summer,winter,spring,autumn,weekend,while";
    let words = |i: &Item| {
        i.plain.split(' ').any(|word| OTHERS.split(',').any(|other| other == word.trim_end_matches("'s")))
    };
    let unknown = |i: &Item| {
        let bills = matches!(i.plain.as_str(), "expenses" | "bills" | "costs" | "bill");
        let plain = i.tags == Tags::default() || i.is(Report) || i.is(Tax) || i.plain == "new" || bills;
        plain && i.values.is_empty() && i.mark.is_none()
    };
    let purpose = s.items.iter().rposition(|(i, _)| i.plain == "for").filter(|at| {
        let behind = &s.items[at + 1..];
        let fits = |i: &Item| !words(i) && (i.is_filler() || unknown(i));
        let one_piece = behind.iter().all(|(_, piece)| *piece == s.items[*at].1);
        let measured = s.items[..*at].iter().any(|(i, _)| i.is_amount());
        measured
            && one_piece
            && (1..=WORDS_MAX).contains(&behind.len())
            && behind.iter().all(|(i, _)| fits(i))
    });
    Segment { items: s.items[..purpose.unwrap_or(s.items.len())].to_vec() }
}

/// "Keep 2k for the new roof in cash": the segment with what is in cash before what it is for.
fn purpose_last<'a>(s: &Segment<'a>) -> Segment<'a> {
    let mut items = s.items.clone();
    let purpose = items.iter().position(|(i, _)| i.plain == "for");
    if let (Some(at), Some((last, _))) = (purpose, items.last())
        && last.plain == "in cash"
        && items[..at].iter().any(|(i, _)| i.is_amount())
        && let Some(cash) = items.pop()
    {
        items.insert(at, cash);
    }
    Segment { items }
}

/// "Raise the cash buffer to 8k": the segment without the verb that sets it, and whether there was one.
fn as_set(s: Segment<'_>) -> (Segment<'_>, bool) {
    const RAISING: &str =
        "raise,increase,increasing,lift,bump,bump up,boost,build,build up,top up,bring,grow,push,take,top";
    const SETTING: &str = "set,change,adjust,move,lower,reduce,cut,drop,shrink";
    let among = |list: &str, i: &Item| list.split(',').any(|word| word == i.plain);
    let sets = |i: &Item| among(RAISING, i) || among(SETTING, i);
    let leads = |i: &Item| i.is_filler() || i.is(Request) || i.is(Soft);
    let verb =
        s.items.iter().position(|(i, _)| sets(i)).filter(|at| s.items[..*at].iter().all(|(i, _)| leads(i)));
    let Some(verb) = verb else { return (s, false) };
    let amount = s.items.iter().skip(verb + 1).position(|(i, _)| i.is_amount()).map(|at| verb + 1 + at);
    let Some(amount) = amount else { return (s, false) };
    let said = s.items[verb].0;
    let set = &s.items[verb + 1..amount];
    let cash = set.iter().any(|(i, _)| i.is(Cash));
    // Less cash is another wish than a smaller reserve.
    let reserve = set.iter().any(|(i, _)| {
        i.is(Buffer)
            && ["buffer", "reserve", "cushion", "float", "pile", "fund"].iter().any(|w| i.plain.ends_with(w))
    });
    let raises = among(RAISING, said) && cash;
    let sets = among(SETTING, said) && cash && reserve;
    let before = s.items[amount - 1].0.plain.as_str();
    let to = matches!(before, "to" | "at") || raises && before == "up to";
    if !to || !(raises || sets) {
        return (s, false);
    }
    let stays =
        |at: usize| at != verb && at + 1 != amount && !(at == verb + 1 && s.items[at].0.plain == "up");
    let left = s.items.iter().enumerate().filter(|(at, _)| stays(*at));
    (Segment { items: left.map(|(_, item)| *item).collect() }, true)
}

#[cfg(test)]
mod tests {
    use super::super::reading::under;

    #[test]
    fn cash_that_stays() {
        let five = Some("maintain_cash_balance_of_5000_usd".to_owned());
        for text in [
            "keep $5k in cash",
            "never let cash drop below 5,000 dollars",
            "leave five grand uninvested",
            "we need a $5,000 cash reserve for the roof",
            "raise the cash buffer to 5k",
            "reduce the cash reserve to $5,000",
            "leave a $5k cushion",
            "keep 5k around",
            "don't invest $5,000 of my cash",
            "keep $5k for the new roof in cash",
        ] {
            assert_eq!(under(super::read, text), five, "{text}");
        }
        for text in [
            "keep at most $5k in cash",
            "don't keep $5k in cash",
            "I have $5k in cash",
            "keep 5% in cash",
            "keep $5k in cash for the Roth",
            "keep $5k in cash for the next two months",
            "reduce cash to $5k",
            "raise $5k in cash",
            "don't raise the cash buffer to 5k",
            "there is $5k in cash",
            "the client has $5k in cash",
            "don't invest more than $5k of my cash",
        ] {
            assert_eq!(under(super::read, text), None, "{text}");
        }
    }
}
