//! What the doctor prints.

use std::io::{self, Write};

use deskfob_doctor::{
    Advice, Certificate, Diagnosis, Facts, Finding, Known, Leak, Remedy, State, Step, advise,
};
use deskfob_vault::StoredAccount;
use serde::Serialize;
use serde_json::{Value, json};

use super::command;
use super::live::Live;
use super::text::Text;
use crate::choose;
use crate::output::{Report, plain};

#[derive(Serialize)]
pub(super) struct Doctor {
    understood: bool,
    /// Bytes at the beginning that were not looked at.
    skipped: u64,
    account: Option<AccountLine>,
    facts: Option<Value>,
    findings: Vec<FindingView>,
    leaks: Vec<LeakView>,
    #[serde(skip)]
    told: Vec<(State, String)>,
    #[serde(skip)]
    note: Option<String>,
    #[serde(skip)]
    first: Option<Remedy>,
}

#[derive(Serialize)]
struct AccountLine {
    email: String,
    deployment: String,
}

#[derive(Serialize)]
struct FindingView {
    symptom: &'static str,
    line: usize,
    column: usize,
    quote: String,
    count: usize,
    service: Option<String>,
    user: Option<UserView>,
    host: Option<String>,
    asked: AskedView,
    retry_after: Option<u64>,
    words: Option<String>,
    meaning: String,
    todo: String,
    codes_help: Option<bool>,
    steps: Vec<StepView>,
}

#[derive(Serialize)]
struct UserView {
    name: String,
    id: Option<String>,
}

#[derive(Serialize)]
struct AskedView {
    amr: Vec<String>,
    max_age: Option<u64>,
}

#[derive(Serialize)]
struct StepView {
    remedy: &'static str,
    only_if: Option<&'static str>,
    amr: Vec<String>,
    max_age: Option<u64>,
    command: Option<String>,
}

#[derive(Serialize)]
struct LeakView {
    kind: &'static str,
    line: usize,
    column: usize,
    count: usize,
    warning: &'static str,
}

impl Doctor {
    pub(super) fn of(diagnosis: &Diagnosis, text: &Text, live: &Live) -> Self {
        let account = live.account.as_ref();
        let advices: Vec<(&Finding, Advice)> = diagnosis
            .findings
            .iter()
            .map(|finding| (finding, advise(finding, &live.facts)))
            .collect();
        Self {
            understood: !diagnosis.findings.is_empty(),
            skipped: text.skipped + diagnosis.skipped as u64,
            account: live.account.as_ref().map(|account| AccountLine {
                email: account.email.clone(),
                deployment: choose::platform(account),
            }),
            facts: live.account.as_ref().map(|_| facts_json(&live.facts)),
            told: match live.account {
                Some(_) => live
                    .facts
                    .told()
                    .into_iter()
                    .map(|told| (told.state, told.text))
                    .collect(),
                None => Vec::new(),
            },
            note: live.note.clone(),
            first: advices
                .iter()
                .find_map(|(_, advice)| advice.first().cloned()),
            findings: advices
                .iter()
                .map(|(finding, advice)| FindingView::of(finding, advice, text.lines, account))
                .collect(),
            leaks: diagnosis
                .leaks
                .iter()
                .map(|leak| LeakView::of(leak, text.lines))
                .collect(),
        }
    }

    /// The first step that is sure to be needed.
    pub(super) fn first_remedy(&self) -> Option<&Remedy> {
        self.first.as_ref()
    }
}

impl FindingView {
    fn of(
        finding: &Finding,
        advice: &Advice,
        lines_before: usize,
        account: Option<&StoredAccount>,
    ) -> Self {
        Self {
            symptom: finding.symptom.code(),
            line: finding.place.line + lines_before,
            column: finding.place.column,
            quote: finding.quote.clone(),
            count: finding.count,
            service: finding.service.as_ref().map(|service| service.name.clone()),
            user: finding.user.as_ref().map(|user| UserView {
                name: user.name.clone(),
                id: user.id.clone(),
            }),
            host: finding.host.as_ref().map(|host| host.name.clone()),
            asked: AskedView {
                amr: finding.asked.amr.clone(),
                max_age: finding.asked.max_age,
            },
            retry_after: finding.retry_after,
            words: finding.words.clone(),
            meaning: advice.meaning.clone(),
            todo: advice.todo.clone(),
            codes_help: advice.codes_help,
            steps: advice
                .steps
                .iter()
                .map(|step| StepView::of(step, account))
                .collect(),
        }
    }
}

