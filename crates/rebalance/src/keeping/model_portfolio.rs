//! Model portfolios: a named target that households follow.
//!
//! In: a target with its name, who publishes it; a household that is to follow it. Out: what a change would do to each household that follows, before it
//! is published; and then the next version of each one's document, with the target in it. Invariants: published is what the effect was shown
//! of, on the households that it was shown for; while orders of a household are at a broker its document stays, and takes the target over
//! once they have ended; nobody changes by it a household that they may not change.

mod following;
mod name;
mod target;

use std::collections::BTreeMap;

use jiff::Timestamp;
use monitor::DriftReport;
use portfolio::{Decimal, Portfolio};
use serde::{Deserialize, Serialize};
use serde_json::json;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::Keeper;
use super::failure::KeepingError;
use crate::books::{Change, Entry, Household, KeptPortfolio, Record, Setting};

pub use following::Followed;
pub use target::Target;

/// The scope of all model portfolios among the settings, and the name of what a household follows.
const MODEL: &str = "model_portfolio";
/// Where the next document of a household came from, and who wrote it.
const BY_MODEL: &str = "model_portfolio";
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
    /// It is there no more, until somebody publishes one of that name anew.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    removed: bool,
}

/// What a change of a model portfolio would do.
#[derive(Debug, Clone)]
pub struct Effect {
    /// The version that would be changed; 0 where there never was one.
    pub present: u64,
    /// Of what was looked at: the change, who follows, and which of them can't have it or would only be offered it. Whoever
    /// publishes shows it.
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
    /// Who publishes it may not change the household: it would only be offered the target.
    pub is_offered: bool,
}

