//! What a person says of accounts on the command line: names, kinds, owners.
//!
//! In: `END=VALUE`, where END is the end of an account's number or its whole id. Out: what `ingest` is told.

use ingest::AccountWords;
use portfolio::AccountKind;

use super::pair;

/// Arguments about accounts.
#[derive(Debug, clap::Args)]
pub(super) struct AccountArguments {
    /// What an account is called: the end of its number (3 characters or more) and a name, such as 321=joint
    #[arg(long = "account-id", value_name = "END=NAME", value_parser = pair)]
    ids: Vec<(String, String)>,
    /// How an account is taxed: taxable, traditional or roth
    #[arg(long = "account-kind", value_name = "END=KIND", value_parser = kind)]
    kinds: Vec<(String, AccountKind)>,
    /// Whose an account is
    #[arg(long = "account-owner", value_name = "END=NAME", value_parser = pair)]
    owners: Vec<(String, String)>,
}

fn kind(text: &str) -> Result<(String, AccountKind), String> {
    let (account, word) = pair(text)?;
    let kinds = [AccountKind::Taxable, AccountKind::Traditional, AccountKind::Roth];
    let kind = kinds.into_iter().find(|kind| kind.word() == word);
    kind.map(|kind| (account, kind)).ok_or_else(|| format!("`{word}` is none of taxable, traditional, roth"))
}

impl AccountArguments {
    /// One entry for each thing that is said.
    pub(super) fn words(&self) -> Vec<AccountWords> {
        let of = |account: &String| AccountWords { account: account.clone(), ..AccountWords::default() };
        let ids = self.ids.iter().map(|(a, id)| AccountWords { account_id: Some(id.clone()), ..of(a) });
        let kinds = self.kinds.iter().map(|(a, kind)| AccountWords { kind: Some(*kind), ..of(a) });
        let owners =
            self.owners.iter().map(|(a, owner)| AccountWords { owner: Some(owner.clone()), ..of(a) });
        ids.chain(kinds).chain(owners).collect()
    }
}
