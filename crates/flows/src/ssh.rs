//! SSH credentials of an account: a key, its certificate, and where OpenSSH finds them.

mod command_line;
mod error;
mod folder;
mod openssh;
mod status;

use std::path::PathBuf;

use deskfob_otp::UnixTime;
use deskfob_platform::{ApiError, Claims, Client};
use deskfob_ssh::{
    Authority, Certificate, CertificateKind, Difference, HostPattern, KeyPair, Session, Signed,
    config_path,
};
use deskfob_vault::{AccountId, StoreError, StoredAccount};

use crate::session::token_set;
use crate::{DeploymentChoice, Desk, SessionError, unix_now};

pub use command_line::{CommandLine, CommandLineError, KeptByCommandLine, UnattendedSignIn};
pub use error::SshError;
pub use folder::{Credentials, SshFolder};
pub use openssh::{OpensshConfig, OpensshConfigError, OpensshNotice};
pub use status::{SshState, SshStatus};

/// When to make a new certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SshRefresh {
    /// At once.
    Now,
    /// When there is none, when its end is near, and when it says otherwise than the session.
    IfDue,
}

impl Desk {
    /// Where the SSH credentials are. It can be looked at without the vault.
    pub fn ssh_folder(&self) -> SshFolder {
        SshFolder::at(&self.home)
    }

    /// How the account's SSH credentials stand. The platform is not asked.
    ///
    /// # Errors
    /// The files or the vault cannot be read.
    pub async fn ssh_status(&self, account: &StoredAccount) -> Result<SshStatus, SshError> {
        self.ssh_status_at(account, unix_now()).await
    }

    /// Makes a new certificate for the account, and a new key once a day. Whatever goes wrong, what worked before
    /// works on: the new files are in place before OpenSSH is told of them. One process at a time does this.
    ///
    /// Returns how it stands afterwards, and whether a certificate was made.
    ///
    /// # Errors
    /// [`SshError`] says why there is none. Nothing was changed.
    pub async fn refresh_ssh(
        &self,
        account: &StoredAccount,
        when: SshRefresh,
    ) -> Result<(SshStatus, bool), SshError> {
        match self.refresh_ssh_unasked(account, when).await {
            // The person is asked while nothing is held: signing out, and the renewal of other accounts, would wait for them.
            Err(SshError::Session(SessionError::Api(ApiError::StepUp(wanted)))) => {
                let deployment = self.deployment_of(account).await?;
                self.step_up(account, &deployment, wanted).await?;
                match self.refresh_ssh_unasked(account, when).await {
                    Err(SshError::Session(SessionError::Api(ApiError::StepUp(again)))) => {
                        Err(SessionError::StepUpAgain(again).into())
                    }
                    other => other,
                }
            }
            other => other,
        }
    }

    async fn refresh_ssh_unasked(
        &self,
        account: &StoredAccount,
        when: SshRefresh,
    ) -> Result<(SshStatus, bool), SshError> {
        let folder = self.ssh_folder();
        let hosts = ssh_hosts(account);
        if !hosts.is_empty() {
            // A folder that OpenSSH cannot be told of is refused before there is a key in it.
            config_path(&folder.config_file())?;
        }
        let held = folder.hold().await?;
        // Looked at with the lock held: another process may have done it while this one waited.
        let status = self.ssh_status(account).await?;
        if when == SshRefresh::IfDue && status.state != SshState::None && !status.state.is_due() {
            return Ok((status, false));
        }
        let now = unix_now();
        let id = account.id.to_string();
        let usable = folder.usable_key(&id, now.0);
        let key = match usable {
            Some(ref key) => &key.pair,
            None => &KeyPair::generate()?,
        };
        let public = key.public_line()?;
        let line = self
            .quietly(account, async |client| {
                client.ssh_certificate(&public).await
            })
            .await?;
        let certificate = Certificate::parse(line.as_bytes())?;
        check(&certificate, key, &account.user_id)?;
        self.learn_authorities(account, &folder, &certificate)
            .await?;
        match &usable {
            Some(usable) => folder.replace_certificate(&usable.folder, &certificate)?,
            None => folder.keep_new(&id, key, &certificate, now.0)?,
        }
        folder.put_in_use(&id, &hosts, false)?;
        folder.drop_old_keys(&id);
        drop(held);
        Ok((self.ssh_status_at(account, now).await?, true))
    }

    /// Makes new certificates for all accounts that have one that is due. Returns what became of each that was.
    ///
    /// # Errors
    /// The vault cannot be read.
    pub async fn refresh_due_ssh(
        &self,
    ) -> Result<Vec<(AccountId, Result<SshStatus, SshError>)>, StoreError> {
        let mut refreshed = Vec::new();
        for account in self.vault.accounts().await? {
            match self.ssh_status(&account).await {
                Ok(status) if status.state.is_due() => {}
                Ok(_) => continue,
                Err(error) => {
                    refreshed.push((account.id, Err(error)));
                    continue;
                }
            }
            let done = self.refresh_ssh(&account, SshRefresh::IfDue).await;
            refreshed.push((account.id, done.map(|(status, _)| status)));
        }
        Ok(refreshed)
    }

