//! Typed reading and writing of ext fields.

use super::*;

fn sample() -> Fields {
    Fields::build(|out| {
        out.text("topic", "orders");
        out.text("empty", "");
        out.integer("queueId", -3);
        out.text("flag", "TRUE");
        out.text("padded", " 7 ");
        out.text("topic", "later");
    })
}

#[test]
fn the_later_of_two_fields_counts() {
    assert_eq!(sample().get("topic"), Some("later"));
    assert_eq!(sample().get("Topic"), None);
}

#[test]
fn an_empty_number_is_absent_and_an_empty_text_is_not() {
    let fields = sample();
    assert_eq!(fields.optional::<i64>("empty"), Ok(None));
    assert_eq!(fields.optional::<TopicName>("empty"), Ok(None));
    assert_eq!(fields.optional::<Text>("empty"), Ok(Some(Text::new())));
    assert_eq!(
        fields.required::<i64>("empty"),
        Err(WireError::MissingField { field: "empty" })
    );
}

#[test]
fn what_is_wrong_is_named() {
    let fields = sample();
    let error = fields.required::<u32>("queueId").unwrap_err().to_string();
    assert_eq!(error, r#"field queueId: "-3" is not a number (u32)"#);
    let error = fields.required::<i32>("topic").unwrap_err().to_string();
    assert_eq!(error, r#"field topic: "later" is not a number (i32)"#);
    assert_eq!(
        fields.required::<i32>("nothing").unwrap_err().to_string(),
        "field nothing is missing"
    );
    let bad = Fields::build(|out| out.text("topic", "a/b"));
    assert!(matches!(
        bad.required::<TopicName>("topic"),
        Err(WireError::BadName { field: "topic", .. })
    ));
}

#[test]
fn numbers_and_booleans_read_as_java_reads_them() {
    let fields = sample();
    assert_eq!(fields.required::<i32>("queueId"), Ok(-3));
    assert_eq!(fields.required::<i32>("padded"), Ok(7));
    assert_eq!(fields.required::<bool>("flag"), Ok(true));
    assert_eq!(fields.required::<bool>("topic"), Ok(false));
}

#[test]
fn json_members_are_escaped_strings() {
    let mut out = BytesMut::new();
    let mut fields = FieldsMut::json(&mut out);
    fields.text("a\"b", "x\u{1}\u{2}\\é\n");
    fields.integer("n", i64::MIN);
    fields.display("d", format_args!("{}\t{}", 1, "\""));
    let expected = r#""a\"b":"x\u0001\u0002\\é\n","n":"-9223372036854775808","d":"1\t\"""#;
    assert_eq!(core::str::from_utf8(&out).unwrap(), expected);
}
