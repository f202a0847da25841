//! Typed headers, one file per request code. `Request` is what is asked, `Reply` the header of the answer where it has
//! one; bodies are in `body`.

use crate::{
    code::RequestCode,
    error::WireError,
    fields::{Fields, FieldsMut},
};

/// The header of a request.
pub trait Request: Sized {
    const CODE: RequestCode;

    fn read(fields: &Fields) -> Result<Self, WireError>;
    fn write(&self, out: &mut FieldsMut<'_>);
}

/// The header of an answer.
pub trait Reply: Sized {
    fn read(fields: &Fields) -> Result<Self, WireError>;
    fn write(&self, out: &mut FieldsMut<'_>);
}

/// A header whose fields are simply read and written by name: `rust_name: Type = "wireName"`.
/// `Option` is an optional field, `QueueRef` is two fields (the named topic, and `queueId`).
macro_rules! header {
    ($(#[$doc:meta])* $name:ident asks $code:ident { $($body:tt)* }) => {
        crate::request::header!(@struct $(#[$doc])* $name { $($body)* });
        impl crate::request::Request for $name {
            const CODE: crate::code::RequestCode = crate::code::RequestCode::$code;
            crate::request::header!(@methods { $($body)* });
        }
    };
    ($(#[$doc:meta])* $name:ident answers { $($body:tt)* }) => {
        crate::request::header!(@struct $(#[$doc])* $name { $($body)* });
        impl crate::request::Reply for $name {
            crate::request::header!(@methods { $($body)* });
        }
    };
    (@struct $(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty = $wire:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
        }
    };
    (@methods { $($(#[$field_doc:meta])* $field:ident: $type:ty = $wire:literal,)* }) => {
        fn read(_fields: &crate::fields::Fields) -> Result<Self, crate::error::WireError> {
            Ok(Self { $($field: crate::fields::HeaderPart::take($wire, _fields)?,)* })
        }

        fn write(&self, _out: &mut crate::fields::FieldsMut<'_>) {
            $(crate::fields::HeaderPart::put(&self.$field, $wire, _out);)*
        }
    };
}
pub(crate) use header;

pub mod consumer_send_message_back;
pub mod delete_topic_in_broker;
pub mod end_transaction;
pub mod get_all_group_config;
pub mod get_all_topic_config;
pub mod get_all_topic_list_from_name_server;
pub mod get_broker_cluster_info;
pub mod get_consume_stats;
pub mod get_consumer_connection_list;
pub mod get_consumer_list_by_group;
pub mod get_earliest_message_store_time;
pub mod get_group_config;
pub mod get_max_offset;
pub mod get_min_offset;
pub mod get_producer_connection_list;
pub mod get_route_info_by_topic;
pub mod get_system_topic_list_from_broker;
pub mod get_system_topic_list_from_name_server;
pub mod get_topic_config;
pub mod get_topic_stats;
pub mod get_topics_by_cluster;
pub mod heart_beat;
pub mod lock_batch_queues;
pub mod notify_consumer_ids_changed;
pub mod pull_message;
pub mod query_consumer_offset;
pub mod query_message;
pub mod query_topic_consume_by_who;
pub mod search_offset_by_timestamp;
pub mod send_message;
pub mod unlock_batch_queues;
pub mod unregister_client;
pub mod update_and_create_group;
pub mod update_and_create_topic;
pub mod update_consumer_offset;
pub mod view_message_by_id;

#[cfg(test)]
pub(crate) mod check;
