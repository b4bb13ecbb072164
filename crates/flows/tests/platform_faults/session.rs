//! Renewing a session, and ending it.

use crate::bench::{Bench, cases};

#[tokio::test]
async fn renewing_a_session() {
    let bench = Bench::new().await;
    // In the place of what the platform holds: whether the session can still be renewed afterwards. Where it acted, the
    // refresh token is spent and its successor was lost on the way: then only the person can sign in again.
    for case in &cases(
        "reset            | unreachable         | session | renews     | 1
         reset after      | unreachable         | session | signed_out | 1
         cut              | cut_off             | session | signed_out | 1
         status 401       | unauthenticated     | session | renews     | 1
         status 401 after | unauthenticated     | session | signed_out | 1
         status 503       | server_failed       | session | renews     | 1
         status 503 after | server_failed       | session | signed_out | 1
         html             | not_json            | session | renews     | 1
         html after       | not_json            | session | signed_out | 1
         wait 5           | too_many_requests   | session | renews     | 1
         wait 5 after     | too_many_requests   | session | signed_out | 1
         sso-expired      | sso_session_expired | session | renews     | 1
         token-refused    | api_token_invalid   | session | renews     | 1
         delay 300ms      | ok                  | session | renews     | 2",
    ) {
        let account = bench.by_browser().await;
        let vault = bench.desk.vault();
        let expire = async || {
            let mut kept = vault.tokens(account.id).await.unwrap().unwrap();
            kept.expires_at = 0;
            vault.put_tokens(account.id, &kept).await.unwrap();
        };
        expire().await;
        let request = "POST /oauth2/token";
        let job = bench.desk.account_status(&account);
        let (gets, requests) = bench.under(request, case.fault, job).await;
        let held = bench.vault().await;
        expire().await;
        let again = bench.desk.account_status(&account).await;
        let platform = again.err().map_or("renews", |error| error.code());
        case.judge(request, gets, &held, platform, requests);
    }
}

#[tokio::test]
async fn signing_out() {
    let bench = Bench::new().await;
    for case in &cases(
        "reset       | ok | account | MFA off | 2
         reset after | ok | account | MFA off | 2
         cut         | ok | account | MFA off | 2
         status 401  | ok | account | MFA off | 2
         status 503  | ok | account | MFA off | 2
         html        | ok | account | MFA off | 2
         wait 5      | ok | account | MFA off | 2",
    ) {
        let account = bench.by_browser().await;
        let job = bench.desk.sign_out(&account);
        bench.judged("POST /oauth2/revoke", case, job).await;
    }
}