impl StepView {
    fn of(step: &Step, account: Option<&StoredAccount>) -> Self {
        let asked = step.remedy.asked().cloned().unwrap_or_default();
        Self {
            remedy: step.remedy.code(),
            only_if: step.only_if.map(|condition| condition.code()),
            command: command::of(&step.remedy, account),
            amr: asked.amr,
            max_age: asked.max_age,
        }
    }
}

impl LeakView {
    fn of(leak: &Leak, lines_before: usize) -> Self {
        Self {
            kind: leak.kind.code(),
            line: leak.place.line + lines_before,
            column: leak.place.column,
            count: leak.count,
            warning: leak.kind.warning(),
        }
    }
}

fn facts_json(facts: &Facts) -> Value {
    fn fact<T>(known: &Known<T>, value: impl FnOnce(&T) -> Value) -> Value {
        match known {
            Known::Is(is) => json!({"value": value(is), "why_unknown": null}),
            Known::Unknown(why) => json!({"value": null, "why_unknown": why.code()}),
        }
    }
    let certificate = |certificate: &Certificate| {
        json!({
            "valid": certificate.valid, "amr": certificate.amr, "age": certificate.age,
        })
    };
    json!({
        "session": fact(&facts.session, |session| session.as_ref().map_or(Value::Null, |session| json!({
            "amr": session.amr, "age": session.age, "by_api_token": session.by_api_token,
        }))),
        "certificate": fact(&facts.certificate, |own| own.as_ref().map_or(Value::Null, certificate)),
        "command_line_certificate": fact(&facts.command_line, |theirs| theirs
            .as_ref()
            .map_or(Value::Null, |theirs| certificate(&theirs.certificate))),
        "openssh_told": fact(&facts.openssh_told, |told| json!(told)),
        "account_mfa": fact(&facts.account_mfa, |on| json!(on)),
        "account_sso": fact(&facts.account_sso, |on| json!(on)),
        "requiring_mfa": fact(&facts.requiring_mfa, |labels| json!(labels)),
        "tokens_before_mfa": fact(&facts.tokens_before_mfa, |count| json!(count)),
    })
}

impl Report for Doctor {
    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        if !self.understood {
            writeln!(out, "Nothing in this text is an error that is known here.")?;
        }
        for (number, finding) in self.findings.iter().enumerate() {
            if number > 0 {
                writeln!(out)?;
            }
            finding.write(out)?;
        }
        if let Some(account) = &self.account {
            writeln!(
                out,
                "\nChecked with {} ({}):",
                plain(&account.email),
                plain(&account.deployment)
            )?;
            for (state, text) in &self.told {
                let mark = match state {
                    State::Good => "+",
                    State::Bad => "!",
                    State::Plain => "-",
                    State::Unknown => "?",
                };
                writeln!(out, "  {mark} {}", plain(text))?;
            }
        }
        if let Some(note) = &self.note {
            writeln!(out, "\n({})", plain(note))?;
        }
        for leak in &self.leaks {
            writeln!(out, "\nWarning, line {}: {}.", leak.line, leak.warning)?;
        }
        if self.skipped > 0 {
            writeln!(
                out,
                "\nThe first {} bytes were not looked at.",
                self.skipped
            )?;
        }
        Ok(())
    }
}

impl FindingView {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let times = if self.count > 1 {
            format!(", {} times", self.count)
        } else {
            String::new()
        };
        writeln!(out, "Line {}{times}:", self.line)?;
        for line in self.quote.lines() {
            writeln!(out, "  | {}", plain(line))?;
        }
        writeln!(out, "{}", plain(&self.meaning))?;
        writeln!(out, "{}", plain(&self.todo))?;
        for step in &self.steps {
            if let Some(command) = &step.command {
                let only = if step.only_if.is_some() {
                    "  (if MFA is off)"
                } else {
                    ""
                };
                writeln!(out, "  $ {}{only}", plain(command))?;
            }
        }
        Ok(())
    }
}
