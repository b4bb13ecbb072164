//! `fob account`: connecting platform accounts.

use std::io::{self, Write};

use deskfob_flows::{CustomDeployment, DeploymentChoice, Desk, SignedOut};
use deskfob_platform::{ApiToken, BrowserSignIn, TokenSet};
use deskfob_vault::{PendingEnrolment, Stage, StoredAccount, Vault};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use crate::args::{AccountCommand, BrowserArg, DeploymentArg, Global, SignInArgs};
use crate::choose;
use crate::error::{CommandError, ErrorView};
use crate::factors::mfa_word;
use crate::input::{self, Asked};
use crate::open::{Purpose, with_desk};
use crate::output::{Outcome, Output, Report, Table, plain, seconds};
use crate::prompt::{self, SIGN_IN_WAIT};

/// A connected account.
#[derive(Serialize)]
pub(crate) struct AccountView {
    pub(crate) id: String,
    /// The platform's name.
    pub(crate) deployment: String,
    pub(crate) email: String,
    pub(crate) name: String,
    /// `on`, `off` or `unknown`: the platform's last word.
    pub(crate) mfa: &'static str,
    /// When it was asked, Unix time, seconds.
    pub(crate) mfa_checked: Option<i64>,
    pub(crate) signed_in: bool,
    /// The session was made with MFA.
    pub(crate) session_has_mfa: bool,
    /// The entry that makes this account's codes.
    pub(crate) entry_id: Option<String>,
    pub(crate) recovery_codes: Option<RecoveryCodesView>,
    pub(crate) enrolment: Option<EnrolmentView>,
}

/// How many recovery codes are kept.
#[derive(Serialize)]
pub(crate) struct RecoveryCodesView {
    pub(crate) total: usize,
    /// Those not marked as used.
    pub(crate) left: usize,
    /// They have been shown to the person.
    pub(crate) acknowledged: bool,
    /// `usable`; `doubtful` when a new set was asked for and no answer kept; `dead` when they do not work.
    pub(crate) state: &'static str,
}

/// An enrolment that was not finished.
#[derive(Serialize)]
pub(crate) struct EnrolmentView {
    /// `proposed` or `confirming`.
    stage: &'static str,
    /// Unix time, seconds.
    started: i64,
}

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
        AccountCommand::Renew { account, browser } => {
            let query = account.account.as_deref();
            let renewed = with_desk(global, Purpose::Change, async |desk| {
                let account = choose::account(desk.vault(), query).await?;
                let attempt = desk.start_renewal(&account).await?;
                let tokens = in_browser(attempt, &browser).await?;
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
        let account = if args.token_stdin {
            let token = input::secret_piped_or_prompted(Asked::Token)?;
            let token = SecretString::from(token.expose_secret().trim());
            desk.connect_with_token(&choice, ApiToken::new(token))
                .await?
        } else {
            let attempt = desk.start_connect(&choice).await?;
            let tokens = in_browser(attempt, &args.browser).await?;
            desk.finish_connect(&choice, tokens).await?
        };
        OneAccount::of(desk, &account, "Connected").await
    })
    .await
}

fn choice(args: &SignInArgs) -> DeploymentChoice {
    if let (Some(api), Some(auth), Some(client_id)) = (&args.api, &args.auth, &args.client_id) {
        return DeploymentChoice::Custom(Box::new(CustomDeployment {
            name: api.host_str().unwrap_or_default().to_owned(),
            api: api.clone(),
            auth: auth.clone(),
            client_id: client_id.clone(),
            certifier: args.certifier.clone(),
            ssh_hosts: args.ssh_host.clone(),
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
    attempt: BrowserSignIn,
    browser: &BrowserArg,
) -> Result<TokenSet, CommandError> {
    prompt::open(&attempt, browser.no_browser);
    Ok(attempt.finish(SIGN_IN_WAIT).await?)
}

impl AccountView {
    /// What the vault knows of the account; the platform is not asked.
    pub(crate) async fn of(desk: &Desk, account: &StoredAccount) -> Result<Self, CommandError> {
        let vault = desk.vault();
        let status = vault.account_status(account.id).await?;
        Ok(Self {
            mfa: mfa_word(status.and_then(|status| status.mfa)),
            mfa_checked: status.map(|status| seconds(status.checked_ms)),
            id: account.id.to_string(),
            deployment: choose::platform(account),
            email: account.email.clone(),
            name: account.display_name.clone(),
            signed_in: vault.tokens(account.id).await?.is_some(),
            session_has_mfa: desk.session_has_mfa(account.id).await?,
            entry_id: account.entry_id.map(|entry| entry.to_string()),
            recovery_codes: RecoveryCodesView::of(vault, account).await?,
            enrolment: vault
                .enrolment(account.id)
                .await?
                .as_ref()
                .map(EnrolmentView::from),
        })
    }
}

impl RecoveryCodesView {
    pub(crate) async fn of(
        vault: &Vault,
        account: &StoredAccount,
    ) -> Result<Option<Self>, CommandError> {
        let codes = vault.recovery_codes(account.id).await?;
        if codes.is_empty() {
            return Ok(None);
        }
        let state = vault.recovery_codes_state(account.id).await?;
        Ok(Some(Self {
            total: codes.len(),
            left: codes.iter().filter(|code| code.used_ms.is_none()).count(),
            acknowledged: state.acknowledged,
            state: match (state.dead_ms, state.asked_ms) {
                (Some(_), _) => "dead",
                (None, Some(_)) => "doubtful",
                (None, None) => "usable",
            },
        }))
    }
}

impl From<&PendingEnrolment> for EnrolmentView {
    fn from(pending: &PendingEnrolment) -> Self {
        Self {
            stage: match pending.stage {
                Stage::Proposed => "proposed",
                Stage::Confirming => "confirming",
            },
            started: pending.started_ms.div_euclid(1000),
        }
    }
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
