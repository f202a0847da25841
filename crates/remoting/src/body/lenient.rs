//! Values that clients write in more than one way: `"deserialize_with"` functions for the fields of bodies.
//!
//! C++ writes numbers as strings, fastjson writes null for what it has no value for.

use core::fmt;

use serde::{Deserialize, Deserializer, de};

/// A number, also as text; null is 0.
pub(super) fn number<'de, D: Deserializer<'de>, T: TryFrom<i64> + Default>(
    from: D,
) -> Result<T, D::Error> {
    let value = from.deserialize_any(Scalar)?;
    let number = match value {
        Value::Null => return Ok(T::default()),
        Value::Number(number) => Some(number),
        Value::Bool(_) => None,
        Value::Text(text) if text.trim().is_empty() => return Ok(T::default()),
        Value::Text(text) => text.trim().parse().ok(),
    };
    number
        .and_then(|number| T::try_from(number).ok())
        .ok_or_else(|| de::Error::custom("a number is out of range"))
}

/// A boolean, also as text; null is false.
pub(super) fn boolean<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    Ok(match from.deserialize_any(Scalar)? {
        Value::Null => false,
        Value::Bool(value) => value,
        Value::Number(number) => number != 0,
        Value::Text(text) => text.trim().eq_ignore_ascii_case("true"),
    })
}

/// Text, also a bare number; null is empty.
pub(super) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(match from.deserialize_any(Scalar)? {
        Value::Null => String::new(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => text,
    })
}

/// Anything with a default, for which null stands too.
pub(super) fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    from: D,
) -> Result<T, D::Error> {
    Option::deserialize(from).map(Option::unwrap_or_default)
}

/// A list of numbers in either form.
pub(super) fn numbers<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<i32>, D::Error> {
    #[derive(Deserialize)]
    struct Number(#[serde(deserialize_with = "number")] i32);

    let numbers: Vec<Number> = or_default(from)?;
    Ok(numbers.into_iter().map(|number| number.0).collect())
}

enum Value {
    Null,
    Bool(bool),
    Number(i64),
    Text(String),
}

struct Scalar;

impl de::Visitor<'_> for Scalar {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, number, boolean or null")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        i64::try_from(value)
            .map(Value::Number)
            .map_err(|_| E::custom("a number is out of range"))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        // JavaScript writes large whole numbers with an exponent.
        if value.fract() == 0.0 && value.abs() < 9.0e15 {
            Ok(Value::Number(value as i64))
        } else {
            Err(E::custom("a whole number was expected"))
        }
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }
}

/// An enum whose names are the wire's; null and unknown names are its default.
macro_rules! word_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $wire:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// The name on the wire.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $wire,)*
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.name())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let name = crate::body::lenient::text(from)?;
                Ok(match name.as_str() {
                    $($wire => Self::$variant,)*
                    _ => Self::default(),
                })
            }
        }
    };
}
pub(super) use word_enum;

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize, PartialEq, Debug, Default)]
    #[serde(default)]
    struct Sample {
        #[serde(deserialize_with = "number")]
        number: i32,
        #[serde(deserialize_with = "boolean")]
        boolean: bool,
        #[serde(deserialize_with = "text")]
        text: String,
        #[serde(deserialize_with = "numbers")]
        numbers: Vec<i32>,
    }

    fn read(json: &str) -> Result<Sample, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn every_way_to_write_a_value_is_read() {
        let expected = Sample {
            number: 7,
            boolean: true,
            text: "8".into(),
            numbers: vec![1, -2],
        };
        assert_eq!(
            read(r#"{"number":7,"boolean":true,"text":"8","numbers":[1,-2]}"#).unwrap(),
            expected
        );
        assert_eq!(
            read(r#"{"number":"7","boolean":"TRUE","text":8,"numbers":["1","-2"]}"#).unwrap(),
            expected
        );
        assert_eq!(
            read(r#"{"number":7.0,"boolean":1,"text":"8","numbers":[1e0,-2]}"#).unwrap(),
            expected
        );
        let nothing = r#"{"number":null,"boolean":null,"text":null,"numbers":null}"#;
        assert_eq!(read(nothing).unwrap(), Sample::default());
        assert_eq!(read(r#"{"number":""}"#).unwrap(), Sample::default());
    }

    #[test]
    fn what_is_no_such_value_is_refused() {
        for json in [
            r#"{"number":"x"}"#,
            r#"{"number":99999999999}"#,
            r#"{"number":1.5}"#,
            r#"{"number":[]}"#,
            r#"{"number":1e300}"#,
        ] {
            assert!(read(json).is_err(), "{json}");
        }
    }
}
