//! A new set of recovery codes. No call tells which set the platform has, so any answer that cannot be trusted leaves
//! the set kept here as one that may not work.

use deskfob_otp::ExposeSecret;

use crate::bench::{Bench, cases};

#[tokio::test]
async fn making_a_new_set() {
    for case in &cases(
        "reset            | new_codes_unanswered | doubtful | MFA on | 1
         reset after      | new_codes_unanswered | doubtful | MFA on | 1
         cut              | new_codes_unanswered | doubtful | MFA on | 1
         status 503       | new_codes_unanswered | doubtful | MFA on | 1
         status 503 after | new_codes_unanswered | doubtful | MFA on | 1
         html             | new_codes_unanswered | doubtful | MFA on | 1
         html after       | new_codes_unanswered | doubtful | MFA on | 1
         status 401       | signed_out           | doubtful | MFA on | 3
         status 401 after | signed_out           | doubtful | MFA on | 3
         once status 401  | ok                   | usable   | MFA on | 3
         wait 5           | new_codes_unanswered | doubtful | MFA on | 1
         wait 5 after     | new_codes_unanswered | doubtful | MFA on | 1
         status 403       | forbidden            | usable   | MFA on | 1
         status 404       | mfa_off              | usable   | MFA on | 1
         step-up mfa      | api_token_too_weak   | usable   | MFA on | 1
         delay 300ms      | ok                   | usable   | MFA on | 1",
    ) {
        let (bench, account) = Bench::protected().await;
        let request = "POST /users/*/codes";
        let job = bench.desk.new_recovery_codes(&account);
        let (gets, requests) = bench.under(request, case.fault, job).await;
        let vault = bench.desk.vault();
        let state = vault.recovery_codes_state(account.id).await.unwrap();
        let held = match state.asked_ms {
            Some(_) => "doubtful",
            None => "usable",
        };
        case.judge(request, gets, held, bench.platform().await, requests);
        if held == "doubtful" {
            bench.desk.new_recovery_codes(&account).await.unwrap();
            let state = vault.recovery_codes_state(account.id).await.unwrap();
            assert_eq!(state.asked_ms, None, "{}: cleared up", case.fault);
        }
        let codes = vault.recovery_codes(account.id).await.unwrap();
        let heading = bench.sign_in_with(codes[0].code.expose_secret()).await;
        assert_eq!(
            heading, "Authentication settings",
            "{}: the set that is kept works",
            case.fault
        );
    }
}
