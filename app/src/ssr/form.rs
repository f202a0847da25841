//! Names and values in order, as a query or a form carries them.

/// At most this many pairs are read: no page has more fields.
const PAIRS_MAX: usize = 256;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairs(Vec<(String, String)>);

impl Pairs {
    pub fn parse(encoded: &[u8]) -> Self {
        Self(
            form_urlencoded::parse(encoded)
                .take(PAIRS_MAX)
                .map(|(k, v)| (k.into_owned(), v.into_owned()))
                .collect(),
        )
    }

    /// The first value of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The first value of that name, unless it is blank.
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.get(name)
            .map(str::trim)
            .filter(|value| !value.is_empty())
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// A copy with `name` set to one value, or removed.
    pub fn with(&self, name: &str, value: Option<&str>) -> Self {
        let mut pairs: Vec<_> = self
            .0
            .iter()
            .filter(|(key, _)| key != name)
            .cloned()
            .collect();
        pairs.extend(value.map(|value| (name.to_owned(), value.to_owned())));
        Self(pairs)
    }

    pub fn encoded(&self) -> String {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.0)
            .finish()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_value_is_there_but_not_filled() {
        let pairs = Pairs::parse(b"q=+&n=5");
        assert_eq!(
            (pairs.get("q"), pairs.filled("q"), pairs.filled("n")),
            (Some(" "), None, Some("5"))
        );
    }

    #[test]
    fn setting_a_value_replaces_every_old_one() {
        let pairs = Pairs::parse(b"a=1&page=2&a=3").with("a", Some("x y&z"));
        assert_eq!(pairs.encoded(), "page=2&a=x+y%26z");
    }

    #[test]
    fn more_pairs_than_any_form_has_are_not_read() {
        let long = "a=1&".repeat(PAIRS_MAX * 2);
        assert_eq!(Pairs::parse(long.as_bytes()).all("a").count(), PAIRS_MAX);
    }
}
