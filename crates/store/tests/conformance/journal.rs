//! What seals the log in these tests: readable, with a hash per record. The suite tests where rows go, not how they are sealed.

use rebalance::books::Record;
use sha2::{Digest, Sha256};
use store::journal::{Head, Journal, Key, Page, Place, SealError, Sealed, owner};

pub(crate) struct Readable;

impl Journal for Readable {
    fn needs(&self, size: u64) -> Vec<Place> {
        size.checked_sub(1).map(|last| (0, last)).into_iter().collect()
    }

    fn seal(&self, head: &Head, records: &[Record]) -> Result<Page, SealError> {
        let mut page = Page::default();
        let mut before = match head.size.checked_sub(1) {
            None => [0; 32],
            Some(last) => {
                *head.nodes.get(&(0, last)).ok_or_else(|| SealError(format!("node {last} is missing")))?
            }
        };
        for (n, record) in (0_u64..).zip(records) {
            let owner = owner(record);
            let id: [u8; 16] = Sha256::digest(owner.as_bytes())[..16].try_into().unwrap();
            if !head.keys.contains_key(&owner) && !page.keys.iter().any(|(known, _)| *known == owner) {
                page.keys.push((owner.clone(), Key { id, wrapped: owner.into_bytes() }));
            }
            let sealed = format!("{}|{}|{}", record.subject, record.actor, record.body).into_bytes();
            let hash: [u8; 32] = Sha256::new().chain_update(before).chain_update(&sealed).finalize().into();
            page.records.push(Sealed {
                sequence: head.size + n,
                at: record.at,
                kind: record.kind.clone(),
                key_id: id,
                subject_tag: [0; 16],
                commitments: [hash; 4],
                sealed,
            });
            page.nodes.push(((0, head.size + n), hash));
            before = hash;
        }
        Ok(page)
    }
}
