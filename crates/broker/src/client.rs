//! Connected clients: who is in which group over which connection, and what the groups subscribe to (reference §4.6).
//!
//! The key of a member is its connection: one connection carries several groups, and two connections of one client are
//! two members. Changes answer the groups whose members must be told to rebalance.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use remoting::body::heartbeat::{ConsumeFromWhere, ConsumeType};
use remoting::types::{GroupName, TopicName};

use crate::info::{ClientInfo, ConsumeMode};
use crate::limits;
use crate::remoting_server::{Link, LinkId};
use crate::subscription::Subscription;

/// A client as it named itself in its heartbeat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) client_id: Arc<str>,
    pub(crate) language: &'static str,
    pub(crate) version: i32,
}

/// What one heartbeat says about one consumer group.
#[derive(Clone, Debug)]
pub(crate) struct ConsumerBeat {
    pub(crate) group: GroupName,
    /// Shown to tools.
    pub(crate) consume_type: ConsumeType,
    pub(crate) mode: ConsumeMode,
    /// Shown to tools.
    pub(crate) from_where: ConsumeFromWhere,
    /// `None`: the heartbeat leaves the subscriptions out, they stay as they are.
    pub(crate) subscriptions: Option<Vec<Subscription>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Beat {
    pub(crate) identity: Identity,
    pub(crate) producers: Vec<GroupName>,
    pub(crate) consumers: Vec<ConsumerBeat>,
}

/// A connected member of a group.
#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) identity: Identity,
    pub(crate) link: Arc<Link>,
    pub(crate) last_seen_ms: i64,
}

struct ConsumerGroup {
    members: BTreeMap<LinkId, Member>,
    subscriptions: HashMap<TopicName, Arc<Subscription>>,
    consume_type: ConsumeType,
    mode: ConsumeMode,
    from_where: ConsumeFromWhere,
}

/// What tools ask about a connected consumer group.
pub(crate) struct GroupConnections {
    pub(crate) members: Vec<Member>,
    pub(crate) subscriptions: Vec<Arc<Subscription>>,
    pub(crate) consume_type: ConsumeType,
    pub(crate) mode: ConsumeMode,
    pub(crate) from_where: ConsumeFromWhere,
}

#[derive(Default)]
struct Registry {
    consumers: HashMap<GroupName, ConsumerGroup>,
    producers: HashMap<GroupName, BTreeMap<LinkId, Member>>,
    /// The groups of each connection, so that its end costs what it held and no more.
    links: HashMap<LinkId, BTreeSet<GroupName>>,
}

#[derive(Default)]
pub(crate) struct Clients {
    registry: RwLock<Registry>,
}

impl Clients {
    /// Takes a heartbeat in; answers the consumer groups that changed.
    pub(crate) fn beat(&self, link: &Arc<Link>, beat: Beat, now_ms: i64) -> Vec<GroupName> {
        let member = Member {
            identity: beat.identity,
            link: Arc::clone(link),
            last_seen_ms: now_ms,
        };
        let mut registry = self.write();
        for group in beat.producers {
            registry
                .links
                .entry(link.id())
                .or_default()
                .insert(group.clone());
            registry
                .producers
                .entry(group)
                .or_default()
                .insert(link.id(), member.clone());
        }
        let mut changed = Vec::new();
        for consumer in beat.consumers {
            let group = consumer.group.clone();
            registry
                .links
                .entry(link.id())
                .or_default()
                .insert(group.clone());
            if registry.consumer_beat(consumer, member.clone()) {
                changed.push(group);
            }
        }
        if link.is_closed() {
            // The connection ended while its heartbeat was on its way here.
            changed.extend(registry.remove_link(link.id()));
        }
        changed
    }

    /// One client leaves one group; answers whether the members that stay must be told.
    pub(crate) fn unregister(
        &self,
        link: LinkId,
        producer: Option<&GroupName>,
        consumer: Option<&GroupName>,
    ) -> bool {
        let mut registry = self.write();
        if let Some(group) = producer {
            registry.remove_producer(link, group);
        }
        consumer.is_some_and(|group| registry.remove_consumer(link, group))
    }

