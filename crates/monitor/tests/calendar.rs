//! The calendar by which trades settle and the one by which the market opens tell the same days.

use jiff::civil::date;

#[test]
fn both_calendars_close_the_market_on_the_same_days() {
    let mut day = date(2024, 1, 1);
    while day.year() <= 2027 {
        let open = portfolio::exchange::closed_for(day).unwrap().is_none();
        assert_eq!(tax::calendar::is_trading_day(day), Ok(open), "{day}");
        day = day.tomorrow().unwrap();
    }
}
