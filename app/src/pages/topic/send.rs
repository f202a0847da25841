//! Sending a test message: the form on the topic's page, and its POST.

use std::sync::Arc;

use console::error::Rule;
use console::send::TestMessage;
use console::topic::TopicDetail;
use console::{Action, Resource};
use leptos::prelude::*;

use super::super::refusal::{allowed, number, refusal, rule_sentence};
use crate::components::banner::{Banner, BannerTone};
use crate::components::button::{ButtonKind, ButtonSize, SubmitButton};
use crate::components::field::{FieldSpec, SelectField, TextArea, TextField};
use crate::components::icon::Glyph;
use crate::components::panel::{Empty, Panel};
use crate::error::AppError;
use crate::ssr::{PageResult, Reply, Visit, visit};

/// POST on the topic's own path: 303 to the message; else the form comes back with what was typed.
pub(in crate::pages) async fn send(visit: Arc<Visit>) -> PageResult {
    let topic = visit.param("name");
    let message = form(&visit, topic)?;
    let allowed = allowed(&visit, Action::Send, Resource::Topic(topic))?;
    let sent = allowed
        .send_test_message(message)
        .await
        .map_err(|error| refusal(&visit, &error))?;
    Ok(Reply::see_other(format!(
        "{}?done=sent",
        visit.url(&format!("messages/{}", sent.id))
    )))
}

fn form(visit: &Visit, topic: &str) -> Result<TestMessage, AppError> {
    let typed = &visit.form;
    Ok(TestMessage {
        topic: topic.to_owned(),
        queue: number(visit, "queue", typed.filled("queue"))?,
        tag: typed.filled("tag").map(str::to_owned),
        keys: typed
            .get("keys")
            .unwrap_or_default()
            .split_whitespace()
            .map(str::to_owned)
            .collect(),
        properties: properties(typed.get("properties").unwrap_or_default()).map_err(|line| {
            AppError::invalid(
                "properties",
                rule_sentence(visit.words(), line, &Rule::NotAProperty),
            )
        })?,
        body: typed
            .get("body")
            .unwrap_or_default()
            .replace("\r\n", "\n")
            .into_bytes()
            .into(),
    })
}

/// One property a line, `name=value`; blank lines do not count. The error is the line that is none.
fn properties(typed: &str) -> Result<Vec<(String, String)>, &str> {
    let lines = typed.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| {
            line.split_once('=')
                .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
                .ok_or(line)
        })
        .collect()
}

#[component]
pub fn SendForm(topic: TopicDetail) -> impl IntoView {
    let visit = visit();
    let words = &visit.words().topic;
    if !topic.perm.write {
        return view! { <Panel title=words.send_title><Empty title=words.read_only/></Panel> }
            .into_any();
    }
    let common = &visit.words().common;
    let field = |name: &'static str, label: &'static str| FieldSpec {
        mono: true,
        ..FieldSpec::posted(&visit, name, label, "")
    };
    let keys = FieldSpec {
        hint: Some(words.keys_hint.to_owned()),
        ..field("keys", common.keys)
    };
    let (tag, body) = (field("tag", common.tag), field("body", words.body));
    let refused = visit.refused.clone().filter(|error| error.field.is_none());
    view! {
        <Panel title=words.send_title hint=words.send_sub>
            <form method="post">
                <div class="grid grid-cols-2 items-start gap-x-4 gap-y-3 p-4">
                    {refused.map(|error| view! { <div class="col-span-2"><Banner tone=BannerTone::Bad title=error.message evidence=error.action.unwrap_or_default()/></div> })}
                    <TextField field=tag/>
                    <TextField field=keys/>
                    <div class="col-span-2"><TextArea field=body rows=3/></div>
                </div>
                <SendFoot queues=topic.write_queues/>
            </form>
        </Panel>
    }
    .into_any()
}

#[component]
fn SendFoot(queues: u32) -> impl IntoView {
    let visit = visit();
    let words = &visit.words().topic;
    let open = ["properties", "queue"]
        .into_iter()
        .any(|name| visit.form.filled(name).is_some());
    let properties = FieldSpec {
        hint: Some(words.properties_hint.to_owned()),
        mono: true,
        ..FieldSpec::posted(&visit, "properties", words.properties, "")
    };
    let queue = FieldSpec::posted(&visit, "queue", visit.words().common.queue, "");
    let any = (String::new(), words.queue_any.to_owned());
    let options = std::iter::once(any)
        .chain((0..queues).map(|id| (id.to_string(), id.to_string())))
        .collect();
    view! {
        <div class="flex items-start gap-3 border-t border-rule px-4 py-1.5">
            <details open=open class="min-w-0 flex-1">
                <summary class="flex h-7 w-max cursor-pointer list-none [&::-webkit-details-marker]:hidden items-center rounded-sm text-xs leading-4 text-ink3 hover:text-ink focus-visible:outline-2 focus-visible:outline-offset-2 focus-visible:outline-accent">{words.more_fields}</summary>
                <div class="grid grid-cols-[minmax(0,1fr)_6rem] items-start gap-x-4 pt-1.5 pb-2">
                    <TextArea field=properties rows=2/>
                    <SelectField field=queue options/>
                </div>
            </details>
            <SubmitButton label=words.send kind=ButtonKind::Primary size=ButtonSize::Small glyph=Glyph::Send/>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::properties;

    #[test]
    fn a_property_a_line() {
        let read = properties("trace=a=b\r\n\n tenant = cn-east \n").expect("lines");
        assert_eq!(
            read,
            [
                ("trace".to_owned(), "a=b".to_owned()),
                ("tenant".to_owned(), "cn-east".to_owned())
            ]
        );
    }

    #[test]
    fn a_line_without_equals_is_named() {
        assert_eq!(properties("a=b\noops"), Err("oops"));
    }
}
