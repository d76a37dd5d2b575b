//! The tax of a year against the test vectors T-TAX-1 to T-TAX-15 and those of the NIIT.

use rust_decimal::Decimal;
use tax::brackets::{FilingStatus, table};
use tax::income_tax::{YearIncome, income_tax, net_investment_income_tax};

fn d(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

fn usd(value: i64) -> Decimal {
    Decimal::new(value, 0)
}

#[test]
fn t_tax_1_to_10_and_the_split_of_the_gain() {
    use FilingStatus::{HeadOfHousehold, Joint, Separate, Single};
    for (id, year, status, ordinary, gain, split, tax) in [
        ("T-TAX-1", 2025, Single, 40_000, 20_000, [8_350, 11_650, 0], "6309.00"),
        ("T-TAX-2", 2026, Single, 40_000, 20_000, [9_450, 10_550, 0], "6134.50"),
        ("T-TAX-3", 2025, Joint, 90_000, 50_000, [6_700, 43_300, 0], "16818.00"),
        ("T-TAX-4", 2026, Joint, 90_000, 50_000, [8_900, 41_100, 0], "16469.00"),
        ("T-TAX-5", 2025, Single, 500_000, 100_000, [0, 33_400, 66_600], "162877.25"),
        ("T-TAX-6", 2026, Single, 500_000, 100_000, [0, 45_500, 54_500], "161494.25"),
        ("T-TAX-7", 2025, Separate, 300_000, 20_000, [0, 0, 20_000], "78547.25"),
        ("T-TAX-8", 2026, Separate, 300_000, 20_000, [0, 6_850, 13_150], "77426.75"),
        ("T-TAX-9", 2025, HeadOfHousehold, 60_000, 10_000, [4_750, 5_250, 0], "7647.50"),
        ("T-TAX-10", 2026, HeadOfHousehold, 60_000, 10_000, [6_200, 3_800, 0], "7416.00"),
    ] {
        let got = income_tax(table(year, status).unwrap(), usd(ordinary), usd(gain));
        assert_eq!(got.total, d(tax), "{id}");
        assert_eq!([got.at_zero, got.at_middle, got.at_top], split.map(usd), "{id}");
    }
}

#[test]
fn t_tax_5_to_8_their_niit() {
    // The gain is the investment income; MAGI is taxable income plus the standard deduction.
    for (id, year, status, whole, gain, niit) in [
        ("T-TAX-5", 2025, FilingStatus::Single, 600_000, 100_000, 3_800),
        ("T-TAX-6", 2026, FilingStatus::Single, 600_000, 100_000, 3_800),
        ("T-TAX-7", 2025, FilingStatus::Separate, 320_000, 20_000, 760),
        ("T-TAX-8", 2026, FilingStatus::Separate, 320_000, 20_000, 760),
    ] {
        let table = table(year, status).unwrap();
        let magi = usd(whole) + table.standard_deduction;
        assert_eq!(net_investment_income_tax(table, usd(gain), magi), usd(niit), "{id}");
    }
}

#[test]
fn t_tax_11_the_zero_rate_ends_at_its_bound() {
    let table = table(2026, FilingStatus::Single).unwrap();
    assert_eq!(income_tax(table, usd(0), usd(49_450)).total, d("0.00"));
    assert_eq!(income_tax(table, usd(0), usd(49_451)).total, d("0.15"));
}

#[test]
fn t_tax_12_ordinary_income_pushes_gain_out_of_the_zero_rate() {
    let table = table(2026, FilingStatus::Single).unwrap();
    let before = income_tax(table, usd(40_000), usd(9_450)).total;
    let after = income_tax(table, usd(41_000), usd(9_450)).total;
    assert_eq!(after - before, usd(270));
}

fn salaried() -> YearIncome {
    YearIncome { ordinary: usd(150_000), short_term: usd(0), long_term: usd(0), qualified_dividends: usd(0) }
}

#[test]
fn t_tax_13_ten_thousand_of_either_character() {
    let table = table(2026, FilingStatus::Single).unwrap();
    assert_eq!(salaried().added_tax(table, usd(10_000), usd(0)), usd(2_400));
    assert_eq!(salaried().added_tax(table, usd(0), usd(10_000)), usd(1_500));
}

#[test]
fn t_tax_14_a_harvested_loss_saves_the_limit_now() {
    let table = table(2026, FilingStatus::Single).unwrap();
    assert_eq!(salaried().added_tax(table, usd(-5_000), usd(0)), usd(-720));
    assert_eq!(salaried().added_tax(table, usd(0), usd(-5_000)), usd(-720));
    let next_year = tax::netting::net(tax::netting::YearResult {
        short_term: usd(-5_000),
        long_term: usd(0),
        limit: table.capital_loss_limit,
        taxable_income: usd(147_000),
    });
    assert_eq!(next_year.short_term_carried + next_year.long_term_carried, usd(2_000));
}

#[test]
fn t_tax_15_beside_a_long_term_gain_the_loss_saves_its_rate() {
    let table = table(2026, FilingStatus::Single).unwrap();
    let with_gain = YearIncome { long_term: usd(20_000), ..salaried() };
    assert_eq!(with_gain.added_tax(table, usd(-5_000), usd(0)), usd(-750));
    assert_eq!(with_gain.added_tax(table, usd(0), usd(-5_000)), usd(-750));
}

#[test]
fn niit_1_to_5() {
    use FilingStatus::{Joint, Separate, Single};
    for (nii, magi, status, tax) in [
        (30_000, 220_000, Single, 760),
        (10_000, 220_000, Single, 380),
        (30_000, 190_000, Single, 0),
        (50_000, 260_000, Joint, 380),
        (40_000, 150_000, Separate, 950),
    ] {
        let table = table(2026, status).unwrap();
        assert_eq!(net_investment_income_tax(table, usd(nii), usd(magi)), usd(tax));
    }
}

#[test]
fn all_ordinary_is_the_cap() {
    // 10 % bracket, gain in the 0 % zone and above: never more than everything ordinary.
    let table = table(2026, FilingStatus::Single).unwrap();
    for (ordinary, gain) in [(0, 5_000), (10_000, 600_000), (700_000, 1)] {
        let tax = income_tax(table, usd(ordinary), usd(gain)).total;
        assert!(tax <= income_tax(table, usd(ordinary + gain), usd(0)).total);
    }
}
