//! Table: request and response codes. The only list of numbers.

use core::fmt;

/// A number that is none of the codes Gantry knows. For a request the answer is code 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("code {0} is not known")]
pub struct UnknownCode(pub i32);

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$row_doc:meta])* $variant:ident = $number:literal $wire:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        #[repr(i32)]
        pub enum $name {
            $($(#[$row_doc])* $variant = $number,)*
        }

        impl $name {
            /// Every code, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The number on the wire.
            pub const fn number(self) -> i32 {
                self as i32
            }

            /// The name RocketMQ gives it.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $wire,)*
                }
            }
        }

        impl TryFrom<i32> for $name {
            type Error = UnknownCode;

            fn try_from(number: i32) -> Result<Self, UnknownCode> {
                match number {
                    $($number => Ok(Self::$variant),)*
                    other => Err(UnknownCode(other)),
                }
            }
        }

        impl From<$name> for i32 {
            fn from(code: $name) -> i32 {
                code.number()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{} ({})", self.name(), self.number())
            }
        }
    };
}

codes! {
    /// What a frame asks for.
    RequestCode {
        SendMessage = 10 "SEND_MESSAGE",
        PullMessage = 11 "PULL_MESSAGE",
        QueryMessage = 12 "QUERY_MESSAGE",
        QueryConsumerOffset = 14 "QUERY_CONSUMER_OFFSET",
        UpdateConsumerOffset = 15 "UPDATE_CONSUMER_OFFSET",
        UpdateAndCreateTopic = 17 "UPDATE_AND_CREATE_TOPIC",
        GetAllTopicConfig = 21 "GET_ALL_TOPIC_CONFIG",
        SearchOffsetByTimestamp = 29 "SEARCH_OFFSET_BY_TIMESTAMP",
        GetMaxOffset = 30 "GET_MAX_OFFSET",
        GetMinOffset = 31 "GET_MIN_OFFSET",
        GetEarliestMessageStoreTime = 32 "GET_EARLIEST_MSG_STORETIME",
        ViewMessageById = 33 "VIEW_MESSAGE_BY_ID",
        HeartBeat = 34 "HEART_BEAT",
        UnregisterClient = 35 "UNREGISTER_CLIENT",
        ConsumerSendMessageBack = 36 "CONSUMER_SEND_MSG_BACK",
        EndTransaction = 37 "END_TRANSACTION",
        GetConsumerListByGroup = 38 "GET_CONSUMER_LIST_BY_GROUP",
        /// Broker to client.
        NotifyConsumerIdsChanged = 40 "NOTIFY_CONSUMER_IDS_CHANGED",
        LockBatchQueues = 41 "LOCK_BATCH_MQ",
        UnlockBatchQueues = 42 "UNLOCK_BATCH_MQ",
        RegisterBroker = 103 "REGISTER_BROKER",
        UnregisterBroker = 104 "UNREGISTER_BROKER",
        GetRouteInfoByTopic = 105 "GET_ROUTEINFO_BY_TOPIC",
        GetBrokerClusterInfo = 106 "GET_BROKER_CLUSTER_INFO",
        UpdateAndCreateGroup = 200 "UPDATE_AND_CREATE_SUBSCRIPTIONGROUP",
        GetAllGroupConfig = 201 "GET_ALL_SUBSCRIPTIONGROUP_CONFIG",
        GetTopicStats = 202 "GET_TOPIC_STATS_INFO",
        GetConsumerConnectionList = 203 "GET_CONSUMER_CONNECTION_LIST",
        GetProducerConnectionList = 204 "GET_PRODUCER_CONNECTION_LIST",
        GetAllTopicListFromNameServer = 206 "GET_ALL_TOPIC_LIST_FROM_NAMESERVER",
        GetConsumeStats = 208 "GET_CONSUME_STATS",
        DeleteTopicInBroker = 215 "DELETE_TOPIC_IN_BROKER",
        GetTopicsByCluster = 224 "GET_TOPICS_BY_CLUSTER",
        QueryTopicConsumeByWho = 300 "QUERY_TOPIC_CONSUME_BY_WHO",
        GetSystemTopicListFromNameServer = 304 "GET_SYSTEM_TOPIC_LIST_FROM_NS",
        GetSystemTopicListFromBroker = 305 "GET_SYSTEM_TOPIC_LIST_FROM_BROKER",
        SendMessageV2 = 310 "SEND_MESSAGE_V2",
        SendBatchMessage = 320 "SEND_BATCH_MESSAGE",
        GetTopicConfig = 351 "GET_TOPIC_CONFIG",
        GetGroupConfig = 352 "GET_SUBSCRIPTIONGROUP_CONFIG",
        LitePullMessage = 361 "LITE_PULL_MESSAGE",
    }
}

