//! Embeds what the browser loads: the style sheet of `app`, `public/`, and the bundle that `cargo xtask` made (named by
//! `GANTRY_BUNDLE`). Everything gets a name by its content, and a brotli and a gzip copy where that is smaller.
//! Without a bundle the pages still work: they are documents, and only the islands stay asleep.

use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use sha2::{Digest, Sha256};

/// Hashed names live below this path and never change their content.
const PKG: &str = "/pkg";

type Fallible<T> = Result<T, Box<dyn Error>>;

struct Embedding {
    out: PathBuf,
    table: String,
}

fn main() -> Fallible<()> {
    let css = PathBuf::from(env::var("DEP_GANTRY_STYLE_CSS")?);
    let public = Path::new("../public");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", public.display());
    println!("cargo::rerun-if-changed={}", css.display());
    println!("cargo::rerun-if-env-changed=GANTRY_BUNDLE");

    let mut embedding = Embedding {
        out: PathBuf::from(env::var("OUT_DIR")?),
        table: String::new(),
    };
    let mut sheet = fs::read_to_string(&css)?;
    let mut favicon = String::new();
    for path in files(public)? {
        let bytes = fs::read(&path)?;
        let plain = format!("/{}", path.strip_prefix(public)?.display());
        let hashed = hashed_name(&path, &bytes);
        embedding.add(&plain, &bytes, false)?;
        embedding.add(&hashed, &bytes, true)?;
        sheet = sheet.replace(&format!("\"{plain}\""), &format!("\"{hashed}\""));
        if plain == "/favicon.svg" {
            favicon = hashed;
        }
    }
    let css_name = hashed_name(Path::new("gantry.css"), sheet.as_bytes());
    embedding.add(&css_name, sheet.as_bytes(), true)?;
    let bundle = embedding.add_bundle()?;
    embedding.write(&css_name, &favicon, bundle)
}

impl Embedding {
    /// The bundle's module and wasm, if there is one. Its names carry their hash already.
    fn add_bundle(&mut self) -> Fallible<Option<(String, String)>> {
        let Some(dir) = env::var_os("GANTRY_BUNDLE").map(PathBuf::from) else {
            return Ok(None);
        };
        println!("cargo::rerun-if-changed={}", dir.display());
        let (mut js, mut wasm) = (None, None);
        for path in files(&dir)? {
            let name = format!("{PKG}/{}", path.strip_prefix(&dir)?.display());
            let slot = match path.extension().and_then(|e| e.to_str()) {
                Some("js") if path.parent() == Some(&dir) => &mut js,
                Some("wasm") => &mut wasm,
                Some("js") => &mut None,
                _ => continue,
            };
            self.add(&name, &fs::read(&path)?, true)?;
            *slot = Some(name);
        }
        let both = js.zip(wasm);
        both.map(Some).ok_or_else(|| {
            format!("{}: no module or no wasm in GANTRY_BUNDLE", dir.display()).into()
        })
    }

    fn add(&mut self, name: &str, bytes: &[u8], immutable: bool) -> Fallible<()> {
        let digest = digest(bytes);
        let identity = self.keep(&digest, "raw", bytes)?;
        let brotli = self.smaller(&digest, "br", bytes, brotli(bytes)?)?;
        let gzip = self.smaller(&digest, "gz", bytes, gzip(bytes)?)?;
        writeln!(
            self.table,
            "    File {{ path: {name:?}, mime: {:?}, immutable: {immutable}, etag: \"\\\"{digest}\\\"\", \
             identity: include_bytes!({identity:?}), brotli: {brotli}, gzip: {gzip} }},",
            mime(name)
        )?;
        Ok(())
    }

    fn smaller(&self, digest: &str, kind: &str, bytes: &[u8], packed: Vec<u8>) -> Fallible<String> {
        if packed.len() >= bytes.len() {
            return Ok("None".to_owned());
        }
        let path = self.keep(digest, kind, &packed)?;
        Ok(format!("Some(include_bytes!({path:?}))"))
    }

    fn keep(&self, digest: &str, kind: &str, bytes: &[u8]) -> Fallible<PathBuf> {
        let path = self.out.join(format!("{digest}.{kind}"));
        fs::write(&path, bytes)?;
        Ok(path)
    }

    fn write(self, css: &str, favicon: &str, bundle: Option<(String, String)>) -> Fallible<()> {
        let bundle = bundle.map_or_else(
            || "None".to_owned(),
            |(js, wasm)| format!("Some(app::ssr::Bundle {{ js: {js:?}, wasm: {wasm:?} }})"),
        );
        let text = format!(
            "pub(crate) static FILES: &[File] = &[\n{}];\n\
             pub(crate) const ASSETS: Assets = Assets {{ css: {css:?}, favicon: {favicon:?}, bundle: {bundle} }};\n",
            self.table
        );
        Ok(fs::write(self.out.join("files.rs"), text)?)
    }
}

/// Every file below `dir`, in a fixed order.
fn files(dir: &Path) -> Fallible<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?)
        } else {
            found.push(path)
        }
    }
    found.sort();
    Ok(found)
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .take(8)
        .fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

/// `fonts/inter.woff2` becomes `/pkg/inter-<hash>.woff2`.
fn hashed_name(path: &Path, bytes: &[u8]) -> String {
    let part = |p: Option<&std::ffi::OsStr>| p.unwrap_or_default().to_string_lossy().into_owned();
    format!(
        "{PKG}/{}-{}.{}",
        part(path.file_stem()),
        digest(bytes),
        part(path.extension())
    )
}

fn mime(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn brotli(bytes: &[u8]) -> Fallible<Vec<u8>> {
    let mut packed = Vec::new();
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &bytes[..], &mut packed, &params)?;
    Ok(packed)
}

fn gzip(bytes: &[u8]) -> Fallible<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}