    /// A connection ended; answers the groups that lost a member.
    pub(crate) fn disconnect(&self, link: LinkId) -> Vec<GroupName> {
        self.write().remove_link(link)
    }

    /// Removes who has been silent for too long; answers the groups that lost a member.
    pub(crate) fn sweep(&self, now_ms: i64) -> Vec<GroupName> {
        let oldest = now_ms - limits::CLIENT_EXPIRY.as_millis() as i64;
        let mut registry = self.write();
        let mut silent = Vec::new();
        for (group, state) in &registry.consumers {
            silent.extend(
                state
                    .members
                    .iter()
                    .filter(|(_, member)| member.last_seen_ms < oldest)
                    .map(|(link, _)| (*link, group.clone())),
            );
        }
        let mut gone = Vec::new();
        for (group, members) in &registry.producers {
            gone.extend(
                members
                    .iter()
                    .filter(|(_, member)| member.last_seen_ms < oldest)
                    .map(|(link, _)| (*link, group.clone())),
            );
        }
        for (link, group) in gone {
            registry.remove_producer(link, &group);
        }
        silent.retain(|(link, group)| registry.remove_consumer(*link, group));
        silent.into_iter().map(|(_, group)| group).collect()
    }

    /// Ids of a group's members, each once and sorted: every member must see the same list.
    pub(crate) fn consumer_ids(&self, group: &GroupName) -> Vec<Arc<str>> {
        let registry = self.read();
        let ids: BTreeSet<Arc<str>> = registry
            .consumers
            .get(group)
            .into_iter()
            .flat_map(|state| state.members.values())
            .map(|member| Arc::clone(&member.identity.client_id))
            .collect();
        ids.into_iter().collect()
    }

    /// Connections to tell about a change in the group; none for a broadcasting group, whose members share nothing.
    pub(crate) fn rebalance_links(&self, group: &GroupName) -> Vec<Arc<Link>> {
        let registry = self.read();
        match registry.consumers.get(group) {
            Some(state) if state.mode == ConsumeMode::Clustering => state
                .members
                .values()
                .map(|member| Arc::clone(&member.link))
                .collect(),
            _ => Vec::new(),
        }
    }

    pub(crate) fn is_online(&self, group: &GroupName) -> bool {
        self.read().consumers.contains_key(group)
    }

    pub(crate) fn subscription(
        &self,
        group: &GroupName,
        topic: &TopicName,
    ) -> Option<(ConsumeMode, Arc<Subscription>)> {
        let registry = self.read();
        let state = registry.consumers.get(group)?;
        Some((state.mode, Arc::clone(state.subscriptions.get(topic)?)))
    }

    pub(crate) fn connections(&self, group: &GroupName) -> Option<GroupConnections> {
        let registry = self.read();
        let state = registry.consumers.get(group)?;
        let mut subscriptions: Vec<_> = state.subscriptions.values().cloned().collect();
        subscriptions.sort_by(|a, b| a.topic.cmp(&b.topic));
        Some(GroupConnections {
            members: state.members.values().cloned().collect(),
            subscriptions,
            consume_type: state.consume_type,
            mode: state.mode,
            from_where: state.from_where,
        })
    }

    /// Members connected and their mode, for lists of groups.
    pub(crate) fn online(&self, group: &GroupName) -> Option<(usize, ConsumeMode, Vec<TopicName>)> {
        let registry = self.read();
        let state = registry.consumers.get(group)?;
        let mut topics: Vec<TopicName> = state.subscriptions.keys().cloned().collect();
        topics.sort();
        Some((state.members.len(), state.mode, topics))
    }

    pub(crate) fn producers(&self, group: &GroupName) -> Option<Vec<Member>> {
        self.read()
            .producers
            .get(group)
            .map(|members| members.values().cloned().collect())
    }

    pub(crate) fn online_groups_of_topic(&self, topic: &TopicName) -> Vec<GroupName> {
        let registry = self.read();
        registry
            .consumers
            .iter()
            .filter(|(_, state)| state.subscriptions.contains_key(topic))
            .map(|(group, _)| group.clone())
            .collect()
    }

