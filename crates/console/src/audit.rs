//! Audit log: every change, the intent before it and the outcome after it, each chained to the entry before.
//!
//! ```text
//! table console.audit
//!   "entry" seq u64 BE  ->  hash [32]  entry as JSON      seq counts from 1, without gaps
//!   "head"              ->  hash [32]  seq u64 BE         of the newest entry; written together with it
//! hash = SHA-256(hash of the entry before, 32 zero bytes before the first | entry as JSON)
//! ```
//! Entries are only ever added. An intent whose outcome is missing was cut off by a crash: whether it happened is unknown,
//! and the log says so by not saying more. Fields hold what was asked for, never the contents of messages.

use std::sync::{Mutex, PoisonError};

use broker::{StoreError, TableOp, Tables};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::access::Actor;
use crate::cluster::Attached;
use crate::error::ConsoleError;

const TABLE: &str = "console.audit";
const HEAD: &[u8] = b"head";
const ENTRY: &[u8] = b"entry";
const HASH_LEN: usize = 32;

type Hash = [u8; HASH_LEN];

/// One entry, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub seq: u64,
    pub at_ms: i64,
    /// Who: the account, until there are accounts the local administrator.
    pub actor: String,
    /// Where the request came from; `None`: from this process.
    pub peer: Option<String>,
    pub cluster: String,
    /// What was done, as `create_topic`.
    pub action: String,
    /// To what: the name of a topic or group.
    pub resource: String,
    pub step: Step,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// What is about to be done.
    Intent { fields: Vec<(String, String)> },
    /// It was done; `intent` is the entry that announced it.
    Done {
        intent: u64,
        fields: Vec<(String, String)>,
    },
    /// It was not done, or not in full.
    Failed {
        intent: u64,
        code: String,
        message: String,
    },
}

/// A whole log that is as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    pub entries: u64,
    /// Of the newest entry, in hex: noted elsewhere, it proves later that nothing before it was changed.
    pub head: String,
}

