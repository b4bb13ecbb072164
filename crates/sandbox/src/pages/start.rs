//! GET `/`: what this is, who can sign in, and where to go.

use axum::extract::State;
use maud::{Markup, html};

use super::{Nav, Page};
use crate::{
    app::{App, Shared},
    state::Data,
    world::{API_TOKENS, PEOPLE},
};

/// GET `/`
pub(crate) async fn start(State(app): State<Shared>) -> Page {
    let body = app.store.read(|data| body(&app, data)).await;
    Page::new("Start", Nav::Start, body)
}

fn body(app: &App, data: &Data) -> Markup {
    html! {
        h1 { "Deskfob sandbox" }
        p.lead {
            "This stands in for Upsun, so that you can try everything Deskfob does without an account \
            anywhere. It runs on this computer only, at " code { (app.url("")) } "."
        }
        ol.steps {
            li { "In Deskfob, add the sandbox as an account. This page’s sign-in opens." }
            li { "Sign in as Ada. Her password is below." }
            li { "Choose " strong { "Protect" } ": Deskfob turns MFA on and keeps the codes." }
            li { "Open the organisation " strong { "acme" } " to see who is covered, and remind the others." }
        }
        (people(app, data))
        (organizations(app, data))
        (tokens())
        (developers(app))
    }
}

fn people(app: &App, data: &Data) -> Markup {
    html! {
        h2 { "People who can sign in" }
        div.cards {
            @for demo in &PEOPLE {
                @let on = app.world.demo_person(demo.email).and_then(|p| data.mfa_enabled(p)) == Some(true);
                article.card {
                    h3 {
                        (demo.first_name) " " (demo.last_name) " "
                        @if on { span.badge.ok { "MFA on" } } @else { span.badge { "MFA off" } }
                    }
                    p.muted { (demo.about) }
                    dl {
                        dt { "Email" } dd { code { (demo.email) } }
                        @if let Some(password) = demo.password() {
                            dt { "Password" } dd { code { (password) } }
                        }
                        @if let Some(connection) = demo.connection {
                            dt { "SSO" }
                            dd { (connection.provider) @if connection.mandatory { ", the only way in" } }
                        }
                        @if let Some(key) = demo.setup_key {
                            dt { "Set-up key" } dd { code.key { (key) } }
                        }
                    }
                }
            }
        }
        div.actions {
            a.button href="/profile/security" { "Open security settings" }
            a.button href="/outbox" { "Open the outbox" }
        }
    }
}

fn organizations(app: &App, data: &Data) -> Markup {
    html! {
        h2 { "Organisations" }
        div.scroll {
            table {
                thead { tr { th scope="col" { "Name" } th scope="col" { "Members" } th scope="col" { "Sign-in" } th scope="col" { "What it shows" } } }
                tbody {
                    @for organization in app.world.organizations() {
                        tr {
                            th scope="row" { (organization.name) }
                            td { (organization.members.len()) }
                            td {
                                @if let Some(provider) = organization.sso { span.badge.ok { "sso:" (provider) } " " }
                                @if data.enforces_mfa(organization.id) { span.badge.ok { "MFA required" } }
                                @else { span.badge { "MFA optional" } }
                            }
                            td { (organization.about) }
                        }
                    }
                }
            }
        }
    }
}

fn tokens() -> Markup {
    html! {
        h2 { "API tokens" }
        ul.rows.framed {
            @for token in &API_TOKENS {
                li {
                    div {
                        code { (token.token) }
                        p.muted {
                            "“" (token.name) "” of " (token.email) ", made "
                            @if token.mfa_on_creation { "with MFA on." } @else { "before MFA was on." }
                        }
                    }
                }
            }
        }
    }
}

fn developers(app: &App) -> Markup {
    html! {
        details {
            summary { "Addresses for developers" }
            dl {
                dt { "API" } dd { code { (app.base) } }
                dt { "Authorization" } dd { code { (app.url("/oauth2/authorize")) } }
                dt { "Token" } dd { code { (app.url("/oauth2/token")) } }
                dt { "Revocation" } dd { code { (app.url("/oauth2/revoke")) } }
                dt { "Client id" } dd { code { (crate::oauth::DESKFOB_CLIENT_ID) } }
            }
            p.muted { "Run " code { "deskfob-sandbox --print-env" } " for what the official command line needs." }
        }
    }
}
