//! Turning MFA on: the secret, its first code, and asking what became of that.

use deskfob_flows::Resolution;
use deskfob_vault::{Stage, StoredAccount};

use crate::bench::{Bench, cases};

#[tokio::test]
async fn asking_for_a_secret() {
    let (bench, account) = Bench::connected().await;
    // After a 401 the session is renewed once and the question asked once more.
    for case in &cases(
        "reset       | unreachable        | session | MFA off | 1
         reset after | unreachable        | session | MFA off | 1
         cut         | cut_off            | session | MFA off | 1
         status 503  | server_failed      | session | MFA off | 1
         status 403  | forbidden          | session | MFA off | 1
         status 401  | signed_out         | session | MFA off | 3
         status 409  | already_on         | session | MFA off | 1
         html        | not_json           | session | MFA off | 1
         wait 5      | too_many_requests  | session | MFA off | 1
         step-up mfa | api_token_too_weak | session | MFA off | 1",
    ) {
        let job = bench.desk.begin_enrolment(&account);
        bench.judged("GET /users/*/totp", case, job).await;
    }
    bench.desk.begin_enrolment(&account).await.unwrap();
    bench.desk.confirm_enrolment(&account, None).await.unwrap();
    bench.is_protected("after all faults").await;
}

/// What a confirmation comes to when its fault is over.
async fn finish(bench: &Bench, account: &StoredAccount, name: &str) {
    let pending = bench.desk.pending(account.id).await.unwrap();
    let accepted = match pending.stage {
        Stage::Proposed => false,
        Stage::Confirming => {
            let resolution = bench.desk.resolve_enrolment(account).await.unwrap();
            matches!(resolution, Resolution::Accepted(_))
        }
    };
    if !accepted {
        bench.desk.confirm_enrolment(account, None).await.unwrap();
    }
    bench.is_protected(name).await;
}

/// An answer that is no yes is compared with what the platform says of MFA; where that cannot be had, or nothing
/// came back, the enrolment stays as one to ask about.
#[tokio::test]
async fn confirming() {
    for case in &cases(
        "reset                                     | enrolment_unanswered | session, confirming | MFA off | 1
         reset after                               | enrolment_unanswered | session, confirming | MFA on  | 1
         cut                                       | enrolment_unanswered | session, confirming | MFA on  | 1
         status 503                                | enrolment_unanswered | session, confirming | MFA off | 1
         status 503 after                          | enrolment_unanswered | session, confirming | MFA on  | 1
         html                                      | enrolment_unanswered | session, confirming | MFA off | 1
         html after                                | enrolment_unanswered | session, confirming | MFA on  | 1
         status 401                                | signed_out           | session, proposal   | MFA off | 4
         status 401 after                          | ok                   | session, entry      | MFA on  | 5
         once status 401                           | ok                   | session, entry      | MFA on  | 3
         once status 401 after                     | ok                   | session, entry      | MFA on  | 5
         status 401; GET /users/me status 503      | signed_out           | session, confirming | MFA off | 4
         status 401 after; GET /users/me reset     | signed_out           | session, confirming | MFA on  | 4
         status 400                                | wrong_code           | session, proposal   | MFA off | 2
         status 400 after                          | ok                   | session, entry      | MFA on  | 3
         status 400; GET /users/me reset           | enrolment_unanswered | session, confirming | MFA off | 2
         status 403                                | forbidden            | session, proposal   | MFA off | 2
         status 403 after                          | ok                   | session, entry      | MFA on  | 3
         status 409                                | already_on           | session, proposal   | MFA off | 1
         wait 5                                    | too_many_requests    | session, proposal   | MFA off | 2
         wait 5 after                              | ok                   | session, entry      | MFA on  | 3
         wait 5 after; GET /users/me html          | enrolment_unanswered | session, confirming | MFA on  | 2
         wait 5 after; POST /users/*/codes reset   | ok                   | session, entry      | MFA on  | 3
         step-up mfa                               | api_token_too_weak   | session, proposal   | MFA off | 2
         step-up mfa after                         | ok                   | session, entry      | MFA on  | 3
         clock +3600                               | wrong_code           | session, proposal   | MFA off | 2
         clock -3600                               | wrong_code           | session, proposal   | MFA off | 2
         delay 300ms                               | ok                   | session, entry      | MFA on  | 1",
    ) {
        let (bench, account) = Bench::proposed().await;
        let job = bench.desk.confirm_enrolment(&account, None);
        bench.judged("POST /users/*/totp", case, job).await;
        match case.gets {
            "ok" => bench.is_protected(case.fault).await,
            _ => finish(&bench, &account, case.fault).await,
        }
    }
}

/// `fob enrol` and the window's button take up whatever a fault left.
#[tokio::test]
async fn the_next_try_takes_up_what_was_left() {
    for fault in [
        "reset after",
        "status 401 after; GET /users/me reset",
        "wait 5 after; GET /users/me reset",
        "status 503",
    ] {
        let (bench, account) = Bench::proposed().await;
        let job = bench.desk.finish_enrolment(&account);
        let (gets, _) = bench.under("POST /users/*/totp", fault, job).await;
        assert_ne!(gets, "ok", "{fault}");
        let discarded = bench.desk.discard_enrolment(&account).await.err();
        assert_eq!(
            discarded.map(|error| error.code()),
            Some("enrolment_unresolved"),
            "{fault}: a secret that may be in force is not thrown away"
        );
        bench.desk.finish_enrolment(&account).await.unwrap();
        bench.is_protected(fault).await;
    }
}

#[tokio::test]
async fn asking_what_became_of_a_confirmation() {
    for (request, table) in [
        (
            "GET /users/me",
            "reset      | unreachable       | session, confirming | MFA on | 1
             cut        | cut_off           | session, confirming | MFA on | 1
             status 401 | signed_out        | session, confirming | MFA on | 3
             status 503 | server_failed     | session, confirming | MFA on | 1
             html       | not_json          | session, confirming | MFA on | 1
             wait 5     | too_many_requests | session, confirming | MFA on | 1",
        ),
        (
            // The entry is kept, though without the recovery codes that could not be had.
            "POST /users/*/codes",
            "reset       | ok | session, entry | MFA on | 2
             reset after | ok | session, entry | MFA on | 2
             cut         | ok | session, entry | MFA on | 2
             status 401  | ok | session, entry | MFA on | 4
             status 503  | ok | session, entry | MFA on | 2
             html        | ok | session, entry | MFA on | 2
             wait 5      | ok | session, entry | MFA on | 2",
        ),
    ] {
        for case in &cases(table) {
            let (bench, account) = Bench::proposed().await;
            let job = bench.desk.confirm_enrolment(&account, None);
            bench.under("POST /users/*/totp", "reset after", job).await;
            let job = bench.desk.resolve_enrolment(&account);
            bench.judged(request, case, job).await;
            match case.gets {
                "ok" => bench.is_protected(case.fault).await,
                _ => finish(&bench, &account, case.fault).await,
            }
        }
    }
}
