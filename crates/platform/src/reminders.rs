//! Reminding members to turn MFA on (`/organizations/{organization_id}/mfa/remind`).

use std::collections::BTreeMap;

use deskfob_otp::printable;
use serde::Serialize;
use serde_json::Value;

use crate::lenient::as_number;
use crate::{ApiError, Client, OrgId, UserId};

/// What became of one person's reminder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReminderOutcome {
    /// Whom it was for.
    pub user_id: UserId,
    /// HTTP-like code; 200 to 299 means sent. 0 when the platform left the person out.
    pub code: u16,
    /// The platform's words, or "no answer".
    pub message: String,
}

impl ReminderOutcome {
    /// Whether a code of [`Self::code`] means that a mail went out.
    pub fn is_success(code: u16) -> bool {
        (200..300).contains(&code)
    }

    /// Whether a mail went out.
    pub fn is_sent(&self) -> bool {
        Self::is_success(self.code)
    }
}

#[derive(Serialize)]
struct Remind<'a> {
    user_ids: &'a [UserId],
}

impl Client {
    /// Sends reminders: `POST /organizations/{organization_id}/mfa/remind`. The answer has everyone that
    /// was asked for, in that order. The call succeeds even when single reminders fail.
    ///
    /// The platform publishes no cap for one call, nor how often it may be made.
    ///
    /// # Errors
    /// [`ApiError::TooManyRequests`], [`ApiError::Forbidden`]: none of this call was sent.
    pub async fn remind(
        &self,
        org: &OrgId,
        users: &[UserId],
    ) -> Result<Vec<ReminderOutcome>, ApiError> {
        let url = self.url(&["organizations", org.segment()?, "mfa", "remind"]);
        if users.is_empty() {
            return Ok(Vec::new());
        }
        let answer = self
            .post_json(&url, &Remind { user_ids: users })
            .await?
            .fields()?;
        let answer: BTreeMap<String, Value> = answer
            .into_iter()
            .map(|(id, said)| (id.to_ascii_lowercase(), said))
            .collect();
        Ok(users.iter().map(|user| outcome(user, &answer)).collect())
    }
}

fn outcome(user: &UserId, answer: &BTreeMap<String, Value>) -> ReminderOutcome {
    let said = answer.get(&user.as_str().to_ascii_lowercase());
    let code = said
        .and_then(|said| as_number(&said["code"]))
        .and_then(|code| code.try_into().ok());
    let message = said
        .and_then(|said| said["message"].as_str())
        .map(printable)
        .unwrap_or_default();
    match code {
        Some(code) => ReminderOutcome {
            user_id: user.clone(),
            code,
            message,
        },
        None => ReminderOutcome {
            user_id: user.clone(),
            code: 0,
            message: "no answer".into(),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn everyone_who_was_asked_for_has_an_outcome() {
        let cases = [
            (
                "sent",
                json!({"code": 200, "message": "Sent"}),
                (200, "Sent"),
            ),
            (
                "refused",
                json!({"code": 409, "message": "MFA is on"}),
                (409, "MFA is on"),
            ),
            ("without words", json!({"code": 200}), (200, "")),
            (
                "code as text",
                json!({"code": "429", "message": "later"}),
                (429, "later"),
            ),
            ("without code", json!({"message": "Sent"}), (0, "no answer")),
            (
                "a code that is none",
                json!({"code": 70000, "message": "Sent"}),
                (0, "no answer"),
            ),
            ("null", json!(null), (0, "no answer")),
        ];
        for (name, said, (code, message)) in cases {
            let found = outcome(&UserId::new("U-1"), &BTreeMap::from([("u-1".into(), said)]));
            assert_eq!(
                (found.code, found.message.as_str()),
                (code, message),
                "{name}"
            );
        }
        assert_eq!(
            outcome(&UserId::new("u"), &BTreeMap::new()).message,
            "no answer",
            "left out"
        );
    }
}