/// Whether whoever publishes may change a household.
pub type MayChange<'a> = &'a dyn Fn(&Household) -> bool;

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
    /// It is offered: its target stays until somebody who may change the household has it follow anew.
    Offered,
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
        let all = self.books.reading().settings_of(MODEL)?;
        Ok(all.iter().map(read_kept).collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }

    /// A model portfolio by its name.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn model_portfolio(&self, name: &str) -> Result<Option<ModelPortfolio>, KeepingError> {
        if !name::is_name(name) {
            return Ok(None);
        }
        let setting = self.books.reading().setting(MODEL, name)?;
        Ok(setting.as_ref().map(read_kept).transpose()?.flatten())
    }

    /// The households that follow each model portfolio that is followed, by name.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn followers(&self) -> Result<BTreeMap<String, Vec<Household>>, KeepingError> {
        let mut follows = self.follows()?;
        let mut followers: BTreeMap<String, Vec<Household>> = BTreeMap::new();
        for household in self.books.reading().households()? {
            if let Some(model) = follows.remove(&household.id.to_string()) {
                followers.entry(model).or_default().push(household);
            }
        }
        for of_one in followers.values_mut() {
            of_one.sort_by(|a, b| a.name.cmp(&b.name));
        }
        Ok(followers)
    }

    /// What publishing this target under a name would do to every household that follows it, if somebody did who `may_change` some of them. Nothing is
    /// written.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn effect_of_model(
        &self,
        name: &str,
        target: &Target,
        may_change: MayChange<'_>,
    ) -> Result<Effect, KeepingError> {
        name::must_be_one(name)?;
        let present = self.books.reading().setting(MODEL, name)?.map_or(0, |setting| setting.version);
        if self.model_portfolio(name)?.is_none() {
            name::must_differ(name, &self.model_portfolios()?)?;
        }
        let followers = self.followers()?.remove(name).unwrap_or_default();
        let (mut households, mut looked_at) = (Vec::with_capacity(followers.len()), Vec::new());
        for household in followers {
            let kept = self.books.reading().portfolio(household.id)?;
            let is_offered = !may_change(&household);
            let is_executing = self.unless_executing(&household).is_err();
            let (before, after) = match kept {
                Some(kept) => {
                    self.standings(&kept, target).map(|(before, after)| (Some(before), Some(after)))?
                }
                None => (None, None),
            };
            // Prices move and plans are made all the time, each with a version of the document: neither changes what is
            // agreed to.
            let follows = self.following_version(&household)?;
            let refused = after.as_ref().and_then(|after| after.as_ref().err());
            looked_at.push(json!([household.id.to_string(), follows, is_offered, refused]));
            households.push(HouseholdEffect { household, before, after, is_executing, is_offered });
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

    /// Publishes a target under a name, the next version of what is there: as it was `looked_at` ([`Effect::digest`]). Every household that follows and that
    /// the publisher `may_change` takes it over now, or once its orders have ended; the others are offered it. What came of it for each.
    ///
    /// # Errors
    /// [`KeepingError`]; [`KeepingError::Overtaken`] where the model, who follows it or who of them can have it has changed since the effect was
    /// looked at.
    pub fn publish_model(
        &self,
        name: &str,
        person: &str,
        about: &str,
        target: &Target,
        looked_at: &str,
        may_change: MayChange<'_>,
    ) -> Result<Vec<(Household, Reached)>, KeepingError> {
        let effect = self.effect_of_model(name, target, may_change)?;
        if effect.digest != looked_at {
            return Err(KeepingError::Overtaken {
                detail: format!(
                    "the model portfolio `{name}`, who follows it or who of them can have it has changed since the effect was shown; look at it again"
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
            removed: false,
        };
        let version = effect.present + 1;
        let facts = json!({"told": "model_portfolio", "name": name, "version": version, "about": kept.about,
                           "target": target, "effect": effect.digest, "households": effect.households.len()});
        let record = Record {
            kind: "settings".to_owned(),
            at: now,
            household: None,
            subject: String::new(),
            actor: publisher.clone(),
            body: facts.to_string(),
        };
        let (scope, value) = (MODEL.to_owned(), serde_json::to_string(&kept)?);
        let setting = Setting { scope, name: name.to_owned(), value, version, at: now };
        let mut entry = Entry::new(record).with(Change::Setting(setting));
        for of in effect.households.iter().filter(|of| of.is_offered) {
            entry = self.offered(&of.household, &publisher, version)?.into_iter().fold(entry, Entry::and);
        }
        self.write(entry)?;
        let reached = |of: HouseholdEffect| {
            let came = if of.is_offered { Reached::Offered } else { self.reached(&of.household) };
            (of.household, came)
        };
        Ok(effect.households.into_iter().map(reached).collect())
    }

    /// Removes a model portfolio that nobody follows. What was published under its name stays on record, and its versions go on where one of that name is
    /// published anew.
    ///
    /// # Errors
    /// [`KeepingError`]: there is none of that name, or somebody follows it.
    pub fn remove_model(&self, name: &str, person: &str) -> Result<(), KeepingError> {
        let unknown = || KeepingError::Unknown { what: format!("model portfolio `{name}`") };
        let model = self.model_portfolio(name)?.ok_or_else(unknown)?;
        let followers = self.followers()?.remove(name).map_or(0, |of_it| of_it.len());
        if followers > 0 {
            return Err(KeepingError::IsFollowed { model: model.name, followers });
        }
        let (now, actor, version) = (self.world.now(), self.person(person)?.to_string(), model.version + 1);
        let kept = Kept {
            about: model.about,
            maker: model.maker,
            publisher: actor.clone(),
            target: serde_json::value::to_raw_value(&model.target)?,
            removed: true,
        };
        let record = Record {
            kind: "settings".to_owned(),
            at: now,
            household: None,
            subject: String::new(),
            actor,
            body: json!({"told": "model_portfolio_removed", "name": name, "version": version}).to_string(),
        };
        let (scope, value) = (MODEL.to_owned(), serde_json::to_string(&kept)?);
        let setting = Setting { scope, name: name.to_owned(), value, version, at: now };
        self.write(Entry::new(record).with(Change::Setting(setting))).map(drop)
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
}

/// A model portfolio as it is kept; none where it was removed.
fn read_kept(setting: &Setting) -> Result<Option<ModelPortfolio>, KeepingError> {
    let unreadable =
        |detail: String| KeepingError::Setting { household: setting.name.clone(), name: MODEL, detail };
    let kept: Kept = serde_json::from_str(&setting.value).map_err(|error| unreadable(error.to_string()))?;
    if kept.removed {
        return Ok(None);
    }
    let target = Target::read(kept.target.get()).map_err(|error| unreadable(error.to_string()))?;
    Ok(Some(ModelPortfolio {
        name: setting.name.clone(),
        about: kept.about,
        target,
        version: setting.version,
        at: setting.at,
        maker: kept.maker,
        publisher: kept.publisher,
    }))
}
