//! Makes the style sheet: every class named in the sources, by encre-css, between the base layer and the two families.
//! `server/build.rs` learns its path from `DEP_GANTRY_STYLE_CSS` and embeds it.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let style = Path::new("../style");
    for watched in ["build.rs", "src", "../style"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    let out = PathBuf::from(env::var("OUT_DIR")?).join("gantry.css");
    // The browser's half needs no style sheet of its own.
    if env::var_os("CARGO_FEATURE_SSR").is_some() {
        fs::write(&out, style_sheet(style)?)?;
    }
    println!("cargo::metadata=css={}", out.display());
    Ok(())
}

fn style_sheet(style: &Path) -> Result<String, Box<dyn Error>> {
    let mut theme = encre_css::Config::from_file(style.join("encre.toml"))?;
    let mut sources = Vec::new();
    collect(Path::new("src"), &mut sources)?;

    theme.preflight = encre_css::Preflight::new_full();
    let reset = encre_css::generate([], &theme);
    theme.preflight = encre_css::Preflight::new_none();
    let utilities = encre_css::generate(sources.iter().map(String::as_str), &theme);

    let part = |name: &str| fs::read_to_string(style.join(name));
    Ok([
        reset,
        part("tokens.css")?,
        part("base.css")?,
        utilities,
        part("late.css")?,
    ]
    .join("\n"))
}

/// Reads every Rust source below `dir` but the words: a word that reads like a class is none.
fn collect(dir: &Path, into: &mut Vec<String>) -> Result<(), Box<dyn Error>> {
    let mut entries = fs::read_dir(dir)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::path);
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            if !path.ends_with("text") {
                collect(&path, into)?;
            }
        } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("text.rs") {
            into.push(fs::read_to_string(&path)?);
        }
    }
    Ok(())
}
