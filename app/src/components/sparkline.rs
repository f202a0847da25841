//! Sparkline: the shape of the last hour. No axis: the number is in the next cell.

use leptos::prelude::*;

/// A path through `values`, from left to right in a box of 1000 by 100, with `top` at the upper edge.
/// A missing value is a gap, never a line to 0.
#[must_use]
pub fn line(values: &[Option<f64>], top: f64) -> String {
    let step = 1000.0 / values.len().saturating_sub(1).max(1) as f64;
    let mut path = String::new();
    let mut drawing = false;
    for (index, value) in values.iter().enumerate() {
        let Some(value) = value else {
            drawing = false;
            continue;
        };
        let height = (value / top).clamp(0.0, 1.0) * 100.0;
        path += &format!(
            "{}{:.1} {:.2}",
            if drawing { 'L' } else { 'M' },
            index as f64 * step,
            100.0 - height
        );
        drawing = true;
    }
    path
}

#[component]
pub fn Sparkline(values: Vec<f64>) -> impl IntoView {
    let highest = values.iter().copied().fold(0.0, f64::max);
    let top = if highest > 0.0 { highest * 1.6 } else { 1.0 };
    let values: Vec<_> = values.into_iter().map(Some).collect();
    view! {
        <svg viewBox="0 -5 1000 115" preserveAspectRatio="none" class="inline-block h-5 w-16 overflow-visible align-middle" aria-hidden="true">
            <path d=line(&values, top) fill="none" stroke-width="1.25" vector-effect="non-scaling-stroke" stroke-linejoin="round" class="stroke-s4"/>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_line_spans_the_box() {
        assert_eq!(
            line(&[Some(0.0), Some(2.0), Some(1.0)], 2.0),
            "M0.0 100.00L500.0 0.00L1000.0 50.00"
        );
    }

    #[test]
    fn a_missing_value_is_a_gap() {
        assert_eq!(
            line(&[Some(1.0), None, Some(1.0)], 1.0),
            "M0.0 0.00M1000.0 0.00"
        );
    }

    #[test]
    fn one_value_or_none_draws_nothing_that_breaks() {
        assert_eq!(line(&[Some(1.0)], 1.0), "M0.0 0.00");
        assert_eq!(line(&[], 1.0), "");
    }
}
