//! Which SSH certificates are on this computer, and which one OpenSSH shows.

use std::path::PathBuf;

use deskfob_doctor::{Certificate, CommandLineCertificate, Facts, Known, Why};
use deskfob_ssh::Life;
use deskfob_vault::StoredAccount;

use crate::ssh::ssh_hosts;
use crate::{CommandLine, Desk, SshState, unix_now};

/// What of the person's own is looked at besides Deskfob's folder.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// Where OpenSSH looks for the person's configuration (`~/.ssh`); `None`: that is not known.
    pub ssh_dir: Option<PathBuf>,
    /// The platforms' own command line, where this person uses it.
    pub command_line: Option<CommandLine>,
}

impl Desk {
    pub(super) fn certificate_facts(
        &self,
        account: &StoredAccount,
        around: &Surroundings,
        facts: &mut Facts,
    ) {
        facts.certificate = self.own_certificate(account);
        facts.command_line = command_line(account, around);
        facts.openssh_told = self.openssh_told(account, around);
    }

    fn own_certificate(&self, account: &StoredAccount) -> Known<Option<Certificate>> {
        match self.ssh_folder().credentials(&account.id.to_string()) {
            Ok(None) => Known::Is(None),
            Ok(Some(credentials)) => match credentials.certificate {
                Ok(certificate) => Known::Is(Some(said(&certificate))),
                Err(_) => Known::Unknown(Why::Failed),
            },
            Err(_) => Known::Unknown(Why::Failed),
        }
    }

    /// Whether OpenSSH's configuration leads to the account's certificate, or will when there is one.
    fn openssh_told(&self, account: &StoredAccount, around: &Surroundings) -> Known<bool> {
        if ssh_hosts(account).is_empty() {
            // There are no hosts to tell it of: the key is named to ssh by hand.
            return Known::Unknown(Why::NotSaid);
        }
        let folder = self.ssh_folder();
        let id = account.id.to_string();
        let config = around
            .ssh_dir
            .as_ref()
            .map(|dir| folder.openssh_config(dir));
        let Some(Ok(config)) = config else {
            return Known::Unknown(Why::Failed);
        };
        let another = matches!(folder.credentials(&id), Ok(Some(_))) && !folder.is_in_use(&id);
        Known::Is(config.present && !another)
    }
}

fn command_line(
    account: &StoredAccount,
    around: &Surroundings,
) -> Known<Option<CommandLineCertificate>> {
    let Some(cli) = &around.command_line else {
        return Known::Is(None);
    };
    let kept = cli.kept(unix_now().0);
    match (kept.certificate, kept.state) {
        (Some(certificate), _) if certificate.user() == account.user_id => {
            Known::Is(Some(CommandLineCertificate {
                name: cli.name,
                certificate: said(&certificate),
            }))
        }
        (None, SshState::Unreadable(_)) => Known::Unknown(Why::Failed),
        // None, or somebody else's.
        _ => Known::Is(None),
    }
}

fn said(certificate: &deskfob_ssh::Certificate) -> Certificate {
    let mut amr = certificate.amr().to_vec();
    if certificate.has_mfa() && !amr.iter().any(|method| method == "mfa") {
        amr.push("mfa".to_owned());
    }
    let life = certificate.life(unix_now().0);
    Certificate {
        valid: matches!(life, Life::Valid { .. } | Life::Due { .. }),
        amr,
        age: None,
    }
}
