//! Turning MFA off, asking what became of that, and moving to a new secret.

use deskfob_flows::WithdrawalResolution;
use deskfob_vault::StoredAccount;

use crate::bench::{Bench, cases};

/// MFA comes off when the fault is over.
async fn finish(bench: &Bench, account: &StoredAccount, name: &str) {
    let begun = bench.desk.vault().withdrawal(account.id).await.unwrap();
    let was_on = bench.platform().await == "MFA on";
    let off = match begun {
        None => !was_on,
        Some(_) => {
            let resolution = bench.desk.resolve_withdrawal(account).await.unwrap();
            let off = resolution == WithdrawalResolution::Off;
            assert_eq!(off, !was_on, "{name}: what the platform says");
            off
        }
    };
    if !off {
        bench.desk.withdraw(account, false).await.unwrap();
    }
    assert_eq!(bench.vault().await, "session", "{name}");
    assert_eq!(bench.platform().await, "MFA off", "{name}");
    let trash = bench.desk.vault().trash().await.unwrap();
    assert_eq!(trash.len(), 1, "{name}: the entry can be brought back");
}

/// Where an answer came the platform is asked, and the entry goes to the trash when MFA is off.
#[tokio::test]
async fn turning_mfa_off() {
    for case in &cases(
        "reset                             | withdrawal_unanswered | session, entry | MFA on  | 1
         reset after                       | withdrawal_unanswered | session, entry | MFA off | 1
         cut                               | withdrawal_unanswered | session, entry | MFA off | 1
         status 503                        | withdrawal_unanswered | session, entry | MFA on  | 1
         status 503 after                  | withdrawal_unanswered | session, entry | MFA off | 1
         html                              | withdrawal_unanswered | session, entry | MFA on  | 1
         html after                        | withdrawal_unanswered | session, entry | MFA off | 1
         status 401                        | signed_out            | session, entry | MFA on  | 4
         status 401 after                  | ok                    | session        | MFA off | 4
         once status 401 after             | ok                    | session        | MFA off | 4
         status 401; GET /users/me reset   | signed_out            | session, entry | MFA on  | 4
         status 403                        | forbidden             | session, entry | MFA on  | 2
         status 403 after                  | ok                    | session        | MFA off | 2
         status 404                        | not_found             | session, entry | MFA on  | 2
         status 404 after                  | ok                    | session        | MFA off | 2
         wait 5                            | too_many_requests     | session, entry | MFA on  | 2
         wait 5 after                      | ok                    | session        | MFA off | 2
         wait 5 after; GET /users/me reset | withdrawal_unanswered | session, entry | MFA off | 2
         step-up mfa                       | api_token_too_weak    | session, entry | MFA on  | 2
         step-up mfa after                 | ok                    | session        | MFA off | 2
         delay 300ms                       | ok                    | session        | MFA off | 1",
    ) {
        let (bench, account) = Bench::protected().await;
        let job = bench.desk.withdraw(&account, false);
        bench.judged("DELETE /users/*/totp", case, job).await;
        if bench.platform().await == "MFA on" {
            bench.is_protected(case.fault).await;
        }
        finish(&bench, &account, case.fault).await;
    }
}

#[tokio::test]
async fn asking_what_became_of_a_withdrawal() {
    for case in &cases(
        "reset      | unreachable       | session, entry | MFA off | 1
         cut        | cut_off           | session, entry | MFA off | 1
         status 401 | signed_out        | session, entry | MFA off | 3
         status 503 | server_failed     | session, entry | MFA off | 1
         html       | not_json          | session, entry | MFA off | 1
         wait 5     | too_many_requests | session, entry | MFA off | 1",
    ) {
        let (bench, account) = Bench::protected().await;
        let job = bench.desk.withdraw(&account, false);
        bench.under("DELETE /users/*/totp", "cut", job).await;
        let job = bench.desk.resolve_withdrawal(&account);
        bench.judged("GET /users/me", case, job).await;
        finish(&bench, &account, case.fault).await;
    }
}

#[tokio::test]
async fn moving_to_a_new_secret() {
    for (request, table) in [
        (
            "DELETE /users/*/totp",
            "reset            | withdrawal_unanswered | session, entry | MFA on  | 1
             reset after      | withdrawal_unanswered | session, entry | MFA off | 1
             status 401       | signed_out            | session, entry | MFA on  | 4
             status 401 after | ok                    | session, entry | MFA on  | 6
             status 403       | forbidden             | session, entry | MFA on  | 2
             wait 5 after     | ok                    | session, entry | MFA on  | 4",
        ),
        (
            "GET /users/*/totp",
            "reset            | unreachable           | session        | MFA off | 2
             cut              | cut_off               | session        | MFA off | 2
             status 401       | signed_out            | session        | MFA off | 4
             wait 5           | too_many_requests     | session        | MFA off | 2",
        ),
        (
            "POST /users/*/totp",
            "reset after      | enrolment_unanswered  | session, confirming | MFA on  | 3
             status 400       | wrong_code            | session, proposal   | MFA off | 4
             status 401       | signed_out            | session, proposal   | MFA off | 6
             status 401 after | ok                    | session, entry      | MFA on  | 7
             wait 5 after     | ok                    | session, entry      | MFA on  | 5",
        ),
    ] {
        for case in &cases(table) {
            let (bench, account) = Bench::protected().await;
            let job = bench.desk.move_factor(&account);
            bench.judged(request, case, job).await;
            if case.gets != "ok" {
                let account = bench.desk.account(account.id).await.unwrap();
                bench.desk.move_factor(&account).await.unwrap();
            }
            bench.is_protected(case.fault).await;
            let step = bench.desk.move_step(&account).await.unwrap();
            assert_eq!(step, None, "{}: at its end", case.fault);
            let trash = bench.desk.vault().trash().await.unwrap();
            assert_eq!(trash.len(), 1, "{}: the old entry", case.fault);
        }
    }
}
