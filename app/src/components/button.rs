//! Button: what changes something is a `<button>` in a form, what leads somewhere is a link that looks the same.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use super::style::{FOCUS, classes};

const BASE: &str = "inline-flex items-center justify-center gap-1.5 rounded-md whitespace-nowrap font-medium transition-colors duration-100";

#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum ButtonKind {
    Primary,
    #[default]
    Secondary,
    Ghost,
}

impl ButtonKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "bg-solid text-onsolid hover:bg-solid/85",
            Self::Secondary => "border border-edge bg-surface text-ink hover:bg-hover",
            Self::Ghost => "text-ink2 hover:bg-hover hover:text-ink",
        }
    }
}

/// Icon sizes show the picture alone; the label becomes the title and the accessible name.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum ButtonSize {
    #[default]
    Medium,
    Small,
    SmallIcon,
}

impl ButtonSize {
    const fn class(self) -> &'static str {
        match self {
            Self::Medium => "h-8 px-3",
            Self::Small => "h-7 px-2.5 text-xs max-md:h-8",
            Self::SmallIcon => "h-7 w-7 max-md:h-8 max-md:w-8",
        }
    }

    const fn glyph_class(self) -> &'static str {
        match self {
            Self::Medium => "h-4 w-4",
            Self::Small | Self::SmallIcon => "h-3.5 w-3.5",
        }
    }

    const fn is_icon(self) -> bool {
        matches!(self, Self::SmallIcon)
    }
}

/// The classes of a button, for the pieces that draw their own.
#[must_use]
pub fn button_class(kind: ButtonKind, size: ButtonSize) -> String {
    classes(&[BASE, FOCUS, kind.class(), size.class()])
}

fn face(size: ButtonSize, glyph: Option<Glyph>, label: &str) -> AnyView {
    let label = (!size.is_icon()).then(|| view! { <span>{label.to_owned()}</span> });
    view! {
        {glyph.map(|glyph| view! { <Icon glyph class=size.glyph_class()/> })}
        {label}
    }
    .into_any()
}

#[component]
pub fn LinkButton(
    #[prop(into)] href: String,
    #[prop(into)] label: String,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] size: ButtonSize,
    #[prop(optional)] glyph: Option<Glyph>,
) -> impl IntoView {
    let name = size.is_icon().then(|| label.clone());
    view! {
        <a href=href title=name.clone() aria-label=name class=button_class(kind, size)>
            {face(size, glyph, &label)}
        </a>
    }
}

#[component]
pub fn SubmitButton(
    #[prop(into)] label: String,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] size: ButtonSize,
    #[prop(optional)] glyph: Option<Glyph>,
) -> impl IntoView {
    view! {
        <button type="submit" class=button_class(kind, size)>
            {face(size, glyph, &label)}
        </button>
    }
}

/// A button that leads nowhere now. The reason stands next to it.
#[component]
pub fn OffButton(
    #[prop(into)] label: String,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] size: ButtonSize,
) -> impl IntoView {
    view! {
        <span aria-disabled="true" class=classes(&[&button_class(kind, size), "pointer-events-none opacity-50"])>
            {face(size, None, &label)}
        </span>
    }
}
