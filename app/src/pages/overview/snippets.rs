//! What to paste: a producer and a consumer for each client, complete, with this broker's address in it.

use console::overview::Overview;
use leptos::prelude::*;

use crate::components::code::Code;
use crate::components::panel::Panel;
use crate::components::style::{T12, classes};
use crate::components::tabs::{Tab, Tabs};
use crate::ssr::{Visit, visit};

/// The topic of the snippets.
pub(super) const TOPIC: &str = "hello";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    Java,
    Go,
    Node,
    Mqadmin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    Send,
    Receive,
}

const CLIENTS: [Client; 4] = [Client::Java, Client::Go, Client::Node, Client::Mqadmin];
/// Stands in the snippets where the address goes.
const PLACE: &str = "{name_server}";

impl Client {
    /// The one in the address; Java otherwise.
    pub(super) fn asked(visit: &Visit) -> Self {
        let asked = visit.query.get("client").unwrap_or_default();
        CLIENTS
            .into_iter()
            .find(|client| client.name() == asked)
            .unwrap_or(Self::Java)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Java => "java",
            Self::Go => "go",
            Self::Node => "node",
            Self::Mqadmin => "mqadmin",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Java => "Java",
            Self::Go => "Go",
            Self::Node => "Node",
            Self::Mqadmin => "mqadmin",
        }
    }

    /// The package, for people who keep their own build.
    const fn package(self) -> &'static str {
        match self {
            Self::Java => "org.apache.rocketmq:rocketmq-client:5.5.0",
            Self::Go => "rocketmq-client-go v2.1.2",
            Self::Node => "ali-ons 3.12.0",
            Self::Mqadmin => "Apache RocketMQ 5.x",
        }
    }

    /// What a terminal needs before, where it is one line.
    pub(super) const fn prepare(self, for_use: Use) -> Option<&'static str> {
        match (self, for_use) {
            (Self::Go, Use::Send) => {
                Some("go mod init hello && go get github.com/apache/rocketmq-client-go/v2@v2.1.2")
            }
            (Self::Node, Use::Send) => Some("npm install ali-ons@3.12.0 urllib@2"),
            _ => None,
        }
    }

    pub(super) fn snippet(self, for_use: Use, name_server: &str) -> String {
        let source = match (self, for_use) {
            (Self::Java, Use::Send) => include_str!("snippets/Send.java"),
            (Self::Java, Use::Receive) => include_str!("snippets/Receive.java"),
            (Self::Go, Use::Send) => include_str!("snippets/send.go.txt"),
            (Self::Go, Use::Receive) => include_str!("snippets/receive.go.txt"),
            (Self::Node, Use::Send) => include_str!("snippets/send.js"),
            (Self::Node, Use::Receive) => include_str!("snippets/receive.js"),
            (Self::Mqadmin, Use::Send) => include_str!("snippets/send.sh"),
            (Self::Mqadmin, Use::Receive) => include_str!("snippets/receive.sh"),
        };
        source.trim_end().replace(PLACE, name_server)
    }
}

#[component]
pub fn ClientTabs(client: Client, for_use: Use) -> impl IntoView {
    let visit = visit();
    // mqadmin consumes nothing: it prints.
    let offered = CLIENTS.into_iter();
    let items = offered
        .map(|offer| Tab {
            label: offer.title(),
            href: visit.here_with("client", Some(offer.name())),
            on: offer == client,
        })
        .collect();
    let label = match for_use {
        Use::Send => visit.words().overview_page.snippet_languages,
        Use::Receive => visit.words().overview_page.receive_title,
    };
    view! { <Tabs label items note=client.package()/> }
}

/// The second step: no group has read anything yet.
#[component]
pub fn Receive(overview: Overview) -> impl IntoView {
    let visit = visit();
    let words = &visit.words().overview_page;
    let client = Client::asked(&visit);
    view! {
        <Panel title=words.receive_title hint=words.receive_sub>
            <div class="px-4 pt-1"><ClientTabs client for_use=Use::Receive/></div>
            <div class="space-y-3 p-4">
                <p class=classes(&["text-ink3", T12])>{words.receive_lead}</p>
                <Code source=client.snippet(Use::Receive, &overview.addresses.name_server)/>
            </div>
        </Panel>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_snippet_carries_the_address_and_the_topic() {
        for client in CLIENTS {
            for for_use in [Use::Send, Use::Receive] {
                let source = client.snippet(for_use, "10.1.2.3:9876");
                assert!(source.contains("10.1.2.3:9876"), "{client:?} {for_use:?}");
                assert!(source.contains(TOPIC), "{client:?} {for_use:?}");
                assert!(!source.contains(PLACE), "{client:?} {for_use:?}");
            }
        }
    }
}
