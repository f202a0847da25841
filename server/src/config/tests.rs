//! Layers, unknown keys, and the rules between settings.

use super::*;

fn load(file: Option<&str>, env: &[(&str, &str)], flags: &[&str]) -> Result<Config, ConfigError> {
    let dir = tempfile::tempdir().unwrap();
    let mut args: Vec<OsString> = vec!["gantry".into()];
    if let Some(text) = file {
        let path = dir.path().join("gantry.toml");
        std::fs::write(&path, text).unwrap();
        args.extend(["--config".into(), path.into_os_string()]);
    }
    args.extend(flags.iter().map(Into::into));
    match Config::load(
        args,
        env.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())),
    )? {
        Asked::Serve(config) => Ok(*config),
        Asked::Told(told) => panic!("{told}"),
    }
}

fn refusal(file: Option<&str>, env: &[(&str, &str)], flags: &[&str]) -> String {
    load(file, env, flags)
        .expect_err("must be refused")
        .to_string()
}

#[test]
fn defaults_are_rocketmq_s_ports_on_loopback() {
    let config = load(None, &[], &["serve"]).unwrap();
    assert_eq!(
        (config.broker.name_server_port, config.broker.broker_port),
        (9876, 10911)
    );
    assert_eq!(config.console_listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.broker.store.dir, Path::new("gantry-data"));
}

#[test]
fn flags_win_over_variables_over_the_file() {
    let file = Some(
        "[ports]\nname_server = 1\nbroker = 2\nvip = 3\n[store]\nflush = \"async\"\nkeep_hours = 5\n",
    );
    let env = [
        ("GANTRY__PORTS__BROKER", "20"),
        ("GANTRY__PORTS__NAME_SERVER", "10"),
        ("HOME", "/"),
    ];
    let config = load(file, &env, &["--name-server-port", "100"]).unwrap();
    assert_eq!(
        (
            config.broker.name_server_port,
            config.broker.broker_port,
            config.broker.vip
        ),
        (100, 20, VipPort::Port(3))
    );
    assert_eq!(config.broker.store.flush, FlushMode::Async);
    assert_eq!(config.broker.store.retention.keep_ms, 5 * HOUR_MS);
}

#[test]
fn an_unknown_key_is_named_with_where_it_stands() {
    let in_file = refusal(Some("[ports]\nbrokre = 1\n"), &[], &[]);
    assert!(
        in_file.contains("gantry.toml") && in_file.contains("brokre"),
        "{in_file}"
    );
    let in_env = refusal(None, &[("GANTRY__STORE__FLUHS", "sync")], &[]);
    assert!(
        in_env.contains("GANTRY__STORE__FLUHS") && in_env.contains("fluhs"),
        "{in_env}"
    );
}

#[test]
fn a_value_of_the_wrong_kind_is_named() {
    let error = refusal(None, &[("GANTRY__PORTS__BROKER", "ten")], &[]);
    assert!(
        error.contains("GANTRY__PORTS__BROKER") && error.contains("ten"),
        "{error}"
    );
    let error = refusal(None, &[], &["--vip-port", "70000"]);
    assert!(
        error.contains("ports.vip") && error.contains("70000"),
        "{error}"
    );
}

#[test]
fn the_console_stays_on_loopback() {
    let error = refusal(None, &[], &["--console-listen", "0.0.0.0:8080"]);
    assert!(
        error.contains("console_listen") && error.contains("loopback"),
        "{error}"
    );
    assert!(load(None, &[], &["--console-listen", "[::1]:0"]).is_ok());
}

#[test]
fn what_cannot_work_is_refused() {
    assert!(refusal(None, &[], &["--advertise", "0.0.0.0"]).contains("advertise"));
    assert!(refusal(Some("[store]\ndisk_clean_pct = 95\n"), &[], &[]).contains("disk_clean_pct"));
    assert!(refusal(Some("[broker]\ncluster_name = \"a/b\"\n"), &[], &[]).contains("cluster_name"));
    assert!(refusal(Some("[store]\nkeep_hours = 0\n"), &[], &[]).contains("keep_hours"));
}

#[test]
fn help_names_every_exit_code() {
    let Ok(Asked::Told(told)) = Config::load(["gantry".into(), "--help".into()], []) else {
        panic!("help is told")
    };
    let text = told.to_string();
    for code in 0..=4 {
        assert!(
            text.contains(&format!("\n  {code}  ")),
            "exit code {code} in:\n{text}"
        );
    }
}

/// The block of defaults in the README: what a newcomer copies.
fn readme_block() -> String {
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).unwrap();
    readme
        .split("```toml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .expect("README.md has a toml block")
        .to_owned()
}

#[test]
fn the_readme_s_settings_are_the_defaults() {
    let block = readme_block();
    let (written, default) = (
        load(Some(&block), &[], &[]).unwrap(),
        load(None, &[], &[]).unwrap(),
    );
    assert_eq!(format!("{written:?}"), format!("{default:?}"));
}

#[test]
fn help_and_readme_name_the_same_keys() {
    let keys = |text: &str| -> std::collections::BTreeSet<String> {
        let mut words = text.split_whitespace().filter(|w| *w != "#").peekable();
        let mut found = std::collections::BTreeSet::new();
        while let Some(word) = words.next() {
            if words.peek() == Some(&"=") {
                found.insert(word.to_owned());
            }
        }
        found
    };
    assert_eq!(keys(super::flags::AFTER_HELP), keys(&readme_block()));
}
