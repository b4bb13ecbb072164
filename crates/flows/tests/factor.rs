//! What is known of a factor and of the clocks, and what is not; the step-up challenge.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use deskfob_flows::{
    Answered, DeploymentChoice, Desk, FactorFinding, ProofError, SessionError, SignInPrompt,
    now_ms, unix_now,
};
use deskfob_platform::{ApiError, BrowserSignIn, LoopbackPorts, SignInError, StepUp, TokenSet};
use deskfob_vault::{StoredAccount, corrected_window};
use support::{ADA, Fault, Person, Spoil};
use tokio::sync::{mpsc, oneshot};

const MFA: &str = "[\"mfa\"]";
const ALAN: (&str, &str) = ("alan@acme.example", "halting problem");

async fn finding(person: &mut Person) -> FactorFinding {
    person.reload().await;
    let factor = person.desk.check_factor(&person.account).await.unwrap();
    factor.finding
}

#[tokio::test]
async fn a_factor_is_known_as_far_as_it_is_proven() {
    let mut person = Person::connected().await;
    let before = person.desk.factor(&person.account).await.unwrap();
    assert_eq!(before.finding, FactorFinding::Unknown, "nobody was asked");
    assert_eq!(finding(&mut person).await, FactorFinding::Off);
    person.protect().await;
    let known = person.desk.factor(&person.account).await.unwrap();
    assert!(
        matches!(known.finding, FactorFinding::Taken { .. }),
        "the platform took its secret: {known:?}"
    );
    assert!(known.status.unwrap().checked_ms > 0, "since when is known");

    // Somebody turns it off and on again with another app.
    let second = person.second_desk().await;
    second
        .vault()
        .set_account_entry(person.account.id, None)
        .await
        .unwrap();
    second.withdraw(&person.account, false).await.unwrap();
    let vault = person.desk.vault();
    let entry = vault.entries().await.unwrap()[0].id;
    vault
        .set_account_entry(person.account.id, Some(entry))
        .await
        .unwrap();
    assert_eq!(finding(&mut person).await, FactorFinding::OffWithEntry);
    second.begin_enrolment(&person.account).await.unwrap();
    let vault = second.vault();
    vault
        .set_enrolment_elsewhere(person.account.id, true)
        .await
        .unwrap();
    let pending = second.pending(person.account.id).await.unwrap();
    let code = pending.entry.code_at(unix_now());
    second
        .confirm_enrolment(&person.account, Some(code.expose()))
        .await
        .unwrap();
    assert_eq!(finding(&mut person).await, FactorFinding::Elsewhere);
    let vault = person.desk.vault();
    vault
        .set_account_entry(person.account.id, Some(entry))
        .await
        .unwrap();
    assert_eq!(
        finding(&mut person).await,
        FactorFinding::Unproven,
        "that it is on again says nothing of the entry"
    );
}

#[tokio::test]
async fn a_sign_in_with_our_code_proves_the_factor() {
    let mut person = Person::protected().await;
    let vault = person.desk.vault();
    let entry = person.account.entry_id;
    vault
        .set_account_entry(person.account.id, None)
        .await
        .unwrap();
    vault
        .set_account_entry(person.account.id, entry)
        .await
        .unwrap();
    assert_eq!(finding(&mut person).await, FactorFinding::Unproven);

    let attempt = person.desk.start_proof(&person.account).await.unwrap();
    let tokens = person.browse(attempt, ADA).await;
    let other = person
        .desk
        .finish_proof(&person.account, tokens, false)
        .await
        .unwrap();
    assert_eq!(
        other.finding,
        FactorFinding::Unproven,
        "a recovery code would have done, too"
    );
    let session = person
        .desk
        .session_has_mfa(person.account.id)
        .await
        .unwrap();
    assert!(session, "the session is kept all the same");

    person.desk.withdraw(&person.account, false).await.unwrap();
    person.protect().await;
    let vault = person.desk.vault();
    let entry = person.account.entry_id;
    vault
        .set_account_entry(person.account.id, None)
        .await
        .unwrap();
    vault
        .set_account_entry(person.account.id, entry)
        .await
        .unwrap();
    let attempt = person.desk.start_proof(&person.account).await.unwrap();
    let tokens = person.browse(attempt, ADA).await;
    let ours = person
        .desk
        .finish_proof(&person.account, tokens, true)
        .await
        .unwrap();
    assert!(
        matches!(ours.finding, FactorFinding::Taken { .. }),
        "{ours:?}"
    );
}

