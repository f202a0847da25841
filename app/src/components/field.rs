//! Field: label, control, hint, and the message of a refused form at the control it is about.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use super::style::{FOCUS, T12, classes};
use crate::ssr::Visit;

const INPUT: &str = "w-full rounded-md border bg-surface px-2.5 text-ink placeholder:text-ink3";

/// What a control is given. `error` shows below it and marks it invalid.
#[derive(Clone, Default)]
pub struct FieldSpec {
    pub name: &'static str,
    pub label: &'static str,
    pub value: String,
    pub hint: Option<String>,
    pub error: Option<String>,
    pub placeholder: &'static str,
    /// Ids, keys, bodies: in the fixed-width face.
    pub mono: bool,
    pub required: bool,
    /// The `<datalist>` with suggestions.
    pub list: Option<&'static str>,
}

impl FieldSpec {
    /// A field of a posted form: what was typed into the refused one, else `otherwise`.
    #[must_use]
    pub fn posted(visit: &Visit, name: &'static str, label: &'static str, otherwise: &str) -> Self {
        Self {
            name,
            label,
            value: visit.typed(name, otherwise),
            error: visit.error_at(name),
            ..Self::default()
        }
    }

    fn id(&self) -> String {
        format!("field-{}", self.name)
    }

    fn about(&self) -> Option<String> {
        (self.error.is_some() || self.hint.is_some()).then(|| format!("{}-about", self.id()))
    }

    fn input_class(&self, more: &str) -> String {
        let border = if self.error.is_some() {
            "border-badfill"
        } else {
            "border-control"
        };
        let face = if self.mono { "font-mono text-xs" } else { "" };
        classes(&[INPUT, FOCUS, border, face, more])
    }
}

#[component]
fn Labelled(field: FieldSpec, children: Children) -> impl IntoView {
    let (id, about) = (field.id(), field.about());
    let (note, note_class) = match field.error {
        Some(error) => (Some(error), "mt-1 block text-xs leading-4 text-bad"),
        None => (field.hint, "mt-1 block text-xs leading-4 text-ink3"),
    };
    view! {
        <div class="min-w-0">
            <label for=id class=classes(&["mb-1 block font-medium text-ink2", T12])>{field.label}</label>
            {children()}
            {note.map(|note| view! { <span id=about class=note_class>{note}</span> })}
        </div>
    }
}

#[component]
pub fn TextField(field: FieldSpec) -> impl IntoView {
    let control = field.clone();
    view! {
        <Labelled field>
            <input
                type="text"
                id=control.id()
                name=control.name
                value=control.value.clone()
                placeholder=control.placeholder
                list=control.list
                required=control.required
                autocomplete="off"
                spellcheck="false"
                aria-invalid=control.error.is_some().then_some("true")
                aria-describedby=control.about()
                class=control.input_class("h-8")
            />
        </Labelled>
    }
}

#[component]
pub fn TextArea(field: FieldSpec, rows: u32) -> impl IntoView {
    let control = field.clone();
    view! {
        <Labelled field>
            <textarea
                id=control.id()
                name=control.name
                rows=rows
                spellcheck="false"
                aria-invalid=control.error.is_some().then_some("true")
                aria-describedby=control.about()
                class=control.input_class("block py-1.5 leading-5")
            >
                {control.value.clone()}
            </textarea>
        </Labelled>
    }
}

/// A choice: value and word of each option.
#[component]
pub fn SelectField(field: FieldSpec, options: Vec<(String, String)>) -> impl IntoView {
    let control = field.clone();
    let options = options
        .into_iter()
        .map(|(value, word)| view! { <option value=value.clone() selected=value == control.value>{word}</option> })
        .collect_view();
    view! {
        <Labelled field>
            <span class="relative block">
                <select
                    id=control.id()
                    name=control.name
                    aria-invalid=control.error.is_some().then_some("true")
                    aria-describedby=control.about()
                    class=control.input_class("h-8 appearance-none pe-7")
                >
                    {options}
                </select>
                <Icon glyph=Glyph::Updown class="pointer-events-none absolute end-2 top-2 h-4 w-4 text-ink3"/>
            </span>
        </Labelled>
    }
}
