//! The one place for where the bundle goes and how it is compiled is `Trunk.toml`; `trunk` and xtask both read it.

use serde::Deserialize;

use crate::{Fallible, root};

#[derive(Deserialize)]
struct File {
    build: Build,
}

/// What xtask needs of it; the rest is trunk's.
#[derive(Deserialize)]
pub(crate) struct Build {
    pub(crate) dist: String,
    pub(crate) public_url: String,
    pub(crate) cargo_profile: String,
}

pub(crate) fn build() -> Fallible<Build> {
    let text = std::fs::read_to_string(root().join("Trunk.toml"))
        .map_err(|e| format!("Trunk.toml: {e}"))?;
    let File { build } = toml::from_str(&text).map_err(|e| format!("Trunk.toml: {e}"))?;
    // The server embeds the bundle at this path (server/build.rs).
    if build.public_url != "/pkg/" {
        return Err(format!(
            "Trunk.toml: public_url is {:?}, the server serves the bundle at \"/pkg/\"",
            build.public_url
        )
        .into());
    }
    Ok(build)
}

#[cfg(test)]
mod tests {
    #[test]
    fn trunk_toml_is_read() {
        let build = super::build().unwrap();
        assert_eq!(
            (build.dist.as_str(), build.cargo_profile.as_str()),
            ("dist", "wasm-release")
        );
    }
}
