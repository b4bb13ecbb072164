//! `fob account`: connecting platform accounts.

use std::io::{self, Write};

use deskfob_flows::{CustomDeployment, DeploymentChoice, Desk, SignedOut};
use deskfob_platform::{ApiToken, BrowserSignIn, ClientAuthentication, TokenSet};
use deskfob_vault::StoredAccount;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use crate::args::{AccountCommand, BrowserArg, ClientAuthArg, DeploymentArg, Global, SignInArgs};
use crate::choose;
use crate::error::{CommandError, ErrorView};
use crate::input::{self, Asked};
use crate::open::{Purpose, with_desk};
use crate::output::{Outcome, Output, Report, Table, plain};
use crate::prompt::{self, SIGN_IN_WAIT};

mod view;

pub(crate) use view::{AccountView, RecoveryCodesView};

#[derive(Serialize)]
struct OneAccount {
    account: AccountView,
    #[serde(skip)]
    done: &'static str,
}

#[derive(Serialize)]
struct SignedOutAccount {
    account: AccountView,
    /// The platform has forgotten the session, too.
    revoked: bool,
    /// Why it has not.
    problem: Option<ErrorView>,
    /// The API token that the session came from works until it is deleted at the platform.
    api_token_remains: bool,
}

#[derive(Serialize)]
struct Accounts {
    accounts: Vec<AccountView>,
}

pub(crate) async fn run(
    global: &Global,
    out: &Output,
    command: AccountCommand,
) -> Result<Outcome, CommandError> {
    match command {
        AccountCommand::SignIn(args) => out.show(&sign_in(global, &args).await?)?,
        AccountCommand::Renew {
            account,
            asked,
            browser,
        } => {
            let query = account.account.as_deref();
            let renewed = with_desk(global, Purpose::Change, async |desk| {
                let account = choose::account(desk.vault(), query).await?;
                let attempt = desk.start_asked_renewal(&account, &asked.asked()).await?;
                let tokens = in_browser(desk, attempt, &browser).await?;
                let account = desk.finish_renewal(&account, tokens).await?;
                crate::ssh::follow_session(desk, out, &account).await;
                OneAccount::of(desk, &account, "Signed in again as").await
            })
            .await?;
            out.show(&renewed)?;
        }
        AccountCommand::List => {
            let accounts = with_desk(global, Purpose::Read, async |desk| {
                let mut accounts = Vec::new();
                for account in desk.vault().accounts().await? {
                    accounts.push(AccountView::of(desk, &account).await?);
                }
                Ok(Accounts { accounts })
            })
            .await?;
            out.show(&accounts)?;
        }
        AccountCommand::SignOut(args) => {
            let query = args.account.as_deref();
            let signed_out = with_desk(global, Purpose::Change, async |desk| {
                let account = choose::account(desk.vault(), query).await?;
                let SignedOut {
                    not_revoked,
                    api_token_remains,
                } = desk.sign_out(&account).await?;
                Ok(SignedOutAccount {
                    account: AccountView::of(desk, &account).await?,
                    revoked: not_revoked.is_none(),
                    problem: not_revoked
                        .map(|error| ErrorView::from(&CommandError::Session(error))),
                    api_token_remains,
                })
            })
            .await?;
            out.show(&signed_out)?;
        }
    }
    Ok(Outcome::Done)
}

async fn sign_in(global: &Global, args: &SignInArgs) -> Result<OneAccount, CommandError> {
    let choice = choice(args);
    with_desk(global, Purpose::Change, async |desk| {
        if args.register {
            desk.forget_client(&choice).await?;
        }
        let account = if args.token_stdin {
            let token = input::secret_piped_or_prompted(Asked::Token)?;
            let token = SecretString::from(token.expose_secret().trim());
            desk.connect_with_token(&choice, ApiToken::new(token))
                .await?
        } else {
            let attempt = desk.start_connect(&choice).await?;
            let tokens = in_browser(desk, attempt, &args.browser).await?;
            desk.finish_connect(&choice, tokens).await?
        };
        OneAccount::of(desk, &account, "Connected").await
    })
    .await
}

fn choice(args: &SignInArgs) -> DeploymentChoice {
    if let (Some(api), Some(auth)) = (&args.api, &args.auth) {
        let name = api.host_str().unwrap_or_default();
        return DeploymentChoice::Custom(Box::new(CustomDeployment {
            client_id: args.client_id.clone(),
            ports: args.ports,
            client_authentication: match args.client_auth {
                ClientAuthArg::None => ClientAuthentication::None,
                ClientAuthArg::EmptySecret => ClientAuthentication::EmptySecret,
            },
            certifier: args.certifier.clone(),
            ssh_hosts: args.ssh_host.clone(),
            ..CustomDeployment::at(name, api.clone(), auth.clone())
        }));
    }
    match args.deployment {
        Some(DeploymentArg::Upsun) => DeploymentChoice::Upsun,
        Some(DeploymentArg::Platformsh) => DeploymentChoice::PlatformSh,
        // The command line asks for one of them.
        Some(DeploymentArg::Sandbox) | None => DeploymentChoice::Sandbox,
    }
}

pub(crate) async fn in_browser(
    desk: &Desk,
    attempt: BrowserSignIn,
    browser: &BrowserArg,
) -> Result<TokenSet, CommandError> {
    prompt::open(&attempt, browser.no_browser);
    Ok(desk.finish_sign_in(attempt, SIGN_IN_WAIT).await?)
}

impl OneAccount {
    async fn of(
        desk: &Desk,
        account: &StoredAccount,
        done: &'static str,
    ) -> Result<Self, CommandError> {
        Ok(Self {
            account: AccountView::of(desk, account).await?,
            done,
        })
    }
}

impl Report for OneAccount {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let AccountView {
            email, deployment, ..
        } = &self.account;
        writeln!(
            out,
            "{} {} ({})",
            self.done,
            plain(email),
            plain(deployment)
        )
    }
}

impl Report for SignedOutAccount {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let AccountView {
            email, deployment, ..
        } = &self.account;
        let deployment = plain(deployment);
        writeln!(out, "Signed out {} ({deployment})", plain(email))?;
        if let Some(problem) = &self.problem {
            writeln!(
                out,
                "{deployment} was not told ({}), so the session lasts there until its time is over. End it on \
                 the account's security page to be sure.",
                plain(&problem.message)
            )?;
        }
        if self.api_token_remains {
            writeln!(
                out,
                "The API token works until it is deleted in {deployment}'s console."
            )?;
        }
        Ok(())
    }
}

impl Report for Accounts {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.accounts.is_empty() {
            return writeln!(out, "No platform account is connected.");
        }
        let mut table = Table::new(&[
            "PLATFORM",
            "E-MAIL",
            "NAME",
            "MFA",
            "SESSION",
            "RECOVERY CODES",
        ]);
        for account in &self.accounts {
            let session = match (account.signed_in, account.session_has_mfa) {
                (true, true) => "with MFA",
                (true, false) => "without MFA",
                (false, _) => "signed out",
            };
            let codes = account.recovery_codes.as_ref();
            table.row([
                account.deployment.clone(),
                account.email.clone(),
                account.name.clone(),
                account.mfa.to_owned(),
                session.to_owned(),
                match codes {
                    None => "-".to_owned(),
                    Some(RecoveryCodesView { state: "dead", .. }) => "do not work".to_owned(),
                    Some(codes) => format!("{} left", codes.left),
                },
            ]);
        }
        table.write(out)
    }
}
