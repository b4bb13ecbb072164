//! `/organizations/{organization_id}/mfa/remind`.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::Arc,
};

use axum::{
    Json,
    extract::{Path, State},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Caller, Failure, body::JsonBody, enforcement::by_id};
use crate::{
    app::{App, Shared},
    clock::{self, UnixSeconds, readable},
    ids::{OrgId, UserId},
    mail::{Delivery, Mail},
    state::Data,
    world::Organization,
};

/// A person is reminded at most once in this time in one organisation.
const BETWEEN_REMINDERS: UnixSeconds = 86_400;

#[derive(Deserialize)]
pub(crate) struct Asked {
    user_ids: Vec<UserId>,
}

/// What became of one person's reminder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Outcome {
    /// HTTP-like.
    code: u16,
    message: String,
}

impl Outcome {
    fn new(code: u16, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}

type Outcomes = BTreeMap<UserId, Outcome>;

/// POST `/organizations/{organization_id}/mfa/remind`: 200 even if single reminders fail.
pub(crate) async fn remind(
    State(app): State<Shared>,
    caller: Caller,
    Path(reference): Path<String>,
    JsonBody(asked): JsonBody<Asked>,
) -> Result<Json<Outcomes>, Failure> {
    let organization = caller.enter_as_admin(&app, by_id(&reference)?).await?.id;
    let now = clock::now();
    let (mut outcomes, mails) = app
        .store
        .change(|data| {
            Ok::<_, Failure>(reserve(
                &app,
                data,
                organization,
                caller.user,
                &asked.user_ids,
                now,
            ))
        })
        .await?;
    // On its own task: a caller who hangs up must not leave reminders reserved but unsent.
    let sent = tokio::spawn(deliver(Arc::clone(&app), mails))
        .await
        .map_err(|_| Failure::Internal("Sending reminders stopped."))??;
    outcomes.extend(sent);
    Ok(Json(outcomes))
}

/// Decides for each person, and marks those to be sent as reminded so that a second request at the
/// same time does not remind them again.
fn reserve(
    app: &App,
    data: &mut Data,
    organization: OrgId,
    asked_by: UserId,
    users: &[UserId],
    now: UnixSeconds,
) -> (Outcomes, Vec<Mail>) {
    let mut outcomes = Outcomes::new();
    let mut mails = Vec::new();
    let Some(place) = app.world.organization(organization) else {
        return (outcomes, mails);
    };
    let members: HashSet<UserId> = place
        .members
        .iter()
        .map(|member| app.world.at(member.person).id)
        .collect();
    for &user in users.iter().collect::<BTreeSet<_>>() {
        if let Err(refused) = may_remind(app, data, place, &members, user, now) {
            outcomes.insert(user, refused);
            continue;
        }
        data.reminded
            .entry(organization)
            .or_default()
            .insert(user, now);
        mails.push(Mail {
            id: Uuid::new_v4(),
            at: now,
            to: user,
            organization,
            asked_by,
            base: app.url(""),
            delivery: Delivery::KeptHere,
        });
    }
    (outcomes, mails)
}

fn may_remind(
    app: &App,
    data: &Data,
    organization: &Organization,
    members: &HashSet<UserId>,
    user: UserId,
    now: UnixSeconds,
) -> Result<(), Outcome> {
    let person = app
        .world
        .person(user)
        .filter(|p| !p.gone && members.contains(&p.id));
    let Some(person) = person else {
        return Err(Outcome::new(404, "Not a member of this organization."));
    };
    if data.mfa_enabled(person) == Some(true) {
        return Err(Outcome::new(409, "MFA is already on."));
    }
    if person.sso {
        return Err(Outcome::new(
            409,
            "Signs in with SSO: a reminder is not needed.",
        ));
    }
    let last = data
        .reminded
        .get(&organization.id)
        .and_then(|reminded| reminded.get(&user));
    match last {
        Some(&last) if now - last < BETWEEN_REMINDERS => {
            let next = readable(last + BETWEEN_REMINDERS);
            Err(Outcome::new(
                429,
                format!("Already reminded today. Possible again from {next}."),
            ))
        }
        _ => Ok(()),
    }
}

/// Sends the mails and keeps them. A mail that was not taken does not count as a reminder, so that it
/// can be tried again.
async fn deliver(app: Shared, mut mails: Vec<Mail>) -> Result<Outcomes, Failure> {
    let mut down: Option<String> = None;
    for mail in &mut mails {
        let Some(mailer) = &app.mailer else { break };
        let Some(written) = mail.write(&app.world) else {
            continue;
        };
        mail.delivery = match &down {
            Some(reason) => Delivery::NotDelivered(reason.clone()),
            None => match mailer.send(mail, &written).await {
                Ok(()) => Delivery::Sent,
                Err(not_taken) => {
                    if not_taken.unreachable {
                        down = Some(not_taken.reason.clone());
                    }
                    Delivery::NotDelivered(not_taken.reason)
                }
            },
        };
    }
    let outcomes = mails
        .iter()
        .map(|mail| (mail.to, outcome(&mail.delivery)))
        .collect();
    app.store
        .change(|data| {
            for mail in mails {
                if matches!(mail.delivery, Delivery::NotDelivered(_))
                    && let Some(reminded) = data.reminded.get_mut(&mail.organization)
                {
                    reminded.remove(&mail.to);
                }
                data.keep_mail(mail);
            }
            Ok::<_, Failure>(())
        })
        .await?;
    Ok(outcomes)
}

fn outcome(delivery: &Delivery) -> Outcome {
    match delivery {
        Delivery::Sent | Delivery::KeptHere => Outcome::new(200, "Reminder sent."),
        Delivery::NotDelivered(reason) => {
            Outcome::new(502, format!("Reminder not delivered: {reason}."))
        }
    }
}
