//! Creating a topic: the form on the list's page, and its POST.

use std::sync::Arc;

use console::topics::NewTopic;
use console::{Action, Resource};
use leptos::prelude::*;

use super::super::refusal::{allowed, number, refusal, rule_sentence};
use super::{KINDS, kind_word};
use crate::components::button::{ButtonKind, LinkButton, SubmitButton};
use crate::components::field::{FieldSpec, SelectField, TextField};
use crate::components::icon::Glyph;
use crate::components::panel::Panel;
use crate::error::AppError;
use crate::ssr::{PageResult, Reply, Visit, segment, visit};

/// As many as a topic gets that a client's first message creates.
const QUEUES_OFFERED: &str = "8";

/// POST on the list's own path: 303 to the new topic; else the form comes back with what was typed.
pub(in crate::pages) async fn create(visit: Arc<Visit>) -> PageResult {
    let topic = form(&visit)?;
    let name = topic.name.clone();
    let allowed = allowed(&visit, Action::Create, Resource::Topic(&name))?;
    allowed
        .create_topic(topic)
        .await
        .map_err(|error| refusal(&visit, &error))?;
    Ok(Reply::see_other(format!(
        "{}?done=created",
        visit.url(&format!("topics/{}", segment(&name)))
    )))
}

fn form(visit: &Visit) -> Result<NewTopic, AppError> {
    let invalid = |field: &'static str, rule| {
        AppError::invalid(field, rule_sentence(visit.words(), "", &rule))
    };
    let name = visit
        .form
        .filled("name")
        .ok_or_else(|| invalid("name", console::error::Rule::Empty))?;
    let queues = number(visit, "queues", visit.form.filled("queues"))?
        .ok_or_else(|| invalid("queues", console::error::Rule::Empty))?;
    let kind = visit
        .form
        .get("kind")
        .and_then(|typed| KINDS.iter().find(|kind| kind.1 == typed))
        .map(|kind| kind.0);
    Ok(NewTopic {
        name: name.to_owned(),
        queues,
        kind: kind.ok_or_else(|| invalid("kind", console::error::Rule::NotAChoice))?,
    })
}

#[component]
pub fn CreateForm() -> impl IntoView {
    let visit = visit();
    let words = &visit.words().topics_page;
    let name = FieldSpec {
        hint: Some(words.name_hint.to_owned()),
        mono: true,
        required: true,
        ..FieldSpec::posted(&visit, "name", words.name_label, "")
    };
    let queues = FieldSpec {
        hint: Some(words.queues_hint.to_owned()),
        required: true,
        ..FieldSpec::posted(&visit, "queues", words.queues_label, QUEUES_OFFERED)
    };
    let kind = FieldSpec::posted(&visit, "kind", words.kind_label, "normal");
    let options = KINDS
        .iter()
        .map(|(kind, value)| {
            (
                (*value).to_owned(),
                kind_word(visit.words(), *kind).to_owned(),
            )
        })
        .collect();
    let cancel = visit.here_with("create", None);
    view! {
        <Panel title=words.create_title>
            <form method="post" action=visit.url("topics") class="grid grid-cols-1 items-start gap-x-3 gap-y-3 px-4 pt-3 pb-4 md:grid-cols-[minmax(0,1fr)_12rem_12rem_auto]">
                <TextField field=name/>
                <TextField field=queues/>
                <SelectField field=kind options/>
                <div class="flex items-center gap-2 md:pt-5">
                    <SubmitButton label=words.create kind=ButtonKind::Primary glyph=Glyph::Plus/>
                    <LinkButton href=cancel label=visit.words().common.cancel kind=ButtonKind::Ghost/>
                </div>
            </form>
        </Panel>
    }
}
