//! What people call asset classes, sectors and industries.
//!
//! In: the name that tokens use, and what else it is called. Out: the names of a document that are
//! meant by them. Invariant: a word that would fit two classes of a document fits none.

use portfolio::preference::Industry::{self, *};

/// Asset classes: the usual name, and what else it is called.
pub(super) const CLASSES: &[(&str, &str)] = &[
    (
        "US Stocks",
        "us stocks,u.s. stocks,american stocks,domestic stocks,us equities,u.s. equities,american equities,domestic equities,us equity,us shares,american shares,domestic equity,us stock,usa stocks,domestic stock,us stock market",
    ),
    (
        "International Stocks",
        "international stocks,international equities,foreign stocks,foreign equities,overseas stocks,overseas equities,non us stocks,non us equities,international equity,foreign shares,international shares,international stock,ex us stocks,ex us equities,foreign equity,foreign companies,overseas shares,stocks from abroad,global ex us,international,non american stocks,foreign markets,overseas markets,international markets",
    ),
    (
        "Bonds",
        "bonds,bond,fixed income,bond funds,treasuries and bonds,debt securities,fixed interest,bond etfs,bond market",
    ),
    (
        "Real Estate",
        "real estate,realestate,reit,reits,property,properties,real estate funds,property funds,real estate investment trusts,realty,real estate stocks",
    ),
    ("Commodities", "commodities,commodity,raw materials,commodity funds,commodity futures"),
    (
        "Emerging Markets",
        "emerging markets,emerging market,em stocks,emerging market stocks,developing markets,emerging markets stocks",
    ),
    ("Gold", "gold,precious metals,bullion"),
    ("Crypto", "crypto,cryptocurrency,cryptocurrencies,crypto currency,crypto assets,digital assets"),
    ("Stocks", "stocks,equities"),
    ("Small Cap", "small caps,small cap,small cap stocks,small companies"),
    ("High Yield", "junk bonds,high yield,high yield bonds,junk"),
    ("TIPS", "tips,inflation linked bonds,inflation protected bonds"),
    ("Municipal Bonds", "munis,municipal bonds,muni bonds"),
];

/// The classes that may be meant without a document: those that portfolios commonly have.
const COMMON: [&str; 7] =
    ["US Stocks", "International Stocks", "Bonds", "Real Estate", "Commodities", "Emerging Markets", "Gold"];

/// Sectors of the usual classification, and what else they are called.
pub(super) const SECTORS: &[(&str, &str)] = &[
    (
        "Information Technology",
        "information technology,technology,tech,tech stocks,technology stocks,it sector,tech sector,tech companies,infotech,info tech,tech shares,i.t.",
    ),
    ("Health Care", "health care,healthcare,health,medical,health care stocks,healthcare stocks"),
    ("Financials", "financials,financial,finance,financial services,financial stocks,finance stocks"),
    ("Energy", "energy,energy stocks,energy companies,energy shares"),
    ("Utilities", "utilities,utility,utility stocks,utility companies"),
    ("Real Estate", "real estate,property"),
    ("Materials", "materials,basic materials"),
    ("Industrials", "industrials,industrial,industrial stocks"),
    ("Consumer Discretionary", "consumer discretionary,discretionary,consumer cyclicals,consumer cyclical"),
    ("Consumer Staples", "consumer staples,staples,consumer defensive,consumer non cyclicals"),
    (
        "Communication Services",
        "communication services,communications,communication,telecom,telecoms,telecommunications,comm services,communications services",
    ),
];

