//! What a household follows: a model portfolio, whose target its document takes over.
//!
//! In: a household and a model portfolio; a version that is published. Out: the next version of the household's document. Invariants: while orders are at a
//! broker the document stays; a version whose publisher may not change the household is offered, and taken over only by who may; the document of
//! a household that follows has a target of its model portfolio and no other.

use std::collections::BTreeMap;

use portfolio::Portfolio;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::failure::KeepingError;
use super::super::{Done, Keeper, Taken};
use super::{BY_MODEL, MODEL, ModelPortfolio, Target, read_kept};
use crate::books::{Change, Entry, Household, Imported, KeptPortfolio, Record, Setting};
use crate::id::PortfolioId;

/// What a household follows, as a setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Following {
    /// None any more, where it is empty.
    pub(super) model: String,
    /// The version that its document has; 0 before the first.
    version: u64,
    /// The version that its document can't have, and why.
    refused: Option<(u64, String)>,
    /// The version that it was offered: who published it may not change the household.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    offered: Option<u64>,
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
    /// That one is offered: it is taken over once somebody who may change the household has it follow anew.
    pub is_offered: bool,
}

impl Keeper<'_> {
    /// The name of the model portfolio that each household follows, by the household's id; those that follow none are not there.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn follows(&self) -> Result<BTreeMap<String, String>, KeepingError> {
        let mut follows = BTreeMap::new();
        for setting in self.books.reading().settings_named(MODEL)? {
            let model = read_following(&setting)?.model;
            if !model.is_empty() {
                follows.insert(setting.scope, model);
            }
        }
        Ok(follows)
    }

    /// What a household follows; none where it has a target of its own.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn followed(&self, household: &Household) -> Result<Option<Followed>, KeepingError> {
        let Some((Following { model, version, refused, offered }, _)) = self.following(household)? else {
            return Ok(None);
        };
        let published = self.books.reading().setting(MODEL, &model)?.map_or(0, |setting| setting.version);
        let refused = refused.filter(|(of, _)| *of == published).map(|(_, why)| why);
        let is_offered = version < published && offered == Some(published);
        Ok(Some(Followed { model, version, published, refused, is_offered }))
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
        let following =
            Following { model: model.to_owned(), version: found.version, refused: None, offered: None };
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
        let none = Following { model: String::new(), version: 0, refused: None, offered: None };
        let entry = self.now_following(household, &actor, ("unfollow", &before.model), &none, version)?;
        self.write(entry).map(drop)
    }

    /// The document of a household takes over what its model portfolio wants now; `None` where it has it, or follows none, or can't now.
    pub(in super::super) fn take_model_over(
        &self,
        household: &Household,
    ) -> Result<Option<Done>, KeepingError> {
        let Some((following, version)) = self.following(household)? else { return Ok(None) };
        let Some(setting) = self.books.reading().setting(MODEL, &following.model)? else { return Ok(None) };
        if following.version == setting.version || following.offered == Some(setting.version) {
            return Ok(None);
        }
        if self.unless_executing(household).is_err() {
            return Ok(None);
        }
        let Some(kept) = self.books.reading().portfolio(household.id)? else { return Ok(None) };
        let Some(model) = read_kept(&setting)? else { return Ok(None) };
        let (name, published) = (&model.name, model.version);
        let (next, text, words) = match model.target.put_into(&kept.text) {
            Ok(text) => (
                Following { version: published, refused: None, offered: None, ..following },
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
    pub(in super::super) fn unless_it_follows(
        &self,
        household: &Household,
        read: &Portfolio,
    ) -> Result<(), KeepingError> {
        let Some((following, _)) = self.following(household)? else { return Ok(()) };
        let Some(model) = self.model_portfolio(&following.model)? else { return Ok(()) };
        if model.target.is_of(read) {
            return Ok(());
        }
        // A document that can't have the published target, or was only offered it, keeps the one it has.
        let keeps = following.refused.is_some_and(|(of, _)| of == model.version)
            || following.offered == Some(model.version);
        if keeps
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

    /// A household is offered a version: its target stays until somebody who may change it has it follow anew.
    pub(super) fn offered(
        &self,
        household: &Household,
        actor: &str,
        offered: u64,
    ) -> Result<Option<Entry>, KeepingError> {
        let Some((following, version)) = self.following(household)? else { return Ok(None) };
        let next = Following { offered: Some(offered), ..following };
        self.now_following(household, actor, ("offered", &next.model), &next, version).map(Some)
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
        let facts = json!({"told": told, "model": model, "version": following.version, "refused": following.refused, "offered": following.offered});
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
    pub(super) fn following_version(&self, household: &Household) -> Result<u64, KeepingError> {
        Ok(self
            .books
            .reading()
            .setting(&household.id.to_string(), MODEL)?
            .map_or(0, |setting| setting.version))
    }
}

fn read_following(setting: &Setting) -> Result<Following, KeepingError> {
    serde_json::from_str(&setting.value).map_err(|error| KeepingError::Setting {
        household: setting.scope.clone(),
        name: MODEL,
        detail: error.to_string(),
    })
}
