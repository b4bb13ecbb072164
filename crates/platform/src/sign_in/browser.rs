//! Signing in with the system browser: authorization code with PKCE (RFC 7636) and a loopback
//! redirect (RFC 8252 section 7.3).

use std::net::Ipv4Addr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use deskfob_otp::{UnixTime, printable};
use oauth2::basic::BasicClient;
use oauth2::{
    AuthType, AuthUrl, ClientId, ClientSecret, CsrfToken, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, Scope, TokenUrl,
};
use tokio::net::TcpListener;
use url::Url;

use super::SignInError;
use super::callback::{Said, Waiting};
use super::token_endpoint::{exchange_error, token_call, token_set};
use crate::{ApiError, ClientAuthentication, Deployment, Http, LoopbackPorts, StepUp, TokenSet};

/// What the platform shall ask the person (OpenID Connect Core section 3.1.2.1, `prompt`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Prompt {
    /// For consent, as the platforms' command line asks for it.
    #[default]
    Consent,
    /// Which account, then for consent.
    SelectAccount,
    /// To sign in even with a session in the browser, then for consent.
    SignIn,
}

/// What a sign-in shall be like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignInRequest {
    /// What the platform shall ask the person.
    pub prompt: Prompt,
    /// The challenge that this sign-in answers (RFC 9470 section 4).
    pub step_up: Option<StepUp>,
    /// Who is expected to sign in: an e-mail address.
    pub login_hint: Option<String>,
}

/// One attempt to sign in. Dropping it, or the future of [`Self::finish`], ends it and frees its port.
pub struct BrowserSignIn {
    http: Http,
    deployment: Deployment,
    listener: TcpListener,
    redirect: RedirectUrl,
    url: Url,
    state: CsrfToken,
    verifier: PkceCodeVerifier,
    /// How the person was to sign in.
    asked: StepUp,
}

impl Prompt {
    fn as_str(self) -> &'static str {
        match self {
            Self::Consent => "consent",
            Self::SelectAccount => "consent select_account",
            Self::SignIn => "consent login",
        }
    }
}

impl BrowserSignIn {
    /// Begins to listen on 127.0.0.1 and makes the address to open in the browser.
    ///
    /// # Errors
    /// [`SignInError::PortsBusy`], [`SignInError::Listen`].
    pub async fn start(
        http: &Http,
        deployment: &Deployment,
        ask: SignInRequest,
    ) -> Result<Self, SignInError> {
        let listener = listen(deployment.ports).await?;
        let port = listener.local_addr().map_err(SignInError::Listen)?.port();
        // Without a path, as it is registered for the client ids.
        let redirect = RedirectUrl::new(format!("http://127.0.0.1:{port}"))
            .map_err(|_| ApiError::unexpected("redirect address"))?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = BasicClient::new(ClientId::new(deployment.client_id.clone()))
            .set_auth_uri(AuthUrl::from_url(
                deployment.auth_endpoint(&["oauth2", "authorize"]),
            ))
            .set_redirect_uri(redirect.clone());
        let mut request = client
            .authorize_url(|| CsrfToken::new_random_len(32))
            .add_scope(Scope::new("offline_access".to_owned()))
            .set_pkce_challenge(challenge)
            .add_extra_param("prompt", ask.prompt.as_str());
        if let Some(StepUp {
            amr,
            max_age,
            acr_values,
        }) = &ask.step_up
        {
            if !amr.is_empty() {
                request = request.add_extra_param("amr", amr.join(" "));
            }
            if let Some(seconds) = max_age {
                request = request.add_extra_param("max_age", seconds.to_string());
            }
            if !acr_values.is_empty() {
                request = request.add_extra_param("acr_values", acr_values.join(" "));
            }
        }
        if let Some(hint) = &ask.login_hint {
            request = request.add_extra_param("login_hint", hint.as_str());
        }
        let (url, state) = request.url();
        Ok(Self {
            http: http.clone(),
            deployment: deployment.clone(),
            listener,
            redirect,
            url,
            state,
            verifier,
            asked: ask.step_up.unwrap_or_default(),
        })
    }

