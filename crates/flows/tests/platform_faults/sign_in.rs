//! Connecting an account, by an API token and with the browser.

use deskfob_platform::TokenSet;

use crate::bench::{Bench, cases};
use crate::support::pages::{ADA, try_browse};

#[tokio::test]
async fn connecting_with_a_token() {
    let bench = Bench::new().await;
    for (request, table) in [
        (
            "POST /oauth2/token",
            "reset            | unreachable       | nothing | MFA off | 1
             reset after      | unreachable       | nothing | MFA off | 1
             cut              | cut_off           | nothing | MFA off | 1
             status 401       | unauthenticated   | nothing | MFA off | 1
             status 403       | forbidden         | nothing | MFA off | 1
             status 503       | server_failed     | nothing | MFA off | 1
             status 503 after | server_failed     | nothing | MFA off | 1
             html             | not_json          | nothing | MFA off | 1
             html after       | not_json          | nothing | MFA off | 1
             wait 5           | too_many_requests | nothing | MFA off | 1
             wait 5 after     | too_many_requests | nothing | MFA off | 1
             token-refused    | api_token_invalid | nothing | MFA off | 1",
        ),
        (
            "GET /users/me",
            "reset            | unreachable       | nothing | MFA off | 2
             reset after      | unreachable       | nothing | MFA off | 2
             cut              | cut_off           | nothing | MFA off | 2
             status 401       | unauthenticated   | nothing | MFA off | 2
             status 403       | forbidden         | nothing | MFA off | 2
             status 503       | server_failed     | nothing | MFA off | 2
             html             | not_json          | nothing | MFA off | 2
             wait 5           | too_many_requests | nothing | MFA off | 2
             step-up mfa      | step_up_required  | nothing | MFA off | 2",
        ),
    ] {
        for case in &cases(table) {
            bench.judged(request, case, bench.by_token()).await;
        }
    }
    bench.by_token().await.unwrap();
    assert_eq!(bench.vault().await, "session", "the next try connects");
}

#[tokio::test]
async fn redeeming_the_code_of_the_browser() {
    let bench = Bench::new().await;
    // The pages, then one request: a code counts once, so that it is never sent a second time.
    for case in &cases(
        "reset            | unreachable       | nothing | MFA off | 6
         reset after      | unreachable       | nothing | MFA off | 6
         cut              | cut_off           | nothing | MFA off | 6
         status 401       | unauthenticated   | nothing | MFA off | 6
         status 503       | server_failed     | nothing | MFA off | 6
         status 503 after | server_failed     | nothing | MFA off | 6
         html             | not_json          | nothing | MFA off | 6
         html after       | not_json          | nothing | MFA off | 6
         wait 5           | too_many_requests | nothing | MFA off | 6",
    ) {
        let attempt = bench.desk.start_connect(&bench.choice).await.unwrap();
        let job = try_browse(bench.sandbox.url(), attempt, ADA);
        bench.judged("POST /oauth2/token", case, job).await;
    }
    bench.by_browser().await;
    assert_eq!(bench.vault().await, "session", "the next try connects");
}

#[tokio::test]
async fn asking_whose_session_the_browser_brought() {
    let bench = Bench::new().await;
    // The question, and both tokens revoked.
    for case in &cases(
        "reset       | unreachable       | nothing | MFA off | 3
         reset after | unreachable       | nothing | MFA off | 3
         cut         | cut_off           | nothing | MFA off | 3
         status 401  | unauthenticated   | nothing | MFA off | 3
         status 503  | server_failed     | nothing | MFA off | 3
         html        | not_json          | nothing | MFA off | 3
         wait 5      | too_many_requests | nothing | MFA off | 3
         step-up mfa | step_up_required  | nothing | MFA off | 3",
    ) {
        let tokens = bench.browsed().await;
        let copy = TokenSet {
            access: tokens.access.clone_token(),
            refresh: None,
            expires_at: tokens.expires_at,
        };
        let job = bench.desk.finish_connect(&bench.choice, tokens);
        bench.judged("GET /users/me", case, job).await;
        let open = bench.takes(&copy).await;
        assert!(!open, "{}: no session is left open", case.fault);
    }
    bench.by_browser().await;
    assert_eq!(bench.vault().await, "session", "the next try connects");
}
