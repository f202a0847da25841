//! The header of a frame, in either of its two forms. Both readers fill a command in place: it is large enough for
//! moving it about to show.

pub(crate) mod binary;
pub(crate) mod json;

use bytes::BytesMut;

use crate::{error::WireError, types::Text};

/// The edited header bytes as text: validated once, sliced for ever.
pub(crate) fn freeze(header: BytesMut) -> Result<Text, WireError> {
    Text::try_from(header.freeze()).map_err(|error| WireError::Header {
        at: error.valid_up_to(),
        rule: "the header is not UTF-8",
    })
}
