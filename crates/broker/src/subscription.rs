//! What a group wants of a topic: an expression over tags, matched by hash (reference §4.10).

use remoting::properties::tag_hash;
use remoting::types::TopicName;

use crate::error::BrokerError;

/// Matches hashes only: a colliding tag is delivered, and the client looks again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TagFilter {
    All,
    Hashes(Box<[i32]>),
}

impl TagFilter {
    pub(crate) fn matches(&self, tag_hash: i32) -> bool {
        match self {
            Self::All => true,
            Self::Hashes(hashes) => hashes.contains(&tag_hash),
        }
    }

    pub(crate) fn hashes(&self) -> &[i32] {
        match self {
            Self::All => &[],
            Self::Hashes(hashes) => hashes,
        }
    }
}

/// One topic of a consumer group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subscription {
    pub(crate) topic: TopicName,
    pub(crate) expression: String,
    /// `TAG`, or what the client says.
    pub(crate) expression_type: String,
    pub(crate) tags: Vec<String>,
    pub(crate) filter: TagFilter,
    /// Milliseconds; the younger subscription wins.
    pub(crate) version: i64,
}

pub(crate) fn is_tag_expression(expression_type: Option<&str>) -> bool {
    matches!(expression_type, None | Some("" | "TAG"))
}

impl Subscription {
    /// `*`, or tags separated by `||`.
    pub(crate) fn parse(
        topic: &TopicName,
        expression: &str,
        version: i64,
    ) -> Result<Self, BrokerError> {
        let expression = expression.trim();
        let (tags, filter) = if expression.is_empty() || expression == "*" {
            (Vec::new(), TagFilter::All)
        } else {
            parse_tags(expression)?
        };
        Ok(Self {
            topic: topic.clone(),
            expression: expression.to_owned(),
            expression_type: "TAG".to_owned(),
            tags,
            filter,
            version,
        })
    }
}

fn parse_tags(expression: &str) -> Result<(Vec<String>, TagFilter), BrokerError> {
    let tags: Vec<String> = expression
        .split("||")
        .map(str::trim)
        .filter(|tag| !tag.is_empty())
        .map(str::to_owned)
        .collect();
    if tags.is_empty() {
        return Err(BrokerError::SubscriptionParse {
            expression: expression.chars().take(64).collect(),
        });
    }
    let filter = TagFilter::Hashes(tags.iter().map(|tag| tag_hash(tag)).collect());
    Ok((tags, filter))
}

#[cfg(test)]
mod tests {
    use super::{Subscription, TagFilter};
    use crate::error::BrokerError;
    use remoting::properties::tag_hash;
    use remoting::types::TopicName;

    fn parse(expression: &str) -> Result<Subscription, BrokerError> {
        Subscription::parse(&TopicName::new("t").unwrap(), expression, 1)
    }

    #[test]
    fn everything_is_a_star_or_nothing() {
        for expression in ["*", "", "  * "] {
            assert_eq!(
                parse(expression).unwrap().filter,
                TagFilter::All,
                "{expression:?}"
            );
        }
    }

    #[test]
    fn spaces_around_tags_do_not_matter() {
        for expression in ["TagA||TagC", "TagA || TagC", " TagA ||TagC|| "] {
            let subscription = parse(expression).unwrap();
            assert_eq!(subscription.tags, ["TagA", "TagC"], "{expression:?}");
            assert!(
                subscription.filter.matches(tag_hash("TagC"))
                    && !subscription.filter.matches(tag_hash("TagB"))
            );
            assert!(!subscription.filter.matches(0), "a message without tag");
        }
    }

    #[test]
    fn separators_alone_are_no_expression() {
        assert!(matches!(
            parse("||"),
            Err(BrokerError::SubscriptionParse { .. })
        ));
    }
}
