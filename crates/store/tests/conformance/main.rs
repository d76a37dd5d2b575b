//! One suite for every database: the same tests on a SQLite file and on a PostgreSQL server that is started here.
//!
//! A new test is a function of `&Backend` in a file of this folder and a line below. Where no PostgreSQL is installed, its half
//! is skipped and says so on standard error.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod access;
mod approvals;
mod atomicity;
mod backend;
mod backups;
mod blotter;
mod corrections;
mod crash;
mod exactness;
mod execution;
mod house_rules;
mod household;
mod keeping;
mod kills;
mod ledger;
mod limits;
mod lists;
mod log;
mod market;
mod model_portfolios;
mod notices;
mod old_shares;
mod one_at_a_time;
mod sealing;
mod server;
mod story;
mod together;
mod turns;
mod unsent;
mod washes;

macro_rules! suite {
    ($($file:ident :: $test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test]
            fn $test() {
                crate::$file::$test(&crate::backend::Backend::sqlite());
            })+
        }

        mod postgres {
            $(#[test]
            fn $test() {
                if let Some(backend) = crate::backend::Backend::postgres() {
                    crate::$file::$test(&backend);
                }
            })+
        }
    };
}

suite! {
    exactness::decimals_times_and_days_come_back_as_they_went_in,
    exactness::a_portfolio_is_kept_as_text_and_row_by_row,
    exactness::what_was_kept_of_a_recommendation_comes_back,
    atomicity::an_entry_that_fails_leaves_nothing,
    atomicity::a_connection_at_hand_sees_what_is_written,
    atomicity::what_is_there_twice_or_refers_to_nothing_is_named,
    approvals::of_many_who_approve_at_once_one_does,
    approvals::two_who_are_needed_both_count_when_they_come_at_once,
    approvals::approval_and_rejection_at_once_give_one_of_them,
    approvals::no_change_of_a_setting_is_lost,
    one_at_a_time::a_household_has_one_open_cycle,
    one_at_a_time::nothing_moves_after_its_cycle_has_ended,
    one_at_a_time::an_import_over_an_old_version_is_refused,
    access::what_was_kept_of_who_may_come_in_comes_back,
    access::a_new_password_ends_what_was_begun_with_the_old_one,
    access::a_name_is_locked_however_many_try_at_once,
    access::an_answer_stays_the_first_one,
    turns::an_event_is_taken_in_once_by_each_consumer,
    turns::events_of_a_key_go_out_in_order_each_once,
    turns::a_claim_that_was_passed_on_settles_nothing,
    turns::many_claim_and_each_event_is_settled_once,
    turns::a_leader_who_was_replaced_writes_nothing,
    turns::two_programs_on_one_database_do_each_thing_once,
    log::the_log_refuses_changes,
    log::records_have_one_order_without_gaps,
    log::a_whole_life_is_verified_and_proven_without_the_database,
    log::what_was_changed_behind_the_triggers_is_named,
    log::a_secret_does_not_get_into_the_log,
    log::an_erasure_leaves_the_tree_whole_and_nothing_to_read,
    ledger::the_books_say_what_the_log_says,
    ledger::whatever_is_edited_is_named,
    ledger::what_no_record_tells_of_is_named,
    ledger::a_forged_backup_is_found_out,
    ledger::a_key_that_is_gone_or_does_not_open_is_named_and_the_rest_is_verified,
    ledger::who_approved_is_told_by_the_log,
    ledger::a_plan_that_was_changed_is_not_approved,
    ledger::nobody_is_two_by_the_case_of_a_letter,
    lists::a_list_says_what_is_on_record_in_parts_of_any_size,
    lists::a_list_parts_states_and_knows_who_has_approved,
    limits::a_locked_database_is_named_and_nothing_is_lost,
    limits::a_full_database_is_named_and_nothing_is_lost,
    limits::a_limit_on_files_is_named_and_nothing_is_lost,
    limits::tables_of_a_newer_program_are_refused,
    limits::a_place_that_can_not_be_opened_is_named,
    crash::a_life_goes_on_after_a_stop_at_any_step,
    market::a_price_that_is_held_back_is_not_traded_on,
    market::an_approval_waits_for_a_price,
    market::a_person_can_believe_a_price,
    market::a_split_is_applied_once,
    market::a_split_that_is_told_late_is_applied_once,
    market::a_past_that_was_adjusted_is_not_adjusted_again,
    market::what_comes_between_makes_no_other_shares,
    market::what_is_tried_again_knows_of_splits_and_prices,
    market::a_split_waits_until_orders_have_ended,
    old_shares::a_household_is_worth_the_same_while_a_split_waits,
    market::the_bands_follow_the_markets_volatility,
    market::a_first_quote_that_is_none_leaves_the_household_alone,
    market::a_bad_close_of_the_past_moves_no_band,
    market::the_past_teaches_and_how_old_a_price_may_be_is_on_record,
    kills::a_life_goes_on_after_kill_9_at_random_moments,
    keeping::a_day_stopped_at_every_step_ends_in_the_same_books,
    keeping::what_a_broker_leaves_is_tried_again,
    keeping::fills_teach_the_spread,
    keeping::two_households_have_one_open_cycle_each,
    keeping::an_approval_after_the_prices_moved_is_refused,
    keeping::a_rejected_drift_is_not_proposed_again_at_once,
    keeping::nobody_answers_in_time,
    keeping::a_new_document_supersedes_what_waits,
    keeping::a_large_plan_needs_two_people,
    model_portfolios::a_model_portfolio_is_published_as_it_was_looked_at,
    model_portfolios::a_model_portfolio_waits_for_orders,
    model_portfolios::a_version_that_was_refused_is_taken_over_once_it_can_be,
    model_portfolios::a_version_is_offered_to_who_its_publisher_may_not_change,
    house_rules::rules_of_the_house_take_two_persons,
    house_rules::what_is_restricted_is_neither_planned_nor_approved,
    house_rules::what_is_restricted_after_the_approval_is_not_sent,
    house_rules::a_collar_that_is_narrowed_after_the_approval_binds_the_orders,
    execution::no_call_that_goes_wrong_doubles_or_loses_anything,
    execution::a_stop_between_any_two_steps_doubles_or_loses_nothing,
    execution::stops_and_faults_together_double_or_lose_nothing,
    together::what_goes_as_one_order_is_divided_to_the_cent,
    together::no_part_of_an_order_is_doubled_or_lost,
    together::two_purchases_of_an_account_cost_no_more_than_its_cash,
    execution::sales_come_first_and_cash_never_falls_below_zero,
    execution::what_is_open_at_the_end_of_the_hours_is_taken_back,
    execution::an_order_is_not_given_up_while_it_can_arrive,
    execution::nothing_is_sent_while_trading_is_halted,
    execution::orders_beyond_a_limit_are_not_sent,
    unsent::money_that_has_not_come_in_is_not_spent,
    unsent::what_would_never_be_sent_is_not_offered,
    unsent::what_a_person_makes_of_a_plan_has_to_be_sendable_too,
    unsent::the_same_plan_is_not_offered_twice,
    washes::a_loss_that_is_replaced_does_not_count_and_goes_into_the_basis,
    washes::a_loss_that_a_retirement_account_replaces_is_lost,
    washes::a_lot_replaces_once,
    keeping::a_paused_household_is_left_alone,
    keeping::a_household_is_looked_at_once_a_tick_though_time_goes_on,
    keeping::a_snoozed_class_is_no_reason,
    keeping::money_that_flows_is_booked_and_a_reason,
    blotter::a_line_comes_back_as_it_was_typed_in,
    blotter::several_type_in_at_once,
    blotter::of_two_who_type_in_at_once_one_looks_again,
    blotter::a_time_to_the_minute_is_any_moment_of_it,
    blotter::what_is_typed_in_is_booked_once_wherever_it_stops,
    blotter::nobody_asks_one_broker_after_the_orders_of_another,
    corrections::a_fill_is_corrected_while_its_order_is_at_the_desk,
    corrections::a_fill_of_a_plan_that_has_ended_is_corrected_to_the_cent,
    corrections::a_fill_on_which_something_rests_is_not_corrected,
    corrections::a_correction_that_is_stopped_is_whole_or_nothing,
    notices::a_notice_is_tried_until_its_channel_takes_it,
    notices::what_nobody_has_to_hear_is_not_told,
    notices::a_cycle_that_is_given_up_is_told,
    backups::a_backup_restores_everything_into_either_database,
    backups::a_damaged_backup_restores_nothing,
}
