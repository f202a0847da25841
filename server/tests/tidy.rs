//! The house's rules about the code, in one place: file lengths, opening lines, who may import whom, and lists that must not drift apart.
//! A rule that clippy or rustc can hold is not here.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const FILE_LINES_MAX: usize = 500;
const ARCHITECTURE_WORDS_MAX: usize = 2_000;

/// Which of our crates each crate may use (`ARCHITECTURE.md`, "Never"). `app` sees `console` only under `ssr`.
const EDGES: &[(&str, &[&str])] = &[
    ("crates/remoting", &[]),
    ("crates/store", &["remoting"]),
    ("crates/broker", &["remoting", "store"]),
    ("crates/console", &["broker", "remoting"]),
    ("app", &["console"]),
    ("frontend", &["app"]),
    ("server", &["app", "broker", "console"]),
    ("xtask", &["remoting"]),
];
const OURS: &[&str] = &[
    "remoting", "store", "broker", "console", "app", "frontend", "server", "xtask",
];

/// What a crate must never depend on, whatever its reason: the parts' own promises.
const NEVER: &[(&str, &[&str])] = &[
    ("crates/remoting", &["tokio", "tracing", "chrono"]),
    ("crates/store", &["tokio", "chrono"]),
    ("crates/broker", &["axum", "leptos"]),
    ("crates/console", &["axum", "leptos"]),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_path_buf()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Every file with this ending below `dir`, without build output and installed packages.
fn files(dir: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir).unwrap().map(Result::unwrap) {
            let (path, name) = (
                entry.path(),
                entry.file_name().to_string_lossy().into_owned(),
            );
            if path.is_dir() {
                if !name.starts_with('.')
                    && !["target", "node_modules", "dist", "gantry-data"].contains(&name.as_str())
                {
                    open.push(path);
                }
            } else if name.ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn sources() -> Vec<PathBuf> {
    let all: Vec<_> = ["crates", "app", "frontend", "server", "xtask"]
        .iter()
        .flat_map(|d| files(&root().join(d), ".rs"))
        .collect();
    assert!(
        all.len() > 50,
        "found only {} sources: is the root right?",
        all.len()
    );
    all
}

fn none(problems: Vec<String>) {
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn files_open_with_their_purpose() {
    none(
        sources()
            .iter()
            .filter(|p| !read(p).starts_with("//!"))
            .map(|p| format!("{}: does not open with //!", p.display()))
            .collect(),
    );
}

#[test]
fn files_stay_short() {
    let test_file =
        |p: &Path| p.components().any(|c| c.as_os_str() == "tests") || p.ends_with("tests.rs");
    let production = |text: &str| {
        text.lines()
            .take_while(|l| l.trim() != "#[cfg(test)]")
            .count()
    };
    let long = |p: &PathBuf| {
        let text = read(p);
        let lines = production(&text);
        (lines > FILE_LINES_MAX && !test_file(p) && !text.starts_with("//! Table:")).then(|| {
            format!(
                "{}: {lines} production lines, at most {FILE_LINES_MAX}",
                p.display()
            )
        })
    };
    none(sources().iter().filter_map(long).collect());
}

fn manifest(crate_dir: &str) -> toml::Table {
    read(&root().join(crate_dir).join("Cargo.toml"))
        .parse()
        .unwrap()
}

/// Names under `[dependencies]`; optional ones count too.
fn dependencies(crate_dir: &str) -> BTreeSet<String> {
    let table = manifest(crate_dir);
    table
        .get("dependencies")
        .and_then(|d| d.as_table())
        .map(|d| d.keys().cloned().collect())
        .unwrap_or_default()
}

#[test]
fn crates_import_along_the_edges() {
    let mut problems = Vec::new();
    for (dir, allowed) in EDGES {
        for name in dependencies(dir)
            .iter()
            .filter(|n| OURS.contains(&n.as_str()))
        {
            if !allowed.contains(&name.as_str()) {
                problems.push(format!("{dir} depends on {name}"));
            }
        }
    }
    for (dir, never) in NEVER {
        for name in dependencies(dir)
            .iter()
            .filter(|n| never.contains(&n.as_str()))
        {
            problems.push(format!("{dir} depends on {name}, which it must never"));
        }
    }
    none(problems);
}

#[test]
fn the_app_in_the_browser_sees_no_crate_of_ours() {
    let console = manifest("app")["dependencies"]["console"].clone();
    assert_eq!(
        console.get("optional").and_then(toml::Value::as_bool),
        Some(true),
        "app: console must be optional (ssr only)"
    );
}

/// Words in backquotes that look like paths of this repository.
fn paths_named(text: &str) -> Vec<&str> {
    let starts = [
        "crates/",
        "app/",
        "server/",
        "frontend/",
        "xtask/",
        "style/",
        "public/",
        "end2end/",
        "docs/",
        ".ci/",
    ];
    text.split('`')
        .skip(1)
        .step_by(2)
        .filter(|w| starts.iter().any(|s| w.starts_with(s)) && !w.contains([' ', '<', '*', '{']))
        .collect()
}

#[test]
fn the_map_is_true() {
    let text = read(&root().join("ARCHITECTURE.md"));
    let words = text.split_whitespace().count();
    assert!(
        words <= ARCHITECTURE_WORDS_MAX,
        "ARCHITECTURE.md has {words} words, at most {ARCHITECTURE_WORDS_MAX}"
    );
    let paths = paths_named(&text);
    assert!(
        paths.len() > 10,
        "ARCHITECTURE.md names only {} paths",
        paths.len()
    );
    none(
        paths
            .iter()
            .filter(|p| !root().join(p).exists())
            .map(|p| format!("ARCHITECTURE.md names {p}, which is not there"))
            .collect(),
    );
}

/// The modules that `app/src/pages.rs` shows pages with.
fn pages() -> BTreeSet<String> {
    let list = read(&root().join("app/src/pages.rs"));
    let modules = list
        .split("get: |visit| Box::pin(")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once("::")?.0.to_owned()));
    modules.filter(|module| module != "crate").collect()
}

#[test]
fn every_page_has_a_spec() {
    let pages = pages();
    assert!(
        pages.len() > 3,
        "found only {} pages in the list",
        pages.len()
    );
    let spec = |page: &String| format!("end2end/tests/{}.spec.ts", page.replace('_', "-"));
    none(
        pages
            .iter()
            .filter(|p| !root().join(spec(p)).exists())
            .map(|p| format!("page {p}: {} is missing", spec(p)))
            .collect(),
    );
}

/// `SendMessageV2` -> `send_message_v2`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// The codes of each row that is served; codes that share a row share a header.
fn routed_rows(table: &str) -> Vec<Vec<String>> {
    let rows = table
        .lines()
        .filter_map(|line| line.trim().strip_prefix("C::")?.split_once("=>"))
        .filter(|(_, served)| !served.contains("return None"));
    rows.map(|(codes, _)| codes.split('|').map(code_name).collect())
        .collect()
}

fn code_name(code: &str) -> String {
    snake(code.trim().trim_start_matches("C::"))
}

#[test]
fn every_routed_request_code_has_golden_bytes() {
    let rows = routed_rows(&read(&root().join("crates/broker/src/processor.rs")));
    assert!(
        rows.len() > 20,
        "found only {} rows in the dispatch table",
        rows.len()
    );
    let golden: BTreeSet<_> = files(&root().join("crates/remoting/src/testdata"), "")
        .iter()
        .filter_map(|p| Some(p.file_stem()?.to_string_lossy().into_owned()))
        .collect();
    none(
        rows.iter()
            .filter(|codes| !codes.iter().any(|code| golden.contains(code)))
            .map(|codes| format!("{codes:?}: routed, but crates/remoting/src/testdata has none"))
            .collect(),
    );
}
