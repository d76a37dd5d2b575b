//! The pages of `models`: what is configured, and what became of a ping.

use llm::{Reply, Verdict};

use super::{drawn, paragraph, table, title};
use crate::commands::{Listed, ListedEmbedded};

/// What is configured.
pub(crate) fn page(list: &Listed) -> String {
    let mut providers = table(&["Provider", "Kind", "Address", "Key"]);
    for provider in &list.providers {
        let key = match &provider.key_env {
            Some(variable) => format!("{} ({variable})", provider.key),
            None => provider.key.to_owned(),
        };
        providers.add_row([&provider.name, provider.kind, provider.address.as_deref().unwrap_or("-"), &key]);
    }
    let mut models =
        table(&["Model", "Provider", "Name there", ">Prompt", ">Reply", "Price as of", "Trades"]);
    for model in &list.models {
        let usd = |usd: &Option<String>| {
            usd.as_ref().map_or_else(|| "not known".to_owned(), |usd| format!("{usd} USD"))
        };
        models.add_row([
            model.name.clone(),
            model.provider.clone(),
            model.model.clone(),
            usd(&model.prompt_usd_per_million),
            usd(&model.reply_usd_per_million),
            model.price_as_of.clone().unwrap_or_else(|| "-".to_owned()),
            if model.weak { "too weak" } else { "may" }.to_owned(),
        ]);
    }
    let mut routes = table(&["Job", "Models, in the order in which they are asked"]);
    for route in &list.routes {
        routes.add_row([route.job.clone(), route.models.join(", ")]);
    }
    let limits = &list.limits;
    let usd = match (&limits.usd_per_day_max, &limits.usd_spent_today, &limits.usd_left_today) {
        (Some(most), Some(spent), Some(left)) => {
            let kept = limits.ledger.as_ref().map(|file| format!(", kept in {file}")).unwrap_or_default();
            format!(
                "{most} USD a day, of which {spent} USD are spent or set aside today (UTC) and {left} USD left{kept}"
            )
        }
        _ => "no limit in USD".to_owned(),
    };
    let limits = format!(
        "Limits: {} tokens and {} bytes a reply, {} attempts of {} s a model, at most {} to mend a reply, {} s in all, {usd}.",
        limits.tokens_max,
        limits.reply_bytes_max,
        limits.attempts_max,
        limits.attempt_secs_max,
        limits.repairs_max,
        limits.total_secs_max
    );
    let mut page = title("Providers") + &drawn(&providers) + "\n";
    page += &(title("Models, with prices for a million tokens") + &drawn(&models) + "\n");
    if !list.routes.is_empty() {
        page += &(title("Routes") + &drawn(&routes) + "\n");
    }
    page += &paragraph(&limits, 0);
    if let Some(embedded) = &list.embedded {
        page += &inside(embedded);
    }
    page
}

/// The model inside the program.
fn inside(embedded: &ListedEmbedded) -> String {
    let megabytes = |bytes: u64| bytes / 1_000_000;
    let weights = match &embedded.weights {
        Some(file) if embedded.is_there => format!("its weights are in {file}"),
        _ => format!(
            "its weights are fetched on first use or with `equipoise models fetch embedded` ({} MB)",
            megabytes(embedded.download_bytes)
        ),
    };
    let text = format!(
        "`embedded` needs no network, no key and no server: {} ({}), {} MB, at most {} MB of memory; {weights}. It is {}.",
        embedded.model,
        embedded.licence,
        megabytes(embedded.weights_bytes),
        megabytes(embedded.memory_bytes_max),
        embedded.honestly
    );
    paragraph(&text, 0)
}

/// What `models fetch` came to.
#[cfg(feature = "embedded")]
pub(crate) fn fetched(weights: &llm::weights::WeightsFrom) -> String {
    let file = weights.file.display();
    paragraph(&format!("The weights are there and right: {file} (SHA-256 {}).", weights.sha256), 0)
}

/// What became of a ping.
pub(crate) fn ping(reply: &Reply) -> String {
    let usage = reply.usage();
    let cost = reply.cost_usd().map_or_else(|| "not known".to_owned(), |usd| format!("{usd} USD"));
    let what = match &reply.verdict {
        Verdict::Complete { .. } => format!("answers: {}", reply.text.trim()),
        Verdict::Refused { reason } => format!("refuses: {reason}"),
        verdict => format!("can be reached, but gives no whole answer ({:?})", verdict.kind()),
    };
    let took = reply.attempts.last().map_or(0.0, |attempt| attempt.took.as_secs_f64());
    let by_another = if reply.is_by_another_model() {
        format!(
            "\nAnother model answered than was asked: {} for {}.",
            reply.answered_model, reply.asked_model
        )
    } else {
        String::new()
    };
    let record = format!(
        "{} attempts, {took:.1} s, {} tokens of prompt and {} of reply, cost {cost}.{by_another}",
        reply.attempts.len(),
        usage.prompt_tokens,
        usage.reply_tokens
    );
    paragraph(&format!("{} {what}", reply.model), 0) + &paragraph(&record, 0)
}