    /// After a new sign-in: an account that has a certificate gets one that fits. `None` when none was made.
    ///
    /// # Errors
    /// As [`Self::refresh_ssh`].
    pub async fn follow_ssh(&self, account: &StoredAccount) -> Result<Option<SshStatus>, SshError> {
        if self.ssh_status(account).await?.state == SshState::None {
            return Ok(None);
        }
        let (status, made) = self.refresh_ssh(account, SshRefresh::IfDue).await?;
        Ok(made.then_some(status))
    }

    /// Makes the account the one whose certificate its hosts are shown, in the place of another account for the same hosts.
    ///
    /// # Errors
    /// [`SshError::NoHosts`]; the files cannot be written.
    pub async fn use_for_ssh(&self, account: &StoredAccount) -> Result<(), SshError> {
        let hosts = ssh_hosts(account);
        if hosts.is_empty() {
            return Err(SshError::NoHosts);
        }
        let folder = self.ssh_folder();
        let _held = folder.hold().await?;
        folder.put_in_use(&account.id.to_string(), &hosts, true)
    }

    /// Takes the account's key and certificate off this computer.
    ///
    /// # Errors
    /// The files cannot be removed.
    pub async fn forget_ssh(&self, account: AccountId) -> Result<(), SshError> {
        let folder = self.ssh_folder();
        if !folder.exists() {
            return Ok(());
        }
        let _held = folder.hold().await?;
        folder.forget(&account.to_string())
    }

    async fn ssh_status_at(
        &self,
        account: &StoredAccount,
        now: UnixTime,
    ) -> Result<SshStatus, SshError> {
        let folder = self.ssh_folder();
        let id = account.id.to_string();
        let tokens = self.vault.tokens(account.id).await?;
        let claims = tokens.map(|tokens| token_set(tokens).claims());
        let credentials = folder.credentials(&id)?;
        let differences = |certificate: &Certificate| match &claims {
            Some(claims) => certificate.differences(&session(account, claims)),
            None => Vec::new(),
        };
        Ok(SshStatus::of(
            credentials,
            &folder.authorities(&id),
            differences,
            ssh_hosts(account),
            folder.is_in_use(&id),
            now.0,
        ))
    }

    /// Asks for the keys of the authorities when those known do not have the one that signed.
    async fn learn_authorities(
        &self,
        account: &StoredAccount,
        folder: &SshFolder,
        certificate: &Certificate,
    ) -> Result<(), SshError> {
        let id = account.id.to_string();
        match certificate.signed_by(&folder.authorities(&id)) {
            Signed::Known | Signed::NotChecked => return Ok(()),
            Signed::Forged => return Err(SshError::Forged),
            Signed::Unknown => {}
        }
        let asked = self
            .quietly(account, async |client: &Client| {
                match client.ssh_authorities().await {
                    // Not every platform names them.
                    Err(ApiError::NotFound) => Ok(Vec::new()),
                    other => other,
                }
            })
            .await;
        match asked {
            Ok(lines) => {
                let keys: Vec<_> = lines
                    .iter()
                    .filter_map(|line| Authority::parse(line).ok())
                    .collect();
                folder.keep_authorities(&id, &keys)?;
            }
            // The certificate works all the same: servers have the keys that they trust.
            Err(error) => {
                tracing::warn!(
                    code = error.code(),
                    "the keys of the SSH authorities are not known"
                );
            }
        }
        Ok(())
    }
}

/// The host names that the account's certificate is for.
pub(crate) fn ssh_hosts(account: &StoredAccount) -> Vec<HostPattern> {
    DeploymentChoice::from_record(&account.deployment)
        .map(|choice| choice.ssh_hosts())
        .unwrap_or_default()
}

fn check(certificate: &Certificate, key: &KeyPair, user: &str) -> Result<(), SshError> {
    if certificate.kind() != CertificateKind::User || !certificate.is_for(key) {
        return Err(SshError::OtherKey);
    }
    if certificate.user() != user {
        return Err(SshError::OtherUser);
    }
    Ok(())
}

fn session<'a>(account: &'a StoredAccount, claims: &'a Claims) -> Session<'a> {
    Session {
        user: &account.user_id,
        // A token that is no JWT says nothing, which is not the same as no way of signing in.
        amr: claims.sub.is_some().then_some(claims.amr.as_slice()),
        token_id: claims.jti.as_deref(),
        access_id: claims.access_id.as_deref(),
    }
}

impl SshStatus {
    fn of(
        credentials: Option<Credentials>,
        authorities: &[Authority],
        differences: impl FnOnce(&Certificate) -> Vec<Difference>,
        hosts: Vec<HostPattern>,
        in_use: bool,
        now: u64,
    ) -> Self {
        let mut status = Self {
            state: SshState::None,
            certificate: None,
            differences: Vec::new(),
            signed: None,
            key_made: None,
            key_file: None,
            hosts,
            in_use,
        };
        let Some(credentials) = credentials else {
            return status;
        };
        status.key_made = Some(UnixTime(credentials.made));
        status.key_file = Some(credentials.key_file());
        match credentials.certificate {
            Ok(certificate) => {
                status.differences = differences(&certificate);
                status.signed = Some(certificate.signed_by(authorities));
                status.state = SshState::of(certificate.life(now), &status.differences);
                status.certificate = Some(certificate);
            }
            Err(error) => status.state = SshState::Unreadable(error),
        }
        status
    }
}

/// A key that still may get certificates.
pub(crate) struct UsableKey {
    pub(crate) pair: KeyPair,
    pub(crate) folder: PathBuf,
}
