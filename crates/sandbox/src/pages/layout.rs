//! What all pages share: the frame around them and their content security policy.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use maud::{DOCTYPE, Markup, html};

/// The place of a page in the navigation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nav {
    Start,
    Security,
    Outbox,
    None,
}

const LINKS: [(Nav, &str, &str); 3] = [
    (Nav::Start, "/", "Start"),
    (Nav::Security, "/profile/security", "Security settings"),
    (Nav::Outbox, "/outbox", "Outbox"),
];

/// A page, ready to be sent.
pub(crate) struct Page {
    title: &'static str,
    nav: Nav,
    body: Markup,
    class: &'static str,
    /// Where its forms may lead besides the sandbox, in the words of a content security policy.
    leads_to: String,
}

impl Page {
    pub(crate) fn new(title: &'static str, nav: Nav, body: Markup) -> Self {
        Self {
            title,
            nav,
            body,
            class: "wide",
            leads_to: String::new(),
        }
    }

    /// For a page with one task.
    pub(crate) fn narrow(mut self) -> Self {
        self.class = "narrow";
        self
    }

    /// Allows the forms to end at this origin: browsers check it along redirects too.
    pub(crate) fn may_lead_to(mut self, origin: &str) -> Self {
        // A policy cannot name an IPv6 address.
        let source = if origin.contains('[') {
            "http:"
        } else {
            origin
        };
        self.leads_to = format!(" {source}");
        self
    }

    fn render(&self) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) " · Deskfob sandbox" }
                    link rel="stylesheet" href="/style.css";
                    link rel="icon" href="/icon.svg" type="image/svg+xml";
                }
                body {
                    a.skip href="#main" { "Skip to the content" }
                    header.bar {
                        a.mark href="/" {
                            img src="/icon.svg" alt="" width="24" height="24";
                            span { "Deskfob sandbox" }
                        }
                        nav aria-label="Pages" {
                            @for (place, href, label) in LINKS {
                                a href=(href) aria-current=[(place == self.nav).then_some("page")] {
                                    (label)
                                }
                            }
                        }
                    }
                    main id="main" class=(self.class) { (self.body) }
                    footer {
                        "A stand-in for Upsun on this computer. Accounts, organisations and mail are test data."
                    }
                }
            }
        }
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let policy = format!(
            "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; \
             form-action 'self'{}; base-uri 'none'; frame-ancestors 'none'",
            self.leads_to
        );
        let mut response = self.render().into_response();
        // Origins hold no characters that a header may not.
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            response
                .headers_mut()
                .insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        response
    }
}

/// The hidden field that every form carries.
pub(crate) fn token_field(form_token: &str) -> Markup {
    html! { input type="hidden" name="form_token" value=(form_token); }
}

/// What went wrong with the last try, read out at once.
pub(crate) fn alert(message: Option<&str>) -> Markup {
    html! {
        @if let Some(message) = message {
            p.alert role="alert" { (message) }
        }
    }
}