#[tokio::test]
async fn a_sign_in_without_mfa_proves_nothing() {
    let person = Person::connected().await;
    let attempt = person.desk.start_connect(&person.choice()).await.unwrap();
    let tokens = person.browse(attempt, ADA).await;
    let proof = person
        .desk
        .finish_proof(&person.account, tokens, true)
        .await;
    assert!(matches!(proof, Err(ProofError::WithoutMfa)), "{proof:?}");
}

#[tokio::test]
async fn a_clock_that_is_off_is_told_and_corrected_only_when_asked() {
    let mut person = Person::connected().await;
    let (desk, id) = (person.desk.clone(), person.account.id);
    desk.account_status(&person.account).await.unwrap();
    assert_eq!(
        desk.skew(&person.account).await.unwrap(),
        None,
        "none worth telling"
    );

    person.proxy.set_clock(95);
    desk.begin_enrolment(&person.account).await.unwrap();
    let told = desk.skew(&person.account).await.unwrap().unwrap();
    assert!((94..=96).contains(&told), "{told}");
    let wrong = desk
        .confirm_enrolment(&person.account, Some("000000"))
        .await;
    let wrong = wrong.err().unwrap();
    assert!(
        wrong.hint().unwrap().contains("clock is 9"),
        "a refused code tells of the clock: {:?}",
        wrong.hint()
    );
    desk.account_status(&person.account).await.unwrap();
    let stored = person
        .second_desk()
        .await
        .skew(&person.account)
        .await
        .unwrap();
    assert_eq!(stored, Some(told), "and it is known without asking");

    let pending = desk.pending(id).await.unwrap();
    let correction = desk.correct_clock(&person.account).await.unwrap();
    person.reload().await;
    assert_eq!(person.account.clock_correction_s, correction);
    assert_eq!(
        desk.skew(&person.account).await.unwrap(),
        None,
        "nothing is left of it"
    );
    let now = unix_now();
    let window = corrected_window(&pending.entry, correction, now);
    let theirs = deskfob_otp::UnixTime(now.0 + correction.unsigned_abs());
    assert_eq!(
        window.code.expose(),
        pending.entry.code_at(theirs).expose(),
        "codes are made by the platform's time"
    );
    let (from, until) = (window.valid_from.unwrap(), window.valid_until.unwrap());
    assert!(
        from <= now && now < until,
        "and counted down by this computer's"
    );
    assert_eq!(until.0 - from.0, 30);

    desk.end_clock_correction(&person.account).await.unwrap();
    person.reload().await;
    assert_eq!(person.account.clock_correction_s, 0, "revoked");
    person.proxy.set_clock(2);
    let none = desk.correct_clock(&person.account).await.unwrap();
    assert_eq!(none, 0, "a second or two is no reason");
}

/// Whoever sits in front of the window.
struct Somebody {
    agrees: bool,
    asked: AtomicUsize,
    wanted: Mutex<Option<StepUp>>,
    browser: mpsc::UnboundedSender<(BrowserSignIn, oneshot::Sender<Option<TokenSet>>)>,
}

