//! `/outbox`: every mail the sandbox has written, delivered or not, and the newest messages to phones.

use axum::{
    extract::{Path, Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use serde::Deserialize;
use uuid::Uuid;

use super::{Nav, Page, PageFailure};
use crate::{
    app::{App, Shared},
    clock::readable,
    mail::{Delivery, Mail, Written},
    state::PhoneMessage,
    world::Person,
};

/// Mails on one page.
const SHOWN: usize = 50;
/// Messages to phones on the first page.
const MESSAGES_SHOWN: usize = 10;

#[derive(Deserialize)]
pub(crate) struct Place {
    /// Mails to leave out from the newest on.
    #[serde(default)]
    skip: usize,
}

/// GET `/outbox`
pub(crate) async fn outbox(State(app): State<Shared>, Query(place): Query<Place>) -> Page {
    let (total, mails, messages) = app
        .store
        .read(|data| {
            let newest = data.outbox.iter().rev().skip(place.skip).take(SHOWN);
            let messages = data.messages.iter().rev().take(MESSAGES_SHOWN);
            (
                data.outbox.len(),
                newest.cloned().collect::<Vec<_>>(),
                messages.cloned().collect::<Vec<_>>(),
            )
        })
        .await;
    let older = place.skip + mails.len();
    let body = html! {
        h1 { "Outbox" }
        p.lead { "Every mail the sandbox has written, newest first." }
        @if place.skip == 0 && !messages.is_empty() {
            h2 { "Messages to phones" }
            ul.rows.framed { @for message in &messages { (message_row(&app, message)) } }
            h2 { "Mail" }
        }
        @if mails.is_empty() {
            section.panel {
                p { strong { "No mail yet" } }
                p.muted { "Reminders to members without MFA appear here. Send some from an organisation in Deskfob." }
            }
        } @else {
            p.muted { (total) @if total == 1 { " mail" } @else { " mails" } }
            ul.rows.framed { @for mail in &mails { (row(&app, mail)) } }
        }
        p {
            @if place.skip > 0 {
                a.button href={ "/outbox?skip=" (place.skip.saturating_sub(SHOWN)) } { "Newer" } " "
            }
            @if older < total { a.button href={ "/outbox?skip=" (older) } { "Older" } }
        }
    };
    Page::new("Outbox", Nav::Outbox, body)
}

fn row(app: &App, mail: &Mail) -> Markup {
    let written = mail.write(&app.world);
    html! {
        li {
            @if let Some(written) = written {
                div {
                    a href={ "/outbox/" (mail.id) } { (written.subject) }
                    p.muted { "To " bdi { (written.to_name) } " · " (written.to_email) }
                }
            } @else {
                div { p.muted { "A mail to somebody who is no longer in this sandbox" } }
            }
            div.side { (delivery(&mail.delivery)) p.muted { (readable(mail.at)) } }
        }
    }
}

fn message_row(app: &App, message: &PhoneMessage) -> Markup {
    let name = app.world.person(message.to).map(Person::name);
    html! {
        li {
            div {
                strong { "Code " code { (message.code) } }
                p.muted { "To " @if let Some(name) = name { bdi { (name) } " · " } (message.number) }
            }
            div.side {
                span.badge { (message.channel.label()) }
                p.muted { (readable(message.at)) }
            }
        }
    }
}

fn delivery(delivery: &Delivery) -> Markup {
    html! {
        @match delivery {
            Delivery::KeptHere => span.badge { "Kept here" },
            Delivery::Sent => span.badge.ok { "Delivered" },
            Delivery::NotDelivered(_) => span.badge.danger { "Not delivered" },
        }
    }
}

async fn find(app: &App, id: &str) -> Result<(Mail, Written), PageFailure> {
    let id: Uuid = id.parse().map_err(|_| PageFailure::NotFound)?;
    let mail = app
        .store
        .read(|data| data.outbox.iter().find(|mail| mail.id == id).cloned())
        .await;
    let mail = mail.ok_or(PageFailure::NotFound)?;
    let written = mail.write(&app.world).ok_or(PageFailure::NotFound)?;
    Ok((mail, written))
}

/// GET `/outbox/{mail}`
pub(crate) async fn mail(
    State(app): State<Shared>,
    Path(id): Path<String>,
) -> Result<Page, PageFailure> {
    let (mail, written) = find(&app, &id).await?;
    let body = html! {
        p { a href="/outbox" { "Outbox" } }
        h1 { (written.subject) }
        dl {
            dt { "To" } dd { bdi { (written.to_name) } " · " (written.to_email) }
            dt { "Written" } dd { (readable(mail.at)) }
            dt { "Delivery" } dd {
                (delivery(&mail.delivery))
                @if let Delivery::NotDelivered(reason) = &mail.delivery { " " (reason) }
            }
        }
        h2 { "As HTML" }
        iframe.mail src={ "/outbox/" (mail.id) "/html" } sandbox="" title="The mail as HTML" {}
        h2 { "As text" }
        pre.mail { (written.text) }
    };
    Ok(Page::new("Mail", Nav::Outbox, body))
}

/// GET `/outbox/{mail}/html`: the HTML part by itself, for the frame. It can run, load and post nothing.
pub(crate) async fn mail_html(
    State(app): State<Shared>,
    Path(id): Path<String>,
) -> Result<Response, PageFailure> {
    let (_, written) = find(&app, &id).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (
            header::CONTENT_SECURITY_POLICY,
            "sandbox; default-src 'none'; base-uri 'none'; frame-ancestors 'self'",
        ),
    ];
    Ok((headers, written.html).into_response())
}
