//! Window and `fob` at one account's MFA at the same time: what the platform did is what is kept.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use deskfob_flows::{
    Answered, Desk, NewCodesError, Resolution, SignInPrompt, WithdrawalResolution, Withdrawn,
};
use deskfob_platform::{BrowserSignIn, SignInError, StepUp, TokenSet};
use deskfob_vault::StoredAccount;
use support::{ADA, Fault, Person, Spoil};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

/// What the other program does while this one's person is asked to sign in again.
#[derive(Clone, Copy)]
enum Other {
    GivesUpTheEnrolment,
    LooksAfterTheWithdrawal,
}

impl Other {
    async fn act(self, second: &Desk, account: &StoredAccount) {
        match self {
            Self::GivesUpTheEnrolment => {
                let resolved = second.resolve_enrolment(account).await.unwrap();
                assert!(matches!(resolved, Resolution::NotAccepted));
                second.discard_enrolment(account).await.unwrap();
            }
            Self::LooksAfterTheWithdrawal => {
                let resolved = second.resolve_withdrawal(account).await.unwrap();
                assert_eq!(resolved, WithdrawalResolution::StillOn);
            }
        }
    }
}

struct Prompt {
    other: Other,
    second: Desk,
    browser: mpsc::UnboundedSender<(BrowserSignIn, oneshot::Sender<TokenSet>)>,
}

impl SignInPrompt for Prompt {
    fn agreed<'a>(&'a self, account: &'a StoredAccount, _: &'a StepUp) -> Answered<'a, bool> {
        let (second, account, other) = (self.second.clone(), account.clone(), self.other);
        // On a thread of its own, as another program is.
        let acts = tokio::task::spawn_blocking(move || {
            Handle::current().block_on(other.act(&second, &account));
        });
        Box::pin(async move { acts.await.is_ok() })
    }

    fn browse<'a>(
        &'a self,
        _: &'a StoredAccount,
        attempt: BrowserSignIn,
    ) -> Answered<'a, Result<Option<TokenSet>, SignInError>> {
        let (done, tokens) = oneshot::channel();
        self.browser.send((attempt, done)).ok().unwrap();
        Box::pin(async { Ok(tokens.await.ok()) })
    }
}

/// Does `job`, whose call `method` is challenged once. The other program acts before the person signs in.
async fn challenged<T>(
    person: &Person,
    method: &'static str,
    other: Other,
    job: impl AsyncFnOnce(&Desk) -> T,
) -> T {
    let (browser, mut opened) = mpsc::unbounded_channel();
    let desk = person.desk.attended(Arc::new(Prompt {
        other,
        second: person.second_desk().await,
        browser,
    }));
    person.proxy.set_once(Fault {
        method,
        path: "/totp",
        acted_on: false,
        spoil: Spoil::Challenge("[\"pwd\"]"),
    });
    let signs_in = async {
        let (attempt, done) = opened.recv().await.unwrap();
        let _ = done.send(person.browse(attempt, ADA).await);
        std::future::pending::<()>().await;
    };
    tokio::select! {
        done = job(&desk) => done,
        () = signs_in => unreachable!("it waits for the job"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_the_platform_took_is_kept_though_another_program_gave_it_up() {
    let mut person = Person::browsed().await;
    person.desk.begin_enrolment(&person.account).await.unwrap();
    let account = person.account.clone();
    let codes = challenged(&person, "POST", Other::GivesUpTheEnrolment, async |desk| {
        desk.confirm_enrolment(&account, None).await
    })
    .await
    .unwrap();
    assert_eq!(codes.len(), 10);
    person.reload().await;
    let entry = person.account.entry_id.expect("the entry is in the list");
    person.desk.vault().entry(entry).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_platform_forgot_goes_to_the_trash_though_another_program_saw_it_on() {
    let mut person = Person::browsed().await;
    person.protect().await;
    let account = person.account.clone();
    let withdrawn = challenged(
        &person,
        "DELETE",
        Other::LooksAfterTheWithdrawal,
        async |desk| desk.withdraw(&account, false).await,
    )
    .await
    .unwrap();
    assert_eq!(withdrawn, Withdrawn::Now);
    person.reload().await;
    assert_eq!(person.account.entry_id, None);
    assert!(person.desk.vault().entries().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_new_sets_at_once_are_told_as_doubtful() {
    let person = Person::protected().await;
    let second = person.second_desk().await;
    person.proxy.set_once(Fault {
        method: "POST",
        path: "/codes",
        acted_on: true,
        spoil: Spoil::Late(800),
    });
    let later = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        second.new_recovery_codes(&person.account).await
    };
    let (first, later) = tokio::join!(person.desk.new_recovery_codes(&person.account), later);
    assert_eq!(later.unwrap().len(), 10);
    assert!(
        matches!(first, Err(NewCodesError::Doubtful)),
        "its answer is of an older question"
    );
    let vault = person.desk.vault();
    let state = vault.recovery_codes_state(person.account.id).await.unwrap();
    assert!(state.asked_ms.is_some(), "the person is told to ask again");
    let again = person.desk.new_recovery_codes(&person.account).await;
    assert_eq!(again.unwrap().len(), 10);
    let state = vault.recovery_codes_state(person.account.id).await.unwrap();
    assert!(state.asked_ms.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_is_not_forgotten_because_another_try_was_refused() {
    let person = Person::protected().await;
    person.desk.withdraw(&person.account, true).await.unwrap();
    person.desk.begin_enrolment(&person.account).await.unwrap();
    // Whether MFA is on can't be known then, and the refusal is believed.
    person.proxy.hide_mfa();
    person.proxy.set_once(Fault {
        method: "DELETE",
        path: "/totp",
        acted_on: false,
        spoil: Spoil::Status(403),
    });
    person
        .desk
        .withdraw(&person.account, false)
        .await
        .err()
        .unwrap();
    let step = person.desk.move_step(&person.account).await.unwrap();
    assert_eq!(
        step,
        Some(deskfob_flows::MoveStep::Proposed),
        "it can go on"
    );
}