/// What is about to be done.
pub(crate) struct Intent {
    pub(crate) action: &'static str,
    pub(crate) resource: String,
    pub(crate) fields: Vec<(&'static str, String)>,
}

pub(crate) type Fields = Vec<(&'static str, String)>;

#[derive(Clone, Copy)]
struct Head {
    seq: u64,
    hash: Hash,
}

pub(crate) struct AuditLog {
    tables: Tables,
    /// One at a time adds; `None`: not read yet, or the last write failed and the table has to be asked.
    head: Mutex<Option<Head>>,
}

impl AuditLog {
    pub(crate) fn new(tables: Tables) -> Self {
        Self {
            tables,
            head: Mutex::new(None),
        }
    }

    /// Durable when it returns; answers with the entry's number.
    fn append(&self, mut entry: Entry) -> Result<u64, ConsoleError> {
        let mut known = self.head.lock().unwrap_or_else(PoisonError::into_inner);
        let head = match known.take() {
            Some(head) => head,
            None => self.read_head()?,
        };
        entry.seq = head.seq + 1;
        let json = serde_json::to_vec(&entry)
            .map_err(|_| damaged(entry.seq, "cannot be written as JSON"))?;
        let next = Head {
            seq: entry.seq,
            hash: chained(&head.hash, &json),
        };
        self.tables
            .write(vec![
                TableOp::put(TABLE, key(next.seq), [&next.hash[..], &json].concat()),
                TableOp::put(
                    TABLE,
                    HEAD.to_vec(),
                    [&next.hash[..], &next.seq.to_be_bytes()].concat(),
                ),
            ])
            .map_err(ConsoleError::AuditUnavailable)?;
        *known = Some(next);
        Ok(next.seq)
    }

    fn read_head(&self) -> Result<Head, ConsoleError> {
        let Some(row) = self.get(HEAD)? else {
            return Ok(Head {
                seq: 0,
                hash: [0; HASH_LEN],
            });
        };
        let head = row.split_first_chunk::<HASH_LEN>().and_then(|(hash, seq)| {
            let seq = u64::from_be_bytes(seq.try_into().ok()?);
            Some(Head { seq, hash: *hash })
        });
        head.ok_or_else(|| damaged(0, "the row of the newest entry is not hash and number"))
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ConsoleError> {
        Ok(self.tables.get(TABLE, key)?)
    }

    fn read(&self, seq: u64) -> Result<Option<(Hash, Vec<u8>)>, ConsoleError> {
        let Some(row) = self.get(&key(seq))? else {
            return Ok(None);
        };
        let (hash, json) = row
            .split_first_chunk::<HASH_LEN>()
            .ok_or_else(|| damaged(seq, "is shorter than its hash"))?;
        Ok(Some((*hash, json.to_vec())))
    }

    /// Entries after `after`, oldest first.
    pub(crate) fn entries(&self, after: u64, limit: u32) -> Result<Vec<Entry>, ConsoleError> {
        let mut entries = Vec::new();
        for seq in (after + 1..).take(limit as usize) {
            let Some((_, json)) = self.read(seq)? else {
                break;
            };
            entries.push(parse(seq, &json)?);
        }
        Ok(entries)
    }

    /// Follows the chain from the first entry to the newest.
    pub(crate) fn verify(&self) -> Result<Verified, ConsoleError> {
        // Nothing may be added meanwhile: the newest entry would not be the one compared with.
        let _adding = self.head.lock().unwrap_or_else(PoisonError::into_inner);
        let head = self.read_head()?;
        let mut hash = [0; HASH_LEN];
        for seq in 1..=head.seq {
            let (written, json) = self.read(seq)?.ok_or_else(|| damaged(seq, "is missing"))?;
            hash = chained(&hash, &json);
            if written != hash {
                return Err(damaged(
                    seq,
                    "does not match its hash: it, or an entry before it, was changed",
                ));
            }
            if parse(seq, &json)?.seq != seq {
                return Err(damaged(seq, "carries another number"));
            }
        }
        if hash != head.hash {
            return Err(damaged(head.seq, "is not the newest that was written"));
        }
        if self.read(head.seq + 1)?.is_some() {
            return Err(damaged(head.seq + 1, "was added behind the newest"));
        }
        Ok(Verified {
            entries: head.seq,
            head: hash.iter().map(|byte| format!("{byte:02x}")).collect(),
        })
    }
}

impl Attached {
    /// Announces, does, and reports. What cannot be announced is not done.
    pub(crate) fn audited<T>(
        &self,
        actor: &Actor,
        intent: Intent,
        outcome: impl FnOnce(&T) -> Fields,
        change: impl FnOnce() -> Result<T, ConsoleError>,
    ) -> Result<T, ConsoleError> {
        let Intent {
            action,
            resource,
            fields,
        } = intent;
        let entry = |step| Entry {
            seq: 0,
            at_ms: self.facade.now_ms(),
            actor: actor.name.clone(),
            peer: actor.peer.map(|peer| peer.to_string()),
            cluster: self.name.to_owned(),
            action: action.to_owned(),
            resource: resource.clone(),
            step,
        };
        let intent = self.audit.append(entry(Step::Intent {
            fields: owned(fields),
        }))?;
        let done = change();
        let step = match &done {
            Ok(value) => Step::Done {
                intent,
                fields: owned(outcome(value)),
            },
            Err(error) => Step::Failed {
                intent,
                code: error.code().to_owned(),
                message: error.to_string(),
            },
        };
        match (self.audit.append(entry(step)), done) {
            (Ok(_), done) => done,
            (Err(ConsoleError::AuditUnavailable(error)), Ok(_)) => {
                Err(ConsoleError::AuditIncomplete(error))
            }
            (Err(error), Ok(_)) => Err(error),
            (Err(audit), Err(error)) => {
                tracing::error!(%audit, intent, "the outcome of a failed change is not in the audit log");
                Err(error)
            }
        }
    }
}

fn owned(fields: Fields) -> Vec<(String, String)> {
    fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn key(seq: u64) -> Vec<u8> {
    [ENTRY, &seq.to_be_bytes()].concat()
}

fn chained(before: &Hash, json: &[u8]) -> Hash {
    Sha256::new()
        .chain_update(before)
        .chain_update(json)
        .finalize()
        .into()
}

fn parse(seq: u64, json: &[u8]) -> Result<Entry, ConsoleError> {
    serde_json::from_slice(json).map_err(|_| damaged(seq, "is no entry"))
}

const fn damaged(seq: u64, why: &'static str) -> ConsoleError {
    ConsoleError::AuditDamaged { seq, why }
}

impl From<StoreError> for ConsoleError {
    fn from(error: StoreError) -> Self {
        broker::BrokerError::from(error).into()
    }
}
