//! What a person sees while signing in.

use maud::{Markup, html};

use super::{identity, pending::Goal, step::Step};
use crate::{
    pages::{Nav, Page, alert, token_field},
    world::{PEOPLE, Person},
};

/// What a step's page shows.
pub(super) struct Shown<'a> {
    pub(super) id: &'a str,
    pub(super) goal: &'a Goal,
    pub(super) form_token: &'a str,
    /// Who is signed in.
    pub(super) person: Option<&'a Person>,
    /// About the last try.
    pub(super) message: Option<&'a str>,
    /// The address typed at the last try.
    pub(super) email: Option<&'a str>,
}

impl Shown<'_> {
    pub(super) fn action(&self, form: &str) -> String {
        format!("/sign-in/{}/{form}", self.id)
    }

    /// The application that asked, if any.
    pub(super) fn application(&self) -> Option<&str> {
        match self.goal {
            Goal::Client(request) => Some(&request.client.name),
            Goal::SecurityPage => None,
        }
    }

    /// What the email field begins with.
    fn email(&self) -> &str {
        let hint = match self.goal {
            Goal::Client(request) => request.login_hint.as_deref(),
            Goal::SecurityPage => None,
        };
        self.email.or(hint).unwrap_or_default()
    }

    pub(super) fn cancel(&self, label: &str) -> Markup {
        html! {
            form method="post" action=(self.action("cancel")) {
                (token_field(self.form_token))
                button.quiet type="submit" { (label) }
            }
        }
    }
}

pub(super) fn render(step: &Step, shown: &Shown<'_>) -> Page {
    let (title, body) = match step {
        Step::Password | Step::Done => ("Sign in", password(shown)),
        Step::Identity => ("Acme sign-in", identity::page(shown)),
        Step::ChooseAccount => ("Choose an account", choose(shown)),
        Step::Code => ("Enter a code", code(shown)),
        Step::SetUpFirst => ("Set up MFA first", set_up_first(shown)),
        Step::Consent => ("Allow access", consent(shown)),
    };
    let page = Page::new(title, Nav::None, body).narrow();
    match shown.goal {
        Goal::Client(request) => page.may_lead_to(&request.origin()),
        Goal::SecurityPage => page,
    }
}

fn password(shown: &Shown<'_>) -> Markup {
    html! {
        h1 { "Sign in" }
        @if let Some(application) = shown.application() {
            p.lead { "to continue to " strong { (application) } }
        }
        (alert(shown.message))
        (password_form(shown, shown.message.is_none()))
        (identity::way_in(shown))
        (shown.cancel("Cancel"))
        (people(shown))
    }
}

fn password_form(shown: &Shown<'_>, focus: bool) -> Markup {
    html! {
        form.stack method="post" action=(shown.action("password")) {
            (token_field(shown.form_token))
            label for="email" { "Email" }
            input id="email" name="email" type="email" autocomplete="username" required
                value=(shown.email()) autofocus[focus];
            label for="password" { "Password" }
            input id="password" name="password" type="password" autocomplete="current-password"
                required;
            button.primary type="submit" { "Sign in" }
        }
    }
}

/// The accounts there are, with a button for each: a sandbox hides nothing.
fn people(shown: &Shown<'_>) -> Markup {
    html! {
        section.panel aria-labelledby="people" {
            h2 id="people" { "Accounts of this sandbox" }
            ul.rows {
                @for person in &PEOPLE {
                    li {
                        div {
                            strong { (person.first_name) " " (person.last_name) }
                            p.muted { (person.about) }
                            p.facts { code { (person.email) } " " @if let Some(password) = person.password() { code { (password) } } }
                        }
                        @if let Some(password) = person.password() {
                            form method="post" action=(shown.action("password")) {
                                (token_field(shown.form_token))
                                input type="hidden" name="email" value=(person.email);
                                input type="hidden" name="password" value=(password);
                                button type="submit"
                                    aria-label={ "Sign in as " (person.first_name) " " (person.last_name) } {
                                    "Use"
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn choose(shown: &Shown<'_>) -> Markup {
    html! {
        h1 { "Choose an account" }
        @if let Some(application) = shown.application() {
            p.lead { "to continue to " strong { (application) } }
        }
        @if let Some(person) = shown.person {
            form.stack method="post" action=(shown.action("account")) {
                (token_field(shown.form_token))
                button.primary type="submit" { "Continue as " (person.name()) }
                p.muted.centred { (person.email) }
            }
        }
        h2 { "Or sign in as someone else" }
        (password_form(shown, false))
        (identity::way_in(shown))
        (shown.cancel("Cancel"))
        (people(shown))
    }
}

fn code(shown: &Shown<'_>) -> Markup {
    let demo = shown
        .person
        .and_then(|person| PEOPLE.iter().find(|d| d.email == person.email));
    html! {
        h1 { "Enter a code" }
        @if let Some(person) = shown.person {
            p.lead { "Signing in as " strong { (person.email) } }
        }
        (alert(shown.message))
        form.stack method="post" action=(shown.action("code")) {
            (token_field(shown.form_token))
            label for="code" { "Six-digit code, or a recovery code" }
            input.code id="code" name="code" type="text" inputmode="text" autocomplete="one-time-code"
                autocapitalize="none" spellcheck="false" maxlength="20" required autofocus
                aria-describedby="code-help";
            p.muted id="code-help" {
                "Open your authenticator application and type the code it shows. Each code counts once."
            }
            button.primary type="submit" { "Verify" }
        }
        (shown.cancel("Cancel"))
        @if let Some(key) = demo.and_then(|demo| demo.setup_key) {
            section.panel aria-labelledby="key" {
                h2 id="key" { "Set-up key of this sandbox account" }
                p.muted { "Add it to an authenticator application to get codes." }
                p { code.key { (key) } }
            }
        }
    }
}

fn set_up_first(shown: &Shown<'_>) -> Markup {
    html! {
        h1 { "Set up MFA first" }
        @if let Some(person) = shown.person {
            p.lead { "Signed in as " strong { (person.email) } }
        }
        p {
            "What you asked for needs multi-factor authentication, and it is off for this account. "
            "Turn it on, then try again."
        }
        p { a.button.primary href="/profile/security" { "Open security settings" } }
        (shown.cancel("Go back without it"))
    }
}

fn consent(shown: &Shown<'_>) -> Markup {
    let application = shown.application().unwrap_or("The application");
    html! {
        h1 { "Allow " (application) "?" }
        @if let Some(person) = shown.person {
            p.lead { "Signed in as " strong { (person.email) } }
        }
        p { (application) " would like to:" }
        ul.plain {
            li { "see your account and your organisations" }
            li { "turn MFA on or off for your account" }
            li { "see members and send reminders where you may" }
            li { "stay signed in until you sign it out" }
        }
        form.actions method="post" action=(shown.action("consent")) {
            (token_field(shown.form_token))
            button.primary type="submit" name="decision" value="allow" { "Allow" }
            button type="submit" name="decision" value="cancel" { "Cancel" }
        }
    }
}
