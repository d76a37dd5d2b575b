//! Which names does a text use: tickers, companies, asset classes, sectors, industries, lots.
//!
//! In: the words of a text and the names that may be named ([`Known`]). Out: the longest name that
//! stands at a place, with everything it may mean. Invariants: where the names are known nothing else
//! is recognised; a name that could be two tickers is both, and it is for the frame to refuse that.

mod companies;
mod groups;

use portfolio::{Rating, Security};

use super::items::Value;
use super::vocabulary;
use super::words::Word;

/// The names that a text may use. `None` = any that looks like one.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Tickers.
    pub tickers: Option<Vec<String>>,
    /// What else securities are called: (name, ticker).
    pub names: Vec<(String, String)>,
    /// Asset classes.
    pub classes: Option<Vec<String>>,
    /// Sectors.
    pub sectors: Option<Vec<String>>,
    /// Lots.
    pub lots: Option<Vec<String>>,
    /// What is held, where a document says.
    pub held: Held,
}

/// What a document holds, by which a wish is seen to come to nothing beside another.
#[derive(Debug, Clone, Default)]
pub struct Held {
    /// Its securities.
    pub securities: Vec<Security>,
    /// Each lot with its ticker.
    pub lots: Vec<(String, String)>,
}

/// A name in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// Words it takes.
    pub(super) taken: usize,
    /// What it may mean.
    pub(super) values: Vec<Value>,
}

/// Words of a name at most.
const WORDS_MAX: usize = 6;

/// [`Known`], ready to be looked up.
pub(super) struct Lookup<'a> {
    known: &'a Known,
    /// Plain words of a name → meaning, and whether it has to be written as a name.
    phrases: std::collections::HashMap<String, Vec<(Value, bool)>>,
}

