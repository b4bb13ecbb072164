//! Turning on MFA at the sandbox, from the start of the program to its end: the vault opened by its password, a secret
//! proposed, confirmed, and kept with the recovery codes.

use std::path::Path;
use std::time::{Duration, Instant};

use deskfob_measure::Benchmark;
use deskfob_sandbox::Config;
use tokio::runtime::Runtime;

use crate::{Fob, PASSWORD, said};

/// Each has a platform and a vault of its own.
const RUNS: usize = 10;

/// The API token of somebody whose MFA is off.
const TOKEN: &str = "sandbox-ada-token";

pub(crate) fn measured(what: &str, folder: &Path) {
    rustls::crypto::ring::default_provider()
        .install_default()
        .unwrap();
    let runtime = Runtime::new().unwrap();
    let mut number = 0;
    Benchmark::of(what)
        .below(Duration::from_secs(2))
        .run_timed(RUNS, || {
            number += 1;
            once(&runtime, &folder.join(format!("enrol-{number}")))
        });
}

/// How long the program took. What has to be there before is not counted.
fn once(runtime: &Runtime, folder: &Path) -> Duration {
    let config = Config {
        state: Some(folder.join("state")),
        ..Config::default()
    };
    let sandbox = runtime.block_on(deskfob_sandbox::start(config)).unwrap();
    let fob = Fob {
        home: folder.join("vault"),
    };
    let url = sandbox.url().as_str();
    let password = format!("{PASSWORD}\n");
    said(
        fob.command(&["vault", "create", "--password-stdin"]),
        &password,
        "",
    );
    let mut sign_in = fob.command(&["account", "sign-in", "--token-stdin", "--password-stdin"]);
    sign_in.args(["--api", url, "--auth", url, "--client-id", "deskfob"]);
    said(sign_in, &format!("{password}{TOKEN}\n"), "Connected");
    let enrol = fob.command(&["enrol", "--password-stdin"]);
    let start = Instant::now();
    said(enrol, &password, "");
    start.elapsed()
}