    /// Every connection that has sent a heartbeat.
    pub(crate) fn list(&self) -> Vec<ClientInfo> {
        let registry = self.read();
        let mut clients: BTreeMap<LinkId, ClientInfo> = BTreeMap::new();
        for (group, members) in &registry.producers {
            for (link, member) in members {
                entry(&mut clients, *link, member)
                    .producer_groups
                    .push(group.clone());
            }
        }
        for (group, state) in &registry.consumers {
            for (link, member) in &state.members {
                entry(&mut clients, *link, member)
                    .consumer_groups
                    .push(group.clone());
            }
        }
        clients.into_values().map(sorted).collect()
    }

    fn read(&self) -> RwLockReadGuard<'_, Registry> {
        self.registry.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Registry> {
        self.registry
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn entry<'a>(
    clients: &'a mut BTreeMap<LinkId, ClientInfo>,
    link: LinkId,
    member: &Member,
) -> &'a mut ClientInfo {
    let addr: SocketAddr = member.link.peer();
    let client = clients.entry(link).or_insert_with(|| ClientInfo {
        id: member.identity.client_id.to_string(),
        addr,
        language: member.identity.language.to_owned(),
        version: member.identity.version,
        producer_groups: Vec::new(),
        consumer_groups: Vec::new(),
        last_seen_ms: 0,
    });
    client.last_seen_ms = client.last_seen_ms.max(member.last_seen_ms);
    client
}

fn sorted(mut client: ClientInfo) -> ClientInfo {
    client.producer_groups.sort();
    client.consumer_groups.sort();
    client
}

impl Registry {
    fn consumer_beat(&mut self, beat: ConsumerBeat, member: Member) -> bool {
        let state = self
            .consumers
            .entry(beat.group)
            .or_insert_with(|| ConsumerGroup {
                members: BTreeMap::new(),
                subscriptions: HashMap::new(),
                consume_type: beat.consume_type,
                mode: beat.mode,
                from_where: beat.from_where,
            });
        state.consume_type = beat.consume_type;
        state.mode = beat.mode;
        state.from_where = beat.from_where;
        let joined = state.members.insert(member.link.id(), member).is_none();
        let topics_changed = beat
            .subscriptions
            .is_some_and(|subscriptions| state.subscribe(subscriptions));
        joined || topics_changed
    }

    fn remove_producer(&mut self, link: LinkId, group: &GroupName) {
        let Some(members) = self.producers.get_mut(group) else {
            return;
        };
        members.remove(&link);
        if members.is_empty() {
            self.producers.remove(group);
        }
    }

    fn remove_consumer(&mut self, link: LinkId, group: &GroupName) -> bool {
        let Some(state) = self.consumers.get_mut(group) else {
            return false;
        };
        let left = state.members.remove(&link).is_some();
        if state.members.is_empty() {
            self.consumers.remove(group);
        }
        left
    }

    fn remove_link(&mut self, link: LinkId) -> Vec<GroupName> {
        let mut changed = Vec::new();
        for group in self.links.remove(&link).unwrap_or_default() {
            self.remove_producer(link, &group);
            if self.remove_consumer(link, &group) {
                changed.push(group);
            }
        }
        changed
    }
}

impl ConsumerGroup {
    /// The last heartbeat's set of topics counts; a younger version of a topic's expression replaces the older one.
    /// Answers whether the set of topics changed: only that moves queues between members.
    fn subscribe(&mut self, subscriptions: Vec<Subscription>) -> bool {
        let before = self.subscriptions.len();
        self.subscriptions
            .retain(|topic, _| subscriptions.iter().any(|new| new.topic == *topic));
        let mut changed = self.subscriptions.len() != before;
        for new in subscriptions {
            match self.subscriptions.get(&new.topic) {
                Some(known) if known.version >= new.version => continue,
                Some(_) => {}
                None => changed = true,
            }
            self.subscriptions.insert(new.topic.clone(), Arc::new(new));
        }
        changed
    }
}

#[cfg(test)]
mod tests;
