//! Class strings that many pieces share: type steps and the focus ring of the design.

pub const T11: &str = "text-[0.6875rem] leading-4";
pub const T12: &str = "text-xs leading-4";
pub const FOCUS: &str =
    "focus-visible:outline-2 focus-visible:outline-offset-2 focus-visible:outline-accent";

/// One class attribute out of parts.
#[must_use]
pub fn classes(parts: &[&str]) -> String {
    parts
        .iter()
        .filter(|part| !part.is_empty())
        .copied()
        .collect::<Vec<_>>()
        .join(" ")
}
