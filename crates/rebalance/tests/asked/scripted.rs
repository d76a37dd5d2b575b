//! A model that answers from a script, through the whole gateway, and one that only listens.

use std::sync::{Arc, Mutex};

use llm::clock::MachineClock;
use llm::gateway::Gateway;
use llm::ledger::MemoryLedger;
use llm::{AskError, Configuration, ModelName, Reply, Request};
use rebalance::Ask;
use serde_json::{Value, json};

/// A model that answers from a script.
pub(crate) struct Scripted {
    gateway: Gateway,
    asked: Mutex<Vec<Request>>,
}

impl Scripted {
    /// From the text of a script.
    pub(crate) fn new(script: &str) -> Scripted {
        let name: ModelName = "scripted:script.json".parse().unwrap();
        let mut configuration = Configuration::without_file().with_model(&name, &|_| None).unwrap();
        configuration.limits.repairs_max = 0; // whoever asks mends
        let read = |_: &str| Ok(script.to_owned());
        let gateway = Gateway::new(
            configuration,
            &read,
            Arc::new(MemoryLedger::default()),
            Arc::new(MachineClock::start()),
        );
        Scripted { gateway: gateway.unwrap(), asked: Mutex::default() }
    }

    /// Everything that was asked.
    pub(crate) fn asked(&self) -> Vec<Request> {
        self.asked.lock().unwrap().clone()
    }
}

impl Ask for Scripted {
    fn ask(&self, request: &Request) -> Result<Reply, AskError> {
        self.asked.lock().unwrap().push(request.clone());
        self.gateway.ask(request, 7, &mut |_| {})
    }

    fn model(&self, _: &str) -> String {
        "scripted:script.json".to_owned()
    }
}

/// A script of these answers.
pub(crate) fn answers(replies: &[Value]) -> String {
    let replies: Vec<Value> = replies.iter().map(|reply| json!({"json": reply})).collect();
    json!({"replies": replies}).to_string()
}

/// A script of these texts.
pub(crate) fn texts(replies: &[&str]) -> String {
    let replies: Vec<Value> = replies.iter().map(|reply| json!({"text": reply})).collect();
    json!({"replies": replies}).to_string()
}

/// Keeps what it is asked and answers nothing.
#[derive(Default)]
pub(crate) struct Recorder {
    asked: Mutex<Vec<Request>>,
}

impl Recorder {
    /// The first request.
    pub(crate) fn first(&self) -> Request {
        self.asked.lock().unwrap().first().unwrap().clone()
    }
}

impl Ask for Recorder {
    fn ask(&self, request: &Request) -> Result<Reply, AskError> {
        self.asked.lock().unwrap().push(request.clone());
        Err(AskError::NoRoute { job: request.job.clone() })
    }

    fn model(&self, _: &str) -> String {
        "nobody".to_owned()
    }
}
