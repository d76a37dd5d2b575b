//! Model portfolios: the effect of a change is shown before it is published, and every household that follows takes it over once, now or later.

use portfolio::Decimal;
use portfolio::plan::Number;
use rebalance::Options;
use rebalance::books::{Books, Household};
use rebalance::keeping::model_portfolio::{Reached, Target};
use rebalance::keeping::paper::{Paper, Settings};
use rebalance::keeping::{Desk, Keeper, KeepingError, Recorded};
use rebalance::life::{Policy, Rejection, State};
use rust_decimal::dec;
use store::Store;

use crate::backend::Backend;
use crate::execution::Approved;
use crate::household::{CALM, Standing, minute, quotes};

use crate::story::TEXT;

fn target(stocks: Decimal) -> Target {
    let bonds = Decimal::ONE - stocks;
    Target::read(&format!(r#"{{"target_allocation": {{"Stocks": {stocks}, "Bonds": {bonds}}}}}"#)).unwrap()
}

fn household(books: &Store, name: &str) -> Household {
    books.reading().household_named(name).unwrap().unwrap()
}

/// What a household's document wants in stocks.
fn stocks(books: &Store, name: &str) -> Decimal {
    let kept = books.reading().portfolio(household(books, name).id).unwrap().unwrap();
    portfolio::read(&kept.text).unwrap().target_allocation["Stocks"]
}

fn publish(keeper: &Keeper<'_>, stocks: Decimal) -> Vec<(String, Reached)> {
    let looked_at = keeper.effect_of_model("growth", &target(stocks), &|_| true).unwrap().digest;
    let reached = keeper
        .publish_model("growth", "ann", "for the young", &target(stocks), &looked_at, &|_| true)
        .unwrap();
    reached.into_iter().map(|(household, reached)| (household.name, reached)).collect()
}

/// Nothing is published that was not looked at; what was is taken over by whoever follows, and by nobody else.
pub(crate) fn a_model_portfolio_is_published_as_it_was_looked_at(backend: &Backend) {
    let books = backend.open();
    let world = Standing::at(minute(0));
    let recorded = Recorded(&books);
    let broker = Paper::new(Settings::default(), &recorded);
    let keeper = Keeper::new(&books, &world, &broker, Options::default());
    for (name, text) in [
        ("smith", TEXT.to_owned()),
        ("jones", TEXT.to_owned()),
        ("none", TEXT.replace("AGG", "BND").replace("Bonds", "Gold")),
    ] {
        let text = text.replace("\"household_id\": \"smith\"", &format!("\"household_id\": \"{name}\""));
        keeper.enrol(name, "ann", Policy::default(), &text).unwrap();
    }
    keeper.tick(&quotes(minute(0), &CALM)).unwrap();
    assert_eq!(publish(&keeper, dec!(0.7)), []);
    keeper.follow_model(&household(&books, "smith"), "ann", "growth").unwrap();
    assert_eq!((stocks(&books, "smith"), stocks(&books, "jones")), (dec!(0.7), dec!(0.6)));
    // One that lists no bonds can't follow, and stays as it is.
    let told = keeper.follow_model(&household(&books, "none"), "ann", "growth").unwrap_err().to_string();
    assert!(told.contains("target_allocation.Bonds"), "{told}");
    assert_eq!(keeper.followed(&household(&books, "none")).unwrap(), None);

    let effect = keeper.effect_of_model("growth", &target(dec!(0.2)), &|_| true).unwrap();
    let [of_smith] = &effect.households[..] else { panic!("{effect:?}") };
    let (before, after) =
        (of_smith.before.as_ref().unwrap(), of_smith.after.as_ref().unwrap().as_ref().unwrap());
    // 100.5 · 450 + 100 · 90 + 100.25 USD, of which 45,225 are stocks and 100.25 cash, which is wanted nowhere.
    assert_eq!(before.drift.value_usd, Number(dec!(54325.25)));
    assert_eq!(before.off_target_usd, dec!(7297.58));
    assert_eq!(after.off_target_usd, dec!(34460.20));
    assert!(after.drift.act);
    // Somebody follows in the meantime: what was looked at is not what would happen.
    keeper.follow_model(&household(&books, "jones"), "ann", "growth").unwrap();
    let error =
        keeper.publish_model("growth", "ann", "", &target(dec!(0.2)), &effect.digest, &|_| true).unwrap_err();
    assert!(matches!(error, KeepingError::Overtaken { .. }), "{error}");
    let looked_at = keeper.effect_of_model("growth", &target(dec!(0.2)), &|_| true).unwrap().digest;
    let error =
        keeper.publish_model("growth", "ann", "", &target(dec!(0.3)), &looked_at, &|_| true).unwrap_err();
    assert!(matches!(error, KeepingError::Overtaken { .. }), "{error}");
    assert_eq!(stocks(&books, "smith"), dec!(0.7));

    let versions = household(&books, "smith").portfolio_version;
    let taken = |name: &str| (name.to_owned(), Reached::Taken);
    assert_eq!(publish(&keeper, dec!(0.2)), [taken("jones"), taken("smith")]);
    assert_eq!((stocks(&books, "smith"), stocks(&books, "jones")), (dec!(0.2), dec!(0.2)));
    assert_eq!(household(&books, "smith").portfolio_version, versions + 1);
    // Once, and no look at the household does it again: the next versions are those of a plan, at the prices of its time.
    let looked_at = || keeper.effect_of_model("growth", &target(dec!(0.3)), &|_| true).unwrap().digest;
    let before = looked_at();
    for n in 1..5 {
        world.set(minute(n));
        keeper.tick(&quotes(minute(n), &CALM)).unwrap();
    }
    assert!(household(&books, "smith").portfolio_version > versions + 1);
    assert_eq!(looked_at(), before, "a plan that is made meanwhile does not change what was looked at");
    let kept = books.reading().portfolio(household(&books, "smith").id).unwrap().unwrap();
    assert_ne!(kept.source, "model_portfolio");
    let waiting = books.reading().recommendations(State::PendingApproval).unwrap();
    assert!(waiting.iter().any(|found| found.kept().household == kept.household), "{waiting:?}");
    let followed = keeper.followed(&household(&books, "smith")).unwrap().unwrap();
    assert_eq!((followed.model.as_str(), followed.version, followed.published), ("growth", 2, 2));

    // A document with another target is not taken while it follows, and is afterwards.
    let error = keeper.import(&household(&books, "smith"), "ann", TEXT).unwrap_err();
    assert!(matches!(error, KeepingError::Follows { .. }), "{error}");
    keeper
        .import(&household(&books, "smith"), "ann", &TEXT.replace("0.60", "0.20").replace("0.40", "0.8"))
        .unwrap();
    keeper.unfollow_model(&household(&books, "smith"), "ann").unwrap();
    keeper.import(&household(&books, "smith"), "ann", TEXT).unwrap();
    assert_eq!(publish(&keeper, dec!(0.5)), [taken("jones")]);
    assert_eq!(stocks(&books, "smith"), dec!(0.6));
    assert!(books.held_against_log().unwrap().is_sound());
}

/// A plan that waits is superseded; orders that are at a broker are let be, and the target is taken over once they have ended.
pub(crate) fn a_model_portfolio_waits_for_orders(backend: &Backend) {
    let books = backend.open();
    let kept = Approved::new(&books, TEXT, Desk::default());
    let recorded = Recorded(&books);
    let settings = Settings { seed: 2, parts_max: 2, every_secs: 120, ..Settings::default() };
    let broker = Paper::new(settings, &recorded);
    let keeper = kept.keeper(&broker);
    assert_eq!(publish(&keeper, dec!(0.6)), []);
    let error = keeper.follow_model(&household(&books, "smith"), "ann", "growth").unwrap_err();
    assert!(matches!(error, KeepingError::Executing { .. }), "{error}");
    for n in 2..40 {
        kept.minute(n, &broker, &CALM);
    }
    assert_eq!(books.reading().recommendations(State::ExecutedSuccessfully).unwrap().len(), 1);
    keeper.follow_model(&household(&books, "smith"), "ann", "growth").unwrap();

    // Far away: a plan is made, waits, and is approved.
    publish(&keeper, dec!(0.1));
    for n in 40..44 {
        kept.minute(n, &broker, &CALM);
    }
    let waiting = books.reading().recommendations(State::PendingApproval).unwrap();
    publish(&keeper, dec!(0.3));
    let found = books.reading().recommendation(waiting[0].id()).unwrap().unwrap();
    assert_eq!(found.state(), State::Rejected(Rejection::Superseded));
    for n in 44..48 {
        kept.minute(n, &broker, &CALM);
    }
    let waiting = books.reading().recommendations(State::PendingApproval).unwrap();
    keeper.approve(waiting[0].id(), "ann", None).unwrap();
    let reached = publish(&keeper, dec!(0.5));
    assert!(matches!(&reached[..], [(name, Reached::Later(_))] if name == "smith"), "{reached:?}");
    assert_eq!(stocks(&books, "smith"), dec!(0.3));
    for n in 48..90 {
        kept.minute(n, &broker, &CALM);
    }
    assert_eq!(stocks(&books, "smith"), dec!(0.5));
    assert_eq!(keeper.followed(&household(&books, "smith")).unwrap().unwrap().version, 4);
    assert!(books.held_against_log().unwrap().is_sound());
}

/// Who can't have a version is handed documents as before, and has it once its document can.
pub(crate) fn a_version_that_was_refused_is_taken_over_once_it_can_be(backend: &Backend) {
    let books = backend.open();
    let world = Standing::at(minute(0));
    let recorded = Recorded(&books);
    let broker = Paper::new(Settings::default(), &recorded);
    let keeper = Keeper::new(&books, &world, &broker, Options::default());
    keeper.enrol("smith", "ann", Policy::default(), TEXT).unwrap();
    keeper.tick(&quotes(minute(0), &CALM)).unwrap();
    publish(&keeper, dec!(0.6));
    let smith = || household(&books, "smith");
    keeper.follow_model(&smith(), "ann", "growth").unwrap();
    let timber = Target::read(r#"{"target_allocation": {"Stocks": 0.5, "Timber": 0.5}}"#).unwrap();
    let looked_at = keeper.effect_of_model("growth", &timber, &|_| true).unwrap().digest;
    let reached = keeper.publish_model("growth", "ann", "", &timber, &looked_at, &|_| true).unwrap();
    assert!(matches!(&reached[..], [(_, Reached::Refused(_))]), "{reached:?}");
    // Its target stays the one that it has, whatever else of its document changes.
    let kept = || books.reading().portfolio(smith().id).unwrap().unwrap();
    keeper.import(&smith(), "ann", &kept().text.replace("100.25", "90.25")).unwrap();
    let other = kept().text.replace("0.6", "0.7").replace("0.4", "0.3");
    let error = keeper.import(&smith(), "ann", &other).unwrap_err();
    assert!(matches!(error, KeepingError::Follows { .. }), "{error}");
    for n in 1..3 {
        world.set(minute(n));
        keeper.tick(&quotes(minute(n), &CALM)).unwrap();
    }
    assert!(keeper.followed(&smith()).unwrap().unwrap().refused.is_some());
    // Now it lists what is wanted.
    let wood = r#""securities":[{"ticker": "WOOD", "asset_class": "Timber", "current_price": 80.00, "kind": "etf"}, "#;
    let listing = kept().text.replacen(r#""securities":["#, wood, 1);
    assert!(listing.contains("WOOD"), "{listing}");
    keeper.import(&smith(), "ann", &listing).unwrap();
    world.set(minute(3));
    keeper.tick(&quotes(minute(3), &[CALM[0], CALM[1], ("WOOD", dec!(80))])).unwrap();
    let followed = keeper.followed(&smith()).unwrap().unwrap();
    assert_eq!((followed.version, followed.refused), (2, None));
    assert_eq!(portfolio::read(&kept().text).unwrap().target_allocation["Timber"], dec!(0.5));
    assert!(books.held_against_log().unwrap().is_sound());
}

/// A household that the publisher may not change is offered a version, and takes over the next one of somebody who may, or that one once it follows anew.
pub(crate) fn a_version_is_offered_to_who_its_publisher_may_not_change(backend: &Backend) {
    let books = backend.open();
    let world = Standing::at(minute(0));
    let recorded = Recorded(&books);
    let broker = Paper::new(Settings::default(), &recorded);
    let keeper = Keeper::new(&books, &world, &broker, Options::default());
    keeper.enrol("smith", "ann", Policy::default(), TEXT).unwrap();
    keeper.tick(&quotes(minute(0), &CALM)).unwrap();
    publish(&keeper, dec!(0.6));
    let smith = || household(&books, "smith");
    keeper.follow_model(&smith(), "ann", "growth").unwrap();
    let by_another = |stocks: Decimal| {
        let looked_at = keeper.effect_of_model("growth", &target(stocks), &|_| false).unwrap();
        assert!(looked_at.households[0].is_offered);
        let of_all = keeper.effect_of_model("growth", &target(stocks), &|_| true).unwrap();
        assert_ne!(looked_at.digest, of_all.digest, "what was looked at depends on who publishes");
        keeper.publish_model("growth", "eve", "", &target(stocks), &looked_at.digest, &|_| false).unwrap()
    };
    assert!(matches!(&by_another(dec!(0.2))[..], [(_, Reached::Offered)]));
    for n in 1..4 {
        world.set(minute(n));
        keeper.tick(&quotes(minute(n), &CALM)).unwrap();
    }
    let followed = keeper.followed(&smith()).unwrap().unwrap();
    assert_eq!((followed.version, followed.published, followed.is_offered), (1, 2, true));
    assert_eq!(stocks(&books, "smith"), dec!(0.6));
    // Its document is its own but for the target.
    let kept = books.reading().portfolio(smith().id).unwrap().unwrap();
    keeper.import(&smith(), "ann", &kept.text.replace("100.25", "90.25")).unwrap();
    let other = TEXT.replace("0.60", "0.70").replace("0.40", "0.30");
    let error = keeper.import(&smith(), "ann", &other).unwrap_err();
    assert!(matches!(error, KeepingError::Follows { .. }), "{error}");
    keeper.follow_model(&smith(), "ann", "growth").unwrap();
    let followed = keeper.followed(&smith()).unwrap().unwrap();
    assert_eq!((followed.version, followed.is_offered, stocks(&books, "smith")), (2, false, dec!(0.2)));
    by_another(dec!(0.1));
    assert_eq!(publish(&keeper, dec!(0.3)), [("smith".to_owned(), Reached::Taken)]);
    assert_eq!(stocks(&books, "smith"), dec!(0.3));
    assert!(books.held_against_log().unwrap().is_sound());
}
