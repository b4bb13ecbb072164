//! Phone numbers of accounts, and the messages with which they are verified.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Data;
use crate::{clock::UnixSeconds, ids::UserId};

/// How long the code of a message counts.
const CODE_LIFE: UnixSeconds = 10 * 60;
/// Wrong codes after which a verification has to be started again.
const MOST_WRONG: u8 = 5;
/// Messages kept; the oldest go first.
const MOST_MESSAGES: usize = 100;

/// How a code reaches a phone.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Channel {
    Sms,
    Whatsapp,
    Call,
}

impl Channel {
    /// For people.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Sms => "SMS",
            Self::Whatsapp => "WhatsApp",
            Self::Call => "Call",
        }
    }
}

/// A message with a code. It is only kept: the sandbox reaches no phone.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct PhoneMessage {
    /// Names the verification that it belongs to.
    pub(crate) sid: Uuid,
    pub(crate) to: UserId,
    pub(crate) at: UnixSeconds,
    pub(crate) channel: Channel,
    /// `+` and digits (E.164).
    pub(crate) number: String,
    pub(crate) code: String,
    state: Verification,
}

/// How far a verification got.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Verification {
    /// So many wrong codes were typed.
    Open(u8),
    Confirmed,
    /// Another was started since.
    Replaced,
}

/// Why a number was not verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PhoneRefused {
    /// The number is verified already, or was by this verification.
    Verified,
    /// The code is another.
    WrongCode,
    /// There is no such verification of this account, or it is over.
    Over,
}

impl PhoneMessage {
    pub(crate) fn new(
        to: UserId,
        channel: Channel,
        number: String,
        code: String,
        at: UnixSeconds,
    ) -> Self {
        Self {
            sid: Uuid::new_v4(),
            to,
            at,
            channel,
            number,
            code,
            state: Verification::Open(0),
        }
    }
}

impl Data {
    /// Whether the user has a verified number.
    pub(crate) fn phone_verified(&self, user: UserId) -> bool {
        self.phones.contains_key(&user)
    }

    /// Sends a message, and ends the verification that was open before.
    pub(crate) fn verify_phone(&mut self, message: PhoneMessage) -> Result<(), PhoneRefused> {
        if self.phones.get(&message.to) == Some(&message.number) {
            return Err(PhoneRefused::Verified);
        }
        for earlier in &mut self.messages {
            if earlier.to == message.to && matches!(earlier.state, Verification::Open(_)) {
                earlier.state = Verification::Replaced;
            }
        }
        if self.messages.len() >= MOST_MESSAGES {
            self.messages.remove(0);
        }
        self.messages.push(message);
        Ok(())
    }

    /// Takes the code of a message; then its number is the account's.
    pub(crate) fn confirm_phone(
        &mut self,
        user: UserId,
        sid: &str,
        code: &str,
        now: UnixSeconds,
    ) -> Result<(), PhoneRefused> {
        let own =
            |message: &&mut PhoneMessage| message.to == user && message.sid.to_string() == sid;
        let message = self
            .messages
            .iter_mut()
            .find(own)
            .ok_or(PhoneRefused::Over)?;
        match message.state {
            Verification::Confirmed => return Err(PhoneRefused::Verified),
            Verification::Replaced => return Err(PhoneRefused::Over),
            Verification::Open(wrong) if wrong >= MOST_WRONG || now - message.at >= CODE_LIFE => {
                return Err(PhoneRefused::Over);
            }
            Verification::Open(wrong) if message.code != code => {
                message.state = Verification::Open(wrong + 1);
                return Err(PhoneRefused::WrongCode);
            }
            Verification::Open(_) => {}
        }
        message.state = Verification::Confirmed;
        let number = message.number.clone();
        self.phones.insert(user, number);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::Config, world::World};

    fn opened() -> (Data, UserId, String) {
        let world = World::new(1, 0);
        let mut data = Data::new(&Config::default(), &world, 0).unwrap();
        let ada = world.demo_person("ada@acme.example").unwrap().id;
        let sid = send(&mut data, ada);
        (data, ada, sid)
    }

    fn send(data: &mut Data, user: UserId) -> String {
        let message = PhoneMessage::new(user, Channel::Sms, "+441".into(), "123456".into(), 100);
        let sid = message.sid.to_string();
        data.verify_phone(message).unwrap();
        sid
    }

    #[test]
    fn a_code_counts_for_ten_minutes_and_five_wrong_ones() {
        let (mut data, ada, sid) = opened();
        let over = data.confirm_phone(ada, &sid, "123456", 100 + CODE_LIFE);
        assert_eq!(over, Err(PhoneRefused::Over));
        for wrong in 0..MOST_WRONG {
            let refused = data.confirm_phone(ada, &sid, "000000", 101);
            assert_eq!(refused, Err(PhoneRefused::WrongCode), "try {wrong}");
        }
        let over = data.confirm_phone(ada, &sid, "123456", 101);
        assert_eq!(over, Err(PhoneRefused::Over), "the right one is too late");
        let sid = send(&mut data, ada);
        assert_eq!(data.confirm_phone(ada, &sid, "123456", 101), Ok(()));
        let again = data.confirm_phone(ada, &sid, "123456", 101);
        assert_eq!(again, Err(PhoneRefused::Verified));
    }

    #[test]
    fn another_verification_ends_the_one_before() {
        let (mut data, ada, first) = opened();
        let second = send(&mut data, ada);
        let over = data.confirm_phone(ada, &first, "123456", 101);
        assert_eq!(over, Err(PhoneRefused::Over));
        let other = UserId::new(Uuid::nil());
        let foreign = data.confirm_phone(other, &second, "123456", 101);
        assert_eq!(foreign, Err(PhoneRefused::Over), "of another account");
        assert_eq!(data.confirm_phone(ada, &second, "123456", 101), Ok(()));
    }
}
