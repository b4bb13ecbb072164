//! What a QR code says.

use deskfob_otp::{Entry, ExposeSecret, Parsed, UriError};

use crate::{Found, TransferError, TransferPart};

/// A QR code as an authenticator sees it.
#[derive(Debug)]
pub enum Payload {
    /// An enrolment.
    Enrolment(Parsed),
    /// Meant as an enrolment, but no code can be made from it.
    Invalid(UriError),
    /// Several enrolments in an `otpauth-migration` URI, to be put into a [`Collection`](crate::Collection).
    Migration(TransferPart),
    /// Meant as a transfer of several enrolments, but not readable as one.
    InvalidMigration(TransferError),
    /// Something else. Its text is not kept here.
    NotAnEnrolment(OtherCode),
}

/// What else QR codes are used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherCode {
    /// A web address.
    WebLink,
    /// Access to a wireless network.
    Wifi,
    /// A contact or an event.
    Contact,
    /// A mail address, a telephone number or a message to send.
    Message,
    /// An enrolment that only its vendor's own app can use.
    VendorApp,
    /// A passkey sign-in on another device.
    Passkey,
    /// Any other text.
    Text,
}

impl Payload {
    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Enrolment(_) => "enrolment",
            Self::Invalid(error) => error.code(),
            Self::Migration(_) => "otpauth_migration",
            Self::InvalidMigration(error) => error.code(),
            Self::NotAnEnrolment(other) => other.code(),
        }
    }

    /// What to do next, in plain words; `None` for an enrolment.
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Enrolment(_) => None,
            Self::Invalid(error) => error.hint(),
            Self::Migration(_) => UriError::Migration.hint(),
            Self::InvalidMigration(error) => error.hint(),
            Self::NotAnEnrolment(other) => Some(other.hint()),
        }
    }
}

impl OtherCode {
    /// A stable name for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::WebLink => "web_link",
            Self::Wifi => "wifi",
            Self::Contact => "contact",
            Self::Message => "message",
            Self::VendorApp => "vendor_app",
            Self::Passkey => "passkey",
            Self::Text => "text",
        }
    }

    /// What to do next, in plain words.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::VendorApp => {
                "this code is for its vendor's own app: choose \"another authenticator app\" on the website"
            }
            Self::Passkey => "this code signs in with a passkey on a phone",
            Self::WebLink | Self::Wifi | Self::Contact | Self::Message | Self::Text => {
                "show the QR code that the service has for an authenticator app"
            }
        }
    }

    fn of(text: &str) -> Self {
        let Some((scheme, _)) = text.split_once(':') else {
            return Self::Text;
        };
        match scheme.to_ascii_lowercase().as_str() {
            "http" | "https" => Self::WebLink,
            "wifi" => Self::Wifi,
            "mecard" | "bizcard" | "begin" => Self::Contact,
            "mailto" | "matmsg" | "tel" | "sms" | "smsto" => Self::Message,
            "phonefactor" | "duo" | "oktaverify" | "pingid" => Self::VendorApp,
            "fido" => Self::Passkey,
            _ => Self::Text,
        }
    }
}

/// What each of the codes says, in their order.
pub fn enrolments(found: &[Found]) -> Vec<Payload> {
    found
        .iter()
        .map(|one| Payload::of(one.payload.expose_secret()))
        .collect()
}

impl Payload {
    /// What a text says, such as that of a QR code or a link.
    pub fn of(text: &str) -> Self {
        read(text)
    }
}

fn read(text: &str) -> Payload {
    match Entry::from_uri(text) {
        Ok(parsed) => Payload::Enrolment(parsed),
        Err(UriError::Migration) => {
            TransferPart::from_uri(text).map_or_else(Payload::InvalidMigration, Payload::Migration)
        }
        Err(UriError::NotOtpauth { .. }) => Payload::NotAnEnrolment(OtherCode::of(text)),
        Err(error) => Payload::Invalid(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_codes() {
        let cases = [
            ("otpauth://totp/a:b?secret=QWERTYUIOP", "enrolment"),
            ("OTPAUTH://TOTP/A?SECRET=QWERTYUIOP", "enrolment"),
            ("otpauth://totp/a:b", "secret_missing"),
            ("otpauth://totp/a:b?secret=QWERTY0", "seed_lookalike"),
            ("motp://a:b?secret=0123456789abcdef", "type_unsupported"),
            (
                "otpauth-migration://offline?data=CjEKCkhlbGxv",
                "transfer_damaged",
            ),
            (
                "otpauth-migration://offline?data=CgwKCkhlbGxvId6tvu8%3D",
                "otpauth_migration",
            ),
            ("https://example.com/?secret=QWERTYUIOP", "web_link"),
            ("WIFI:T:WPA;S:net;P:password;;", "wifi"),
            ("BEGIN:VCARD\nFN:Alice\nEND:VCARD", "contact"),
            ("mailto:alice@example.com", "message"),
            ("phonefactor://activate_account?code=1", "vendor_app"),
            ("FIDO:/1234567890", "passkey"),
            ("JBSWY3DPEHPK3PXP", "text"),
            ("", "text"),
        ];
        for (text, code) in cases {
            let payload = read(text);
            assert_eq!(payload.code(), code, "{text}");
            assert_eq!(
                payload.hint().is_none(),
                code == "enrolment",
                "{text}: what to do else"
            );
            let shown = format!("{payload:?}");
            assert!(
                !shown.contains("QWERTY") && !shown.contains("password"),
                "{shown}"
            );
        }
    }
}
