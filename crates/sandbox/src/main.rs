//! Serves the sandbox until Ctrl+C.

use std::{
    io::{self, Write},
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
};

use clap::Parser;
use deskfob_sandbox::{
    API_TOKENS, Config, ErrorShape, FaultOrders, PEOPLE, Running, SmtpServer, StartError, start,
};
use tracing_subscriber::EnvFilter;

/// A stand-in for Upsun and Platform.sh on this computer: accounts, organisations, MFA and mail, all test data.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Loopback address to listen on; port 0 takes the last one if it is free, else any.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Generated members of the organisation "acme", at most 200000.
    #[arg(long, value_name = "N", default_value_t = 57)]
    members: usize,
    /// Decides names, roles and MFA of the generated members.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Mail server for reminders, without TLS or a login. The outbox keeps them in any case.
    #[arg(long, value_name = "HOST:PORT")]
    smtp: Option<SmtpServer>,
    /// Folder to keep the state in. Without it, nothing outlives the program.
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// Faults to order, e.g. "first 2 POST /users/*/totp status 503; clock +90". See docs/sandbox.md.
    #[arg(long, value_name = "ORDERS", default_value = "")]
    faults: FaultOrders,
    /// How the API words its errors: old or new.
    #[arg(long, value_name = "SHAPE", default_value = "old")]
    error_shape: ErrorShape,
    /// Print only what the official command line needs, for `eval` in a shell.
    #[arg(long)]
    print_env: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into()))
        .with_writer(io::stderr)
        .init();
    match serve(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // With standard error closed there is nobody to tell.
            let _ = writeln!(io::stderr(), "{failure}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(arguments: Arguments) -> Result<(), String> {
    let print_env = arguments.print_env;
    let config = Config {
        listen: arguments.listen,
        members: arguments.members,
        seed: arguments.seed,
        smtp: arguments.smtp,
        state: arguments.state,
        faults: arguments.faults,
        error_shape: arguments.error_shape,
    };
    let running = start(config).await.map_err(|error| explain(&error))?;
    let said = if print_env {
        say_env(&running)
    } else {
        say_urls(&running)
    };
    said.map_err(|error| format!("cannot write to standard output: {error}"))?;
    tokio::signal::ctrl_c()
        .await
        .map_err(|error| format!("cannot wait for Ctrl+C: {error}"))?;
    running.stop().await;
    Ok(())
}

fn explain(error: &StartError) -> String {
    let source = std::error::Error::source(error).map(|source| format!(": {source}"));
    let hint = error.hint().map(|hint| format!("\n{hint}"));
    format!(
        "{error}{}{}",
        source.unwrap_or_default(),
        hint.unwrap_or_default()
    )
}

fn say_urls(running: &Running) -> io::Result<()> {
    let url = running.url();
    let mut out = io::stdout().lock();
    writeln!(out, "Start page         {url}")?;
    writeln!(out, "API and sign-in    {url}")?;
    writeln!(out, "Security settings  {url}profile/security")?;
    writeln!(out, "Outbox             {url}outbox")?;
    writeln!(out, "Client id          {}", running.client_id())?;
    for person in &PEOPLE {
        writeln!(
            out,
            "Account            {}  {}",
            person.email,
            person.password().unwrap_or("(Acme SSO)")
        )?;
    }
    writeln!(out, "Ctrl+C stops it.")?;
    out.flush()
}

fn say_env(running: &Running) -> io::Result<()> {
    let url = running.url().as_str().trim_end_matches('/');
    let mut out = io::stdout().lock();
    writeln!(out, "export UPSUN_CLI_API_URL={url}")?;
    writeln!(out, "export UPSUN_CLI_AUTH_URL={url}")?;
    writeln!(out, "export UPSUN_CLI_API_DISABLE_CREDENTIAL_HELPERS=1")?;
    writeln!(out, "export UPSUN_CLI_UPDATES_CHECK=0")?;
    writeln!(out, "# Instead of `upsun login`:")?;
    for token in &API_TOKENS {
        writeln!(
            out,
            "# export UPSUN_CLI_TOKEN={}  # {}",
            token.token, token.email
        )?;
    }
    out.flush()
}
