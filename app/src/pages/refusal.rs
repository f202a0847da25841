//! What the console could not do, in the words of the one who asked: what failed, what still works, what to do.

use console::error::{Rule, What};
use console::{Action, Allowed, ConsoleError, Resource};

use crate::error::AppError;
use crate::format;
use crate::ssr::Visit;
use crate::text::Words;

/// Who asks, of which cluster, and whether they may: the first line of everything that answers.
pub(super) fn allowed(
    visit: &Visit,
    action: Action,
    resource: Resource<'_>,
) -> Result<Allowed, AppError> {
    visit
        .context()?
        .may(action, resource)
        .map_err(|error| refusal(visit, &error))
}

/// The same error as a person reads it.
pub(super) fn refusal(visit: &Visit, error: &ConsoleError) -> AppError {
    let words = visit.words();
    let errors = &words.errors;
    let (message, still_works, action) = match error {
        ConsoleError::Invalid { field, value, rule } => {
            return AppError::invalid(field_name(field), rule_sentence(words, value, rule));
        }
        ConsoleError::NotFound { what, name } => not_found(words, *what, name),
        ConsoleError::Forbidden { .. } => (
            errors.forbidden.to_owned(),
            None,
            Some(errors.forbidden_hint),
        ),
        ConsoleError::UnknownCluster { name } => ((errors.no_such_cluster)(name), None, None),
        ConsoleError::Refused(why) => ((errors.refused)(&why.to_string()), None, None),
        ConsoleError::Unavailable(why) => (
            (errors.unavailable)(&why.to_string()),
            Some(errors.unavailable_works),
            Some(errors.unavailable_hint),
        ),
        ConsoleError::Damaged(why) => (
            (errors.damaged)(&why.to_string()),
            Some(errors.damaged_works),
            None,
        ),
        ConsoleError::Io(why) => ((errors.io)(&why.to_string()), None, Some(errors.io_hint)),
        ConsoleError::AuditUnavailable(why) => (
            (errors.audit_unavailable)(&why.to_string()),
            None,
            Some(errors.io_hint),
        ),
        ConsoleError::AuditIncomplete(why) => (
            (errors.audit_incomplete)(&why.to_string()),
            None,
            Some(errors.io_hint),
        ),
        _ => (errors.lost.to_owned(), None, Some(errors.lost_hint)),
    };
    AppError {
        still_works: still_works.map(str::to_owned),
        action: action.map(str::to_owned),
        ..AppError::new(error.code(), message)
    }
}

type Sentences = (String, Option<&'static str>, Option<&'static str>);

fn not_found(words: &Words, what: What, name: &str) -> Sentences {
    let errors = &words.errors;
    match what {
        What::Topic => (
            (errors.no_such_topic)(name),
            None,
            Some(errors.no_such_topic_hint),
        ),
        What::Message => (
            (errors.no_such_message)(name),
            None,
            Some(errors.no_such_message_hint),
        ),
        What::Queue => ((errors.no_such_queue)(name), None, None),
    }
}

/// The console names its query's fields; the pages' forms leave the unit out.
fn field_name(field: &'static str) -> &'static str {
    field.strip_suffix("_ms").unwrap_or(field)
}

/// What a person is told at the field whose value breaks a rule.
pub(super) fn rule_sentence(words: &Words, value: &str, rule: &Rule) -> String {
    let rules = &words.rules;
    match rule {
        Rule::Empty => rules.empty.to_owned(),
        Rule::TooLong { len, max } => (rules.too_long)(*len, *max),
        Rule::TooMany { len, max } => (rules.too_many)(*len, *max),
        Rule::TooLarge { len, max } => {
            (rules.too_large)(&format::bytes(*len), &format::bytes(*max))
        }
        Rule::NameCharacter { found } => (rules.name_character)(*found),
        Rule::Character { found } => (rules.character)(*found),
        Rule::NotANumber => rules.not_a_number.to_owned(),
        Rule::OutOfRange { min, max } => (rules.out_of_range)(*min, *max),
        Rule::NotAChoice => rules.not_a_choice.to_owned(),
        Rule::Taken => rules.taken.to_owned(),
        Rule::Reserved => rules.reserved.to_owned(),
        Rule::NotAProperty => rules.not_a_property.to_owned(),
        Rule::Twice => (rules.twice)(value),
        Rule::EndsBeforeStart => rules.ends_before_start.to_owned(),
        Rule::Needs { other } => (rules.needs)(field_word(words, other)),
        Rule::ForeignCursor => rules.foreign_cursor.to_owned(),
        Rule::NotAnId => rules.not_an_id.to_owned(),
        Rule::Unknown => (rules.unknown)(value),
        Rule::NotWritable => rules.not_writable.to_owned(),
    }
}

fn field_word<'a>(words: &'a Words, field: &'a str) -> &'a str {
    match field {
        "topic" => words.common.topic,
        "queue" => words.common.queue,
        "offset" => words.common.offset,
        "key" => words.common.key,
        other => other,
    }
}

/// A number typed into a field; blank is none.
pub(super) fn number<T: std::str::FromStr>(
    visit: &Visit,
    field: &'static str,
    typed: Option<&str>,
) -> Result<Option<T>, AppError> {
    let Some(typed) = typed else { return Ok(None) };
    let parsed = typed.replace(',', "").parse();
    parsed.map(Some).map_err(|_| {
        AppError::invalid(
            field,
            rule_sentence(visit.words(), typed, &Rule::NotANumber),
        )
    })
}
