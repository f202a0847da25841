//! How many passed and failed, read from what the runners print.

use serde::Deserialize;

use crate::Fallible;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) passed: u64,
    pub(super) failed: u64,
    pub(super) skipped: u64,
}

impl Counts {
    pub(super) const fn passed() -> Self {
        Self {
            passed: 1,
            failed: 0,
            skipped: 0,
        }
    }

    pub(super) const fn failed() -> Self {
        Self {
            passed: 0,
            failed: 1,
            skipped: 0,
        }
    }

    pub(super) const fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    /// `test result: ok. 12 passed; 0 failed; 1 ignored; …`, one line per test binary.
    pub(super) fn of_cargo_line(line: &str) -> Option<Self> {
        let rest = line.strip_prefix("test result: ")?;
        let number = |word: &str| {
            rest.split([';', '.'])
                .find_map(|part| part.trim().strip_suffix(word)?.trim().parse().ok())
        };
        Some(Self {
            passed: number("passed")?,
            failed: number("failed")?,
            skipped: number("ignored").unwrap_or(0),
        })
    }

    /// The `stats` of Playwright's JSON report. A flaky test has failed once, so it counts as failed.
    pub(super) fn of_playwright(report: &str) -> Fallible<Self> {
        #[derive(Deserialize)]
        struct Report {
            stats: Stats,
        }
        #[derive(Deserialize)]
        struct Stats {
            expected: u64,
            unexpected: u64,
            flaky: u64,
            skipped: u64,
        }
        let Report { stats } =
            serde_json::from_str(report).map_err(|e| format!("Playwright's report: {e}"))?;
        Ok(Self {
            passed: stats.expected,
            failed: stats.unexpected + stats.flaky,
            skipped: stats.skipped,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_s_line_is_counted() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.01s";
        assert_eq!(
            Counts::of_cargo_line(line),
            Some(Counts {
                passed: 12,
                failed: 3,
                skipped: 1
            })
        );
        assert_eq!(Counts::of_cargo_line("test store::append ... ok"), None);
    }

    #[test]
    fn playwright_s_report_is_counted() {
        let report = r#"{"suites": [], "stats": {"expected": 9, "unexpected": 1, "flaky": 1, "skipped": 2, "duration": 1.5}}"#;
        assert_eq!(
            Counts::of_playwright(report).unwrap(),
            Counts {
                passed: 9,
                failed: 2,
                skipped: 2
            }
        );
    }
}