impl<'a> Lookup<'a> {
    /// Everything that `known` lets a text name.
    pub(super) fn new(known: &'a Known) -> Lookup<'a> {
        let mut lookup = Lookup { known, phrases: std::collections::HashMap::new() };
        for (ticker, names) in companies::COMPANIES {
            let Some(ticker) = lookup.ticker(ticker) else { continue };
            for name in names.split(',') {
                let (name, as_name) = name.strip_prefix('^').map_or((name, false), |n| (n, true));
                lookup.add(name, Value::Ticker(ticker.clone()), as_name);
            }
        }
        for (name, ticker) in &known.names {
            for name in groups::parts_of_name(name) {
                lookup.add(&name, Value::Ticker(ticker.clone()), vocabulary::knows(&name));
            }
        }
        for (class, words) in groups::CLASSES {
            for found in groups::resolve(class, words, known.classes.as_deref()) {
                words.split(',').for_each(|name| lookup.add(name, Value::Class(found.clone()), false));
            }
        }
        // Cash is wished for in words of its own.
        for class in known.classes.iter().flatten().filter(|c| c.to_lowercase() != "cash") {
            lookup.add(&class.to_lowercase(), Value::Class(class.clone()), false);
        }
        for (sector, words) in groups::SECTORS {
            for found in groups::resolve(sector, words, known.sectors.as_deref()) {
                words.split(',').for_each(|name| lookup.add(name, Value::Sector(found.clone()), false));
            }
        }
        for sector in known.sectors.iter().flatten() {
            lookup.add(&sector.to_lowercase(), Value::Sector(sector.clone()), false);
        }
        for (industry, words) in groups::INDUSTRIES {
            words.split(',').for_each(|name| lookup.add(name, Value::Industry(*industry), false));
        }
        lookup
    }

    fn add(&mut self, name: &str, value: Value, as_name: bool) {
        let plain: Vec<String> =
            super::words::words(name).into_iter().map(|w| w.plain).filter(|w| w != "-").collect();
        let known = self.phrases.entry(plain.join(" ")).or_default();
        if !known.iter().any(|(other, _)| *other == value) {
            known.push((value, as_name));
        }
    }

    /// The ticker as it is known here, whichever of `.`, `-`, `/` and blank its share class has.
    fn ticker(&self, written: &str) -> Option<String> {
        let Some(known) = &self.known.tickers else { return Some(written.to_owned()) };
        let same = |t: &str| t.to_uppercase().replace(['-', '/', ' ', '_'], ".");
        known.iter().find(|t| same(t) == same(written)).cloned()
    }

    /// The longest name that stands at the start of `words`. `shouting`: everything is in capitals.
    pub(super) fn name(&self, words: &[Word<'_>], first: bool, shouting: bool) -> Option<Name> {
        let mut plain: Vec<&str> = Vec::new();
        let mut best: Option<Name> = None;
        let mut taken = 0;
        while taken < words.len() && plain.len() < WORDS_MAX {
            let word = &words[taken];
            if taken > 0 && word.plain == "-" && word.glued {
                taken += 1;
                continue;
            }
            plain.push(&word.plain);
            taken += 1;
            let whole = plain.join(" ");
            let without_s = whole.strip_suffix("'s").or_else(|| whole.strip_suffix('\''));
            let Some(meanings) =
                self.phrases.get(&whole).or_else(|| without_s.and_then(|w| self.phrases.get(w)))
            else {
                continue;
            };
            let named = written_as_name(words, taken, first, shouting);
            let values: Vec<Value> =
                meanings.iter().filter(|(_, as_name)| named || !as_name).map(|(v, _)| v.clone()).collect();
            if !values.is_empty() {
                best = Some(Name { taken, values });
            }
        }
        best.or_else(|| self.lone_ticker(words, shouting))
    }

    /// A ticker: `AAPL`, `$aapl`, `BRK B`.
    fn lone_ticker(&self, words: &[Word<'_>], shouting: bool) -> Option<Name> {
        let cash_tag = words[0].plain == "$" && words.get(1).is_some_and(|w| w.glued);
        let at = usize::from(cash_tag);
        let word = words.get(at)?;
        let written = word.text.strip_suffix("'s").or_else(|| word.text.strip_suffix("\u{2019}s"));
        let written = written.unwrap_or(word.text);
        if !written.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let found = |taken: usize, ticker: String| Name { taken, values: vec![Value::Ticker(ticker)] };
        if let Some(class) = words.get(at + 1).filter(|w| matches!(w.text, "A" | "B" | "-" | "/")) {
            let (taken, class) = match class.text {
                "-" | "/" if class.glued => (at + 3, words.get(at + 2).filter(|w| w.glued)?.text),
                "A" | "B" => (at + 2, class.text),
                _ => (0, ""),
            };
            let whole = format!("{written}.{class}");
            let known = self.known.tickers.as_ref().is_some_and(|_| !class.is_empty());
            if let Some(ticker) = known.then(|| self.ticker(&whole)).flatten() {
                return Some(found(taken, ticker));
            }
        }
        let upper = written.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '.');
        let meaning = vocabulary::knows(&word.plain);
        match &self.known.tickers {
            Some(_) => {
                let ticker = self.ticker(written)?;
                // A word that is a ticker too (ALL, SO, IT) is one only with its sign, or in lone capitals.
                let sure = cash_tag
                    || (upper && !shouting && (!meaning || written.len() > 1))
                    || (!meaning && !is_common(&word.plain) && written.len() >= 3)
                    || (upper && !meaning && !is_common(&word.plain));
                sure.then(|| found(at + 1, ticker))
            }
            None => {
                let plausible = cash_tag || (upper && !shouting && !meaning && !is_acronym(written));
                let length = (if cash_tag { 1 } else { 2 })..=6;
                (plausible && length.contains(&written.len())).then(|| found(at + 1, written.to_uppercase()))
            }
        }
    }

    /// A lot behind the word `lot`, or one that can be nothing else.
    pub(super) fn lot(&self, words: &[Word<'_>], after_lot: bool) -> Option<(usize, Value)> {
        let first = words.first()?;
        let skipped = usize::from(after_lot && matches!(first.plain.as_str(), "#" | "\"" | "'"));
        let word = words.get(skipped)?;
        let typical = |w: &str| {
            let digits = w.strip_prefix(['L', 'l']).unwrap_or("");
            !digits.is_empty() && digits.len() <= 6 && digits.bytes().all(|b| b.is_ascii_digit())
        };
        match &self.known.lots {
            Some(lots) => {
                // A lot's name may have hyphens, which part words: join as many as are glued.
                let mut whole = String::new();
                let mut found = None;
                for (taken, word) in words.iter().enumerate().skip(skipped).take(9) {
                    if taken > skipped && !word.glued {
                        break;
                    }
                    whole += word.text;
                    let lot = lots.iter().find(|l| l.eq_ignore_ascii_case(&whole));
                    let sure = after_lot || whole.chars().any(|c| c.is_ascii_digit()) && whole.len() > 1;
                    let sure = sure && (after_lot || !whole.chars().all(|c| c.is_ascii_digit()));
                    if let Some(lot) = lot.filter(|_| sure) {
                        found = Some((taken + 1, Value::Lot(lot.clone())));
                    }
                }
                found
            }
            None if typical(word.text) => Some((skipped + 1, Value::Lot(word.text.to_uppercase()))),
            None => {
                // "Hold lots 18 months": a number with a unit is an amount.
                let behind = words.get(skipped + 1).map_or("", |w| w.plain.as_str());
                let unit = [
                    "%", "percent", "month", "months", "mo", "mos", "year", "years", "yr", "yrs", "day",
                    "days",
                ];
                let id = after_lot
                    && !unit.contains(&behind)
                    && word.text.chars().any(|c| c.is_ascii_digit())
                    && word.text.chars().all(|c| c.is_ascii_alphanumeric());
                id.then(|| (skipped + 1, Value::Lot(word.text.to_owned())))
            }
        }
    }
}

/// Capitals in the middle of a sentence, or `shares` behind it.
fn written_as_name(words: &[Word<'_>], taken: usize, first: bool, shouting: bool) -> bool {
    let capital = words[0].text.starts_with(char::is_uppercase) && !first && !shouting;
    let shares = words.get(taken).is_some_and(|w| matches!(w.plain.as_str(), "shares" | "stock" | "share"));
    capital || shares
}

/// A rating of ESG letters.
pub(super) fn rating(word: &str) -> Option<Rating> {
    Rating::from_letter(&word.to_uppercase())
}

/// English words that are tickers too, in lower case.
fn is_common(word: &str) -> bool {
    const COMMON: &str = "all,are,so,it,on,be,key,low,cat,now,dis,cost,gold,nice,well,fast,big,any,tech,car,ally,love,\
        rock,a,an,as,at,by,go,he,or,we,ma,pm,am,man,has,can,see,sun,tap,eat,fun,run,air,box,cash,play,open,life,live,real,\
        true,info,post,link,loan,road,safe,self,site,team,turn,wash,week,work,wow,you,out,old,new,one,two,good,time,day,hi,\
        hope,bill,snap,pay,aim,low,job,mom,dad,dog,pet,ear,eye,arm,leg,fix,mod,net,nut,oil,pin,pool,rent,rest,ring,rich,sky,\
        sale,sell,buy,spot,star,step,stop,tax,tip,top,toy,try,use,van,way,win,ups,for,the,ace,age,bad,ban,bar,bid,bit,bug,\
        cap,cut,did,die,due,ever,fat,fee,few,fit,fly,gap,gas,get,had,her,him,his,hit,hot,how,ice,ill,its,kid,let,lot,mad,map,\
        max,may,men,met,min,mix,nor,not,off,our,own,per,put,raw,red,sad,set,she,six,sir,ten,that,this,who,why,yes,yet";
    COMMON.split(',').any(|common| common.trim() == word)
}

/// Capitals that are no ticker.
fn is_acronym(word: &str) -> bool {
    const ACRONYMS: &str = "ESG,USD,ETF,ETFS,US,UK,EU,USA,IRA,CEO,CFO,IPO,ET,EST,EDT,PT,PST,CT,CST,MT,GMT,UTC,AM,PM,REIT,REITS,TLH,\
        IRS,LT,ST,OK,FIFO,LIFO,HIFO,AI,FYI,BTW,ASAP,PS,NB,TBD,SRI,MSCI,QDI,CGT,EUR,GBP,CAD,CHF,JPY,AUD,NYSE,SEC,AAA,AA,BBB,\
        BB,CCC,CC,DCA,YTD,P.S,ROTH,HSA,LLC,IT,DIY,IMO,IMHO,LOL,PLS,THX,RMD,NFT,NFTS,BTC,ETH,EV,EVS,ICE,GDP,CPI,FED,FOMC,FX,PE";
    ACRONYMS.split(',').any(|known| known.trim() == word)
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::*;

    fn known() -> Known {
        let tickers = ["AAPL", "KO", "GOOG", "BRK.B", "ALL", "V"].map(str::to_owned).to_vec();
        Known {
            tickers: Some(tickers),
            names: vec![("Vanguard Total Stock Market ETF".to_owned(), "VTI".to_owned())],
            classes: Some(vec!["Real Estate".to_owned(), "Fixed Income".to_owned()]),
            ..Known::default()
        }
    }

    fn found(text: &str) -> Vec<Value> {
        let known = known();
        let lookup = Lookup::new(&known);
        lookup.name(&words(text), false, false).map(|n| n.values).unwrap_or_default()
    }

    #[test]
    fn companies_and_tickers_are_known_by_their_names() {
        assert_eq!(found("Coca-Cola"), [Value::Ticker("KO".to_owned())]);
        assert_eq!(found("apple's stock"), [Value::Ticker("AAPL".to_owned())]);
        assert_eq!(found("BRK-B"), [Value::Ticker("BRK.B".to_owned())]);
        assert_eq!(found("$ko"), [Value::Ticker("KO".to_owned())]);
        assert_eq!(found("ko"), []);
        assert_eq!(found("all"), []);
        assert_eq!(found("visa"), []);
        assert_eq!(found("Visa"), [Value::Ticker("V".to_owned())]);
        assert_eq!(found("Netflix"), []);
    }

    #[test]
    fn classes_are_known_by_what_else_they_are_called() {
        assert_eq!(found("REITs"), [Value::Class("Real Estate".to_owned())]);
        assert_eq!(found("bonds"), [Value::Class("Fixed Income".to_owned())]);
    }

    #[test]
    fn without_names_capitals_are_a_ticker_and_acronyms_are_not() {
        let any = Known::default();
        let lookup = Lookup::new(&any);
        let name = |text: &str| lookup.name(&words(text), false, false).map(|n| n.values);
        assert_eq!(name("XYZ"), Some(vec![Value::Ticker("XYZ".to_owned())]));
        assert_eq!(name("ESG"), None);
        assert_eq!(name("xyz"), None);
    }
}
