//! Tables of the layers above: named, sorted by key, opaque. What is in them is theirs.

use std::sync::Arc;

use redb::{ReadTransaction, ReadableTable, TableDefinition, TableError};

use super::database::Database;
use crate::error::StoreError;

/// Key and value of a row.
pub(crate) type Row = (Vec<u8>, Vec<u8>);

type Definition<'a> = TableDefinition<'a, &'static [u8], &'static [u8]>;

/// One change of a batch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TableOp {
    table: &'static str,
    key: Vec<u8>,
    /// `None` deletes the row.
    value: Option<Vec<u8>>,
}

impl TableOp {
    pub fn put(table: &'static str, key: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) -> Self {
        Self {
            table,
            key: key.into(),
            value: Some(value.into()),
        }
    }

    pub fn delete(table: &'static str, key: impl Into<Vec<u8>>) -> Self {
        Self {
            table,
            key: key.into(),
            value: None,
        }
    }
}

/// All tables of the layers above. A table is there once something is in it. Writes are on the disk when they return: never
/// call them from an async worker.
#[derive(Clone, Debug)]
pub struct Tables(pub(super) Arc<Database>);

impl Tables {
    pub fn get(&self, table: &'static str, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.read("read a row", |transaction| {
            let Some(table) = open(transaction, table)? else {
                return Ok(None);
            };
            Ok(table.get(key)?.map(|value| value.value().to_vec()))
        })
    }

    pub fn put(&self, table: &'static str, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        self.write(vec![TableOp::put(table, key, value)])
    }

    pub fn delete(&self, table: &'static str, key: &[u8]) -> Result<(), StoreError> {
        self.write(vec![TableOp::delete(table, key)])
    }

    /// All rows whose keys begin with `prefix`, in order.
    pub fn scan_prefix(&self, table: &'static str, prefix: &[u8]) -> Result<Vec<Row>, StoreError> {
        self.0.read("scan rows", |transaction| {
            let Some(table) = open(transaction, table)? else {
                return Ok(Vec::new());
            };
            let mut rows = Vec::new();
            for row in table.range(prefix..)? {
                let (key, value) = row?;
                if !key.value().starts_with(prefix) {
                    break;
                }
                rows.push((key.value().to_vec(), value.value().to_vec()));
            }
            Ok(rows)
        })
    }

    /// At most `max` rows with keys from `from` on and before `to`, in order; `None` goes to the end.
    pub fn scan_range(
        &self,
        table: &'static str,
        from: &[u8],
        to: Option<&[u8]>,
        max: usize,
    ) -> Result<Vec<Row>, StoreError> {
        self.0.read("scan rows", |transaction| {
            let Some(table) = open(transaction, table)? else {
                return Ok(Vec::new());
            };
            let mut rows = Vec::new();
            for row in table.range(from..)?.take(max) {
                let (key, value) = row?;
                if to.is_some_and(|to| key.value() >= to) {
                    break;
                }
                rows.push((key.value().to_vec(), value.value().to_vec()));
            }
            Ok(rows)
        })
    }

    /// The row with the highest key.
    pub fn last(&self, table: &'static str) -> Result<Option<Row>, StoreError> {
        self.0.read("read the last row", |transaction| {
            let Some(table) = open(transaction, table)? else {
                return Ok(None);
            };
            let last = table.last()?;
            Ok(last.map(|(key, value)| (key.value().to_vec(), value.value().to_vec())))
        })
    }

    /// All changes in order, or none.
    pub fn write(&self, ops: Vec<TableOp>) -> Result<(), StoreError> {
        self.0.write("write rows", |transaction| {
            for op in &ops {
                let name = own_name(op.table);
                let mut table = transaction.open_table(Definition::new(&name))?;
                match &op.value {
                    Some(value) => table.insert(&op.key[..], &value[..])?,
                    None => table.remove(&op.key[..])?,
                };
            }
            Ok(())
        })
    }
}

/// Apart from the store's own tables.
fn own_name(table: &str) -> String {
    format!("layer.{table}")
}

type OpenTable = redb::ReadOnlyTable<&'static [u8], &'static [u8]>;

fn open(transaction: &ReadTransaction, table: &str) -> Result<Option<OpenTable>, redb::Error> {
    match transaction.open_table(Definition::new(&own_name(table))) {
        Ok(table) => Ok(Some(table)),
        Err(TableError::TableDoesNotExist(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