codes! {
    /// How a request ended.
    ResponseCode {
        Success = 0 "SUCCESS",
        SystemError = 1 "SYSTEM_ERROR",
        SystemBusy = 2 "SYSTEM_BUSY",
        RequestCodeNotSupported = 3 "REQUEST_CODE_NOT_SUPPORTED",
        TransactionFailed = 4 "TRANSACTION_FAILED",
        FlushDiskTimeout = 10 "FLUSH_DISK_TIMEOUT",
        SlaveNotAvailable = 11 "SLAVE_NOT_AVAILABLE",
        FlushSlaveTimeout = 12 "FLUSH_SLAVE_TIMEOUT",
        MessageIllegal = 13 "MESSAGE_ILLEGAL",
        ServiceNotAvailable = 14 "SERVICE_NOT_AVAILABLE",
        VersionNotSupported = 15 "VERSION_NOT_SUPPORTED",
        NoPermission = 16 "NO_PERMISSION",
        TopicNotExist = 17 "TOPIC_NOT_EXIST",
        TopicExistAlready = 18 "TOPIC_EXIST_ALREADY",
        PullNotFound = 19 "PULL_NOT_FOUND",
        PullRetryImmediately = 20 "PULL_RETRY_IMMEDIATELY",
        PullOffsetMoved = 21 "PULL_OFFSET_MOVED",
        QueryNotFound = 22 "QUERY_NOT_FOUND",
        SubscriptionParseFailed = 23 "SUBSCRIPTION_PARSE_FAILED",
        SubscriptionNotExist = 24 "SUBSCRIPTION_NOT_EXIST",
        SubscriptionNotLatest = 25 "SUBSCRIPTION_NOT_LATEST",
        GroupNotExist = 26 "SUBSCRIPTION_GROUP_NOT_EXIST",
        FilterDataNotExist = 27 "FILTER_DATA_NOT_EXIST",
        FilterDataNotLatest = 28 "FILTER_DATA_NOT_LATEST",
        InvalidParameter = 29 "INVALID_PARAMETER",
        NotInCurrentUnit = 205 "NOT_IN_CURRENT_UNIT",
        ConsumerNotOnline = 206 "CONSUMER_NOT_ONLINE",
        ConsumeMessageTimeout = 207 "CONSUME_MSG_TIMEOUT",
        NoMessage = 208 "NO_MESSAGE",
        PollingFull = 209 "POLLING_FULL",
        PollingTimeout = 210 "POLLING_TIMEOUT",
        BrokerNotExist = 211 "BROKER_NOT_EXIST",
        BrokerDispatchNotComplete = 212 "BROKER_DISPATCH_NOT_COMPLETE",
        BroadcastConsumption = 213 "BROADCAST_CONSUMPTION",
        FlowControl = 215 "FLOW_CONTROL",
        NotLeaderForQueue = 501 "NOT_LEADER_FOR_QUEUE",
        IllegalOperation = 604 "ILLEGAL_OPERATION",
        GoAway = 1500 "GO_AWAY",
        UserNotExist = 3001 "USER_NOT_EXIST",
        PolicyNotExist = 3002 "POLICY_NOT_EXIST",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_leads_back_to_itself() {
        for code in RequestCode::ALL {
            assert_eq!(RequestCode::try_from(code.number()), Ok(*code));
        }
        for code in ResponseCode::ALL {
            assert_eq!(ResponseCode::try_from(code.number()), Ok(*code));
        }
        assert_eq!(RequestCode::try_from(200_050), Err(UnknownCode(200_050)));
    }

    #[test]
    fn tables_are_sorted_by_number() {
        assert!(RequestCode::ALL.is_sorted());
        assert!(ResponseCode::ALL.is_sorted());
    }
}
