//! One suite for every broker: what [`execute::Broker`] states, asked of each of them.
//!
//! A broker is a [`suite::Subject`] and a module below; a test is a function of one in `suite.rs` and a line below. What only one broker can do
//! wrong stands in its own folder.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod alpaca;
mod fix;
mod manual;
mod paper;
mod suite;

macro_rules! suite {
    ($($test:ident),+ $(,)?) => {
        mod on_paper {
            $(#[test]
            fn $test() {
                crate::suite::$test(&crate::paper::subject());
            })+
        }

        mod at_alpaca {
            $(#[test]
            fn $test() {
                crate::suite::$test(&crate::alpaca::subject());
            })+
        }

        mod over_fix {
            $(#[test]
            fn $test() {
                crate::suite::$test(&crate::fix::subject());
            })+
        }

        mod by_hand {
            $(#[test]
            fn $test() {
                crate::suite::$test(&crate::manual::subject());
            })+
        }
    };
}

suite! {
    a_name_is_one_order,
    executions_have_names_and_sum_to_the_order,
    an_end_is_an_end,
    what_was_filled_before_a_cancel_stays,
    a_limit_is_a_limit,
    nothing_is_executed_after_its_time,
    what_it_never_had_it_does_not_tell_of,
}