/// Industries that may be excluded, and what else they are called.
pub(super) const INDUSTRIES: &[(Industry, &str)] = &[
    (
        FossilFuels,
        "fossil fuels,fossil fuel,fossils,fossil,oil,oil and gas,oil & gas,big oil,petroleum,oil gas and coal,oil companies,gas and oil,oil gas,coal oil and gas,oil coal and gas,oil drillers,oil drilling,crude oil,natural gas,gas,dirty energy,carbon fuels,oil majors,hydrocarbons,fossil energy",
    ),
    (
        ThermalCoal,
        "thermal coal,coal,coal mining,coal miners,coal power,coal mines,coal burning,coal fired power",
    ),
    (
        Tobacco,
        "tobacco,cigarettes,cigs,cigarette,big tobacco,smoking,cigars,vaping,e cigarettes,smokes,nicotine",
    ),
    (
        Weapons,
        "weapons,weapon,arms,guns,gun,firearms,firearm,armaments,defense contractors,defence contractors,weaponry,munitions,arms trade,arms dealers,military weapons,arms makers,war,arms manufacturers,weapons makers,bombs,missiles,war profiteers,ammunition,ammo,rifles,pistols,defense companies,defence companies,defense industry,defence industry,arms industry,arms companies,military contractors,defense weapons",
    ),
    (
        Alcohol,
        "alcohol,booze,liquor,beer,wine,spirits,alcoholic drinks,alcoholic beverages,brewers,breweries,distillers,distilleries,beer and wine,drink alcohol,spirits and beer,whisky,whiskey,brewery",
    ),
    (
        Gambling,
        "gambling,casinos,casino,betting,gaming houses,sports betting,wagering,lotteries,bookmakers,bookies,gambling halls,slot machines,gamblers,betting shops,online betting",
    ),
    (
        AdultEntertainment,
        "adult entertainment,porn,pornography,pornographic,adult films,sex industry,adult content,adult movies,adult industry,xxx",
    ),
    (
        NuclearPower,
        "nuclear power,nuclear energy,nuclear,nuclear plants,nuclear reactors,atomic energy,nuclear power plants,atomic power,nukes power,nuclear stations,nuclear power stations",
    ),
    (
        PrivatePrisons,
        "private prisons,private prison,for profit prisons,for profit prison,prisons,prison operators,prison companies,private jails,for profit jails,prison,prison industry,jails,detention centers,detention centres,privatised prisons,privatized prisons,for profit detention,private detention",
    ),
    (
        AnimalTesting,
        "animal testing,animal tests,animal experiments,animal experimentation,testing on animals,test on animals,tests on animals,tested on animals,experiments on animals,animal cruelty,animal research,experiment on animals,vivisection,lab animals,that test on animals,which test on animals,products tested on animals,test products on animals,tests products on animals,test their products on animals,testing products on animals,test cosmetics on animals,testing cosmetics on animals,that experiment on animals",
    ),
];

/// The names of a document that `group` means: the same name, or the only one among its synonyms.
pub(super) fn resolve(group: &str, words: &str, known: Option<&[String]>) -> Vec<String> {
    let plain = |s: &str| s.replace(['_', '-'], " ").to_lowercase();
    let Some(known) = known else {
        let usual = SECTORS.iter().any(|(s, _)| *s == group) || COMMON.contains(&group);
        return if usual { vec![group.replace(' ', "_")] } else { Vec::new() };
    };
    if let Some(same) = known.iter().find(|k| plain(k) == plain(group)) {
        return vec![same.clone()];
    }
    let fitting: Vec<&String> = known.iter().filter(|k| words.split(',').any(|w| w == plain(k))).collect();
    match fitting.as_slice() {
        [only] => vec![(*only).clone()],
        _ => Vec::new(),
    }
}

/// What a security called `Johnson & Johnson` or `Alphabet (Google)` is called for short.
pub(super) fn parts_of_name(name: &str) -> Vec<String> {
    const ENDINGS: [&str; 14] = [
        " inc",
        " inc.",
        " corp",
        " corp.",
        " corporation",
        " company",
        " co",
        " co.",
        " plc",
        " ltd",
        " etf",
        " n.v.",
        " se",
        " group",
    ];
    let lower = name.to_lowercase();
    let (outer, inner) = match lower.split_once('(') {
        Some((outer, inner)) => (outer.trim().to_owned(), inner.split(')').next().map(str::trim)),
        None => (lower.trim().to_owned(), None),
    };
    let mut parts = vec![outer.clone()];
    parts.extend(inner.map(str::to_owned));
    let short =
        ENDINGS.iter().find_map(|e| outer.strip_suffix(e)).map(|s| s.trim_end_matches(',').to_owned());
    parts.extend(short);
    if outer.contains('&') {
        parts.push(outer.replace('&', "and"));
    }
    parts.retain(|p| p.chars().count() >= 2);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_only_class_that_fits_is_meant() {
        let known = ["Equities".to_owned(), "Fixed Income".to_owned()];
        let words = |group: &str| CLASSES.iter().find(|(c, _)| *c == group).unwrap().1;
        assert_eq!(resolve("Bonds", words("Bonds"), Some(&known)), ["Fixed Income"]);
        assert!(resolve("Real Estate", words("Real Estate"), Some(&known)).is_empty());
        let two = ["Bond".to_owned(), "Fixed Income".to_owned()];
        assert!(resolve("Bonds", words("Bonds"), Some(&two)).is_empty());
    }

    #[test]
    fn a_name_has_short_forms() {
        assert_eq!(parts_of_name("Alphabet (Google)"), ["alphabet", "google"]);
        assert_eq!(parts_of_name("Johnson & Johnson"), ["johnson & johnson", "johnson and johnson"]);
        assert_eq!(parts_of_name("Apple Inc."), ["apple inc.", "apple"]);
    }
}
