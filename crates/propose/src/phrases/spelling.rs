//! Which word was meant by a misspelt one.
//!
//! In: a word that nothing is known of. Out: the only known word that is one slip away (a letter more,
//! less, other, or two changed about), or none; in words with an underscore, the token that is near. Invariants: short words are never mended, since another
//! word is too near, but for letters changed about in a few that nothing else looks like; else the first letter counts as right; an English word that merely looks alike stays
//! what it is.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::vocabulary;

/// Shortest word that is mended, letters of what is meant.
const LETTERS_MIN: usize = 6;

static BY_FIRST: LazyLock<HashMap<char, Vec<&'static str>>> = LazyLock::new(|| {
    let mut by_first: HashMap<char, Vec<&'static str>> = HashMap::new();
    for word in vocabulary::all_words().chain(EXTRA.split(',').map(str::trim)) {
        if word.chars().count() >= LETTERS_MIN && word.chars().all(char::is_alphabetic) {
            by_first.entry(word.chars().next().unwrap_or(' ')).or_default().push(word);
        }
    }
    for words in by_first.values_mut() {
        words.sort_unstable();
        words.dedup();
    }
    by_first
});

/// Words of amounts and names that are worth mending.
const EXTRA: &str = "thousand,hundred,dollars,percent,months,million,weekly,monthly,quarterly,annually,microsoft,nvidia,\
    tobacco,alcohol,gambling,weapons,casinos,cigarettes,nuclear,fossil,pornography,firearms,commodities,technology,\
    healthcare,utilities,financials,industrials,materials,amazon,google,alphabet,international,treasuries,fifteen,twenty,\
    prison,prisons,estate,animals,testing,equities,foreign,energy,quarter";

/// English words one slip away from a known one, which mean themselves.
const THEMSELVES: &str = "traces,grades,socks,shocks,stacks,stocky,shards,sharks,shapes,poison,months,mouths,spelling,smelling,swelling,\
    losses,lasses,glasses,trader,traders,seller,sellers,buyer,buyers,taker,takers,holder,holders,keeper,limited,limits,prices,priced,\
    dividing,divided,foreigner,foreigners,investor,investors,realist,really,sailing,spending,sending,bonding,casing,leaving,living,\
    loving,moving,having,making,baking,waking,raking,holing,molding,finding,buying,bullying,paying,playing,laying,counting,mounting,\
    chance,change,chances,charge,charges,courses,expense,exposed,extract,formal,former,friend,ground,growth,health,wealth,market,\
    marker,matter,master,minute,mining,nations,notion,options,option,partly,party,patent,people,person,police,policy,portion,potion,\
    present,prevent,profit,profits,prophet,quality,quantity,regular,relate,return,returns,rights,secure,secret,select,series,service,\
    single,signal,silver,source,spring,states,status,street,strict,string,strong,summer,system,target,targets,taught,though,thought,\
    through,throw,training,tradition,travel,treat,unless,useless,values,volume,waiting,writing,weight,weights,winter,wonder,yellow,\
    shares,scores,shores,stores,stories,spares,shorts,shirts,sports,spirit,cruise,cursed,reality,realty,commission,commissioner,\
    company,comply,complain,emission,emissions,omission,permission,mission,dollar,collar,collars,collars,scholars,drinking,smoking,\
    avocado,parking,marking,banking,ranking,taking,talking,walking,working,percents,present,presents,hundreds,thousands,millions";

/// Names of five letters, in which only two letters changed about are mended: nothing else looks like that.
const SHORT: [&str; 13] = [
    "apple", "tesla", "exxon", "intel", "cisco", "pepsi", "bonds", "stock", "cash", "hold", "keep", "never",
    "sectors",
];

/// The known word that is meant by `written`.
pub(super) fn meant(written: &str) -> Option<&'static str> {
    let letters = written.chars().count();
    if let Some(short) = SHORT.iter().find(|short| changed_about(written, short)) {
        return Some(short);
    }
    if letters + 1 < LETTERS_MIN || letters > 24 || !written.chars().all(char::is_alphabetic) {
        return None;
    }
    if THEMSELVES.split(',').any(|word| word.trim() == written) {
        return None;
    }
    let near = BY_FIRST.get(&written.chars().next()?)?;
    let mut found =
        near.iter().filter(|known| known.chars().count().abs_diff(letters) <= 1 && one_slip(written, known));
    let first = *found.next()?;
    // Two known words as near: `gains`/`grains` style doubt is no knowledge. Forms of one word are one.
    found
        .all(|other| other.starts_with(first) || first.starts_with(other) || same_stem(first, other))
        .then_some(first)
}

/// A misspelt token among `words` tells which one it is near.
pub(super) fn misspelt_token(words: &str) -> Option<String> {
    let bare = words.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    let mut odd = bare.filter_map(|written| {
        let letters = written.bytes().any(|b| b.is_ascii_alphabetic());
        if letters && written.contains('_') {
            return portfolio::preference::parse(written).err().map(|error| error.to_string());
        }
        // Words joined by `-` are one where that alone makes them none.
        let joined = written.contains('-').then(|| portfolio::preference::parse(&written.replace('-', "_")));
        let token = joined?.ok()?;
        Some(format!("unknown preference `{written}`; did you mean `{token}`?"))
    });
    odd.next()
}

/// Whether two neighbours were changed about, and nothing else.
fn changed_about(written: &str, known: &str) -> bool {
    let letters = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        letters.sort_unstable();
        letters
    };
    written.len() == known.len() && one_slip(written, known) && letters(written) == letters(known)
}

fn same_stem(a: &str, b: &str) -> bool {
    let shared = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count();
    shared >= 5
}

/// One letter more, less or other, or two neighbours changed about.
fn one_slip(a: &str, b: &str) -> bool {
    strsim::osa_distance(a, b) == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(word: &str) -> Option<&'static str> {
        meant(word)
    }

    #[test]
    fn slips_of_the_fingers() {
        assert_eq!(mended("tobaco"), Some("tobacco"));
        assert_eq!(mended("thosand"), Some("thousand"));
        assert_eq!(mended("Microsfot".to_lowercase().as_str()), Some("microsoft"));
        assert_eq!(mended("volatilty"), Some("volatility"));
        assert_eq!(mended("telsa"), Some("tesla"));
        assert_eq!(mended("appel"), Some("apple"));
    }

    #[test]
    fn other_words_stay_what_they_are() {
        for word in ["apply", "socks", "zebra", "poison", "sel", "retire", "grades"] {
            assert_eq!(mended(word), None, "{word}");
        }
    }
}
