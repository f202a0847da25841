//! Chart: values over the last hour with an axis. Positions in percent, so that text keeps its size; no style attribute.

use leptos::prelude::*;

use super::sparkline::line;
use super::style::{T11, classes};

/// One line and the tint below it.
pub struct Series {
    pub values: Vec<Option<f64>>,
    pub stroke: &'static str,
    pub fill: &'static str,
}

#[component]
pub fn Chart(
    /// States the finding; the numbers stand beside the chart.
    label: String,
    series: Vec<Series>,
    /// Labels along the x axis with their place in percent.
    times: Vec<(f64, String)>,
    /// How a value on the y axis is written.
    unit: fn(f64) -> String,
) -> impl IntoView {
    let highest = series
        .iter()
        .flat_map(|s| &s.values)
        .flatten()
        .copied()
        .fold(0.0, f64::max);
    let step = nice_step(highest);
    let top = (highest * 1.12).max(step);
    let marks: Vec<f64> = (0..)
        .map(|n| f64::from(n) * step)
        .take_while(|mark| *mark <= top * 1.001)
        .collect();
    let at = move |value: f64| format!("{:.2}%", 100.0 - value / top * 100.0);
    let labels = marks.iter().map(|mark| view! { <text x="100%" dx="-8" y=at(*mark) dy="4" text-anchor="end" class="fill-ink3 tabular-nums">{unit(*mark)}</text> }).collect_view();
    let grid = marks
        .iter()
        .map(|mark| {
            let class = if *mark == 0.0 { "stroke-edge" } else { "stroke-rule" };
            view! { <line x1="0" x2="100%" y1=at(*mark) y2=at(*mark) class=class shape-rendering="crispEdges"/> }
        })
        .collect_view();
    let lines = series
        .into_iter()
        .map(|series| view! { <SeriesLine series top/> })
        .collect_view();
    view! {
        <figure class="grid grid-cols-[2.5rem_minmax(0,1fr)]">
            <svg class=classes(&["h-72 w-full max-md:h-44 overflow-visible", T11]) aria-hidden="true">{labels}</svg>
            <svg class="h-72 w-full max-md:h-44 overflow-visible" role="img" aria-label=label>
                {grid}
                <svg viewBox="0 0 1000 100" preserveAspectRatio="none" width="100%" height="100%" class="overflow-visible">{lines}</svg>
            </svg>
            <span></span>
            <TimeAxis times/>
        </figure>
    }
}

#[component]
fn SeriesLine(series: Series, top: f64) -> impl IntoView {
    let path = line(&series.values, top);
    // Only an unbroken line encloses an area.
    let area = series
        .values
        .iter()
        .all(Option::is_some)
        .then(|| format!("{path}L1000 100L0 100Z"));
    view! {
        {area.map(|area| view! { <path d=area class=series.fill/> })}
        <path d=path fill="none" stroke-width="1.5" vector-effect="non-scaling-stroke" stroke-linejoin="round" class=series.stroke/>
    }
}

#[component]
fn TimeAxis(times: Vec<(f64, String)>) -> impl IntoView {
    let labels = times
        .into_iter()
        .map(|(x, label)| {
            let anchor = if x <= 0.0 { "start" } else if x >= 100.0 { "end" } else { "middle" };
            view! { <text x=format!("{x}%") y="15" text-anchor=anchor class="fill-ink3 tabular-nums">{label}</text> }
        })
        .collect_view();
    view! { <svg class=classes(&["h-5 w-full overflow-visible", T11]) aria-hidden="true">{labels}</svg> }
}

/// The distance of the grid lines: 1, 2 or 5 times a power of ten, so that three or four of them cover the values.
fn nice_step(highest: f64) -> f64 {
    let rough = highest / 4.0;
    if rough <= 0.0 || !rough.is_finite() {
        return 1.0;
    }
    let power = 10f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 5.0]
        .into_iter()
        .find(|factor| power * factor >= rough)
        .unwrap_or(10.0);
    power * factor
}

#[cfg(test)]
mod tests {
    use super::nice_step;

    #[test]
    fn three_or_four_round_grid_lines_cover_the_values() {
        for highest in [0.3, 1.0, 7.0, 90.0, 1_204.0, 48_210.0] {
            let lines = (highest * 1.12 / nice_step(highest)).floor();
            assert!((1.0..=4.0).contains(&lines), "{highest}: {lines}");
        }
        assert_eq!(nice_step(0.0), 1.0);
        assert_eq!(nice_step(6.0), 2.0);
        assert_eq!(nice_step(5_600.0), 2_000.0);
    }
}
