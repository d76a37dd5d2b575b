//! The attempts of one question.
//!
//! In: a request and the models of its route. Out: the first usable answer; the last answer of all where none is usable; or why there is
//! none. Each model is asked until it answers, its attempts are used up, or asking again is of no use.

use std::time::Duration;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{AskError, Attempt, Connected, Gateway, Outcome, Progress, Reply};
use crate::configuration::ModelSettings;
use crate::fault::{Advice, Fault};
use crate::ledger::SpendError;
use crate::price::Price;
use crate::providers::{Answer, Call, CallLimits, Provider};
use crate::request::{Message, Request, Sampling};
use crate::schema::ReplySchema;
use crate::verdict::{self, Verdict};

/// Longest answer that is shown to its model again, bytes; a longer one costs more than it is worth.
const MENDED_BYTES_MAX: usize = 64 * 1024;

/// One question on its way.
pub(super) struct Asking<'a> {
    gateway: &'a Gateway,
    request: &'a Request,
    dice: fastrand::Rng,
    watch: &'a mut dyn FnMut(Progress<'_>),
    /// When time is up for the question, on the gateway's clock.
    until: Duration,
    /// When time is up for the model that is being asked.
    model_until: Duration,
    attempts: Vec<Attempt>,
    spent: Option<SpendError>,
}

/// Why a call was not made.
enum NotMade {
    /// The model is left out.
    LeftOut,
    /// Time is up.
    OutOfTime,
}

/// What a model came to.
enum Came {
    /// An answer that can be used, or that nobody else should be asked to better.
    Final(Reply),
    /// An answer that can't be used.
    Unusable(Reply),
    /// Nothing.
    Nothing,
    /// Time is up.
    OutOfTime,
}

