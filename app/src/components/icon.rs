//! Table: the icons of the console, 24 grid, 1.75 stroke, `currentColor`. `aria-hidden` unless a label is given.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    Overview,
    Topics,
    Groups,
    Messages,
    Traces,
    Dead,
    Scheduled,
    Clients,
    Jobs,
    Audit,
    Cluster,
    Access,
    Search,
    Sun,
    Moon,
    Globe,
    Down,
    Right,
    Left,
    Updown,
    Copy,
    Check,
    Close,
    Warn,
    Bad,
    Info,
    Play,
    Pause,
    Stop,
    Undo,
    Refresh,
    Download,
    Filter,
    More,
    External,
    Terminal,
    Plus,
    Pencil,
    Arrow,
    ArrowUp,
    ArrowDown,
    Skip,
    Send,
    Resend,
    Lock,
    Link,
    Panel,
    User,
    Eye,
    Menu,
    Disk,
    Zap,
}

impl Glyph {
    #[expect(clippy::too_many_lines, reason = "a table")]
    const fn paths(self) -> &'static str {
        match self {
            Self::Overview => r#"<path d="M4 4h7v9H4zM13 4h7v5h-7zM13 12h7v8h-7zM4 16h7v4H4z"/>"#,
            Self::Topics => {
                r#"<path d="M12 3.5 3.5 8l8.5 4.5L20.5 8z"/><path d="m3.5 12 8.5 4.5 8.5-4.5M3.5 16l8.5 4.5 8.5-4.5"/>"#
            }
            Self::Groups => {
                r#"<path d="M3.5 12H15M9 12V6.5a1 1 0 0 1 1-1h5M9 12v5.5a1 1 0 0 0 1 1h5"/><rect x="15" y="3.5" width="5" height="4" rx="1"/><rect x="15" y="10" width="5" height="4" rx="1"/><rect x="15" y="16.5" width="5" height="4" rx="1"/>"#
            }
            Self::Messages => {
                r#"<rect x="3.5" y="5" width="17" height="14" rx="2"/><path d="m4 7 8 6 8-6"/>"#
            }
            Self::Traces => {
                r#"<circle cx="5" cy="6" r="2"/><circle cx="19" cy="18" r="2"/><path d="M7 6h7a4 4 0 0 1 0 8h-4a2 2 0 0 0 0 4h7"/>"#
            }
            Self::Dead => {
                r#"<path d="M4 13h4.5l1.5 2.5h4l1.5-2.5H20"/><path d="M4 13 6.5 5h11L20 13v6H4z"/><path d="m10 8 4 3.5M14 8l-4 3.5"/>"#
            }
            Self::Scheduled => r#"<circle cx="12" cy="12" r="8.2"/><path d="M12 7.5V12l3 2"/>"#,
            Self::Clients => r#"<path d="M9 3v5M15 3v5M6 8h12v4a6 6 0 0 1-12 0zM12 18v3"/>"#,
            Self::Jobs => r#"<path d="M4 6.5h3M4 12h3M4 17.5h3M11 6.5h9M11 12h9M11 17.5h9"/>"#,
            Self::Audit => r#"<path d="M6 3h9l4 4v14H6z"/><path d="M15 3v4h4M9.5 12h6M9.5 16h4"/>"#,
            Self::Cluster => {
                r#"<rect x="4" y="4" width="16" height="6.5" rx="1.5"/><rect x="4" y="13.5" width="16" height="6.5" rx="1.5"/><path d="M8 7.2h.01M8 16.8h.01"/>"#
            }
            Self::Access => {
                r#"<circle cx="8" cy="15" r="4"/><path d="m11 12 8-8M16 7l3 3M13.5 9.5l1.5 1.5"/>"#
            }
            Self::Search => r#"<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>"#,
            Self::Sun => {
                r#"<circle cx="12" cy="12" r="4"/><path d="M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4"/>"#
            }
            Self::Moon => r#"<path d="M20 14.2A8.2 8.2 0 1 1 9.8 4a6.5 6.5 0 0 0 10.2 10.2z"/>"#,
            Self::Globe => {
                r#"<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.5c3 3 3 14 0 17M12 3.5c-3 3-3 14 0 17"/>"#
            }
            Self::Down => r#"<path d="m6 9.5 6 6 6-6"/>"#,
            Self::Right => r#"<path d="m9.5 6 6 6-6 6"/>"#,
            Self::Left => r#"<path d="m14.5 6-6 6 6 6"/>"#,
            Self::Updown => r#"<path d="m8 9.5 4-4 4 4M8 14.5l4 4 4-4"/>"#,
            Self::Copy => {
                r#"<rect x="9" y="9" width="11" height="11" rx="2"/><path d="M5 15H4V5a1 1 0 0 1 1-1h10v1"/>"#
            }
            Self::Check => r#"<path d="m5 12.5 4.5 4.5L19 7.5"/>"#,
            Self::Close => r#"<path d="M6 6l12 12M18 6 6 18"/>"#,
            Self::Warn => r#"<path d="M12 4 2.8 19.5h18.4z"/><path d="M12 10v4.5M12 17h.01"/>"#,
            Self::Bad => {
                r#"<path d="M8.3 3.5h7.4l4.8 4.8v7.4l-4.8 4.8H8.3l-4.8-4.8V8.3z"/><path d="M12 8v5M12 16h.01"/>"#
            }
            Self::Info => r#"<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5M12 8h.01"/>"#,
            Self::Play => r#"<path d="M7 4.5v15l12-7.5z"/>"#,
            Self::Pause => r#"<path d="M8 5v14M16 5v14"/>"#,
            Self::Stop => r#"<rect x="6" y="6" width="12" height="12" rx="1.5"/>"#,
            Self::Undo => {
                r#"<path d="M8.5 5 4 9.5 8.5 14"/><path d="M4 9.5h10a5.5 5.5 0 0 1 0 11h-3"/>"#
            }
            Self::Refresh => {
                r#"<path d="M20 11a8 8 0 0 0-14.3-3.8L4 9M4 4v5h5M4 13a8 8 0 0 0 14.3 3.8L20 15M20 20v-5h-5"/>"#
            }
            Self::Download => r#"<path d="M12 4v11M7 10.5l5 5 5-5M4.5 20h15"/>"#,
            Self::Filter => r#"<path d="M4 5h16l-6 8v6l-4-2v-4z"/>"#,
            Self::More => r#"<path d="M5.5 12h.01M12 12h.01M18.5 12h.01" stroke-width="2.6"/>"#,
            Self::External => r#"<path d="M13 5h6v6M19 5l-9 9M16 14v5H5V8h5"/>"#,
            Self::Terminal => r#"<path d="m5 8 4 4-4 4M12 17h7"/>"#,
            Self::Plus => r#"<path d="M12 5v14M5 12h14"/>"#,
            Self::Pencil => r#"<path d="M4 20l1-4.5L16 4.5l3.5 3.5L8.5 19z"/>"#,
            Self::Arrow => r#"<path d="M4 12h15M13.5 6.5 19 12l-5.5 5.5"/>"#,
            Self::ArrowUp => r#"<path d="M12 19V5M6.5 10.5 12 5l5.5 5.5"/>"#,
            Self::ArrowDown => r#"<path d="M12 5v14M6.5 13.5 12 19l5.5-5.5"/>"#,
            Self::Skip => r#"<path d="M5 5v14l9-7zM18 5v14"/>"#,
            Self::Send => r#"<path d="M20.5 3.5 3.5 10l7 3.5 3.5 7z"/><path d="m20.5 3.5-10 10"/>"#,
            Self::Resend => {
                r#"<path d="M20 8H9a5 5 0 0 0 0 10h3"/><path d="m15.5 3.5 4.5 4.5-4.5 4.5"/>"#
            }
            Self::Lock => {
                r#"<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>"#
            }
            Self::Link => {
                r#"<path d="M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7L12 17"/>"#
            }
            Self::Panel => {
                r#"<rect x="4" y="4.5" width="16" height="15" rx="2"/><path d="M9.5 4.5v15"/>"#
            }
            Self::User => {
                r#"<circle cx="12" cy="8" r="3.8"/><path d="M4.5 20a7.5 7.5 0 0 1 15 0"/>"#
            }
            Self::Eye => {
                r#"<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z"/><circle cx="12" cy="12" r="2.8"/>"#
            }
            Self::Menu => r#"<path d="M4 7h16M4 12h16M4 17h16"/>"#,
            Self::Disk => {
                r#"<ellipse cx="12" cy="6.5" rx="7.5" ry="3"/><path d="M4.5 6.5v11c0 1.7 3.4 3 7.5 3s7.5-1.3 7.5-3v-11M4.5 12c0 1.7 3.4 3 7.5 3s7.5-1.3 7.5-3"/>"#
            }
            Self::Zap => r#"<path d="M13 3 5 13.5h6L10 21l8.5-11H12z"/>"#,
        }
    }
}

#[component]
pub fn Icon(
    glyph: Glyph,
    /// Size and colour, `h-4 w-4` unless told.
    #[prop(default = "h-4 w-4")]
    class: &'static str,
    /// Says what the picture means where no word stands beside it.
    #[prop(optional, into)]
    label: Option<String>,
) -> impl IntoView {
    let role = label.as_ref().map(|_| "img");
    let hidden = label.is_none().then_some("true");
    view! {
        <svg
            viewBox="0 0 24 24"
            class=[class, "shrink-0"].join(" ")
            fill="none"
            stroke="currentColor"
            stroke-width="1.75"
            stroke-linecap="round"
            stroke-linejoin="round"
            role=role
            aria-label=label
            aria-hidden=hidden
            inner_html=glyph.paths()
        ></svg>
    }
}
