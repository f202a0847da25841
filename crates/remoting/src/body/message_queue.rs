//! A message queue as JSON, and maps that have message queues as keys.

use core::fmt;

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, DeserializeOwned},
};

use super::{lenient, read_json};

/// A queue of a topic on a broker.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MessageQueue {
    #[serde(deserialize_with = "lenient::text")]
    pub broker_name: String,
    #[serde(deserialize_with = "lenient::number")]
    pub queue_id: i32,
    #[serde(deserialize_with = "lenient::text")]
    pub topic: String,
}

/// A map with message queues as keys, in the order it was made or read.
#[derive(Clone, PartialEq, Debug)]
pub struct QueueMap<V>(pub Vec<(MessageQueue, V)>);

impl<V> Default for QueueMap<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<V: Serialize> QueueMap<V> {
    /// Appends the map in fastjson's form, the only one Java's tools read: `{{"brokerName":…}:value,…}`.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.push(b'{');
        for (at, (queue, value)) in self.0.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            write_value(out, queue);
            out.push(b':');
            write_value(out, value);
        }
        out.push(b'}');
    }
}

/// Appends plain data, whose serialization into memory cannot fail.
pub(super) fn write_value(out: &mut Vec<u8>, value: &impl Serialize) {
    serde_json::to_writer(out, value).ok();
}

impl<'de, V: DeserializeOwned> Deserialize<'de> for QueueMap<V> {
    /// Keys are strings by now: `liberal` has put the objects into them.
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Entries<V>(core::marker::PhantomData<V>);

        impl<'de, V: DeserializeOwned> de::Visitor<'de> for Entries<V> {
            type Value = QueueMap<V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map with message queues as keys")
            }

            fn visit_unit<E: de::Error>(self) -> Result<QueueMap<V>, E> {
                Ok(QueueMap::default())
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<QueueMap<V>, A::Error> {
                let mut entries = Vec::new();
                while let Some((key, value)) = map.next_entry::<String, V>()? {
                    let queue =
                        read_json("message queue", key.as_bytes()).map_err(de::Error::custom)?;
                    entries.push((queue, value));
                }
                Ok(QueueMap(entries))
            }
        }

        from.deserialize_any(Entries(core::marker::PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_is_written_and_read_in_fastjsons_form() {
        let queue = |id| MessageQueue {
            broker_name: "broker-a".into(),
            queue_id: id,
            topic: "订\"单".into(),
        };
        let map = QueueMap(vec![(queue(0), 7i64), (queue(1), -1)]);
        let mut out = Vec::new();
        map.write(&mut out);
        let expected = r#"{{"brokerName":"broker-a","queueId":0,"topic":"订\"单"}:7,{"brokerName":"broker-a","queueId":1,"topic":"订\"单"}:-1}"#;
        assert_eq!(core::str::from_utf8(&out).unwrap(), expected);
        assert_eq!(read_json::<QueueMap<i64>>("map", &out).unwrap(), map);
    }

    #[test]
    fn other_forms_are_read_too() {
        let read = |text: &str| read_json::<QueueMap<i64>>("map", text.as_bytes());
        let map = read(r#"{{topic:'t',"queueId":"3"}:1}"#).unwrap();
        assert_eq!(
            map.0,
            [(
                MessageQueue {
                    topic: "t".into(),
                    queue_id: 3,
                    ..MessageQueue::default()
                },
                1
            )]
        );
        assert!(read("null").unwrap().0.is_empty());
        assert!(read("{}").unwrap().0.is_empty());
        assert!(read(r#"{"text":1}"#).is_err());
    }
}
