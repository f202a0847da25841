//! The real binary as an operator meets it: start, addresses, health, stop, and every documented way to fail.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

const START_MAX: Duration = Duration::from_secs(30);
const STOP_MAX: Duration = Duration::from_secs(10);
const LOOK: Duration = Duration::from_millis(10);

struct Gantry {
    child: Child,
}

impl Drop for Gantry {
    fn drop(&mut self) {
        // Already ended in most tests; then there is nothing to kill or to wait for.
        if self.child.try_wait().is_ok_and(|status| status.is_none()) {
            self.child.kill().expect("the server can be killed");
            self.child.wait().expect("the server ends");
        }
    }
}

fn command(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gantry"));
    command.arg("--data-dir").arg(dir).args([
        "--console-listen",
        "127.0.0.1:0",
        "--name-server-port",
        "0",
        "--broker-port",
        "0",
    ]);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

fn start(dir: &Path) -> (Gantry, serde_json::Value) {
    start_as(&mut command(dir), dir)
}

fn start_as(command: &mut Command, dir: &Path) -> (Gantry, serde_json::Value) {
    let mut gantry = Gantry {
        child: command.spawn().unwrap(),
    };
    let until = Instant::now() + START_MAX;
    while Instant::now() < until {
        if let Ok(text) = fs::read_to_string(dir.join("ready.json")) {
            let ready: serde_json::Value = serde_json::from_str(&text).unwrap();
            if ready["pid"] == gantry.child.id() {
                return (gantry, ready);
            }
        }
        assert_eq!(
            gantry.child.try_wait().unwrap(),
            None,
            "the server ended while starting"
        );
        sleep(LOOK);
    }
    panic!("the server was not ready after {START_MAX:?}");
}

fn terminate(mut gantry: Gantry) -> (Option<i32>, Duration) {
    let asked = Instant::now();
    let kill = Command::new("kill")
        .arg("-TERM")
        .arg(gantry.child.id().to_string())
        .status()
        .unwrap();
    assert!(kill.success());
    (gantry.child.wait().unwrap().code(), asked.elapsed())
}

/// Exit code and what was said, of a start that must fail.
fn fails(command: &mut Command) -> (Option<i32>, String) {
    let out = command.stderr(Stdio::piped()).output().unwrap();
    (
        out.status.code(),
        String::from_utf8_lossy(&out.stderr).into_owned(),
    )
}

fn console(ready: &serde_json::Value) -> String {
    ready["addresses"]["console"].as_str().unwrap().to_owned()
}

/// A form posted, the whole answer as text.
fn post(address: &str, path: &str, form: &str) -> String {
    let head = format!(
        "content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n",
        form.len()
    );
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{head}\r\n{form}"
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// One request, the whole answer as text.
fn http(address: &str, request_line: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "{request_line} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{headers}\r\n"
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn it_says_where_it_serves_and_stops_within_ten_seconds() {
    let dir = tempfile::tempdir().unwrap();
    let (gantry, ready) = start(dir.path());
    for door in ["name_server", "broker", "vip", "console"] {
        let address = ready["addresses"][door].as_str().unwrap();
        assert!(TcpStream::connect(address).is_ok(), "{door} at {address}");
    }
    let console = console(&ready);
    assert!(http(&console, "GET /health/live", "").starts_with("HTTP/1.1 200"));
    assert!(http(&console, "GET /health/ready", "").starts_with("HTTP/1.1 200"));
    let (code, took) = terminate(gantry);
    assert_eq!(code, Some(0));
    assert!(took < STOP_MAX, "took {took:?}");
    assert!(!dir.path().join("ready.json").exists());
}

#[test]
fn an_open_request_does_not_hold_the_stop() {
    let dir = tempfile::tempdir().unwrap();
    let (gantry, ready) = start(dir.path());
    let mut half = TcpStream::connect(console(&ready)).unwrap();
    half.write_all(b"POST /c/local HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\ncontent-type: application/x-www-form-urlencoded\r\n\r\nname=").unwrap();
    let mut half_frame =
        TcpStream::connect(ready["addresses"]["broker"].as_str().unwrap()).unwrap();
    half_frame.write_all(&[0, 0, 1]).unwrap();
    let (code, took) = terminate(gantry);
    assert_eq!(code, Some(0));
    assert!(took < STOP_MAX, "took {took:?}");
}

#[test]
fn every_start_has_its_own_id() {
    let dir = tempfile::tempdir().unwrap();
    let (first, ready) = start(dir.path());
    terminate(first);
    let (second, again) = start(dir.path());
    assert_ne!(ready["start_id"], again["start_id"]);
    terminate(second);
}

#[test]
fn pages_carry_exactly_the_promised_headers() {
    let dir = tempfile::tempdir().unwrap();
    let (_gantry, ready) = start(dir.path());
    let answer = http(&console(&ready), "GET /c/local", "");
    let nonce = answer
        .split("'nonce-")
        .nth(1)
        .and_then(|rest| rest.split('\'').next())
        .expect("a nonce")
        .to_owned();
    let policy = format!(
        "content-security-policy: default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; connect-src 'self'; \
         style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'\r\n"
    );
    assert!(answer.contains(&policy), "{answer}");
    assert!(
        answer.contains("referrer-policy: same-origin\r\n")
            && answer.contains("x-content-type-options: nosniff\r\n")
    );
    assert!(
        !answer.contains(" style=\"") && !answer.contains(" onclick"),
        "the policy blocks inline styles and handlers"
    );
    let other = http(&console(&ready), "GET /c/local", "");
    assert!(!other.contains(&nonce), "a nonce is used once");
}

#[test]
fn short_addresses_lead_to_the_default_cluster_and_unknown_ones_nowhere() {
    let dir = tempfile::tempdir().unwrap();
    let (_gantry, ready) = start(dir.path());
    let console = console(&ready);
    assert!(http(&console, "GET /", "").contains("location: /c/local\r\n"));
    assert!(
        http(&console, "GET /topics?q=a%20b", "").contains("location: /c/local/topics?q=a%20b\r\n")
    );
    for missing in [
        "/nope",
        "/c/elsewhere",
        "/c/local/topics/none",
        "/c/local/messages/xyz",
        "/c/local/%2e%2e%2f%2e%2e/etc/passwd",
        "/c/%ff%fe/topics",
        "/c/local/topics/%ff",
    ] {
        let answer = http(&console, &format!("GET {missing}"), "");
        assert!(
            answer.starts_with("HTTP/1.1 404"),
            "{missing}: {}",
            answer.lines().next().unwrap_or_default()
        );
        assert!(answer.contains("<h1"), "{missing} is a page that says so");
    }
}

#[test]
fn other_origins_and_foreign_names_are_turned_away() {
    let dir = tempfile::tempdir().unwrap();
    let (_gantry, ready) = start(dir.path());
    let console = console(&ready);
    let post = "POST /c/local/topics";
    assert!(http(&console, post, "origin: http://evil.example\r\n").starts_with("HTTP/1.1 403"));
    assert!(http(&console, post, "sec-fetch-site: cross-site\r\n").starts_with("HTTP/1.1 403"));
}

#[test]
fn pages_that_are_read_late_arrive_whole() {
    const CONNECTIONS: usize = 8;
    const PAGES: usize = 120;
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("said");
    let data = dir.path().join("data");
    let (gantry, ready) = start_as(
        command(&data).stderr(fs::File::create(&log).unwrap()),
        &data,
    );
    let console = console(&ready);
    // All ask before any of them reads, so that answers wait half sent and go on on other threads.
    let open: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let mut stream = TcpStream::connect(&console).unwrap();
            let ask = |more: &str| {
                format!("GET /c/local/messages HTTP/1.1\r\nhost: {console}\r\n{more}\r\n")
            };
            let asked = ask("").repeat(PAGES - 1) + &ask("connection: close\r\n");
            stream.write_all(asked.as_bytes()).unwrap();
            stream
        })
        .collect();
    for mut stream in open {
        let mut answers = Vec::new();
        stream.read_to_end(&mut answers).unwrap();
        let answers = String::from_utf8_lossy(&answers);
        assert_eq!(answers.matches("HTTP/1.1 200").count(), PAGES);
        assert_eq!(answers.matches("</html>").count(), PAGES);
    }
    terminate(gantry);
    let said = fs::read_to_string(&log).unwrap();
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn a_form_that_is_too_long_is_refused_with_its_limit() {
    let dir = tempfile::tempdir().unwrap();
    let (_gantry, ready) = start(dir.path());
    let console = console(&ready);
    let long = |len: usize| format!("name={}&queues=1&kind=normal", "a".repeat(len));
    let answer = post(&console, "/c/local/topics", &long(64 * 1024));
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(answer.contains("takes 65.5 KB at most"), "{answer}");
    let answer = post(&console, "/c/local/topics", &long(60 * 1024));
    assert!(answer.starts_with("HTTP/1.1 422"), "{answer}");
    let back = answer.matches('a').count();
    assert!(back >= 60 * 1024, "only {back} of what was typed came back");

    let made = post(
        &console,
        "/c/local/topics",
        "name=Long&queues=1&kind=normal",
    );
    assert!(made.starts_with("HTTP/1.1 303"), "{made}");
    let body = format!("body={}", "%41".repeat(4 * 1024 * 1024));
    let sent = post(&console, "/c/local/topics/Long", &body);
    assert!(
        sent.starts_with("HTTP/1.1 303"),
        "{}",
        sent.lines().next().unwrap_or_default()
    );
}

#[test]
fn what_cannot_be_is_told_from_what_is_not_there() {
    let dir = tempfile::tempdir().unwrap();
    let (_gantry, ready) = start(dir.path());
    let console = console(&ready);
    let answer = post(&console, "/c/local/topics/none", "body=a&queue=x");
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    let filter = "x".repeat(10_000);
    let answer = http(&console, &format!("GET /c/local/topics?q={filter}"), "");
    assert!(answer.starts_with("HTTP/1.1 422"), "{answer}");
    assert!(
        !answer.contains("could not be built") && answer.contains("10,000"),
        "{answer}"
    );
}

#[test]
fn metrics_have_help_types_and_units() {
    let dir = tempfile::tempdir().unwrap();
    let (_gantry, ready) = start(dir.path());
    let answer = http(&console(&ready), "GET /metrics", "");
    let names: Vec<_> = answer
        .lines()
        .filter_map(|l| l.strip_prefix("# TYPE "))
        .map(|l| l.split(' ').collect::<Vec<_>>())
        .collect();
    assert!(names.len() > 5, "{answer}");
    let units = [
        "_total",
        "_bytes",
        "_seconds",
        "_ratio",
        "_info",
        "_connections",
        "_pulls",
        "_segments",
        "_topics",
        "_groups",
        "_runs",
        "_writable",
    ];
    for name in &names {
        assert!(
            name[0].starts_with("gantry_") && units.iter().any(|unit| name[0].ends_with(unit)),
            "{}: no prefix or unit",
            name[0]
        );
        assert_eq!(
            name[1] == "counter",
            name[0].ends_with("_total"),
            "{}: counters end with _total",
            name[0]
        );
    }
}

#[test]
fn one_directory_has_one_process() {
    let dir = tempfile::tempdir().unwrap();
    let (_gantry, ready) = start(dir.path());
    let (code, said) = fails(&mut command(dir.path()));
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("in use"), "{said}");
    let left: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(dir.path().join("ready.json")).unwrap()).unwrap();
    assert_eq!(left, ready, "the running process's addresses stay");
}

