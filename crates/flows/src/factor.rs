//! What is known of an account's factor: whether MFA is on, whether its codes come from here, and since when the
//! platform is known to take them. No call of the platform tells which secret it holds, so the findings say what
//! is proven and what is not.

use deskfob_platform::{BrowserSignIn, Prompt, SignInRequest, StepUp, TokenSet};
use deskfob_vault::{AccountStatus, StoreError, StoredAccount};

use crate::{ConnectError, Desk, SessionError, now_ms};

/// A clock that is off by fewer seconds is not told of: the platform's dates are whole seconds.
pub const SKEW_TOLD_FROM_S: i64 = 5;

/// Whether the account's entry is the one that the platform knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorFinding {
    /// The platform does not say whether MFA is on, or was never asked.
    Unknown,
    /// MFA is off and no entry here is linked to the account.
    Off,
    /// MFA is off, so nobody asks for the codes of the entry. Proven.
    OffWithEntry,
    /// MFA is on and no entry here is linked to the account: another app makes the codes.
    Elsewhere,
    /// MFA is on and the platform took the entry's secret, or a code of it, at this time (Unix time, ms); it never
    /// said since then that MFA was off. That it was not replaced from elsewhere in between is likely, not proven.
    Taken {
        /// When.
        at_ms: i64,
    },
    /// MFA is on, and nothing is known of the entry but that it was here.
    Unproven,
}

/// What is known of an account's factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Factor {
    /// The platform's last word; `None` before it was asked.
    pub status: Option<AccountStatus>,
    /// What follows from it and from what the vault holds.
    pub finding: FactorFinding,
}

/// Why a factor was not proven.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// The sign-in did not ask for a second factor.
    #[error("the sign-in was without MFA, so no code was asked for")]
    WithoutMfa,
    /// Signing in, the session, the platform or the vault.
    #[error(transparent)]
    Connect(#[from] ConnectError),
}

impl Desk {
    /// What is known of the account's factor; the platform is not asked.
    ///
    /// # Errors
    /// The vault refused.
    pub async fn factor(&self, account: &StoredAccount) -> Result<Factor, StoreError> {
        let status = self.vault.account_status(account.id).await?;
        let finding = match (status.and_then(|status| status.mfa), account.entry_id) {
            (None, _) => FactorFinding::Unknown,
            (Some(false), None) => FactorFinding::Off,
            (Some(false), Some(_)) => FactorFinding::OffWithEntry,
            (Some(true), None) => FactorFinding::Elsewhere,
            (Some(true), Some(_)) => match account.factor_proven_ms {
                Some(at_ms) => FactorFinding::Taken { at_ms },
                None => FactorFinding::Unproven,
            },
        };
        Ok(Factor { status, finding })
    }

    /// Asks the platform, then tells what is known.
    ///
    /// # Errors
    /// See [`SessionError`].
    pub async fn check_factor(&self, account: &StoredAccount) -> Result<Factor, SessionError> {
        self.account_status(account).await?;
        let account = self.account(account.id).await?;
        Ok(self.factor(&account).await?)
    }

    /// Starts a sign-in at which the platform asks for a code even with a session in the browser.
    ///
    /// # Errors
    /// As [`Self::start_connect`].
    pub async fn start_proof(
        &self,
        account: &StoredAccount,
    ) -> Result<BrowserSignIn, ConnectError> {
        let deployment = self.deployment_of(account).await?;
        let ask = SignInRequest {
            prompt: Prompt::SignIn,
            step_up: Some(StepUp::mfa()),
            login_hint: Some(account.email.clone()),
        };
        Ok(BrowserSignIn::start(&self.http, &deployment, ask).await?)
    }

