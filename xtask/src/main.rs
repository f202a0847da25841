//! The project's own tasks: sets up what is missing, says what it does and how long each step took.

#[cfg(feature = "bench")]
mod bench;
mod bundle;
#[cfg(feature = "bench")]
mod compare;
mod steps;
mod test;
mod tools;
mod trunk;

use std::error::Error;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

pub(crate) type Fallible<T> = Result<T, Box<dyn Error>>;

const HELP: &str = "\
cargo xtask run [flags of gantry]   set up, build, start the product
cargo xtask build                   the same without starting: target/release/gantry
cargo xtask test [stages]           every check and every test, one summary; or the stages named, such as: bundle browser
cargo xtask bench                   figures, next to what the machine does without a broker
cargo xtask compare                 the same load against a real Apache RocketMQ in turn, ratios
                                    both: [--seconds N] [--only TEXT] [--stored N] [--binary PATH]

Bundle and server are built apart: in one cargo invocation their features would unify.";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let task = args.next().unwrap_or_default();
    let rest: Vec<String> = args.collect();
    let done = match task.as_str() {
        "run" => run(&rest),
        "build" => build("release").map(|_| ExitCode::SUCCESS),
        "test" => test::run(&rest),
        "bench" | "compare" => measure(&task, &rest),
        _ => {
            eprintln!("{HELP}");
            return if matches!(task.as_str(), "" | "help" | "--help") {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(2)
            };
        }
    };
    done.unwrap_or_else(|error| {
        eprintln!("xtask {task}: {error}");
        ExitCode::FAILURE
    })
}

/// The root of the workspace, where every command runs.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .map(Path::to_path_buf)
        .unwrap_or_default()
}

pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Bundle, then server with the bundle inside. Returns the binary.
fn build(profile: &str) -> Fallible<PathBuf> {
    let bundle = bundle::build()?;
    steps::timed(&format!("build the server ({profile})"), || {
        steps::must(
            cargo()
                .args(["build", "-p", "server", "--profile", profile])
                .env("GANTRY_BUNDLE", &bundle),
        )
    })?;
    Ok(tools::target_dir().join(profile).join("gantry"))
}

fn run(flags: &[String]) -> Fallible<ExitCode> {
    let binary = build("release")?;
    eprintln!("== starting {}", binary.display());
    // Becomes the server, so that Ctrl-C and SIGTERM reach it and nothing stands between.
    let flags = flags.iter().filter(|flag| *flag != "--");
    Err(Command::new(&binary).args(flags).exec().into())
}

#[cfg(feature = "bench")]
fn measure(task: &str, args: &[String]) -> Fallible<ExitCode> {
    if task == "bench" {
        bench::run(args)?;
    } else {
        compare::run(args)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A load generator must be optimised; the other tasks need none of it.
#[cfg(not(feature = "bench"))]
fn measure(task: &str, args: &[String]) -> Fallible<ExitCode> {
    let mut again = cargo();
    again.args([
        "run",
        "--quiet",
        "--release",
        "--package",
        "xtask",
        "--features",
        "bench",
        "--",
        task,
    ]);
    Err(again.args(args).exec().into())
}