impl<'a> Asking<'a> {
    pub(super) fn new(
        gateway: &'a Gateway,
        request: &'a Request,
        dice: u64,
        watch: &'a mut dyn FnMut(Progress<'_>),
    ) -> Asking<'a> {
        let until = gateway.clock.elapsed() + gateway.configuration.limits.total;
        let dice = fastrand::Rng::with_seed(dice);
        Asking { gateway, request, dice, watch, until, model_until: until, attempts: Vec::new(), spent: None }
    }

    /// Asks the models in turn.
    pub(super) fn along(mut self, route: &[String]) -> Result<Reply, AskError> {
        let mut unusable = None;
        let mut out_of_time = false;
        for (place, name) in route.iter().enumerate() {
            self.model_until = self.share(route.len() - place);
            match self.model(name) {
                Came::Final(reply) => return Ok(self.with_attempts(reply)),
                Came::Unusable(reply) => unusable = Some(reply),
                Came::Nothing => {}
                Came::OutOfTime => {
                    out_of_time = true;
                    break;
                }
            }
        }
        let job = self.request.job.clone();
        match (unusable, self.spent.take()) {
            (Some(reply), _) => Ok(self.with_attempts(reply)),
            (None, _) if out_of_time => {
                let limit = self.gateway.configuration.limits.total;
                Err(AskError::OutOfTime { job, limit, attempts: self.attempts })
            }
            (None, Some(why)) => Err(AskError::Spent { why, attempts: self.attempts }),
            (None, None) => Err(AskError::NobodyAnswered { job, attempts: self.attempts }),
        }
    }

    /// When the next of `models` that are left has to be done: each has an equal part of the time that is left, so that a slow
    /// one leaves some for those after it.
    fn share(&self, models: usize) -> Duration {
        let now = self.gateway.clock.elapsed();
        let parts = u32::try_from(models).unwrap_or(u32::MAX).max(1);
        now + self.until.saturating_sub(now) / parts
    }

    fn with_attempts(self, reply: Reply) -> Reply {
        Reply { attempts: self.attempts, ..reply }
    }

    /// Asks one model.
    fn model(&mut self, name: &str) -> Came {
        let configuration = &self.gateway.configuration;
        let Some(settings) = configuration.models.get(name) else { return Came::Nothing };
        let provider = match self.gateway.providers.get(&settings.provider) {
            Some(Connected::Ready(provider)) => provider.clone(),
            Some(Connected::NoKey { variable }) => {
                self.note(name, Outcome::Failed(Fault::KeyMissing { variable: variable.clone() }));
                return Came::Nothing;
            }
            None => return Came::Nothing,
        };
        let limits = &configuration.limits;
        let mut request = self.request.clone();
        let mut unusable: Option<Reply> = None;
        let (mut failures, mut repairs, mut attempt) = (0, 0, 0);
        let mut left_out: Vec<&'static str> = Vec::new();
        while failures < limits.attempts_max {
            attempt += 1;
            let called = match self.call(name, settings, &*provider, &request, attempt) {
                Ok(called) => called,
                Err(not_made) => {
                    let nothing = match not_made {
                        NotMade::LeftOut => Came::Nothing,
                        NotMade::OutOfTime => Came::OutOfTime,
                    };
                    return unusable.map_or(nothing, Came::Unusable);
                }
            };
            let wait = match called {
                Ok(reply) => match &reply.verdict {
                    Verdict::Complete { .. } | Verdict::Refused { .. } => return Came::Final(reply),
                    Verdict::Empty => {
                        unusable = Some(reply);
                        None
                    }
                    verdict => {
                        let may_be_mended =
                            repairs < limits.repairs_max && reply.text.len() <= MENDED_BYTES_MAX;
                        let complaint = verdict.complaint().filter(|_| may_be_mended);
                        let again = complaint.map(|what| mended(self.request, &reply.text, &what));
                        // With the answer in it the conversation may be longer than may be sent.
                        let again = again.filter(|again| again.text_bytes() <= limits.prompt_bytes_max);
                        let Some(again) = again else { return Came::Unusable(reply) };
                        repairs += 1;
                        request = again;
                        unusable = Some(reply);
                        continue;
                    }
                },
                Err(fault) => match fault.advice() {
                    Advice::Again(asked) => asked,
                    // A model that refuses a setting which it was not sent is beyond help.
                    Advice::Without(setting) if !left_out.contains(&setting) => {
                        self.gateway.remember_refused(name, setting);
                        left_out.push(setting);
                        continue;
                    }
                    Advice::Without(_) | Advice::Never => {
                        return unusable.map_or(Came::Nothing, Came::Unusable);
                    }
                },
            };
            failures += 1;
            if failures < limits.attempts_max && !self.wait(name, failures, wait) {
                break;
            }
        }
        unusable.map_or(Came::Nothing, Came::Unusable)
    }

    /// Waits before the next attempt, unless that would take longer than there is time.
    fn wait(&mut self, name: &str, failures: u32, asked: Option<Duration>) -> bool {
        let wait = self.gateway.configuration.backoff.wait(failures, asked, &mut self.dice);
        if self.gateway.clock.elapsed() + wait >= self.model_until {
            return false; // another model may answer in the time that is left
        }
        (self.watch)(Progress::Waiting { model: name, wait });
        self.gateway.clock.wait(wait);
        true
    }

    /// Makes one call, with all that has to be asked before and noted after. The outer `Err` says that none was made.
    fn call(
        &mut self,
        name: &str,
        settings: &ModelSettings,
        provider: &dyn Provider,
        request: &Request,
        attempt: u32,
    ) -> Result<Result<Reply, Fault>, NotMade> {
        let gateway = self.gateway;
        let limits = &gateway.configuration.limits;
        let began = gateway.clock.elapsed();
        let left = self.time_left(began)?;
        let tokens_max = [Some(limits.tokens_max), settings.tokens_max, request.tokens_max];
        let tokens_max = tokens_max.into_iter().flatten().min().unwrap_or(limits.tokens_max);
        let set_aside = self.admitted(name, began, most_usd(settings, request, tokens_max))?;
        (self.watch)(Progress::Asking { model: name, attempt });
        let without = gateway.refused_settings(name);
        let sampling = sampling(request, provider, &without);
        let call = Call {
            model: &settings.model,
            request,
            tokens_max,
            without: &without,
            limits: CallLimits { time: limits.call.time.min(left), ..limits.call },
            began_at: gateway.clock.now(),
        };
        let watch = &mut *self.watch;
        let answered = provider.answer(&call, Some(&mut |text: &str| watch(Progress::Text(text))));
        let took = gateway.clock.elapsed().saturating_sub(began);
        let usage = answered.as_ref().ok().and_then(|answer| answer.usage);
        let cost_usd = cost_usd(settings.price.as_ref(), &answered);
        // Where no price is known nothing was set aside, and nothing can be put in its place.
        let settled = cost_usd.or_else(|| settings.price.is_none().then_some(Decimal::ZERO));
        gateway.ledger.settle(set_aside.day, set_aside.usd, settled);
        gateway.with_breaker(name, |breaker| match &answered {
            Err(fault) if fault.is_of_the_provider() => breaker.failed(gateway.clock.elapsed()),
            _ => breaker.succeeded(),
        });
        let made = |outcome| Attempt {
            model: name.to_owned(),
            began_at: call.began_at,
            took,
            outcome,
            usage,
            cost_usd,
        };
        match answered {
            Ok(answer) => {
                let verdict = verdict::judge(&answer, request.schema.as_ref());
                self.attempts.push(made(Outcome::Answered(verdict.kind())));
                Ok(Ok(reply(name, settings, request, sampling, verdict, answer)))
            }
            Err(fault) => {
                self.attempts.push(made(Outcome::Failed(fault.clone())));
                Ok(Err(fault))
            }
        }
    }

    /// Time that is left for the model.
    fn time_left(&self, now: Duration) -> Result<Duration, NotMade> {
        let is_some = |left: &Duration| !left.is_zero();
        let left = self.model_until.checked_sub(now).filter(is_some);
        let of_all = self.until.checked_sub(now).filter(is_some);
        left.ok_or(if of_all.is_some() { NotMade::LeftOut } else { NotMade::OutOfTime })
    }

    /// Whether the model may be asked now, and what was set aside for it.
    fn admitted(&mut self, name: &str, now: Duration, most_usd: Decimal) -> Result<SetAside, NotMade> {
        let gateway = self.gateway;
        let resting = gateway.with_breaker(name, |breaker| {
            if breaker.admits(now) { None } else { Some(breaker.rests_for(now).unwrap_or_default()) }
        });
        if let Some(left) = resting {
            self.note(name, Outcome::Resting { left });
            return Err(NotMade::LeftOut);
        }
        let day = gateway.today();
        if let Err(why) =
            gateway.ledger.set_aside(day, most_usd, gateway.configuration.limits.usd_per_day_max)
        {
            self.note(name, Outcome::Spent { reason: why.to_string() });
            self.spent = Some(why);
            return Err(NotMade::LeftOut);
        }
        Ok(SetAside { day, usd: most_usd })
    }

    /// Notes an attempt that was not made.
    fn note(&mut self, name: &str, outcome: Outcome) {
        self.attempts.push(Attempt {
            model: name.to_owned(),
            began_at: self.gateway.clock.now(),
            took: Duration::ZERO,
            outcome,
            usage: None,
            cost_usd: Some(Decimal::ZERO),
        });
    }
}

