//! Model portfolios: a named target that households follow.
//!
//! In: a target with its name, who publishes it; a household that is to follow it. Out: what a change would do to each household that follows, before it
//! is published; and then the next version of each one's document, with the target in it. Invariants: published is what the effect was shown
//! of, on the households that it was shown for; while orders of a household are at a broker its document stays, and takes the target over
//! once they have ended; the document of a household that follows has the target of its model portfolio and no other.

mod target;

use std::collections::BTreeMap;

use jiff::Timestamp;
use monitor::DriftReport;
use portfolio::{Decimal, Portfolio};
use serde::{Deserialize, Serialize};
use serde_json::json;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::failure::KeepingError;
use super::{Done, Keeper, Taken};
use crate::books::{Change, Entry, Household, Imported, KeptPortfolio, Record, Setting};
use crate::id::PortfolioId;

pub use target::Target;

/// The scope of all model portfolios among the settings, and the name of what a household follows.
const MODEL: &str = "model_portfolio";
/// Where the next document of a household came from, and who wrote it.
const BY_MODEL: &str = "model_portfolio";
/// Longest name of a model portfolio, characters.
const NAME_CHARS_MAX: usize = 100;
/// Longest description, characters.
const ABOUT_CHARS_MAX: usize = 2_000;

/// A target that households follow.
#[derive(Debug, Clone)]
pub struct ModelPortfolio {
    /// Its name.
    pub name: String,
    /// What it is for, as its maker says.
    pub about: String,
    /// What it wants.
    pub target: Target,
    /// Times it was published.
    pub version: u64,
    /// When it was published last.
    pub at: Timestamp,
    /// Who made it: a person's id.
    pub maker: String,
    /// Who published it last: a person's id.
    pub publisher: String,
}

/// The same as a setting.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    about: String,
    maker: String,
    publisher: String,
    target: Box<RawValue>,
}

/// What a household follows, as a setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Following {
    /// None any more, where it is empty.
    model: String,
    /// The version that its document has; 0 before the first.
    version: u64,
    /// The version that its document can't have, and why.
    refused: Option<(u64, String)>,
}

/// What a household follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// The model portfolio.
    pub model: String,
    /// The version whose target its document has; 0 where it has none of them yet.
    pub version: u64,
    /// The version that is published.
    pub published: u64,
    /// Why its document can't have that one.
    pub refused: Option<String>,
}

/// What a change of a model portfolio would do.
#[derive(Debug, Clone)]
pub struct Effect {
    /// The version that would be changed; 0 where there is none.
    pub present: u64,
    /// Of what was looked at: the change, and the households as they are. Whoever publishes shows it.
    pub digest: String,
    /// Every household that follows.
    pub households: Vec<HouseholdEffect>,
}

/// What it would do to one household, at the prices of now.
#[derive(Debug, Clone)]
pub struct HouseholdEffect {
    /// The household.
    pub household: Household,
    /// How it stands now; none where it has no document.
    pub before: Option<Distance>,
    /// How it would stand against the new target, or why its document can't have that.
    pub after: Option<Result<Distance, String>>,
    /// Its orders are at a broker: it would take the target over once they have ended.
    pub is_executing: bool,
}

/// How a household stands against a target.
#[derive(Debug, Clone)]
pub struct Distance {
    /// Its classes and their bands.
    pub drift: DriftReport,
    /// USD that would have to be sold, and bought, to be at the target.
    pub off_target_usd: Decimal,
}

/// What came of publishing for one household.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reached {
    /// Its document has the target.
    Taken,
    /// It takes the target over later, for this reason.
    Later(String),
    /// Its document can't have it, for this reason.
    Refused(String),
}

impl Distance {
    fn of(read: &Portfolio) -> Distance {
        let drift = monitor::monitor(read);
        let value = read.value();
        let off = match &read.security_targets {
            None => drift.classes.iter().map(|class| (class.drift.0 * value).abs()).sum(),
            Some(wanted) => {
                let mut held: BTreeMap<usize, Decimal> = BTreeMap::new();
                for position in &read.positions {
                    *held.entry(position.security).or_default() += read.position_value(position);
                }
                let of = |security: usize| {
                    let target = wanted.get(&security).copied().unwrap_or_default();
                    held.get(&security).copied().unwrap_or_default() - target * value
                };
                let offs: Vec<Decimal> = (0..read.securities.len()).map(of).collect();
                // What the securities have too much, cash has too little.
                let cash: Decimal = offs.iter().sum();
                offs.iter().map(Decimal::abs).sum::<Decimal>() + cash.abs()
            }
        };
        Distance { drift, off_target_usd: portfolio::money::cents(off / Decimal::TWO) }
    }
}

