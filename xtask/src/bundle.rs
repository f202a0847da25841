//! The browser's bundle: compile `frontend`, bind, optimise, name by content. Does again only what its input changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use crate::{Fallible, cargo, root, steps, tools, trunk};

/// What Chromium, Firefox and Safari understand and rustc emits. Not `--all-features`: browsers reject the result.
const WASM_OPT: [&str; 7] = [
    "-Oz",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];
/// Where the npm package `binaryen` is installed.
const NODE_DIR: &str = "xtask";

/// Returns the directory with the finished files.
pub(crate) fn build() -> Fallible<PathBuf> {
    let settings = trunk::build()?;
    tools::wasm_target()?;
    let profile = settings.cargo_profile.as_str();
    steps::timed(&format!("build the islands ({profile})"), || {
        steps::must(cargo().args([
            "build",
            "-p",
            "frontend",
            "--target",
            tools::WASM,
            "--profile",
            profile,
        ]))
    })?;
    let compiled = tools::target_dir()
        .join(tools::WASM)
        .join(profile)
        .join("frontend.wasm");
    let optimiser = optimiser();
    let dist = root().join(&settings.dist);
    let stamp = tools::target_dir().join("bundle.stamp");
    let input = format!("{} {}", digest(&fs::read(&compiled)?), optimiser.is_some());
    if fs::read_to_string(&stamp).is_ok_and(|done| done == input) && dist.exists() {
        eprintln!("== bundle: nothing changed");
        return Ok(dist);
    }
    finish(&compiled, optimiser.as_deref(), &dist)?;
    fs::write(stamp, input)?;
    Ok(dist)
}

/// Binds, optimises and names into a fresh directory, then puts it in place. Its own directory: two may build at once.
fn finish(compiled: &Path, optimiser: Option<&Path>, dist: &Path) -> Fallible<()> {
    let work = tools::target_dir().join(format!("bundle-{}", std::process::id()));
    clear(&work)?;
    steps::timed("bind the islands", || bind(compiled, &work))?;
    let wasm = work.join("frontend_bg.wasm");
    match optimiser {
        Some(wasm_opt) => steps::timed("optimise the wasm", || {
            steps::must(
                Command::new("node")
                    .arg(wasm_opt)
                    .args(WASM_OPT)
                    .arg(&wasm)
                    .arg("-o")
                    .arg(&wasm),
            )
        })?,
        None => eprintln!(
            "== optimise the wasm: skipped, Node with the package binaryen is missing; the bundle is larger"
        ),
    }
    let hash = digest(&[fs::read(work.join("frontend.js"))?, fs::read(&wasm)?].concat());
    fs::rename(
        work.join("frontend.js"),
        work.join(format!("frontend-{hash}.js")),
    )?;
    let size = fs::metadata(&wasm)?.len();
    fs::rename(wasm, work.join(format!("frontend-{hash}_bg.wasm")))?;
    eprintln!("== bundle: {} kB of wasm", size / 1000);
    if dist.exists() {
        fs::remove_dir_all(dist)?;
    }
    fs::rename(&work, dist)
        .map_err(|e| format!("{} to {}: {e}", work.display(), dist.display()).into())
}

fn bind(compiled: &Path, out: &Path) -> Fallible<()> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(compiled)
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .omit_default_module_path(true);
    bindgen
        .web(true)
        .and_then(|b| b.generate(out))
        .map_err(|e| format!("binding {}: {e:#}", compiled.display()).into())
}

/// `wasm-opt` of the npm package, set up where Node is there.
fn optimiser() -> Option<PathBuf> {
    let installed = tools::npm_install(NODE_DIR);
    Some(
        root()
            .join(NODE_DIR)
            .join("node_modules/binaryen/bin/wasm-opt"),
    )
    .filter(|path| installed && path.exists())
}

fn clear(dir: &Path) -> Fallible<()> {
    if dir.exists() {
        fs::remove_dir_all(dir)?;
    }
    Ok(fs::create_dir_all(dir)?)
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .take(8)
        .fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}
