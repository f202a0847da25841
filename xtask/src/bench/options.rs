//! `--seconds N` for each measurement, `--only TEXT` in a scenario's name, `--stored N` messages for the restart and the
//! look-ups of `bench` (0: none), `--binary PATH` instead of building.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use super::scenario::Slice;
use crate::{Fallible, root};

pub(crate) struct Options {
    pub(crate) slice: Slice,
    pub(crate) binary: Option<PathBuf>,
    pub(crate) stored: u64,
    only: String,
}

impl Options {
    pub(crate) fn read(args: &[String]) -> Fallible<Self> {
        let mut options = Self {
            slice: Slice {
                warm: Duration::from_secs(1),
                measured: Duration::from_secs(4),
            },
            binary: None,
            stored: 10_000_000,
            only: String::new(),
        };
        let mut args = args.iter().filter(|arg| *arg != "--");
        while let Some(name) = args.next() {
            let value = args.next().ok_or_else(|| format!("{name} needs a value"))?;
            match name.as_str() {
                "--seconds" => {
                    options.slice.measured = Duration::from_secs(
                        value
                            .parse()
                            .map_err(|e| format!("--seconds {value}: {e}"))?,
                    )
                }
                "--only" => options.only.clone_from(value),
                "--stored" => {
                    options.stored = value
                        .parse()
                        .map_err(|e| format!("--stored {value}: {e}"))?
                }
                "--binary" => options.binary = Some(value.into()),
                _ => {
                    return Err(
                        format!("{name} is none of --seconds, --only, --stored, --binary").into(),
                    );
                }
            }
        }
        Ok(options)
    }

    pub(crate) fn wants(&self, scenario: &str) -> bool {
        scenario.contains(&self.only)
    }

    /// A new directory on the disk that the build is on.
    pub(crate) fn scratch(&self, name: &str) -> Fallible<PathBuf> {
        let dir = root().join("target").join(format!("{name}-data"));
        if dir.exists() {
            fs::remove_dir_all(&dir)?;
        }
        fs::create_dir_all(&dir)?;
        Ok(dir)
    }
}
