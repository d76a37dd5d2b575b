//! What the HTTP face answers.
//!
//! In: a [`Reply`]. Out: a `CreateChatCompletionResponse`, or the events of one, with the record of the answer beside it under
//! `equipoise`; a refusal of the face where the answer can't be used.

use axum::Json;
use serde_json::{Value, json};

use super::refusal::Refusal;
use crate::configuration::{Configuration, DEFAULT_ROUTE};
use crate::gateway::Reply;
use crate::verdict::Verdict;

/// A whole answer.
pub(super) fn whole(reply: &Reply, call: u64) -> Result<Json<Value>, Refusal> {
    let said = said(reply)?;
    let mut completion = head(reply, call, "chat.completion");
    completion["choices"] = json!([{
        "index": 0,
        "message": {"role": "assistant", "content": said.content, "refusal": said.refusal},
        "finish_reason": said.finish_reason,
        "logprobs": null,
    }]);
    completion["usage"] = usage(reply);
    completion["equipoise"] = record(reply);
    Ok(Json(completion))
}

/// The same as events: the words come at once, since only then they are judged.
pub(super) fn events(reply: &Reply, call: u64, with_usage: bool) -> Result<String, Refusal> {
    let said = said(reply)?;
    let chunk = |delta: Value, finish_reason: Value| {
        let mut chunk = head(reply, call, "chat.completion.chunk");
        chunk["choices"] =
            json!([{"index": 0, "delta": delta, "finish_reason": finish_reason, "logprobs": null}]);
        chunk
    };
    let delta = json!({"role": "assistant", "content": said.content, "refusal": said.refusal});
    let mut chunks = vec![chunk(delta, Value::Null), chunk(json!({}), json!(said.finish_reason))];
    if with_usage {
        let mut last = head(reply, call, "chat.completion.chunk");
        last["choices"] = json!([]);
        last["usage"] = usage(reply);
        last["equipoise"] = record(reply);
        chunks.push(last);
    }
    Ok(chunks.iter().map(|chunk| format!("data: {chunk}\n\n")).collect::<String>() + "data: [DONE]\n\n")
}

/// The routes and models that can be asked for.
pub(super) fn models(configuration: &Configuration) -> Json<Value> {
    let routes = configuration.routes.keys().map(|name| (name.as_str(), "route"));
    let models = configuration.models.keys().map(|name| (name.as_str(), "model"));
    let mut known: Vec<(&str, &str)> = routes.chain(models).collect();
    known.sort_by_key(|(name, _)| (*name != DEFAULT_ROUTE, *name));
    known.dedup_by_key(|(name, _)| *name);
    let list: Vec<Value> = known
        .into_iter()
        .map(|(name, kind)| json!({"id": name, "object": "model", "created": 0, "owned_by": format!("equipoise ({kind})")}))
        .collect();
    Json(json!({"object": "list", "data": list}))
}

/// What is said, in the words of the format.
struct Said {
    content: Option<String>,
    refusal: Option<String>,
    finish_reason: &'static str,
}

fn said(reply: &Reply) -> Result<Said, Refusal> {
    let text = |content: &str, finish_reason| {
        Ok(Said { content: Some(content.to_owned()), refusal: None, finish_reason })
    };
    match &reply.verdict {
        // Of an answer with text around it only the JSON is what was asked for.
        Verdict::Complete { json: Some(found) } => text(&found.text, "stop"),
        Verdict::Complete { json: None } => text(&reply.text, "stop"),
        Verdict::Truncated => text(&reply.text, "length"),
        Verdict::Refused { reason } => {
            Ok(Said { content: None, refusal: Some(reason.clone()), finish_reason: "stop" })
        }
        Verdict::Empty => Err(Refusal::unusable("the model answered with nothing")),
        Verdict::NotJson { why } => {
            Err(Refusal::unusable(&format!("the answer is not the JSON that was asked for: {why}")))
        }
        Verdict::SchemaBroken { faults, .. } => {
            let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
            Err(Refusal::unusable(&format!("the answer breaks the schema: {}", told.join("; "))))
        }
        Verdict::Stopped { reason } => Err(Refusal::unusable(&format!("the model stopped: {reason}"))),
    }
}

fn head(reply: &Reply, call: u64, object: &str) -> Value {
    let began_at = reply.attempts.last().map_or(0, |attempt| attempt.began_at.as_second());
    json!({"id": format!("chatcmpl-{began_at}-{call}"), "object": object, "created": began_at, "model": reply.answered_model})
}

fn usage(reply: &Reply) -> Value {
    let usage = reply.usage();
    json!({
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.reply_tokens,
        "total_tokens": usage.total(),
        "prompt_tokens_details": {"cached_tokens": usage.cached_tokens},
        "completion_tokens_details": {"reasoning_tokens": usage.thinking_tokens},
    })
}

fn record(reply: &Reply) -> Value {
    json!({
        "model": reply.model,
        "asked_model": reply.asked_model,
        "answered_model": reply.answered_model,
        "prompt_version": reply.prompt_version,
        "verdict": reply.verdict.kind(),
        "cost_usd": reply.cost_usd().map(|usd| usd.to_string()),
        "attempts": reply.attempts,
    })
}
