//! What the screen shows for a number, at the edges where rounding changes the unit.

use super::*;

/// 2026-11-20 14:32:00 in Shanghai.
const NOW: i64 = 1_795_156_320_000;

fn viewer(lang: Lang, zone: Tz) -> Viewer {
    Viewer {
        lang,
        zone,
        now_ms: NOW,
    }
}

#[test]
fn counts_are_exact_up_to_seven_digits() {
    assert_eq!(exact(0), "0");
    assert_eq!(exact(999), "999");
    assert_eq!(exact(48_210), "48,210");
    assert_eq!(exact(u64::MAX), "18,446,744,073,709,551,615");
    assert_eq!(short(9_999_999, Lang::En), "9,999,999");
    assert_eq!(short(10_000_000, Lang::En), "10.0 M");
    assert_eq!(short(431_000_000, Lang::En), "431 M");
    assert_eq!(short(1_310_000_000, Lang::En), "1.31 B");
    assert_eq!(short(431_000_000, Lang::Zh), "4.31 亿");
    assert_eq!(short(38_100_000, Lang::Zh), "3,810 万");
}

#[test]
fn a_count_never_shows_four_digits_of_a_unit() {
    assert_eq!(short(999_600_000, Lang::En), "1.00 B");
    assert_eq!(short(999_400_000, Lang::En), "999 M");
}

#[test]
fn bytes_are_decimal_with_three_digits() {
    assert_eq!(bytes(0), "0 B");
    assert_eq!(bytes(734), "734 B");
    assert_eq!(bytes(999), "999 B");
    assert_eq!(bytes(1_000), "1.00 KB");
    assert_eq!(bytes(1_420), "1.42 KB");
    assert_eq!(bytes(999_950), "1.00 MB");
    assert_eq!(bytes(148_000_000_000), "148 GB");
}

#[test]
fn slow_rates_are_counted_by_the_minute() {
    assert_eq!(rate(2_184.4, Lang::En), "2,184/s");
    assert_eq!(rate(3.0, Lang::En), "3/s");
    assert_eq!(rate(1.44, Lang::En), "1.4/s");
    assert_eq!(rate(0.05, Lang::En), "3/min");
    assert_eq!(rate(0.0001, Lang::En), "<1/min");
    assert_eq!(rate(0.0, Lang::En), "0/s");
    assert_eq!(rate(f64::NAN, Lang::En), "0/s");
    assert_eq!(rate(0.05, Lang::Zh), "3/分钟");
}

#[test]
fn shares_that_round_to_nothing_are_not_zero() {
    assert_eq!(percent(78.0), "78.0 %");
    assert_eq!(percent(0.01), "<0.1 %");
    assert_eq!(percent(0.0), "0.0 %");
}

#[test]
fn durations_have_two_units() {
    assert_eq!(duration(38, Lang::En), "38 ms");
    assert_eq!(duration(12_000, Lang::En), "12 s");
    assert_eq!(duration(252_000, Lang::En), "4 m 12 s");
    assert_eq!(duration(2 * DAY + 4 * HOUR, Lang::En), "2 d 4 h");
    assert_eq!(duration(72 * HOUR, Lang::En), "3 d");
    assert_eq!(duration(252_000, Lang::Zh), "4 分 12 秒");
    assert_eq!(duration(-5, Lang::En), "0 ms");
}

#[test]
fn retention_is_said_in_hours_up_to_a_week() {
    assert_eq!(kept(72 * HOUR, Lang::En), "72 h");
    assert_eq!(kept(7 * DAY, Lang::En), "7 d");
    assert_eq!(kept(90 * MINUTE, Lang::En), "1 h 30 m");
}

#[test]
fn relative_times_end_after_a_day() {
    let english = viewer(Lang::En, chrono_tz::Asia::Shanghai);
    assert_eq!(ago(NOW - 29 * MINUTE, &english), "29 min ago");
    assert_eq!(ago(NOW - 2 * HOUR, &english), "2 h ago");
    assert_eq!(ago(NOW - 300, &english), "just now");
    assert_eq!(ago(NOW - 25 * HOUR, &english), "19 Nov 13:32");
    assert_eq!(ago(NOW + 23 * HOUR, &english), "in 23 h");
    assert_eq!(
        ago(NOW - 29 * MINUTE, &viewer(Lang::Zh, chrono_tz::UTC)),
        "29 分钟前"
    );
}

#[test]
fn times_are_in_the_zone_of_the_viewer() {
    let at = NOW - 29 * MINUTE + 11_204;
    let shanghai = viewer(Lang::En, chrono_tz::Asia::Shanghai);
    assert_eq!(absolute(at, &shanghai), "2026-11-20 14:03:11 UTC+8");
    assert_eq!(clock(at, &shanghai), "14:03:11.204");
    assert_eq!(
        absolute(at, &viewer(Lang::En, chrono_tz::UTC)),
        "2026-11-20 06:03:11 UTC"
    );
    assert_eq!(
        zone(&viewer(Lang::En, chrono_tz::Asia::Kolkata)),
        "UTC+5:30"
    );
    assert_eq!(
        zone(&viewer(Lang::En, chrono_tz::America::New_York)),
        "UTC−5"
    );
    assert_eq!(utc(at), "2026-11-20T06:03:11.204Z");
}

#[test]
fn what_a_field_shows_can_be_read_back() {
    for zone in [
        chrono_tz::UTC,
        chrono_tz::Asia::Shanghai,
        chrono_tz::America::New_York,
    ] {
        let viewer = viewer(Lang::En, zone);
        assert_eq!(parse_time(&field(NOW, &viewer), &viewer), Some(NOW));
        assert_eq!(parse_time(&utc(NOW + 7), &viewer), Some(NOW + 7));
    }
    let utc = viewer(Lang::En, chrono_tz::UTC);
    assert_eq!(parse_time("2026-11-20T06:32", &utc), Some(NOW));
    assert_eq!(
        parse_time("2026-11-20", &utc),
        Some(NOW - 6 * HOUR - 32 * MINUTE)
    );
    for wrong in [
        "",
        "yesterday",
        "2026-13-01 00:00",
        "20261120",
        "2026-11-20 25:00",
    ] {
        assert_eq!(parse_time(wrong, &utc), None, "{wrong}");
    }
}

#[test]
fn an_hour_that_does_not_exist_is_refused() {
    let new_york = viewer(Lang::En, chrono_tz::America::New_York);
    assert_eq!(parse_time("2026-03-08 02:30:00", &new_york), None);
}

#[test]
fn spans_of_links_are_read() {
    assert_eq!(parse_span("15m"), Some(15 * MINUTE));
    assert_eq!(parse_span("7d"), Some(7 * DAY));
    for wrong in ["", "h", "-1h", "0h", "5", "5y", "99999999999999999d", "1小"] {
        assert_eq!(parse_span(wrong), None, "{wrong}");
    }
}

#[test]
fn long_ids_keep_both_ends() {
    assert_eq!(
        ends("01A4C3E09F120B7C0003119ED30000004A", 10, 6),
        Some(("01A4C3E09F", "00004A"))
    );
    assert_eq!(ends("ORD-1", 10, 6), None);
    assert_eq!(ends("订单-20261120-88213-88213-88213", 10, 6), None);
}
