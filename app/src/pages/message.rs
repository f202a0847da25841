//! One message: body, properties, where it is stored, what groups made of it, its copies.
//! URL /c/{cluster}/messages/{id}?body=json|text|hex

pub mod body;
pub mod facts;
pub mod json;

use std::sync::Arc;

use console::message::MessageDetail;
use console::{Action, ConsoleError, Resource};
use leptos::prelude::*;

use super::absent::absent;
use super::messages::message_url;
use super::refusal::{allowed, refusal};
use crate::components::badge::Badge;
use crate::components::banner::{Banner, BannerTone};
use crate::components::button::LinkButton;
use crate::components::code::Code;
use crate::components::copy::CopyButton;
use crate::components::head::{Frame, PageHead, Parent};
use crate::components::icon::Glyph;
use crate::components::known::Ago;
use crate::components::panel::Panel;
use crate::components::style::{T12, classes};
use crate::error::AppError;
use crate::format;
use crate::ssr::{PageResult, Pairs, Reply, Visit, segment, visit};
use body::BodyPanel;
use facts::{Groups, Properties, SameKey, Stored};

pub(super) async fn show(visit: Arc<Visit>) -> PageResult {
    let id = visit.param("id").to_owned();
    let messages = allowed(&visit, Action::Read, Resource::Messages)?;
    let message = match messages.message(&id).await {
        Ok(message) => message,
        Err(error @ (ConsoleError::NotFound { .. } | ConsoleError::Invalid { .. })) => {
            let parent = Parent {
                label: visit.words().message.parent,
                href: visit.url("messages"),
            };
            return Ok(absent(&visit, missing(&visit, &id, &error), parent, id).into());
        }
        Err(error) => return Err(refusal(&visit, &error)),
    };
    // A client's id has several messages: the address names one.
    if message.id != id {
        return Ok(Reply::see_other(message_url(&visit, &message.id)));
    }
    let cluster = allowed(&visit, Action::Read, Resource::Cluster)?;
    let name_server = cluster
        .overview()
        .await
        .map_err(|error| refusal(&visit, &error))?
        .addresses
        .name_server;
    Ok(Reply::page(
        title_of(&message),
        move || view! { <MessagePage message name_server/> },
    ))
}

/// An address can only name a message that is there: what is no id at all is as absent as an id that nobody has.
fn missing(visit: &Visit, id: &str, error: &ConsoleError) -> AppError {
    let why = refusal(visit, error);
    match error {
        ConsoleError::Invalid { .. } => AppError {
            action: Some(why.message),
            ..AppError::not_found((visit.words().errors.no_such_message)(id))
        },
        _ => why,
    }
}

/// GET …/messages/{id}/body: the whole body as a file.
pub(super) async fn download(visit: Arc<Visit>) -> PageResult {
    let messages = allowed(&visit, Action::Read, Resource::Messages)?;
    let id = visit.param("id");
    let body = messages
        .message_body(id)
        .await
        .map_err(|error| refusal(&visit, &error))?;
    Ok(Reply::Download {
        name: format!("{id}.{}", body::extension(body.shape)),
        bytes: body.bytes.to_vec(),
    })
}

/// What people call a message: its key, else its ids.
fn title_of(message: &MessageDetail) -> String {
    message
        .keys
        .first()
        .or(message.unique_key.as_ref())
        .unwrap_or(&message.id)
        .clone()
}

