//! A command: one frame taken apart, or to be put together. Requests and responses have the same form.

use core::fmt;

use bytes::{Bytes, BytesMut};

use crate::{
    code::{RequestCode, ResponseCode},
    error::WireError,
    fields::{Fields, FieldsMut},
    frame::{self, FrameHead},
    request::{Reply, Request},
};

/// Protocol version that every frame we emit claims (V5_3_3): clients gate features on it.
pub const VERSION: i32 = 479;

/// Bit of `flag`: the frame answers another.
pub const FLAG_RESPONSE: i32 = 1;
/// Bit of `flag`: nobody waits for an answer; there must be none.
pub const FLAG_ONEWAY: i32 = 2;

/// What a client is written in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Language {
    Java,
    Cpp,
    DotNet,
    Python,
    Delphi,
    Erlang,
    Ruby,
    /// Also every name and number that is none of these.
    #[default]
    Other,
    Http,
    Go,
    Php,
    Oms,
    Rust,
    NodeJs,
}

impl Language {
    /// In the order of their numbers.
    const TABLE: [(Self, &'static str); 14] = [
        (Self::Java, "JAVA"),
        (Self::Cpp, "CPP"),
        (Self::DotNet, "DOTNET"),
        (Self::Python, "PYTHON"),
        (Self::Delphi, "DELPHI"),
        (Self::Erlang, "ERLANG"),
        (Self::Ruby, "RUBY"),
        (Self::Other, "OTHER"),
        (Self::Http, "HTTP"),
        (Self::Go, "GO"),
        (Self::Php, "PHP"),
        (Self::Oms, "OMS"),
        (Self::Rust, "RUST"),
        (Self::NodeJs, "NODE_JS"),
    ];

    pub(crate) fn from_name(name: &[u8]) -> Self {
        Self::TABLE
            .iter()
            .find(|(_, n)| n.as_bytes() == name)
            .map_or(Self::Other, |(language, _)| *language)
    }

    pub(crate) fn from_number(number: u8) -> Self {
        Self::TABLE
            .get(usize::from(number))
            .map_or(Self::Other, |(language, _)| *language)
    }

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        Self::TABLE
            .iter()
            .find(|(language, _)| *language == self)
            .map_or("OTHER", |(_, name)| name)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A frame's content.
#[derive(Clone, PartialEq, Debug)]
pub struct Command {
    pub code: i32,
    pub language: Language,
    pub version: i32,
    pub opaque: i32,
    pub flag: i32,
    pub remark: Option<Box<str>>,
    pub fields: Fields,
    pub body: Bytes,
}

impl Command {
    /// A request without fields and body.
    pub fn request(code: RequestCode) -> Self {
        Self::blank(code.number())
    }

    pub(crate) fn blank(code: i32) -> Self {
        Self {
            code,
            language: Language::Java,
            version: VERSION,
            opaque: 0,
            flag: 0,
            remark: None,
            fields: Fields::default(),
            body: Bytes::new(),
        }
    }

    /// A request with the fields of its header.
    pub fn of<R: Request>(header: &R) -> Self {
        Self {
            fields: Fields::build(|out| header.write(out)),
            ..Self::request(R::CODE)
        }
    }

    /// An answer without fields and body.
    pub fn response(opaque: i32, code: ResponseCode) -> Self {
        Self {
            opaque,
            flag: FLAG_RESPONSE,
            ..Self::blank(code.number())
        }
    }

    #[must_use]
    pub fn with_opaque(self, opaque: i32) -> Self {
        Self { opaque, ..self }
    }

    #[must_use]
    pub fn with_body(self, body: impl Into<Bytes>) -> Self {
        Self {
            body: body.into(),
            ..self
        }
    }

    #[must_use]
    pub fn with_remark(self, remark: &str) -> Self {
        Self {
            remark: Some(remark.into()),
            ..self
        }
    }

    #[must_use]
    pub fn with_fields(self, write: impl FnOnce(&mut FieldsMut<'_>)) -> Self {
        Self {
            fields: Fields::build(write),
            ..self
        }
    }

    #[must_use]
    pub fn with_reply<R: Reply>(self, reply: &R) -> Self {
        self.with_fields(|out| reply.write(out))
    }

    /// The same request, expecting no answer.
    #[must_use]
    pub fn oneway(self) -> Self {
        Self {
            flag: self.flag | FLAG_ONEWAY,
            ..self
        }
    }

    pub fn is_response(&self) -> bool {
        self.flag & FLAG_RESPONSE != 0
    }

    pub fn is_oneway(&self) -> bool {
        self.flag & FLAG_ONEWAY != 0
    }

    /// Appends the frame: JSON header, language JAVA, our version, whatever the command was read with.
    pub fn encode(&self, out: &mut BytesMut) -> Result<(), WireError> {
        let head = FrameHead {
            code: self.code,
            opaque: self.opaque,
            flag: self.flag,
            remark: self.remark.as_deref(),
        };
        let write = |fields: &mut FieldsMut<'_>| {
            for (name, value) in self.fields.iter() {
                fields.text(name, value);
            }
        };
        frame::encode(out, &head, write, &self.body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_have_the_numbers_of_the_protocol() {
        assert_eq!(Language::from_number(0), Language::Java);
        assert_eq!(Language::from_number(12), Language::Rust);
        assert_eq!(Language::from_number(13), Language::NodeJs);
        assert_eq!(Language::from_number(200), Language::Other);
        for (number, (language, name)) in Language::TABLE.iter().enumerate() {
            assert_eq!(Language::from_number(number as u8), *language);
            assert_eq!(Language::from_name(name.as_bytes()), *language);
            assert_eq!(language.name(), *name);
        }
        assert_eq!(Language::from_name(b"KOTLIN"), Language::Other);
    }
}