    /// The address to open in the system browser. Whoever has it can sign this application in to an
    /// account of their own, so it is shown to the person only.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Where this signs in, and as which client.
    pub fn deployment(&self) -> &Deployment {
        &self.deployment
    }

    /// Waits at most `timeout` for the browser to come back, shows it a closing page and gets the tokens.
    ///
    /// What comes with another state is answered with an error page and does not end the wait: every
    /// program and every web page can call a port of this computer, and could end any sign-in otherwise.
    /// [`SignInError::StateMismatch`] is what the wait ends with if nothing else came.
    ///
    /// Reads the system clock for [`TokenSet::expires_at`].
    ///
    /// # Errors
    /// Every [`SignInError`] except [`SignInError::PortsBusy`] and [`SignInError::ApiTokenInvalid`].
    pub async fn finish(self, timeout: Duration) -> Result<TokenSet, SignInError> {
        let Self {
            http,
            deployment,
            listener,
            redirect,
            state,
            verifier,
            asked,
            ..
        } = self;
        let waiting = Waiting::for_state(state);
        let answer = tokio::time::timeout(timeout, waiting.serve(listener)).await;
        let answer = match answer {
            Ok(answer) => answer?,
            Err(_) if waiting.saw_other_state() => return Err(SignInError::StateMismatch),
            Err(_) => return Err(SignInError::TimedOut),
        };
        let is_issuer = |issuer: &String| deployment.is_issuer(issuer);
        if answer.issuers.len() > 1 || !answer.issuers.iter().all(is_issuer) {
            return Err(SignInError::IssuerMismatch);
        }
        let code = match answer.said {
            Said::Code(code) => code,
            Said::Error { error, description } => {
                return Err(callback_error(&error, description, asked));
            }
        };
        let mut client = BasicClient::new(ClientId::new(deployment.client_id.clone()));
        if deployment.client_authentication == ClientAuthentication::EmptySecret {
            client = client
                .set_client_secret(ClientSecret::new(String::new()))
                .set_auth_type(AuthType::BasicAuth);
        }
        let response = client
            .set_redirect_uri(redirect)
            .set_token_uri(TokenUrl::from_url(
                deployment.auth_endpoint(&["oauth2", "token"]),
            ))
            .exchange_code(code)
            .set_pkce_verifier(verifier)
            .request_async(&|request| token_call(http.clone(), request))
            .await
            .map_err(|error| exchange_error(error, &deployment))?;
        token_set(&response, unix_now())
    }
}

async fn listen(ports: LoopbackPorts) -> Result<TcpListener, SignInError> {
    let (first, last) = match ports {
        LoopbackPorts::Any => (0, 0),
        LoopbackPorts::Range { first, last } => (first, last),
    };
    for port in first..=last {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            Ok(listener) => return Ok(listener),
            Err(error) if ports == LoopbackPorts::Any => return Err(SignInError::Listen(error)),
            Err(error) => tracing::debug!(port, kind = ?error.kind(), "port not free"),
        }
    }
    Err(SignInError::PortsBusy { first, last })
}

/// RFC 6749 section 4.1.2.1 and OpenID Connect Core section 3.1.2.6.
fn callback_error(error: &str, description: Option<String>, asked: StepUp) -> SignInError {
    match error {
        // A person who cancels on the consent page comes back with either.
        "access_denied" | "consent_required" => SignInError::Denied { description },
        "login_required" | "interaction_required" | "account_selection_required" => {
            SignInError::LoginRequired
        }
        "unmet_authentication_requirements" => SignInError::StepUpUnmet { asked, description },
        other => SignInError::Refused {
            error: printable(other),
            description,
        },
    }
}

fn unix_now() -> UnixTime {
    UnixTime(
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs()),
    )
}

#[cfg(test)]
mod tests;
