//! Requests that may wait for the disk: run on the blocking pool, so many at once, answered through the inbox.

use std::sync::Arc;

use remoting::code::ResponseCode;
use remoting::command::Command;

use super::connection::{ATTEMPTS, Connection, call};
use crate::burst::Asked;
use crate::error::BrokerError;
use crate::processor::{Answer, Call, Handler, Obstacle};

impl Connection {
    /// Hands a request that may wait for the disk to the blocking pool; its answer comes through the inbox.
    pub(super) fn dispatch(&mut self, handler: Handler, command: &Command, now_ms: i64) {
        let asked = Asked {
            opaque: command.opaque,
            oneway: command.is_oneway(),
        };
        if let Err(error) = self.check_unsent() {
            return self.refuse(asked, &error);
        }
        if !self.link.take_blocking_slot() {
            return self.refuse(
                asked,
                &BrokerError::Overload {
                    queue: "the connection's queue of disk requests",
                },
            );
        }
        if !self.state.take_blocking_slot() {
            self.link.free_blocking_slot();
            return self.refuse(
                asked,
                &BrokerError::Overload {
                    queue: "the queue of disk requests",
                },
            );
        }
        let (state, link, command) = (
            Arc::clone(&self.state),
            Arc::clone(&self.link),
            command.clone(),
        );
        tokio::task::spawn_blocking(move || {
            let answer =
                answer_blocking(&handler, &call(&state, &link, &command, now_ms), &command);
            if !asked.oneway {
                link.send(&answer.into_command(asked.opaque));
            }
            state.free_blocking_slot();
            link.free_blocking_slot();
        });
    }
}

/// On the blocking pool, what is missing can be made in place.
fn answer_blocking(handler: &Handler, call: &Call<'_>, command: &Command) -> Answer {
    for _ in 0..ATTEMPTS {
        let missing = match handler(call, command) {
            Ok(answer) => return answer,
            Err(Obstacle::Missing(missing)) => missing,
            Err(Obstacle::Refused(error)) => return refused(call, &error),
        };
        if let Err(error) = missing.supply(call.state, call.now_ms) {
            return refused(call, &error);
        }
    }
    Answer::code(ResponseCode::SystemBusy)
        .with_remark("[OVERLOAD]topics and groups change too fast, try again later")
}

fn refused(call: &Call<'_>, error: &BrokerError) -> Answer {
    if error.is_ours() {
        tracing::error!(peer = %call.link.peer(), %error, "a request failed");
    }
    Answer::code(error.response_code()).with_remark(&error.to_string())
}
