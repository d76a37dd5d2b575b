//! The commands: one file each, one line each here.

mod approve;
pub(crate) mod audit;
mod backup;
mod batch;
mod believe;
mod broker;
mod costs;
mod demo;
mod drift;
mod erase;
mod eval;
mod fill;
mod gains;
mod gateway;
mod halt;
mod hold;
mod household;
mod import;
mod mcp;
mod metrics;
mod model_list;
mod model_portfolio;
mod orders;
mod people;
mod plan;
mod preferences;
mod prices;
mod prompt;
mod proposals;
mod reconcile;
mod reject;
mod replay;
mod restore;
mod resume;
mod retry;
mod rules;
mod serve;
mod show;
mod sync;
mod tax_forms;
mod tickets;
mod validate;

use clap::Subcommand;

pub(crate) use believe::off_pct;
pub(crate) use eval::{Evaluation, PhraseScore, PlanScore, Share};
pub(crate) use household::Seen;
pub(crate) use model_list::{Listed, ListedEmbedded};
pub(crate) use orders::row as order_row;
pub(crate) use proposals::row as proposal_row;
pub(crate) use reconcile::{Reconciled, against_document};
pub(crate) use replay::replayed;

use crate::exit::Exit;
use crate::failure::Failure;

/// What can be asked for.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// A validated plan for a portfolio document
    Plan(plan::Arguments),
    /// Weights, the band of each class and its parts, breaches, every drift metric
    Drift(drift::Arguments),
    /// Every rule that a plan breaks
    Validate(validate::Arguments),
    /// The risk, cost and tax figures of a portfolio
    Metrics(metrics::Arguments),
    /// Realised gains lot by lot with wash-sale adjustments
    Gains(gains::Arguments),
    /// A portfolio document from broker files: lots, cash and prices
    Import(import::Arguments),
    /// Plans for many documents, one JSON document per line
    Batch(batch::Arguments),
    /// Preference tokens of a text, or all there are
    Preferences(preferences::Arguments),
    /// Exactly what a model would be sent that is to write the plan
    Prompt(prompt::Arguments),
    /// The generative models that are configured, and whether one answers
    Models(model_list::Arguments),
    /// Models compared: how good their plans, choices and readings of wishes are
    Eval(eval::Arguments),
    /// The gateway to models for other programs, in OpenAI's format
    Gateway(gateway::Arguments),
    /// The tools of an assistant, over the Model Context Protocol: it reads, and approves nothing
    Mcp(mcp::Arguments),
    /// The audit log: verified, proven, exported, read
    Audit(audit::Arguments),
    /// A past plan made again from its record, and compared byte for byte
    Replay(replay::Arguments),
    /// Everything in the books in one file
    Backup(backup::Arguments),
    /// Books from a backup, verified before anybody relies on them
    Restore(restore::Arguments),
    /// A legal hold on a household: nothing of it is erased
    Hold(hold::Arguments),
    /// What the log tells of a household, gone for good
    Erase(erase::Arguments),
    /// The households in the books: drift now and over time, cash flows, pauses
    Household(household::Arguments),
    /// Targets that households follow: what a change would do to each, publish, follow
    ModelPortfolio(model_portfolio::Arguments),
    /// The prices on record: source, age, what is held back
    Prices(prices::Arguments),
    /// What was proposed, and what waits for approval
    Proposals(proposals::Arguments),
    /// A proposal with its trades, reasons and orders
    Show(show::Arguments),
    /// Approves a proposal
    Approve(approve::Arguments),
    /// Rejects a proposal
    Reject(reject::Arguments),
    /// What orders have cost, beside what the plans expected
    Costs(costs::Arguments),
    /// What is to be executed by hand, account by account
    Tickets(tickets::Arguments),
    /// What was filled of orders that are executed by hand
    Fill(fill::Arguments),
    /// Orders with their fills, and why one was not filled
    Orders(orders::Arguments),
    /// A new plan over what a broker left undone
    Retry(retry::Arguments),
    /// The rules of the house: what nobody trades, limits on orders, exceptions; changed by two persons
    Rules(rules::Arguments),
    /// Prices that are held back, and that one is right
    Believe(believe::Arguments),
    /// Whether broker and books hold the same, to the share and the cent
    Reconcile(reconcile::Arguments),
    /// Who executes: what is reachable, allowed and missing
    Broker(broker::Arguments),
    /// A year's realised gains as Form 8949 has them, and held against a broker's 1099-B
    TaxForms(tax_forms::Arguments),
    /// What a broker holds, listed against the books, and taken over where a person accepts it
    Sync(sync::Arguments),
    /// Sends nothing more to any broker until `resume`
    Halt(halt::Arguments),
    /// Goes on sending after a halt
    Resume(resume::Arguments),
    /// Who may sign in, and what they may
    People(people::Arguments),
    /// Keeps the households of an installation: watches, proposes, sends what was approved
    Serve(serve::Arguments),
    /// Sample households kept in a simulated market, or the plans of the samples
    Demo(demo::Arguments),
}

impl Command {
    /// Runs the command.
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        match self {
            Command::Plan(arguments) => plan::run(arguments),
            Command::Drift(arguments) => drift::run(arguments),
            Command::Validate(arguments) => validate::run(arguments),
            Command::Metrics(arguments) => metrics::run(arguments),
            Command::Gains(arguments) => gains::run(arguments),
            Command::Import(arguments) => import::run(arguments),
            Command::Batch(arguments) => batch::run(arguments),
            Command::Preferences(arguments) => preferences::run(arguments),
            Command::Prompt(arguments) => prompt::run(arguments),
            Command::Models(arguments) => model_list::run(arguments),
            Command::Eval(arguments) => eval::run(arguments),
            Command::Gateway(arguments) => gateway::run(arguments),
            Command::Mcp(arguments) => mcp::run(arguments),
            Command::Audit(arguments) => audit::run(arguments),
            Command::Replay(arguments) => replay::run(arguments),
            Command::Backup(arguments) => backup::run(arguments),
            Command::Restore(arguments) => restore::run(arguments),
            Command::Hold(arguments) => hold::run(arguments),
            Command::Erase(arguments) => erase::run(arguments),
            Command::Household(arguments) => household::run(arguments),
            Command::ModelPortfolio(arguments) => model_portfolio::run(arguments),
            Command::Prices(arguments) => prices::run(arguments),
            Command::Proposals(arguments) => proposals::run(arguments),
            Command::Show(arguments) => show::run(arguments),
            Command::Approve(arguments) => approve::run(arguments),
            Command::Reject(arguments) => reject::run(arguments),
            Command::Costs(arguments) => costs::run(arguments),
            Command::Tickets(arguments) => tickets::run(arguments),
            Command::Fill(arguments) => fill::run(arguments),
            Command::Orders(arguments) => orders::run(arguments),
            Command::Retry(arguments) => retry::run(arguments),
            Command::Rules(arguments) => rules::run(arguments),
            Command::Believe(arguments) => believe::run(arguments),
            Command::Reconcile(arguments) => reconcile::run(arguments),
            Command::Broker(arguments) => broker::run(arguments),
            Command::TaxForms(arguments) => tax_forms::run(arguments),
            Command::Sync(arguments) => sync::run(arguments),
            Command::Halt(arguments) => halt::run(arguments),
            Command::Resume(arguments) => resume::run(arguments),
            Command::People(arguments) => people::run(arguments),
            Command::Serve(arguments) => serve::run(arguments),
            Command::Demo(arguments) => demo::run(arguments),
        }
    }
}
