//! fastjson's JSON made standard: objects and bare words as keys become strings, single quotes become double ones, raw
//! control characters are escaped. Counts brackets instead of recursing; the result is at most about twice as long.

use crate::limits;

pub(super) fn standard(text: &[u8]) -> Result<Vec<u8>, &'static str> {
    let mut writer = Writer {
        // Keys grow by two quotes, escaped quotes by one each; control characters, which grow by five, are rare.
        len_max: 2 * text.len() + 64,
        text,
        at: 0,
        out: Vec::with_capacity(text.len() + 64),
        open: Vec::new(),
    };
    while let Some(byte) = writer.peek() {
        writer.step(byte)?;
    }
    Ok(writer.out)
}

struct Writer<'a> {
    text: &'a [u8],
    len_max: usize,
    at: usize,
    out: Vec<u8>,
    open: Vec<Open>,
}

#[derive(Clone, Copy, PartialEq)]
enum Open {
    Array,
    ObjectKey,
    ObjectValue,
}

impl Writer<'_> {
    fn step(&mut self, byte: u8) -> Result<(), &'static str> {
        let at_key = self.open.last() == Some(&Open::ObjectKey);
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
            b'"' | b'\'' => {
                let inside = self.string_inside()?;
                self.quote(inside)?;
            }
            b'{' if at_key => {
                let key = self.object()?;
                self.quote_object(key)?;
            }
            b'{' => self.open(Open::ObjectKey)?,
            b'[' => self.open(Open::Array)?,
            b'}' | b']' => {
                self.open.pop();
                self.copy();
            }
            b':' => self.separator(Open::ObjectValue),
            b',' => self.separator(Open::ObjectKey),
            _ => self.word(at_key)?,
        }
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn copy(&mut self) {
        self.out.extend(self.peek());
        self.at += 1;
    }

    fn open(&mut self, kind: Open) -> Result<(), &'static str> {
        if self.open.len() == limits::JSON_DEPTH_MAX {
            return Err("values are nested too deeply");
        }
        self.open.push(kind);
        self.copy();
        Ok(())
    }

    fn separator(&mut self, next: Open) {
        if let Some(open) = self.open.last_mut().filter(|open| **open != Open::Array) {
            *open = next;
        }
        self.copy();
    }

    fn word(&mut self, at_key: bool) -> Result<(), &'static str> {
        let start = self.at;
        while self.peek().is_some_and(|b| {
            !matches!(
                b,
                b' ' | b'\t' | b'\n' | b'\r' | b',' | b':' | b'{' | b'}' | b'[' | b']'
            )
        }) {
            self.at += 1;
        }
        if at_key {
            return self.quote(start..self.at);
        }
        self.out.extend_from_slice(&self.text[start..self.at]);
        Ok(())
    }

    /// Steps over a string in either kind of quotes; what is between them.
    fn string_inside(&mut self) -> Result<core::ops::Range<usize>, &'static str> {
        let quote = self.text[self.at];
        let start = self.at + 1;
        self.at = start;
        while let Some(byte) = self.peek() {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == quote {
                return Ok(start..self.at - 1);
            }
        }
        Err("a string does not end")
    }

    /// Steps over an object that stands where a key belongs.
    fn object(&mut self) -> Result<core::ops::Range<usize>, &'static str> {
        let start = self.at;
        let mut depth = 0usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' | b'\'' => {
                    self.string_inside()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Ok(start..self.at);
            }
        }
        Err("an object does not end")
    }

    /// The inside of a string as it is, but for what may not stand in one.
    fn quote(&mut self, inside: core::ops::Range<usize>) -> Result<(), &'static str> {
        let mut escaped = false;
        self.out.push(b'"');
        for byte in &self.text[inside] {
            match byte {
                0..0x20 => self.escape(*byte)?,
                // `\'` is an escape in single quotes only.
                b'\'' if escaped => {
                    self.out.pop();
                    self.out.push(b'\'');
                }
                b'"' if !escaped => self.out.extend_from_slice(b"\\\""),
                other => self.out.push(*other),
            }
            escaped = *byte == b'\\' && !escaped;
        }
        self.out.push(b'"');
        Ok(())
    }

    /// An object as a string that contains its text.
    fn quote_object(&mut self, object: core::ops::Range<usize>) -> Result<(), &'static str> {
        self.out.push(b'"');
        for byte in &self.text[object] {
            match byte {
                0..0x20 => self.escape(*byte)?,
                b'"' | b'\\' => self.out.extend_from_slice(&[b'\\', *byte]),
                other => self.out.push(*other),
            }
        }
        self.out.push(b'"');
        Ok(())
    }

    fn escape(&mut self, control: u8) -> Result<(), &'static str> {
        if self.out.len() > self.len_max {
            return Err("there are too many control characters");
        }
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        self.out.extend_from_slice(b"\\u00");
        self.out
            .extend([control >> 4, control & 15].map(|digit| DIGITS[usize::from(digit)]));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(json: &str) -> String {
        String::from_utf8(standard(json.as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn keys_become_strings() {
        assert_eq!(
            text(r#"{0:"a",x : 1,"y":[{z:null}]}"#),
            r#"{"0":"a","x":1,"y":[{"z":null}]}"#
        );
        assert_eq!(
            text(r#"{"t":{{"b":"}","q":0}:{"n":1},{"b":"c"}:2}}"#),
            r#"{"t":{"{\"b\":\"}\",\"q\":0}":{"n":1},"{\"b\":\"c\"}":2}}"#
        );
    }

    #[test]
    fn quotes_and_control_characters_become_standard() {
        assert_eq!(
            text("{'a\"b':'it\\'s','c':\"x\u{1}\ny\\\"\"}"),
            r#"{"a\"b":"it's","c":"x\u0001\u000ay\""}"#
        );
    }

    #[test]
    fn what_does_not_end_or_goes_too_deep_is_refused() {
        assert_eq!(standard(br#"{"a"#), Err("a string does not end"));
        assert_eq!(standard(br#"{{"a":1"#), Err("an object does not end"));
        assert_eq!(
            standard("[".repeat(1_000_000).as_bytes()),
            Err("values are nested too deeply")
        );
    }

    #[test]
    fn control_characters_do_not_blow_it_up() {
        let hostile = format!("{{\"a\":\"{}\"}}", "\u{1}".repeat(1_000_000));
        assert_eq!(
            standard(hostile.as_bytes()),
            Err("there are too many control characters")
        );
    }

    proptest! {
        #![proptest_config(crate::fixed_seed())]

        #[test]
        fn standard_json_stays_what_it_is(pairs in proptest::collection::hash_map(any::<String>(), any::<(String, i64)>(), 0..9)) {
            let value = serde_json::json!(pairs);
            let read: serde_json::Value = serde_json::from_slice(&standard(value.to_string().as_bytes()).unwrap()).unwrap();
            prop_assert_eq!(read, value);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in r#"([\[\]{}:,"'\\ a0]|\PC){0,60}"#) {
            if let Ok(out) = standard(bytes.as_bytes()) {
                prop_assert!(out.len() <= bytes.len() * 2 + 64 + 6);
            }
        }
    }
}