    /// Keeps the session of such a sign-in. `typed_ours`: the person says that the code they typed was the entry's
    /// and no recovery code; then the platform took it, which is kept as proof.
    ///
    /// # Errors
    /// [`ProofError::WithoutMfa`] proves nothing; the session is kept all the same.
    pub async fn finish_proof(
        &self,
        account: &StoredAccount,
        tokens: TokenSet,
        typed_ours: bool,
    ) -> Result<Factor, ProofError> {
        let with_mfa = tokens.has_mfa();
        let account = self.finish_renewal(account, tokens).await?;
        if !with_mfa {
            return Err(ProofError::WithoutMfa);
        }
        self.know_mfa(&account, true)
            .await
            .map_err(|error| ProofError::Connect(error.into()))?;
        if typed_ours && account.entry_id.is_some() {
            let proven = self.prove(&account).await;
            proven.map_err(|error| ConnectError::from(SessionError::from(error)))?;
        }
        let known = async {
            let account = self.account(account.id).await?;
            self.factor(&account).await
        };
        Ok(known
            .await
            .map_err(|error| ConnectError::from(SessionError::from(error)))?)
    }

    /// Keeps that the platform took a code of the account's entry, by the word of the person who typed it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when no entry makes the account's codes.
    pub async fn prove(&self, account: &StoredAccount) -> Result<(), StoreError> {
        self.vault.prove_factor(account.id, now_ms()).await
    }

    /// Keeps what an answer of the platform implies of the account's MFA.
    pub(crate) async fn know_mfa(
        &self,
        account: &StoredAccount,
        on: bool,
    ) -> Result<(), SessionError> {
        let status = AccountStatus {
            mfa: Some(on),
            checked_ms: now_ms(),
            skew_s: self.measured_skew(account.id),
        };
        Ok(self.vault.put_account_status(account.id, &status).await?)
    }

    /// How far the platform's clock is ahead of the time by which the account's codes are made, s, when that is
    /// worth telling: this computer's time and the correction that is on. Of the last answer that this program
    /// got, else of the last that was kept.
    ///
    /// # Errors
    /// The vault refused.
    pub async fn skew(&self, account: &StoredAccount) -> Result<Option<i64>, StoreError> {
        if self.measured_skew(account.id).is_some() {
            return Ok(self.uncorrected_skew(account));
        }
        let status = self.vault.account_status(account.id).await?;
        Ok(status
            .and_then(|status| status.skew_s)
            .and_then(|seconds| worth_telling(seconds, account)))
    }

    pub(crate) fn uncorrected_skew(&self, account: &StoredAccount) -> Option<i64> {
        worth_telling(self.measured_skew(account.id)?, account)
    }

    /// Measures the platform's clock, and has the account's codes made by its time from now on. Returns the
    /// correction, s; 0 when the clocks agree.
    ///
    /// # Errors
    /// See [`SessionError`]; nothing is changed then.
    pub async fn correct_clock(&self, account: &StoredAccount) -> Result<i64, SessionError> {
        self.account_status(account).await?;
        let measured = self.measured_skew(account.id).unwrap_or(0);
        let correction = if measured.abs() < SKEW_TOLD_FROM_S {
            0
        } else {
            measured
        };
        self.vault
            .set_clock_correction(account.id, correction, now_ms())
            .await?;
        Ok(correction)
    }

    /// Has the account's codes made by this computer's time again.
    ///
    /// # Errors
    /// The vault refused.
    pub async fn end_clock_correction(&self, account: &StoredAccount) -> Result<(), StoreError> {
        self.vault
            .set_clock_correction(account.id, 0, now_ms())
            .await
    }
}

fn worth_telling(skew_s: i64, account: &StoredAccount) -> Option<i64> {
    let left = skew_s.saturating_sub(account.clock_correction_s);
    (left.abs() >= SKEW_TOLD_FROM_S).then_some(left)
}

impl ProofError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::WithoutMfa => "sign_in_without_mfa",
            Self::Connect(error) => error.code(),
        }
    }

    /// The next step, for a person.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::WithoutMfa => Some("look whether MFA is on for this account".into()),
            Self::Connect(error) => error.hint(),
        }
    }
}
