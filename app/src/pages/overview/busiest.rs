//! The topics with the most messages coming in.

use console::topics::TopicRow;
use leptos::prelude::*;

use crate::components::known::{Ago, NameLink, NotApplicable, TextLink, Unknown};
use crate::components::panel::Panel;
use crate::components::sparkline::Sparkline;
use crate::components::table::{Cell, Column, NumberCell, Row, Table};
use crate::format;
use crate::ssr::{segment, visit};

#[component]
pub fn Busiest(rows: Vec<TopicRow>) -> impl IntoView {
    let visit = visit();
    let words = visit.words();
    let list = &words.topics_page;
    let columns = vec![
        Column::text(list.name),
        Column::number(list.into),
        Column::number(list.out).class("max-sm:hidden"),
        Column::text(list.last_hour).class("max-sm:hidden"),
        Column::number(list.stored),
        Column::number(list.last_stored).class("max-sm:hidden"),
    ];
    let all = view! { <TextLink href=visit.url("topics") label=words.overview_page.all_topics/> }
        .into_any();
    let rows = rows
        .into_iter()
        .map(|row| view! { <Line row/> })
        .collect_view();
    view! {
        <Panel title=words.overview_page.busiest tools=all>
            <Table caption=words.overview_page.busiest columns rows="busiest">{rows}</Table>
        </Panel>
    }
}

#[component]
fn Line(row: TopicRow) -> impl IntoView {
    let visit = visit();
    let lang = visit.prefs.lang;
    let rate = |value: Option<f64>| match value {
        Some(value) => format::rate(value, lang).into_any(),
        None => view! { <Unknown why=visit.words().topics_page.rate_unknown/> }.into_any(),
    };
    let (into, out) = (rate(row.in_per_s), rate(row.out_per_s));
    let stored = match row.stored {
        Some(stored) => format::short(stored, lang).into_any(),
        None => view! { <Unknown/> }.into_any(),
    };
    let last = match row.last_stored_ms {
        Some(at_ms) => view! { <Ago at_ms/> }.into_any(),
        None => view! { <NotApplicable/> }.into_any(),
    };
    let href = visit.url(&format!("topics/{}", segment(&row.name)));
    view! {
        <Row key=row.name.clone()>
            <Cell><NameLink href name=row.name/></Cell>
            <NumberCell>{into}</NumberCell>
            <NumberCell class="max-sm:hidden">{out}</NumberCell>
            <Cell class="max-sm:hidden">{row.history.map(|values| view! { <Sparkline values/> })}</Cell>
            <NumberCell>{stored}</NumberCell>
            <NumberCell class="max-sm:hidden">{last}</NumberCell>
        </Row>
    }
}