#[test]
fn what_was_left_by_a_killed_process_is_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let (mut gantry, ready) = start(dir.path());
    gantry.child.kill().unwrap();
    gantry.child.wait().unwrap();
    assert!(dir.path().join("ready.json").exists());
    let (_again, fresh) = start(dir.path());
    assert_ne!(ready["start_id"], fresh["start_id"]);
}

#[test]
fn wrong_settings_are_named_and_end_with_2() {
    let dir = tempfile::tempdir().unwrap();
    let (code, said) = fails(command(dir.path()).args(["--console-listen", "0.0.0.0:0"]));
    assert_eq!(code, Some(2), "{said}");
    let (code, said) = fails(command(dir.path()).env("GANTRY__STORE__FLUHS", "sync"));
    assert_eq!(code, Some(2));
    assert!(said.contains("GANTRY__STORE__FLUHS"), "{said}");
    for (variable, key) in [
        ("GANTRY__STORE__SEGMENT_BYTES", "store.segment_bytes"),
        ("GANTRY__STORE__INDEX_RUN_BYTES", "store.index_run_bytes"),
    ] {
        let (code, said) = fails(command(dir.path()).env(variable, "0"));
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(&format!("{key} is 0")), "{said}");
    }
    let (code, said) = fails(command(dir.path()).arg("--no-such-flag"));
    assert_eq!(code, Some(2), "{said}");
}

#[test]
fn a_taken_address_ends_with_4() {
    let dir = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let mut flags = Command::new(env!("CARGO_BIN_EXE_gantry"));
    flags
        .arg("--data-dir")
        .arg(dir.path())
        .args(["--name-server-port", "0", "--broker-port", "0"]);
    let (code, said) = fails(flags.args(["--console-listen", &format!("127.0.0.1:{port}")]));
    assert_eq!(code, Some(4), "{said}");
    let (code, said) = fails(command(dir.path()).args(["--vip-port", &port.to_string()]));
    assert_eq!(code, Some(4), "{said}");
}

#[test]
fn a_directory_of_a_newer_format_is_refused_in_a_sentence() {
    let dir = tempfile::tempdir().unwrap();
    terminate(start(dir.path()).0);
    let format = dir.path().join("FORMAT");
    let text = fs::read_to_string(&format).unwrap();
    let newer = text.replacen('1', "999", 1);
    assert_ne!(newer, text);
    fs::write(&format, newer).unwrap();
    let (code, said) = fails(&mut command(dir.path()));
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("format 999"), "{said}");
}