impl Keeper<'_> {
    /// All model portfolios, by name.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn model_portfolios(&self) -> Result<Vec<ModelPortfolio>, KeepingError> {
        self.books.reading().settings_of(MODEL)?.iter().map(read_kept).collect()
    }

    /// A model portfolio by its name.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn model_portfolio(&self, name: &str) -> Result<Option<ModelPortfolio>, KeepingError> {
        self.books.reading().setting(MODEL, name)?.as_ref().map(read_kept).transpose()
    }

    /// How many households follow each model portfolio that is followed.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn followers(&self) -> Result<BTreeMap<String, Vec<Household>>, KeepingError> {
        let reading = self.books.reading();
        let mut all: BTreeMap<String, Household> = reading
            .households()?
            .into_iter()
            .map(|household| (household.id.to_string(), household))
            .collect();
        let mut followers: BTreeMap<String, Vec<Household>> = BTreeMap::new();
        for setting in reading.settings_named(MODEL)? {
            let Some(household) = all.remove(&setting.scope) else { continue };
            let following = read_following(&setting)?;
            if !following.model.is_empty() {
                followers.entry(following.model).or_default().push(household);
            }
        }
        for of_one in followers.values_mut() {
            of_one.sort_by(|a, b| a.name.cmp(&b.name));
        }
        Ok(followers)
    }

    /// What a household follows; none where it has a target of its own.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn followed(&self, household: &Household) -> Result<Option<Followed>, KeepingError> {
        let Some((Following { model, version, refused }, _)) = self.following(household)? else {
            return Ok(None);
        };
        let published = self.books.reading().setting(MODEL, &model)?.map_or(0, |setting| setting.version);
        let refused = refused.filter(|(of, _)| *of == published).map(|(_, why)| why);
        Ok(Some(Followed { model, version, published, refused }))
    }

    /// What publishing this target under a name would do to every household that follows it. Nothing is written.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn effect_of_model(&self, name: &str, target: &Target) -> Result<Effect, KeepingError> {
        let present = self.books.reading().setting(MODEL, name)?.map_or(0, |setting| setting.version);
        let followers = self.followers()?.remove(name).unwrap_or_default();
        let (mut households, mut looked_at) = (Vec::with_capacity(followers.len()), Vec::new());
        for household in followers {
            let kept = self.books.reading().portfolio(household.id)?;
            looked_at.push((household.id.to_string(), kept.as_ref().map_or(0, |kept| kept.version)));
            let is_executing = self.unless_executing(&household).is_err();
            let (before, after) = match kept {
                Some(kept) => {
                    self.standings(&kept, target).map(|(before, after)| (Some(before), Some(after)))?
                }
                None => (None, None),
            };
            households.push(HouseholdEffect { household, before, after, is_executing });
        }
        let seen =
            json!({"name": name, "present": present, "target": target, "households": looked_at}).to_string();
        let digest = Sha256::digest(seen.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Effect { present, digest, households })
    }

    /// Against its own target and against another one, at the prices of now.
    fn standings(
        &self,
        kept: &KeptPortfolio,
        target: &Target,
    ) -> Result<(Distance, Result<Distance, String>), KeepingError> {
        let live = self.live(kept, self.world.now())?;
        let after = match target.put_into(&live.text) {
            Ok(text) => Ok(Distance::of(&portfolio::read(&text)?)),
            Err(KeepingError::Document(why)) => Err(why.to_string()),
            Err(error) => return Err(error),
        };
        Ok((Distance::of(&live.read), after))
    }

    /// Publishes a target under a name, the next version of what is there: as it was `looked_at` ([`Effect::digest`]). Every household that follows takes
    /// it over now, or once its orders have ended. What came of it for each.
    ///
    /// # Errors
    /// [`KeepingError`]; [`KeepingError::Overtaken`] where the model or a household has changed since the effect was looked at.
    pub fn publish_model(
        &self,
        name: &str,
        person: &str,
        about: &str,
        target: &Target,
        looked_at: &str,
    ) -> Result<Vec<(Household, Reached)>, KeepingError> {
        let is_name = !name.is_empty() && name.trim() == name && !name.chars().any(char::is_control);
        if !is_name || name.chars().count() > NAME_CHARS_MAX {
            return Err(KeepingError::Named {
                detail: format!(
                    "a model portfolio needs a name of 1 to {NAME_CHARS_MAX} characters, without space around it"
                ),
            });
        }
        let effect = self.effect_of_model(name, target)?;
        if effect.digest != looked_at {
            return Err(KeepingError::Overtaken {
                detail: format!(
                    "the model portfolio `{name}`, who follows it or a household of theirs has changed since the effect was shown; look at it again"
                ),
            });
        }
        let now = self.world.now();
        let publisher = self.person(person)?.to_string();
        let maker = self.model_portfolio(name)?.map_or_else(|| publisher.clone(), |model| model.maker);
        let kept = Kept {
            about: about.trim().chars().take(ABOUT_CHARS_MAX).collect(),
            maker,
            publisher: publisher.clone(),
            target: serde_json::value::to_raw_value(target)?,
        };
        let version = effect.present + 1;
        let facts = json!({"told": "model_portfolio", "name": name, "version": version, "about": kept.about,
                           "target": target, "effect": effect.digest, "households": effect.households.len()});
        let record = Record {
            kind: "settings".to_owned(),
            at: now,
            household: None,
            subject: String::new(),
            actor: publisher,
            body: facts.to_string(),
        };
        let (scope, value) = (MODEL.to_owned(), serde_json::to_string(&kept)?);
        let setting = Setting { scope, name: name.to_owned(), value, version, at: now };
        self.write(Entry::new(record).with(Change::Setting(setting)))?;
        let reached = |household: Household| {
            let came = self.reached(&household);
            (household, came)
        };
        Ok(effect.households.into_iter().map(|effect| reached(effect.household)).collect())
    }

    /// A household takes its model portfolio over now, where it can.
    fn reached(&self, household: &Household) -> Reached {
        // What can't be done now is done at the next look at the household.
        let done = self.take_model_over(household).and_then(|_| self.followed(household));
        match done {
            Ok(Some(Followed { refused: Some(why), .. })) => Reached::Refused(why),
            Ok(Some(followed)) if followed.version != followed.published => {
                Reached::Later("its orders are at a broker, or it has no document yet".to_owned())
            }
            Ok(_) => Reached::Taken,
            Err(why) => Reached::Later(why.to_string()),
        }
    }

    /// A household follows a model portfolio from now on: its document takes the target over.
    ///
    /// # Errors
    /// [`KeepingError`]: no such model portfolio, a target that its document can't have, orders at the broker.
    pub fn follow_model(&self, household: &Household, person: &str, model: &str) -> Result<(), KeepingError> {
        self.unless_executing(household)?;
        let unknown = || KeepingError::Unknown { what: format!("model portfolio `{model}`") };
        let found = self.model_portfolio(model)?.ok_or_else(unknown)?;
        let kept = self.books.reading().portfolio(household.id)?;
        let kept =
            kept.ok_or_else(|| KeepingError::Unknown { what: format!("portfolio of `{}`", household.name) })?;
        let text = found.target.put_into(&kept.text)?;
        let version = self.following_version(household)?;
        let following = Following { model: model.to_owned(), version: found.version, refused: None };
        let actor = self.person(person)?.to_string();
        let entry = self.now_following(household, &actor, ("follow", model), &following, version)?;
        self.write(
            self.with_text(household, &actor, &kept, &found, text)?.into_iter().fold(entry, Entry::and),
        )?;
        Ok(())
    }

    /// A household follows no model portfolio any more; its target stays as it is.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn unfollow_model(&self, household: &Household, person: &str) -> Result<(), KeepingError> {
        let Some((before, version)) = self.following(household)? else { return Ok(()) };
        let actor = self.person(person)?.to_string();
        let none = Following { model: String::new(), version: 0, refused: None };
        let entry = self.now_following(household, &actor, ("unfollow", &before.model), &none, version)?;
        self.write(entry).map(drop)
    }

    /// The document of a household takes over what its model portfolio wants now; `None` where it has it, or follows none, or can't now.
    pub(super) fn take_model_over(&self, household: &Household) -> Result<Option<Done>, KeepingError> {
        let Some((following, version)) = self.following(household)? else { return Ok(None) };
        let Some(setting) = self.books.reading().setting(MODEL, &following.model)? else { return Ok(None) };
        if following.version == setting.version {
            return Ok(None);
        }
        if self.unless_executing(household).is_err() {
            return Ok(None);
        }
        let Some(kept) = self.books.reading().portfolio(household.id)? else { return Ok(None) };
        let model = read_kept(&setting)?;
        let (name, published) = (&model.name, model.version);
        let (next, text, words) = match model.target.put_into(&kept.text) {
            Ok(text) => (
                Following { version: published, refused: None, ..following },
                Some(text),
                format!("the target is that of version {published} of the model portfolio `{name}`"),
            ),
            // Its document could not have it before, and still can't.
            Err(KeepingError::Document(why)) if following.refused == Some((published, why.to_string())) => {
                return Ok(None);
            }
            Err(KeepingError::Document(why)) => (
                Following { refused: Some((published, why.to_string())), ..following },
                None,
                format!("version {published} of the model portfolio `{name}` can't be taken over: {why}"),
            ),
            Err(error) => return Err(error),
        };
        let mut entry = self.now_following(household, BY_MODEL, ("take_over", name), &next, version)?;
        if let Some(text) = text {
            entry =
                self.with_text(household, BY_MODEL, &kept, &model, text)?.into_iter().fold(entry, Entry::and);
        }
        self.write(entry)?;
        Ok(Some(Done::of(household, None, Taken::Followed, words)))
    }

    /// Fails where a household follows a model portfolio and a document wants something else.
    pub(super) fn unless_it_follows(
        &self,
        household: &Household,
        read: &Portfolio,
    ) -> Result<(), KeepingError> {
        let Some((following, _)) = self.following(household)? else { return Ok(()) };
        let Some(model) = self.model_portfolio(&following.model)? else { return Ok(()) };
        if model.target.is_of(read) {
            return Ok(());
        }
        // A document that can't have the published target keeps the one it has.
        if following.refused.is_some_and(|(of, _)| of == model.version)
            && let Some(kept) = self.books.reading().portfolio(household.id)?
            && Target::of(&portfolio::read(&kept.text)?).is_of(read)
        {
            return Ok(());
        }
        Err(KeepingError::Follows { household: household.name.clone(), model: model.name })
    }

    /// The next version of a household's document with the target, where that is another one. A proposal that waits is superseded by it.
    fn with_text(
        &self,
        household: &Household,
        actor: &str,
        kept: &KeptPortfolio,
        model: &ModelPortfolio,
        text: String,
    ) -> Result<Option<Entry>, KeepingError> {
        if model.target.is_of(&portfolio::read(&kept.text)?) {
            return Ok(None);
        }
        let now = self.world.now();
        let id = PortfolioId::new(now, self.world.draw());
        let next = Imported::read(id, household.id, kept.version + 1, BY_MODEL, &text, now)?;
        let record = Record::new("portfolio", household.id, actor, now, text).about(&id);
        let entry = Entry::new(record).with(Change::Portfolio(Box::new(next)));
        Ok(Some(self.superseding(household, actor)?.into_iter().fold(entry, Entry::and)))
    }

    /// What a household follows from now on, with its record.
    fn now_following(
        &self,
        household: &Household,
        actor: &str,
        (told, model): (&str, &str),
        following: &Following,
        version: u64,
    ) -> Result<Entry, KeepingError> {
        let (now, value) = (self.world.now(), serde_json::to_string(following)?);
        let facts =
            json!({"told": told, "model": model, "version": following.version, "refused": following.refused});
        let (scope, name) = (household.id.to_string(), MODEL.to_owned());
        let setting = Setting { scope, name, value, version: version + 1, at: now };
        let record = Record::new("settings", household.id, actor, now, facts.to_string());
        Ok(Entry::new(record).with(Change::Setting(setting)))
    }

    /// What a household follows, with the version of the setting; none where it follows none.
    fn following(&self, household: &Household) -> Result<Option<(Following, u64)>, KeepingError> {
        let setting = self.books.reading().setting(&household.id.to_string(), MODEL)?;
        let following =
            setting.map(|setting| Ok::<_, KeepingError>((read_following(&setting)?, setting.version)));
        Ok(following.transpose()?.filter(|(following, _)| !following.model.is_empty()))
    }

    /// The version of that setting, also where it says that none is followed any more; 0 where there is none.
    fn following_version(&self, household: &Household) -> Result<u64, KeepingError> {
        Ok(self
            .books
            .reading()
            .setting(&household.id.to_string(), MODEL)?
            .map_or(0, |setting| setting.version))
    }
}

fn read_kept(setting: &Setting) -> Result<ModelPortfolio, KeepingError> {
    let unreadable =
        |detail: String| KeepingError::Setting { household: setting.name.clone(), name: MODEL, detail };
    let kept: Kept = serde_json::from_str(&setting.value).map_err(|error| unreadable(error.to_string()))?;
    let target = Target::read(kept.target.get()).map_err(|error| unreadable(error.to_string()))?;
    Ok(ModelPortfolio {
        name: setting.name.clone(),
        about: kept.about,
        target,
        version: setting.version,
        at: setting.at,
        maker: kept.maker,
        publisher: kept.publisher,
    })
}

fn read_following(setting: &Setting) -> Result<Following, KeepingError> {
    serde_json::from_str(&setting.value).map_err(|error| KeepingError::Setting {
        household: setting.scope.clone(),
        name: MODEL,
        detail: error.to_string(),
    })
}
