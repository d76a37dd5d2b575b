//! What would a sale cost.
//!
//! In: dates, prices, quantities and incomes as plain values. Out: characters, bases, gains, taxes.
//! Nothing here reads a portfolio document, a clock or a network, and no money is a binary float.
//! What the law leaves open is data with its source and how sure it is, never a silent rule.
//!
//! | module | what it answers |
//! | --- | --- |
//! | [`gains`] | transactions in, realised and open lots out: the command `gains` |
//! | [`wash_sale`] | which losses do not count now, and where do they go |
//! | [`relief`] | which lots does a sale take |
//! | [`holding`] | since when is a lot held, and is a sale of it long-term |
//! | [`origin`] | the basis and period of shares that were inherited or given |
//! | [`identity`] | which securities are substantially identical, and how sure is that |
//! | [`netting`] | what of a year's result is taxed, deducted, carried on |
//! | [`form_8949`] | a year's realised gains in the columns of Form 8949 |
//! | [`broker_statement`] | the same, held against a broker's Form 1099-B |
//! | [`brackets`] | the tables of a tax year, as data; a missing year is an error |
//! | [`income_tax`] | the federal tax of a year, bracket by bracket, and the NIIT |
//! | [`rates`] | the marginal rates of a household in a year |
//! | [`plan_tax`] | the tax term `T` of the rebalancing model |
//! | [`bracketed`] | the same by the brackets, where its flat rates stop being true |
//! | [`dividend`] | is a dividend qualified, and what does an early sale cost |
//! | [`location`] | what is an account worth after tax, and what does a holding cost there |
//! | [`settlement`] | when does a trade settle, and what may a cash account do before |
//! | [`calendar`] | on which days do the US markets trade and settle |

pub mod bracketed;
pub mod brackets;
pub mod broker_statement;
pub mod calendar;
pub mod dividend;
pub mod form_8949;
pub mod gains;
pub mod holding;
pub mod identity;
pub mod income_tax;
pub mod location;
pub mod netting;
pub mod origin;
pub mod plan_tax;
pub mod rates;
pub mod relief;
pub mod settlement;
pub mod wash_sale;