impl SignInPrompt for Somebody {
    fn agreed<'a>(&'a self, _: &'a StoredAccount, wanted: &'a StepUp) -> Answered<'a, bool> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        *self.wanted.lock().unwrap() = Some(wanted.clone());
        Box::pin(async { self.agrees })
    }

    fn browse<'a>(
        &'a self,
        _: &'a StoredAccount,
        attempt: BrowserSignIn,
    ) -> Answered<'a, Result<Option<TokenSet>, SignInError>> {
        let (done, tokens) = oneshot::channel();
        self.browser.send((attempt, done)).ok().unwrap();
        Box::pin(async { Ok(tokens.await.unwrap()) })
    }
}

/// A desk with somebody in front of it, who signs in as `who`.
async fn attended<T>(
    person: &Person,
    agrees: bool,
    who: Option<(&str, &str)>,
    job: impl AsyncFnOnce(&Desk) -> T,
) -> (T, Arc<Somebody>) {
    let (browser, mut opened) = mpsc::unbounded_channel();
    let somebody = Arc::new(Somebody {
        agrees,
        asked: AtomicUsize::new(0),
        wanted: Mutex::new(None),
        browser,
    });
    let desk = person.desk.attended(somebody.clone());
    let browsing = async {
        while let Some((attempt, done)) = opened.recv().await {
            let tokens = match who {
                Some(who) => Some(person.browse(attempt, who).await),
                None => None,
            };
            done.send(tokens).ok().unwrap();
        }
    };
    let done = tokio::select! {
        done = job(&desk) => done,
        () = browsing => unreachable!("the desk still has somebody"),
    };
    (done, somebody)
}

fn challenge(amr: &'static str) -> Fault {
    Fault {
        method: "POST",
        path: "/codes",
        acted_on: false,
        spoil: Spoil::Challenge(amr),
    }
}

/// Protected, and with a session that a person made in the browser.
async fn browsed() -> Person {
    let mut person = Person::browsed().await;
    person.protect().await;
    person
}

#[tokio::test]
async fn a_challenge_is_answered_by_a_sign_in_and_the_call_made_once_more() {
    let person = browsed().await;
    person.proxy.set_once(challenge(MFA));
    let (codes, somebody) = attended(&person, true, Some(ADA), async |desk| {
        desk.new_recovery_codes(&person.account).await
    })
    .await;
    assert_eq!(codes.unwrap().len(), 10);
    let wanted = somebody.wanted.lock().unwrap().clone().unwrap();
    assert_eq!(
        (wanted.amr, wanted.max_age),
        (vec!["mfa".to_owned()], Some(300))
    );
    assert_eq!(somebody.asked.load(Ordering::Relaxed), 1);
    let session = person
        .desk
        .session_has_mfa(person.account.id)
        .await
        .unwrap();
    assert!(session, "the new session carries MFA");
}

#[tokio::test]
async fn a_challenge_that_comes_again_ends_it() {
    let person = browsed().await;
    person.proxy.set(Some(challenge(MFA)));
    let (codes, somebody) = attended(&person, true, Some(ADA), async |desk| {
        desk.new_recovery_codes(&person.account).await
    })
    .await;
    let error = codes.unwrap_err();
    assert_eq!(error.code(), "step_up_again", "{error}");
    assert_eq!(somebody.asked.load(Ordering::Relaxed), 1, "asked once");
    assert_eq!(person.proxy.hits(), 2, "called twice, and no loop");
    let vault = person.desk.vault();
    let state = vault.recovery_codes_state(person.account.id).await.unwrap();
    assert_eq!(state.asked_ms, None, "the platform did not act on it");
}

#[tokio::test]
async fn a_challenge_that_is_not_answered_changes_nothing() {
    let person = browsed().await;
    let cases = [
        ("no", MFA, false, Some(ADA), "sign_in_cancelled"),
        ("given up", MFA, true, None, "sign_in_cancelled"),
        ("somebody else", "[]", true, Some(ALAN), "other_account"),
    ];
    for (name, amr, agrees, who, expected) in cases {
        person.proxy.set(Some(challenge(amr)));
        let (codes, _) = attended(&person, agrees, who, async |desk| {
            desk.new_recovery_codes(&person.account).await
        })
        .await;
        let error = codes.unwrap_err();
        assert_eq!(error.code(), expected, "{name}: {error}");
        assert!(error.hint().is_some(), "{name}");
        assert_eq!(person.proxy.hits(), 1, "{name}: not called again");
    }
    let alone = person.desk.new_recovery_codes(&person.account).await;
    assert_eq!(
        alone.unwrap_err().code(),
        "step_up_required",
        "nobody to ask"
    );
}

