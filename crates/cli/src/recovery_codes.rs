//! `fob recovery-codes`: the codes kept for a platform account. The keyring alone does not show them.

use std::io::{self, Write};

use deskfob_flows::{Desk, now_ms};
use deskfob_vault::{Action, StoredAccount};
use secrecy::ExposeSecret;
use serde::Serialize;

use crate::account::RecoveryCodesView;
use crate::args::{Global, RecoveryCodesArgs};
use crate::choose;
use crate::error::CommandError;
use crate::input;
use crate::open::{Purpose, with_desk, with_desk_by_person};
use crate::output::{Outcome, Output, Report, plain};

#[derive(Serialize)]
struct RecoveryCodes {
    /// The account's e-mail address.
    account: String,
    /// `usable`, `doubtful` or `dead`.
    state: &'static str,
    recovery_codes: Vec<RecoveryCodeView>,
}

#[derive(Serialize)]
struct RecoveryCodeView {
    position: u32,
    code: String,
    /// When it was marked as used, Unix time in seconds.
    used: Option<i64>,
}

/// After a mark: the codes are not shown for it.
#[derive(Serialize)]
struct Marked {
    account: String,
    position: u32,
    used: bool,
    recovery_codes: RecoveryCodesView,
}

pub(crate) async fn run(
    global: &Global,
    out: &Output,
    args: &RecoveryCodesArgs,
) -> Result<Outcome, CommandError> {
    let query = args.account.account.as_deref();
    let mark = args
        .mark_used
        .map(|position| (position, true))
        .or(args.mark_unused.map(|position| (position, false)));
    if let Some((position, used)) = mark {
        let marked = with_desk(global, Purpose::Change, async |desk| {
            let account = choose::account(desk.vault(), query).await?;
            mark_one(desk, &account, position, used).await
        })
        .await?;
        out.show(&marked)?;
        return Ok(Outcome::Done);
    }
    if args.new {
        input::can_confirm(args.yes)?;
    }
    let purpose = if args.new {
        Purpose::Change
    } else {
        Purpose::Read
    };
    let codes = with_desk_by_person(global, purpose, async |desk| {
        let account = choose::account(desk.vault(), query).await?;
        if args.new {
            let question = format!(
                "Have {} make new recovery codes for {}? The old ones stop working.",
                choose::platform(&account),
                account.email
            );
            input::confirm(&question, args.yes)?;
            desk.new_recovery_codes(&account).await?;
        }
        RecoveryCodes::of(desk, account).await
    })
    .await?;
    out.show(&codes)?;
    Ok(Outcome::Done)
}

async fn mark_one(
    desk: &Desk,
    account: &StoredAccount,
    position: u32,
    used: bool,
) -> Result<Marked, CommandError> {
    let none = || CommandError::NoRecoveryCodes {
        account: account.email.clone(),
    };
    let vault = desk.vault();
    let kept = vault.recovery_codes(account.id).await?;
    if kept.is_empty() {
        return Err(none());
    }
    if !kept.iter().any(|code| code.position == position) {
        return Err(CommandError::NoSuchRecoveryCode {
            position,
            count: kept.len(),
        });
    }
    vault
        .mark_recovery_code_used(account.id, position, used, now_ms())
        .await?;
    Ok(Marked {
        account: account.email.clone(),
        position,
        used,
        recovery_codes: RecoveryCodesView::of(vault, account)
            .await?
            .ok_or_else(none)?,
    })
}

impl RecoveryCodes {
    async fn of(desk: &Desk, account: StoredAccount) -> Result<Self, CommandError> {
        let vault = desk.vault();
        let codes = vault.recovery_codes(account.id).await?;
        let Some(view) = RecoveryCodesView::of(vault, &account).await? else {
            return Err(CommandError::NoRecoveryCodes {
                account: account.email,
            });
        };
        vault
            .acknowledge_recovery_codes(account.id, now_ms())
            .await?;
        vault
            .note(Action::RecoveryCodesShown, &account.email, now_ms())
            .await?;
        let recovery_codes = codes
            .iter()
            .map(|code| RecoveryCodeView {
                position: code.position,
                code: code.code.expose_secret().to_owned(),
                used: code.used_ms.map(|used| used.div_euclid(1000)),
            })
            .collect();
        Ok(Self {
            account: account.email,
            state: view.state,
            recovery_codes,
        })
    }
}

impl Report for RecoveryCodes {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        match self.state {
            "dead" => writeln!(
                out,
                "These do not work any more: MFA was turned off, or on with another secret, since then."
            )?,
            "doubtful" => writeln!(
                out,
                "These may not work any more: a new set was asked for and the answer was lost. \
                 Ask again with --new."
            )?,
            _ => {}
        }
        for code in &self.recovery_codes {
            let used = if code.used.is_some() { "  (used)" } else { "" };
            writeln!(out, "{}{used}", plain(&code.code))?;
        }
        Ok(())
    }
}

impl Report for Marked {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let word = if self.used { "used" } else { "not used" };
        writeln!(
            out,
            "Code {} is marked as {word}. {} of {} left.",
            self.position, self.recovery_codes.left, self.recovery_codes.total
        )
    }
}
