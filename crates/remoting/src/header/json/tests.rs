//! The JSON header against what clients send, and what nobody should.

use proptest::prelude::*;

use super::*;
use crate::{fields::Fields, header::freeze};

fn parse(header: &[u8]) -> Result<Command, WireError> {
    let mut bytes = BytesMut::from(header);
    let mut command = Command::blank(0);
    read(&mut bytes, &mut command)?;
    command.fields.set_text(freeze(bytes)?);
    Ok(command)
}

fn fields(ext: &str) -> Fields {
    parse(format!(r#"{{"code":1,"extFields":{ext}}}"#).as_bytes())
        .unwrap()
        .fields
}

fn refusal(header: &[u8]) -> String {
    parse(header).unwrap_err().to_string()
}

#[test]
fn keys_come_in_any_order_and_unknown_ones_are_ignored() {
    let text = r#" { "version" : 121 , "x":[1,{"y":"\u0041}"}],"opaque":-5,"language":"NODE_JS","flag":2,
        "extFields":{"topic":"t"},"remark":null,"code":310, "serializeTypeCurrentRPC":"JSON" } "#;
    let command = parse(text.as_bytes()).unwrap();
    assert_eq!(
        (command.code, command.version, command.opaque, command.flag),
        (310, 121, -5, 2)
    );
    assert_eq!(command.language, Language::NodeJs);
    assert_eq!(command.fields.iter().collect::<Vec<_>>(), [("topic", "t")]);
}

#[test]
fn scalars_are_text_and_null_is_absent() {
    let fields = fields(r#"{"a":0,"b":false,"c":-1.5e3,"d":null,"e":"","f":{"x":[1]},"g":true}"#);
    let all: Vec<_> = fields.iter().collect();
    assert_eq!(
        all,
        [
            ("a", "0"),
            ("b", "false"),
            ("c", "-1.5e3"),
            ("e", ""),
            ("g", "true")
        ]
    );
}

#[test]
fn escapes_are_undone_where_they_stand() {
    let fields =
        fields(r#"{"a\u0062":"\"\\\/\b\f\n\r\t\u0001\u00e9\u8ba2\ud83d\ude00é订","c":"d"}"#);
    assert_eq!(fields.get("ab"), Some("\"\\/\u{8}\u{c}\n\r\t\u{1}é订😀é订"));
    assert_eq!(fields.get("c"), Some("d"));
}

#[test]
fn half_a_surrogate_pair_is_a_replacement_character() {
    let fields = fields(r#"{"a":"\ud83dx","b":"\ude00","c":"\ud83d\u0041"}"#);
    assert_eq!(fields.get("a"), Some("\u{FFFD}x"));
    assert_eq!(fields.get("b"), Some("\u{FFFD}"));
    assert_eq!(fields.get("c"), Some("\u{FFFD}A"));
}

#[test]
fn raw_control_characters_are_tolerated() {
    let fields = fields("{\"i\":\"TAGS\u{1}a\u{2}\n\"}");
    assert_eq!(fields.get("i"), Some("TAGS\u{1}a\u{2}\n"));
}

#[test]
fn missing_and_null_ext_fields_are_none() {
    assert!(fields("null").is_empty());
    assert!(fields("{}").is_empty());
    assert!(parse(br#"{"code":1}"#).unwrap().fields.is_empty());
}

#[test]
fn what_is_no_header_is_refused_with_the_place() {
    for (header, rule) in [
        (&b""[..], "an object"),
        (b"[]", "an object"),
        (b"{}", "code is missing"),
        (br#"{"code":1"#, "comma or the end"),
        (br#"{"code":1} x"#, "other bytes"),
        (br#"{"code":x}"#, "a value"),
        (br#"{"code":"x"}"#, "32-bit"),
        (br#"{"code":99999999999}"#, "32-bit"),
        (br#"{"code":1,"extFields":7}"#, "neither an object nor null"),
        (br#"{"code":1,"extFields":{"a":"b}}"#, "does not end"),
        (br#"{"code":1,"extFields":{"a":"\x"}}"#, "escape"),
        (br#"{"code":1,"extFields":{"a":"\u12"}}"#, "four hex digits"),
        (br#"{"code":1,"extFields":{a:1}}"#, "quoted key"),
        (b"{\"code\":1,\"remark\":\"\xff\"}", "UTF-8"),
    ] {
        let error = refusal(header);
        assert!(
            error.contains(rule),
            "{}: {error}",
            String::from_utf8_lossy(header)
        );
    }
}

#[test]
fn depth_and_number_of_fields_are_bounded() {
    let deep = format!(r#"{{"x":{}1{},"code":1}}"#, "[".repeat(65), "]".repeat(65));
    assert!(refusal(deep.as_bytes()).contains("too deeply"));
    let deep = format!(r#"{{"x":{}1{},"code":1}}"#, "[".repeat(64), "]".repeat(64));
    assert!(parse(deep.as_bytes()).is_ok());
    let endless = format!(r#"{{"x":{}"#, "[".repeat(1_000_000));
    assert!(refusal(endless.as_bytes()).contains("too deeply"));
    let many: Vec<_> = (0..=limits::FIELDS_MAX)
        .map(|n| format!(r#""{n}":1"#))
        .collect();
    let many = format!(r#"{{"code":1,"extFields":{{{}}}}}"#, many.join(","));
    assert!(refusal(many.as_bytes()).contains("too many"));
}

#[test]
fn no_prefix_of_a_header_is_a_header() {
    let whole = r#"{"code":310,"extFields":{"a":"é\u0001\ud83d\ude00","b":12},"flag":0,"language":"GO","opaque":7,"version":317}"#;
    assert!(parse(whole.as_bytes()).is_ok());
    for end in 0..whole.len() {
        assert!(parse(&whole.as_bytes()[..end]).is_err(), "{end} bytes");
    }
}

proptest! {
    #![proptest_config(crate::fixed_seed())]

    #[test]
    fn what_serde_writes_is_read(ext in proptest::collection::hash_map(any::<String>(), any::<String>(), 0..12), code in any::<i32>()) {
        let json = serde_json::json!({ "code": code, "extFields": ext, "remark": "r" }).to_string();
        let command = parse(json.as_bytes()).unwrap();
        prop_assert_eq!(command.code, code);
        prop_assert_eq!(command.fields.len(), ext.len());
        for (name, value) in &ext {
            prop_assert_eq!(command.fields.get(name), Some(value.as_str()));
        }
    }

    #[test]
    fn what_we_escape_serde_reads(text in any::<String>()) {
        let mut out = BytesMut::from(&b"\""[..]);
        escape(&mut out, &text);
        out.put_u8(b'"');
        prop_assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(parse(&bytes).is_err());
    }

    #[test]
    fn nothing_like_json_makes_it_panic(text in r#"\{"code":1(,"[a-z]{0,3}":("(\\["\\bnu]|[0-9a-f]|\\u[d8][0-9a-f]{3}|[^"])*"|[\[\]{}:,0-9]){0,5}){0,6}\}?"#) {
        if let Ok(Command { fields, .. }) = parse(text.as_bytes()) {
            prop_assert!(fields.iter().all(|(name, value)| name.len() + value.len() <= text.len()));
        }
    }
}
