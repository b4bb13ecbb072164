//! What the doctor found.

use deskfob_doctor::{Condition, Facts, Finding, Leak, Remedy, State, Step, advise};
use deskfob_flows::FactCheck;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One question about the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "FactCheck", export_to = "types.ts")]
pub enum FactCheckView {
    /// How the session kept here was made.
    Session,
    /// What SSH certificates are kept here, and which OpenSSH shows.
    Certificate,
    /// Whether MFA is on.
    Account,
    /// Which organisations require MFA.
    Organizations,
    /// How many API tokens were made before MFA.
    ApiTokens,
}

/// How a fact stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "FactState", export_to = "types.ts")]
pub enum FactStateView {
    /// As it should be.
    Good,
    /// What may be behind an error.
    Bad,
    /// Neither.
    Plain,
    /// Not known.
    Unknown,
}

/// A fact in words.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct FactView {
    /// The question.
    pub check: FactCheckView,
    /// How it stands.
    pub state: FactStateView,
    /// For a person, one sentence.
    pub text: String,
}

/// Which account the errors are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "Fitting", export_to = "types.ts")]
pub enum FittingView {
    /// One is named, or there is only one.
    One,
    /// They name somebody who is not connected here.
    Another,
    /// They name nobody, and several are connected.
    Several,
    /// None is connected.
    NoAccount,
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "Remedy", export_to = "types.ts")]
pub enum RemedyView {
    /// Turn on MFA.
    Enrol,
    /// Sign in again.
    SignIn,
    /// Make a new API token.
    NewToken,
    /// Sign in again with the platform's own command line.
    SignInByCommandLine,
    /// Make a new SSH certificate.
    NewCertificate,
    /// Tell OpenSSH of the certificate that Deskfob keeps.
    TellOpenssh,
    /// Ask somebody for access.
    AskForAccess,
    /// See to the host's key.
    FixHostKeys,
    /// Set the clock.
    FixClock,
    /// Wait.
    Wait,
}

/// One step of the way out.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct DoctorStepView {
    /// What to do.
    pub remedy: RemedyView,
    /// Only when MFA is off, which is not known.
    pub only_if_mfa_off: bool,
    /// Methods that the sign-in must use, all of them.
    pub amr: Vec<String>,
    /// Most seconds since the sign-in, at least 0.
    #[ts(type = "number | null")]
    pub max_age: Option<u64>,
}

/// An error that was found, and what to do about it. Free of secrets.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct DoctorFindingView {
    /// Stable name of what it says.
    pub symptom: String,
    /// Line of the text, the first is 1.
    pub line: usize,
    /// Column, the first is 1.
    pub column: usize,
    /// How often it is in the text.
    pub count: usize,
    /// The words it was known by, line by line.
    pub quote: String,
    /// The service that refused, if it is named.
    pub service: Option<String>,
    /// What it means, one sentence.
    pub meaning: String,
    /// What to do, one sentence.
    pub todo: String,
    /// Whether codes of an authenticator help; null where they do not matter.
    pub codes_help: Option<bool>,
    /// The steps in their order.
    pub steps: Vec<DoctorStepView>,
}

/// A secret in the text, which is not repeated.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct LeakView {
    /// Stable name of its kind.
    pub kind: String,
    /// Line of the first.
    pub line: usize,
    /// How many.
    pub count: usize,
    /// What to do about it.
    pub warning: String,
}

/// What is in a text.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct DoctorView {
    /// The errors that are known. Empty when nothing is.
    pub findings: Vec<DoctorFindingView>,
    /// The secrets, one for each kind.
    pub leaks: Vec<LeakView>,
    /// Bytes at the beginning that were not looked at.
    pub skipped: usize,
    /// The account that is checked.
    pub account_id: Option<String>,
    /// Which account the errors are about.
    pub fitting: FittingView,
    /// What can be found out about it, in this order.
    pub checks: Vec<FactCheckView>,
}

/// One fact, and what is to be done with it known.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct DoctorCheckView {
    /// The fact.
    pub fact: FactView,
    /// The errors again, by all that is known so far.
    pub findings: Vec<DoctorFindingView>,
}

impl FactCheckView {
    pub(crate) const ALL: [Self; 5] = [
        Self::Session,
        Self::Certificate,
        Self::Account,
        Self::Organizations,
        Self::ApiTokens,
    ];

    pub(crate) fn check(self) -> FactCheck {
        match self {
            Self::Session => FactCheck::Session,
            Self::Certificate => FactCheck::Certificate,
            Self::Account => FactCheck::Account,
            Self::Organizations => FactCheck::Organizations,
            Self::ApiTokens => FactCheck::ApiTokens,
        }
    }

    /// The name of its fact among [`Facts::told`].
    fn fact(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Certificate => "certificate",
            Self::Account => "account_mfa",
            Self::Organizations => "requiring_mfa",
            Self::ApiTokens => "tokens_before_mfa",
        }
    }
}

impl FactView {
    pub(crate) fn of(check: FactCheckView, facts: &Facts) -> Option<Self> {
        let told = facts
            .told()
            .into_iter()
            .find(|told| told.fact == check.fact())?;
        Some(Self {
            check,
            state: match told.state {
                State::Good => FactStateView::Good,
                State::Bad => FactStateView::Bad,
                State::Plain => FactStateView::Plain,
                State::Unknown => FactStateView::Unknown,
            },
            text: told.text,
        })
    }
}

impl DoctorFindingView {
    pub(crate) fn all(findings: &[Finding], facts: &Facts) -> Vec<Self> {
        findings
            .iter()
            .map(|finding| Self::of(finding, facts))
            .collect()
    }

    fn of(finding: &Finding, facts: &Facts) -> Self {
        let advice = advise(finding, facts);
        Self {
            symptom: finding.symptom.code().to_owned(),
            line: finding.place.line,
            column: finding.place.column,
            count: finding.count,
            quote: finding.quote.clone(),
            service: finding.service.as_ref().map(|service| service.name.clone()),
            meaning: advice.meaning,
            todo: advice.todo,
            codes_help: advice.codes_help,
            steps: advice.steps.iter().map(DoctorStepView::from).collect(),
        }
    }
}

impl From<&Step> for DoctorStepView {
    fn from(step: &Step) -> Self {
        let asked = step.remedy.asked().cloned().unwrap_or_default();
        Self {
            remedy: match step.remedy {
                Remedy::Enrol => RemedyView::Enrol,
                Remedy::SignIn(_) => RemedyView::SignIn,
                Remedy::NewToken => RemedyView::NewToken,
                Remedy::SignInByCommandLine { .. } => RemedyView::SignInByCommandLine,
                Remedy::NewCertificate => RemedyView::NewCertificate,
                Remedy::TellOpenssh => RemedyView::TellOpenssh,
                Remedy::AskForAccess => RemedyView::AskForAccess,
                Remedy::FixHostKeys => RemedyView::FixHostKeys,
                Remedy::FixClock => RemedyView::FixClock,
                Remedy::Wait(_) => RemedyView::Wait,
            },
            only_if_mfa_off: step.only_if == Some(Condition::MfaOff),
            amr: asked.amr,
            max_age: asked.max_age,
        }
    }
}

impl From<&Leak> for LeakView {
    fn from(leak: &Leak) -> Self {
        Self {
            kind: leak.kind.code().to_owned(),
            line: leak.place.line,
            count: leak.count,
            warning: leak.kind.warning().to_owned(),
        }
    }
}
