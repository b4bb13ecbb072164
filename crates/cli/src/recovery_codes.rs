//! `fob recovery-codes`: the codes kept for a platform account. The keyring alone does not show them.

use std::io::{self, Write};

use deskfob_flows::now_ms;
use deskfob_vault::Action;
use secrecy::ExposeSecret;
use serde::Serialize;

use crate::args::{AccountArg, Global};
use crate::choose;
use crate::error::CommandError;
use crate::open::{Purpose, with_vault_by_person};
use crate::output::{Outcome, Output, Report, plain};

#[derive(Serialize)]
struct RecoveryCodes {
    /// The account's e-mail address.
    account: String,
    recovery_codes: Vec<RecoveryCodeView>,
}

#[derive(Serialize)]
struct RecoveryCodeView {
    position: u32,
    code: String,
    /// When it was marked as used, Unix time in seconds.
    used: Option<i64>,
}

pub(crate) async fn run(
    global: &Global,
    out: &Output,
    args: &AccountArg,
) -> Result<Outcome, CommandError> {
    let codes = with_vault_by_person(global, Purpose::Read, async |vault| {
        let account = choose::account(vault, args.account.as_deref()).await?;
        let codes = vault.recovery_codes(account.id).await?;
        if codes.is_empty() {
            return Err(CommandError::NoRecoveryCodes {
                account: account.email,
            });
        }
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
        Ok(RecoveryCodes {
            account: account.email,
            recovery_codes,
        })
    })
    .await?;
    out.show(&codes)?;
    Ok(Outcome::Done)
}

impl Report for RecoveryCodes {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        for code in &self.recovery_codes {
            let used = if code.used.is_some() { "  (used)" } else { "" };
            writeln!(out, "{}{used}", plain(&code.code))?;
        }
        Ok(())
    }
}