#[component]
fn MessagePage(message: MessageDetail, name_server: String) -> impl IntoView {
    let visit = visit();
    let words = &visit.words().message;
    let parent = Parent {
        label: words.parent,
        href: format!(
            "{}?{}",
            visit.url("messages"),
            Pairs::default()
                .with("topic", Some(&message.topic))
                .encoded()
        ),
    };
    let sent = (visit.query.get("done") == Some("sent"))
        .then(|| view! { <Banner tone=BannerTone::Good title=words.sent_banner evidence=words.sent_banner_hint/> });
    let actions =
        view! { <LinkButton href="#command" label=words.copy_command glyph=Glyph::Terminal/> }
            .into_any();
    let meta = view! { <Badges message=message.clone()/> }.into_any();
    view! {
        <Frame>
            <PageHead title=title_of(&message) parent meta actions/>
            <IdLine message=message.clone()/>
            {sent}
            <div class="grid grid-cols-1 items-start gap-4 xl:grid-cols-[minmax(0,1.3fr)_minmax(0,1fr)]">
                <div class="flex min-w-0 flex-col gap-4">
                    <BodyPanel message=message.clone()/>
                    <SameKey message=message.clone()/>
                    <Command message=message.clone() name_server/>
                </div>
                <div class="flex min-w-0 flex-col gap-4">
                    <Properties message=message.clone()/>
                    <Groups groups=message.groups.clone()/>
                    <Stored message/>
                </div>
            </div>
        </Frame>
    }
}

#[component]
fn Badges(message: MessageDetail) -> impl IntoView {
    let visit = visit();
    let topic = visit.url(&format!("topics/{}", segment(&message.topic)));
    view! {
        <a href=topic class="inline-flex max-w-full rounded-sm focus-visible:outline-2 focus-visible:outline-offset-2 focus-visible:outline-accent"><Badge label=message.topic/></a>
        {message.tag.map(|label| view! { <Badge label/> })}
        <Badge label=(visit.words().message.queue_at)(&message.queue.to_string(), &format::exact(message.offset))/>
    }
}

#[component]
fn IdLine(message: MessageDetail) -> impl IntoView {
    let visit = visit();
    let viewer = visit.viewer();
    let words = &visit.words().message;
    let lang = visit.prefs.lang;
    let unique = message.unique_key.map(|key| {
        view! {
            <span class="inline-flex max-w-full min-w-0 items-center gap-1.5">
                {words.unique_key}
                <span class="truncate font-mono text-ink2 select-all">{key.clone()}</span>
                <CopyButton text=key what=words.unique_key.to_owned() lang/>
            </span>
        }
    });
    let kept = message.kept_until_ms.map(|at| view! { <span>{words.kept_until} " " <span class="text-ink2">{format::date_minute(at, &viewer)}</span></span> });
    view! {
        <div class=classes(&["-mt-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-ink3", T12])>
            <span class="inline-flex max-w-full min-w-0 items-center gap-1.5">
                {words.message_id}
                <span class="truncate font-mono text-ink2 select-all">{message.id.clone()}</span>
                <CopyButton text=message.id what=words.message_id.to_owned() lang/>
            </span>
            {unique}
            <span>{words.stored} " " <span class="text-ink2"><Ago at_ms=message.stored_ms/></span> {words.comma} {format::absolute(message.stored_ms, &viewer)}</span>
            {kept}
        </div>
    }
}

/// The same look-up for a terminal.
#[component]
fn Command(message: MessageDetail, name_server: String) -> impl IntoView {
    let words = &visit().words().message;
    let source = format!(
        "mqadmin queryMsgById -n {name_server} -t {} -i {}",
        shell_word(&message.topic),
        message.id
    );
    view! {
        <div id="command" class="scroll-mt-4">
            <Panel title=words.command_title hint=words.command_sub>
                <div class="p-4"><Code source/></div>
            </Panel>
        </div>
    }
}

/// Quotes what a shell would read as more than a word: `%RETRY%a|b`.
fn shell_word(name: &str) -> String {
    if name
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"_-%".contains(&b))
    {
        name.to_owned()
    } else {
        format!("'{}'", name.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::shell_word;

    #[test]
    fn a_name_is_one_word_for_the_shell() {
        assert_eq!(shell_word("orders-2"), "orders-2");
        assert_eq!(shell_word("a|b"), "'a|b'");
        assert_eq!(shell_word("a'b"), "'a'\\''b'");
    }
}