#[tokio::test]
async fn an_api_token_cannot_sign_in_again_and_says_so() {
    let person = Person::protected().await;
    person.proxy.set(Some(challenge(MFA)));
    let (codes, somebody) = attended(&person, true, Some(ADA), async |desk| {
        desk.new_recovery_codes(&person.account).await
    })
    .await;
    let error = codes.unwrap_err();
    assert_eq!(error.code(), "api_token_too_weak");
    assert!(error.hint().unwrap().contains("new API token"), "{error}");
    assert_eq!(
        somebody.asked.load(Ordering::Relaxed),
        0,
        "nobody is sent to the browser"
    );
}

#[tokio::test]
async fn what_ends_a_session_is_told_apart() {
    let person = browsed().await;
    let cases = [
        (
            "SSO",
            "SSO session has expired",
            "sso_session_expired",
            "single sign-on",
        ),
        (
            "revoked",
            "The refresh token is revoked",
            "signed_out",
            "sign in",
        ),
    ];
    for (name, description, code, hint) in cases {
        person.expire_tokens().await;
        person.proxy.set(Some(Fault {
            method: "POST",
            path: "/oauth2/token",
            acted_on: false,
            spoil: Spoil::Grant(description),
        }));
        let error = person
            .desk
            .account_status(&person.account)
            .await
            .err()
            .unwrap();
        assert_eq!(error.code(), code, "{name}: {error}");
        assert!(
            error.hint().unwrap().contains(hint),
            "{name}: {:?}",
            error.hint()
        );
    }
}

#[tokio::test]
async fn signing_out_tells_whether_the_platform_knows() {
    let person = browsed().await;
    let done = person.desk.sign_out(&person.account).await.unwrap();
    assert!(done.not_revoked.is_none() && !done.api_token_remains);

    let person = Person::connected().await;
    person.proxy.set(Some(Fault {
        method: "POST",
        path: "/oauth2/revoke",
        acted_on: false,
        spoil: Spoil::Status(503),
    }));
    let done = person.desk.sign_out(&person.account).await.unwrap();
    assert!(
        matches!(
            &done.not_revoked,
            Some(SessionError::SignIn(SignInError::Api(
                ApiError::Server { .. }
            )))
        ),
        "{done:?}"
    );
    assert!(done.api_token_remains, "it works until it is deleted there");
    let kept = person.desk.vault().tokens(person.account.id).await.unwrap();
    assert!(kept.is_none(), "signed out here all the same");
}

#[tokio::test]
async fn nobody_is_asked_for_a_sign_in_that_cannot_begin() {
    let mut person = browsed().await;
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let DeploymentChoice::Custom(mut custom) = person.choice() else {
        panic!("a platform of its own");
    };
    custom.ports = LoopbackPorts::Range {
        first: port,
        last: port,
    };
    let record = DeploymentChoice::Custom(custom).to_record();
    let vault = person.desk.vault();
    vault
        .set_account_deployment(person.account.id, &record, now_ms())
        .await
        .unwrap();
    person.reload().await;
    person.proxy.set(Some(challenge(MFA)));
    let (codes, somebody) = attended(&person, true, Some(ADA), async |desk| {
        desk.new_recovery_codes(&person.account).await
    })
    .await;
    assert_eq!(codes.err().unwrap().code(), "ports_busy");
    assert_eq!(somebody.asked.load(Ordering::Relaxed), 0);
}