/// What was set aside for a call.
struct SetAside {
    day: Date,
    usd: Decimal,
}

/// The most that a call can cost, USD; nothing where no price is known.
fn most_usd(settings: &ModelSettings, request: &Request, tokens_max: u32) -> Decimal {
    let schema_bytes = request.schema.as_ref().map_or(0, ReplySchema::told_bytes_max);
    let bytes = request.text_bytes() + schema_bytes;
    settings.price.as_ref().map_or(Decimal::ZERO, |price| price.most_usd(bytes, tokens_max))
}

/// What a call did cost, USD, as far as it is known.
fn cost_usd(price: Option<&Price>, answered: &Result<Answer, Fault>) -> Option<Decimal> {
    match answered {
        _ if price.is_some_and(Price::is_nothing) => Some(Decimal::ZERO),
        Ok(answer) => price.zip(answer.usage).map(|(price, usage)| price.cost_usd(&usage)),
        Err(fault) => (!may_have_cost(fault)).then_some(Decimal::ZERO),
    }
}

/// How words were chosen, as far as the model was told.
fn sampling(request: &Request, provider: &dyn Provider, without: &[&'static str]) -> Sampling {
    let takes = |setting: &str| provider.takes_sampling() && !without.contains(&setting);
    Sampling {
        temperature: request.sampling.temperature.filter(|_| takes("temperature")),
        seed: request.sampling.seed.filter(|_| takes("seed")),
    }
}

/// Whether the provider may have worked, and may charge for it, before the fault.
fn may_have_cost(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::TimedOut { .. }
            | Fault::Cut { .. }
            | Fault::TooLarge { .. }
            | Fault::Unreadable { .. }
            // An answer that turned into an error, and a proxy that gave up waiting for one.
            | Fault::Failed { status: 200 | 502 | 504, .. }
            | Fault::Overloaded { status: 200 | 502 | 504, .. }
    )
}

/// The request once more, with the answer and what is wrong with it.
fn mended(request: &Request, text: &str, complaint: &str) -> Request {
    let mut again = request.clone();
    let what = format!(
        "Your answer can't be used:\n{complaint}\nAnswer again with the JSON alone. It has to keep the schema."
    );
    again.messages.push(Message::assistant(text));
    again.messages.push(Message::user(what));
    again
}

fn reply(
    name: &str,
    settings: &ModelSettings,
    request: &Request,
    sampling: Sampling,
    verdict: Verdict,
    answer: Answer,
) -> Reply {
    Reply {
        verdict,
        text: answer.text,
        job: request.job.clone(),
        prompt_version: request.prompt_version.clone(),
        model: name.to_owned(),
        asked_model: settings.model.clone(),
        answered_model: answer.model,
        sampling,
        id: answer.id,
        attempts: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_turned_into_an_error_may_have_cost_and_a_refused_request_did_not() {
        let failed = |status| Fault::Failed { status, retry_after: None, message: String::new() };
        let overloaded = |status| Fault::Overloaded { status, retry_after: None, message: String::new() };
        for status in [200, 502, 504] {
            assert!(may_have_cost(&failed(status)) && may_have_cost(&overloaded(status)), "{status}");
        }
        for status in [500, 503, 529] {
            assert!(!may_have_cost(&failed(status)) && !may_have_cost(&overloaded(status)), "{status}");
        }
    }
}
