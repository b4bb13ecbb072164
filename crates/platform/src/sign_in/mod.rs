//! Signing in (RFC 6749, RFC 7636, RFC 8252), renewing and ending a session.

mod api_token;
mod browser;
mod callback;
mod error;
mod page;
mod refresh;
mod revoke;
mod token_endpoint;

pub use api_token::sign_in_with_api_token;
pub use browser::{BrowserSignIn, Prompt, SignInRequest};
pub use error::SignInError;
pub use refresh::refresh;
pub use revoke::revoke;
pub(crate) use token_endpoint::Refusal;

#[cfg(test)]
mod tests {
    use deskfob_otp::UnixTime;

    use super::*;
    use crate::{AccessToken, ApiToken, Client, Deployment, Http, OrgId, RefreshToken, TokenSet};

    /// Whoever calls from a server or a window needs futures that move between threads.
    #[test]
    fn futures_move_between_threads() {
        fn moves<T: Send>(_: T) {}
        fn calls(attempt: BrowserSignIn, http: Http, deployment: Deployment, tokens: TokenSet) {
            let token = RefreshToken::new("r".into());
            moves(refresh(&http, &deployment, &token, UnixTime(0)));
            moves(revoke(&http, &deployment, &tokens));
            let token = ApiToken::new("t".into());
            moves(sign_in_with_api_token(
                &http,
                &deployment,
                &token,
                UnixTime(0),
            ));
            moves(BrowserSignIn::start(
                &http,
                &deployment,
                SignInRequest::default(),
            ));
            moves(attempt.finish(std::time::Duration::ZERO));
            let client = Client::new(http, deployment, AccessToken::new("a".into()));
            let mut count = 0;
            moves(client.members(&OrgId::new("o"), |so_far, _| count = so_far));
            moves(client.me());
        }
        let _: fn(BrowserSignIn, Http, Deployment, TokenSet) = calls;
    }
}
