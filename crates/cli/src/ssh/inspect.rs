//! `fob ssh inspect`: what a certificate says, without the vault and without any network.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use deskfob_flows::{SshFolder, unix_now};
use deskfob_ssh::{Authority, Certificate};
use serde::Serialize;

use super::certificate::CertificateView;
use crate::args::Global;
use crate::error::{CommandError, ErrorView};
use crate::output::{Outcome, Output, Report, plain};

/// More than any certificate has, bytes.
const MAX_BYTES: u64 = 128 * 1024;

#[derive(Serialize)]
struct Inspected {
    certificates: Vec<One>,
}

#[derive(Serialize)]
struct One {
    file: String,
    /// The id of the account that Deskfob keeps it for.
    account: Option<String>,
    certificate: Option<CertificateView>,
    error: Option<ErrorView>,
}

pub(super) fn run(
    global: &Global,
    out: &Output,
    file: Option<&Path>,
) -> Result<Outcome, CommandError> {
    let folder = SshFolder::at(&global.folder()?);
    let certificates = match file {
        Some(file) => vec![of_file(&folder, file)?],
        None => kept(&folder)?,
    };
    let unreadable = certificates.iter().any(|one| one.error.is_some());
    let none = certificates.is_empty();
    out.show(&Inspected { certificates })?;
    Ok(if unreadable || none {
        Outcome::Partly
    } else {
        Outcome::Done
    })
}

fn of_file(folder: &SshFolder, file: &Path) -> Result<One, CommandError> {
    let text = read(file).map_err(CommandError::File)?;
    let certificate = Certificate::parse(&text)?;
    // Whose platform it is of, it does not say: every key that is known here counts.
    let mut authorities = Vec::new();
    for account in folder.accounts()? {
        authorities.extend(folder.authorities(&account));
    }
    Ok(One::of(file, None, &certificate, &authorities))
}

fn kept(folder: &SshFolder) -> Result<Vec<One>, CommandError> {
    let mut kept = Vec::new();
    for account in folder.accounts()? {
        let Some(credentials) = folder.credentials(&account)? else {
            continue;
        };
        let file = credentials.certificate_file();
        kept.push(match credentials.certificate {
            Ok(certificate) => {
                let authorities = folder.authorities(&account);
                One::of(&file, Some(account), &certificate, &authorities)
            }
            Err(error) => One {
                file: file.display().to_string(),
                account: Some(account),
                certificate: None,
                error: Some((&CommandError::from(error)).into()),
            },
        });
    }
    Ok(kept)
}

fn read(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        io::stdin().lock().take(MAX_BYTES).read_to_end(&mut bytes)?;
    } else {
        File::open(file)?.take(MAX_BYTES).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

impl One {
    fn of(
        file: &Path,
        account: Option<String>,
        certificate: &Certificate,
        authorities: &[Authority],
    ) -> Self {
        let signed = certificate.signed_by(authorities);
        Self {
            file: file.display().to_string(),
            account,
            certificate: Some(CertificateView::of(certificate, signed, unix_now().0)),
            error: None,
        }
    }
}

impl Report for Inspected {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.certificates.is_empty() {
            return writeln!(
                out,
                "No SSH certificate is kept here. Make one with: fob ssh refresh"
            );
        }
        for (place, one) in self.certificates.iter().enumerate() {
            if place > 0 {
                writeln!(out)?;
            }
            writeln!(out, "File        {}", plain(&one.file))?;
            if let Some(certificate) = &one.certificate {
                certificate.write(out)?;
            }
            if let Some(error) = &one.error {
                writeln!(out, "Unreadable  {}", plain(&error.message))?;
            }
        }
        Ok(())
    }
}
