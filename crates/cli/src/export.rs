//! `fob export`: everything in the vault, in a file that other programs open.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use deskfob_flows::now_ms;
use deskfob_transfer::{Export, check_passphrase, encrypt};
use deskfob_vault::Action;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::args::{ExportArgs, ExportForm, Global};
use crate::error::CommandError;
use crate::input::{Asked, can_confirm, confirm};
use crate::open::{Purpose, with_vault_by_person};
use crate::output::{Outcome, Output, Report, plain, size};
use crate::private_file;

#[derive(Serialize)]
struct Exported {
    /// Null: standard output.
    file: Option<String>,
    /// `age`, `json` or `uris`.
    form: &'static str,
    entries: usize,
    /// Of platforms, with their recovery codes; none in a list of URIs.
    accounts: usize,
    bytes: usize,
}

pub(crate) async fn run(
    global: &Global,
    out: &Output,
    args: &ExportArgs,
) -> Result<Outcome, CommandError> {
    refuse_early(args)?;
    let file = (args.file != Path::new("-")).then_some(args.file.as_path());
    let exported = with_vault_by_person(global, Purpose::Change, async |vault| {
        if args.to != ExportForm::Age {
            out.note(
                "warning: this writes every secret in clear: whoever reads it can make your codes",
            );
            confirm("Write them in clear?", args.yes)?;
        }
        let passphrase = match args.to {
            ExportForm::Age => {
                let passphrase = global.ask_new(Asked::Passphrase)?;
                check_passphrase(&passphrase)?;
                Some(passphrase)
            }
            ExportForm::Json | ExportForm::Uris => None,
        };
        let export = deskfob_flows::export(vault, now_ms()).await?;
        let plain = match args.to {
            ExportForm::Age | ExportForm::Json => export.to_json(),
            ExportForm::Uris => export.to_uris(),
        };
        let bytes = match passphrase {
            Some(passphrase) => Zeroizing::new(encrypt(&plain, passphrase)?),
            None => plain,
        };
        match file {
            Some(file) => private_file::write(file, &bytes, args.force)?,
            None => to_standard_output(&bytes)?,
        }
        let exported = Exported::new(file, args.to, &export, bytes.len());
        vault
            .note(Action::Exported, &exported.subject(), now_ms())
            .await?;
        Ok(exported)
    })
    .await?;
    if file.is_some() {
        out.show(&exported)?;
    }
    Ok(Outcome::Done)
}

/// What can be refused before anybody is asked for a password.
fn refuse_early(args: &ExportArgs) -> Result<(), CommandError> {
    if args.to != ExportForm::Age {
        can_confirm(args.yes)?;
    }
    if args.file == Path::new("-") {
        if io::stdout().is_terminal() && !args.yes {
            return Err(CommandError::ExportToTerminal);
        }
    } else if args.file.symlink_metadata().is_ok() && !args.force {
        return Err(CommandError::FileExists {
            path: args.file.clone(),
        });
    }
    Ok(())
}

fn to_standard_output(bytes: &[u8]) -> Result<(), CommandError> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)
        .and_then(|()| out.flush())
        .map_err(CommandError::Output)
}

impl Exported {
    fn new(file: Option<&Path>, form: ExportForm, export: &Export, bytes: usize) -> Self {
        let (form, accounts) = match form {
            ExportForm::Age => ("age", export.accounts.len()),
            ExportForm::Json => ("json", export.accounts.len()),
            ExportForm::Uris => ("uris", 0),
        };
        Self {
            file: file.map(|file| file.display().to_string()),
            form,
            entries: export.entries.len(),
            accounts,
            bytes,
        }
    }

    fn subject(&self) -> String {
        format!("{} entries, {}", self.entries, self.form)
    }
}

impl Report for Exported {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let file = plain(self.file.as_deref().unwrap_or("-"));
        let Self {
            entries, accounts, ..
        } = self;
        let bytes = size(self.bytes as u64);
        writeln!(
            out,
            "Exported to {file} ({bytes}): {entries} entries, {accounts} platform accounts"
        )?;
        if self.form == "age" {
            writeln!(
                out,
                "To open it without Deskfob: age --decrypt -o export.json {file}"
            )?;
        }
        Ok(())
    }
}
