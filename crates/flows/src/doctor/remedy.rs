//! Doing what the doctor advises, by the jobs that there are.

use deskfob_doctor::Asked;
use deskfob_platform::{BrowserSignIn, StepUp};
use deskfob_vault::StoredAccount;
use url::Url;

use crate::{ConnectError, DeploymentChoice, Desk, SessionError};

impl Desk {
    /// Starts signing in again as it was asked for; pass its tokens to [`Self::finish_renewal`].
    ///
    /// # Errors
    /// As [`Self::start_connect`].
    pub async fn start_asked_renewal(
        &self,
        account: &StoredAccount,
        asked: &Asked,
    ) -> Result<BrowserSignIn, ConnectError> {
        let deployment = self.deployment_of(account).await?;
        let step_up = (!asked.is_empty()).then(|| StepUp {
            amr: asked.amr.clone(),
            max_age: asked.max_age,
            acr_values: Vec::new(),
        });
        Ok(self.attempt(account, &deployment, step_up).await?)
    }

    /// The platform's own page, where API tokens are made. `None` for a deployment whose pages are not known.
    ///
    /// # Errors
    /// The sandbox did not start.
    pub async fn console(&self, account: &StoredAccount) -> Result<Option<Url>, SessionError> {
        Ok(match DeploymentChoice::from_record(&account.deployment)? {
            DeploymentChoice::Sandbox => Some(self.sandbox.url().await?),
            DeploymentChoice::Upsun | DeploymentChoice::PlatformSh => {
                Url::parse("https://console.upsun.com/").ok()
            }
            DeploymentChoice::Custom(_) => None,
        })
    }
}
