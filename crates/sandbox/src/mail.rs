//! Reminder mail: its words, its delivery by SMTP (RFC 5321), and the record kept in the outbox.

use std::time::Duration;

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart},
    transport::smtp::extension::ClientId,
};
use maud::{DOCTYPE, html};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    clock::UnixSeconds,
    config::SmtpServer,
    error::StartError,
    ids::{OrgId, UserId},
    world::World,
};

/// Longest wait for one answer of the mail server.
const SMTP_TIMEOUT: Duration = Duration::from_secs(10);
const SENDER: &str = "no-reply@sandbox.example";

/// What became of a mail.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Delivery {
    /// No mail server is set: the outbox is where it ends.
    KeptHere,
    /// The mail server took it.
    Sent,
    /// The mail server did not take it, for this reason.
    NotDelivered(String),
}

/// A mail as kept: the facts it is written from. The words are made anew on showing.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Mail {
    pub(crate) id: Uuid,
    pub(crate) at: UnixSeconds,
    pub(crate) to: UserId,
    pub(crate) organization: OrgId,
    pub(crate) asked_by: UserId,
    /// Address of the sandbox when it was written, without the last slash.
    pub(crate) base: String,
    pub(crate) delivery: Delivery,
}

/// A mail in words.
pub(crate) struct Written {
    pub(crate) to_name: String,
    pub(crate) to_email: String,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

impl Mail {
    /// The mail in words; `None` if its people are not in this world.
    pub(crate) fn write(&self, world: &World) -> Option<Written> {
        let to = world.person(self.to)?;
        let label = world.organization(self.organization)?.label;
        let asker = world.person(self.asked_by)?;
        let asked_by = format!("{} ({})", asker.name(), asker.email);
        let page = format!("{}/profile/security", self.base);
        Some(Written {
            to_name: to.name(),
            to_email: to.email.clone(),
            subject: format!("Reminder: turn on MFA for {label}"),
            text: text(to.first_name, label, &asked_by, &page),
            html: html(to.first_name, label, &asked_by, &page),
        })
    }
}

const BY_HAND: [&str; 4] = [
    "Sign in, then click “Set up application”.",
    "Scan the QR code with Deskfob or another authenticator application, or type its set-up key.",
    "Type the six digits the application shows and click “Verify & save”.",
    "Keep the recovery codes in a safe place.",
];

fn text(first_name: &str, label: &str, asked_by: &str, page: &str) -> String {
    let [sign_in, scan, verify, keep] = BY_HAND;
    format!(
        "Hello {first_name},\n\n\
         {asked_by} asks you to turn on multi-factor authentication (MFA) for your account,\n\
         because you are a member of {label}. It takes about two minutes and needs no phone.\n\n\
         1. Open {page}\n\
         2. {sign_in}\n\
         3. {scan}\n\
         4. {verify}\n\
         5. {keep}\n\
         6. Refresh your SSH credentials: run  upsun login -f\n\n\
         Deskfob does steps 2 to 6 with one click: add your account in it and choose “Protect”.\n\n\
         This mail was sent by the Deskfob sandbox. Everything in it is test data.\n"
    )
}

fn html(first_name: &str, label: &str, asked_by: &str, page: &str) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; title { "Turn on MFA for " (label) } }
            body {
                p { "Hello " (first_name) "," }
                p {
                    (asked_by) " asks you to turn on multi-factor authentication (MFA) for your account, \
                    because you are a member of " strong { (label) } ". It takes about two minutes and \
                    needs no phone."
                }
                ol {
                    li { "Open " a href=(page) { (page) } }
                    @for step in BY_HAND { li { (step) } }
                    li { "Refresh your SSH credentials: run " code { "upsun login -f" } }
                }
                p {
                    "Deskfob does steps 2 to 6 with one click: add your account in it and choose \
                    “Protect”."
                }
                p { small { "This mail was sent by the Deskfob sandbox. Everything in it is test data." } }
            }
        }
    };
    markup.into_string()
}

/// Why a mail server did not take a mail.
pub(crate) struct NotTaken {
    pub(crate) reason: String,
    /// The server cannot be talked to at all: there is no point in trying the next mail.
    pub(crate) unreachable: bool,
}

/// The connection to a mail server.
pub(crate) struct Mailer(AsyncSmtpTransport<Tokio1Executor>);

impl Mailer {
    pub(crate) fn new(server: &SmtpServer) -> Result<Self, StartError> {
        if server.host.is_empty() || server.port == 0 {
            return Err(StartError::Smtp {
                host: server.host.clone(),
            });
        }
        let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)
            .port(server.port)
            .timeout(Some(SMTP_TIMEOUT))
            .hello_name(ClientId::Domain("sandbox.example".to_owned()))
            .build();
        Ok(Self(transport))
    }

    /// Hands one mail to the server, for one person only.
    pub(crate) async fn send(&self, mail: &Mail, written: &Written) -> Result<(), NotTaken> {
        let message = compose(mail, written).map_err(|reason| NotTaken {
            reason: reason.to_owned(),
            unreachable: false,
        })?;
        match self.0.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => {
                let refused = error.is_permanent() || error.is_transient();
                let reason = match error.status() {
                    Some(status) => format!("the mail server refused it with {status}"),
                    None => "the mail server cannot be reached".to_owned(),
                };
                Err(NotTaken {
                    reason,
                    unreachable: !refused,
                })
            }
        }
    }
}

fn compose(mail: &Mail, written: &Written) -> Result<Message, &'static str> {
    let address = |text: &str| {
        text.parse::<Address>()
            .map_err(|_| "the address is not valid")
    };
    let from = Mailbox::new(Some("Deskfob sandbox".to_owned()), address(SENDER)?);
    let to = Mailbox::new(Some(written.to_name.clone()), address(&written.to_email)?);
    Message::builder()
        .from(from)
        .to(to)
        .subject(&written.subject)
        .message_id(Some(format!("<{}@sandbox.example>", mail.id)))
        .multipart(MultiPart::alternative_plain_html(
            written.text.clone(),
            written.html.clone(),
        ))
        .map_err(|_| "the message cannot be composed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reminder_says_who_what_and_how() {
        let world = World::new(1, 30);
        let acme = &world.organizations()[0];
        let ada = world.demo_person("ada@acme.example").unwrap();
        let member = world.at(5);
        let mail = Mail {
            id: Uuid::nil(),
            at: 0,
            to: member.id,
            organization: acme.id,
            asked_by: ada.id,
            base: "http://127.0.0.1:4321".to_owned(),
            delivery: Delivery::KeptHere,
        };
        let written = mail.write(&world).unwrap();
        assert_eq!(
            written.subject,
            "Reminder: turn on MFA for Acme Corporation"
        );
        for (kind, content) in [("text", &written.text), ("html", &written.html)] {
            for needed in [
                member.first_name,
                "Acme Corporation",
                "Ada Lovelace (ada@acme.example)",
                "http://127.0.0.1:4321/profile/security",
                "Deskfob",
                "upsun login -f",
            ] {
                assert!(
                    content.contains(needed),
                    "{needed:?} is missing in the {kind} part"
                );
            }
        }
        let message = compose(&mail, &written).ok().unwrap();
        let to: Vec<_> = message
            .envelope()
            .to()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(to, [member.email.as_str()], "one recipient");
    }
}
