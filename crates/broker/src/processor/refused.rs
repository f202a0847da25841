//! What comes with later versions, refused by name: CONSUMER_SEND_MSG_BACK (36) and END_TRANSACTION (37).
//!
//! Code 13, for which no client tries another broker: a failed message stays with its consumer, which tries it again.

use remoting::request::consumer_send_message_back::ConsumerSendMessageBack;
use remoting::request::end_transaction::EndTransaction;

use crate::error::BrokerError;
use crate::processor::{Answer, Call, Obstacle};

pub(crate) fn send_message_back(
    _: &Call<'_>,
    _: ConsumerSendMessageBack,
) -> Result<Answer, Obstacle> {
    Err(BrokerError::NotBuilt {
        feature: "redelivery of failed messages (CONSUMER_SEND_MSG_BACK)",
    }
    .into())
}

pub(crate) fn end_transaction(_: &Call<'_>, _: EndTransaction) -> Result<Answer, Obstacle> {
    Err(BrokerError::NotBuilt {
        feature: "transactional messages (END_TRANSACTION)",
    }
    .into())
}
