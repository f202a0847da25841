//! What went wrong, as a person reads it: which field, what still works, what to do. The only error that pages know.

use axum::http::StatusCode;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct AppError {
    /// Stable, for programs: `invalid`, `not_found`, `forbidden`, `unavailable`, …
    pub code: &'static str,
    pub message: String,
    /// The field of the form or query that is at fault.
    pub field: Option<String>,
    pub still_works: Option<String>,
    /// What to do next.
    pub action: Option<String>,
}

impl AppError {
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            field: None,
            still_works: None,
            action: None,
        }
    }

    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new("not_found", message)
    }

    /// A value that was typed and can't be taken.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            field: Some(field.into()),
            ..Self::new("invalid", message)
        }
    }

    /// A form of more bytes than its page takes.
    pub fn too_long(message: impl Into<String>) -> Self {
        Self::new("too_long", message)
    }

    pub fn status(&self) -> StatusCode {
        match self.code {
            "invalid" => StatusCode::UNPROCESSABLE_ENTITY,
            "not_found" | "unknown_cluster" => StatusCode::NOT_FOUND,
            "too_long" => StatusCode::PAYLOAD_TOO_LARGE,
            "forbidden" => StatusCode::FORBIDDEN,
            "refused" => StatusCode::CONFLICT,
            "unavailable" | "audit_unavailable" => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}
