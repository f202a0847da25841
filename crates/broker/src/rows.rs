//! Our rows in the store's opaque tables: scan at the start, write in batches, and the version that tools compare.

use std::fmt::Display;

use remoting::types::TopicName;
use serde::{Deserialize, Serialize};
use store::{TableOp, Tables};

use crate::error::BrokerError;

/// Versions of the other tables, one row each.
const VERSIONS: &str = "broker.versions";

/// A row to write; without a value it is deleted.
pub(crate) struct Row {
    pub(crate) key: Vec<u8>,
    pub(crate) value: Option<Vec<u8>>,
}

/// RocketMQ's `DataVersion`: changes with every change of the table it belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DataVersion {
    pub(crate) state_version: i64,
    pub(crate) timestamp_ms: i64,
    pub(crate) counter: i64,
}

impl DataVersion {
    pub(crate) fn load(tables: &Tables, table: &'static str) -> Result<Self, BrokerError> {
        match tables.get(VERSIONS, table.as_bytes())? {
            Some(row) => {
                serde_json::from_slice(&row).map_err(|why| damaged(VERSIONS, table.as_bytes(), why))
            }
            None => Ok(Self::default()),
        }
    }

    pub(crate) const fn next(self, now_ms: i64) -> Self {
        Self {
            state_version: self.state_version,
            timestamp_ms: now_ms,
            counter: self.counter + 1,
        }
    }
}

/// A row as it was read.
pub(crate) type KeyValue = (Vec<u8>, Vec<u8>);

/// Every row of a table.
pub(crate) fn scan(tables: &Tables, table: &'static str) -> Result<Vec<KeyValue>, BrokerError> {
    Ok(tables.scan_prefix(table, b"")?)
}

pub(crate) fn write(
    tables: &Tables,
    table: &'static str,
    rows: Vec<Row>,
) -> Result<(), BrokerError> {
    Ok(tables.write(rows.into_iter().map(|row| op(table, row)).collect())?)
}

/// The rows and the table's new version, both or neither.
pub(crate) fn write_versioned(
    tables: &Tables,
    table: &'static str,
    rows: Vec<Row>,
    version: DataVersion,
) -> Result<(), BrokerError> {
    let value =
        serde_json::to_vec(&version).map_err(|why| damaged(VERSIONS, table.as_bytes(), why))?;
    let mut ops: Vec<TableOp> = rows.into_iter().map(|row| op(table, row)).collect();
    ops.push(op(
        VERSIONS,
        Row {
            key: table.into(),
            value: Some(value),
        },
    ));
    Ok(tables.write(ops)?)
}

fn op(table: &'static str, row: Row) -> TableOp {
    match row.value {
        Some(value) => TableOp::put(table, row.key, value),
        None => TableOp::delete(table, row.key),
    }
}

/// The topic a row is about.
pub(crate) fn name(table: &'static str, key: &[u8]) -> Result<TopicName, BrokerError> {
    let text = std::str::from_utf8(key).map_err(|why| damaged(table, key, why))?;
    TopicName::new(text).map_err(|why| damaged(table, key, why))
}

pub(crate) fn damaged(table: &'static str, key: &[u8], why: impl Display) -> BrokerError {
    BrokerError::Row {
        table,
        key: String::from_utf8_lossy(key).into_owned(),
        why: why.to_string(),
    }
}
