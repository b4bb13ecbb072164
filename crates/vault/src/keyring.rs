//! The wrapping key of a keyring slot, kept by the system: Secret Service, Keychain or Credential Manager.
//!
//! Reading tells *there is none* apart from *it could not be read*. A store is connected anew for every call:
//! a keyring that starts or restarts after this program is found.

use std::sync::Arc;
use std::time::Duration;

use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error};
use subtle::ConstantTimeEq;
#[cfg(all(unix, not(target_os = "macos")))]
use zbus::DBusError as _;
use zeroize::Zeroizing;

use crate::header::Slot;
use crate::home::Home;
use crate::id::VaultId;
use crate::key::{KEY_BYTES, VaultKey, WrappingKey};
use crate::task::blocking;

/// The name under which keyring slots' secrets are kept, unless [`Home::with_keyring_service`] says otherwise.
/// The user name there is the vault's id.
pub const KEYRING_SERVICE: &str = "Deskfob";

/// How long the keyring may take; it may be asking the person for its own password.
const DEADLINE: Duration = Duration::from_secs(90);

/// Why the keyring did not do as asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyringError {
    /// There is no keyring to talk to: no session bus, no service, or no collection that could hold a secret.
    #[error("no system keyring is available: {reason}")]
    NotAvailable {
        /// The system's words.
        reason: String,
    },
    /// The keyring works and holds nothing for this vault.
    #[error("the system keyring holds no key for this vault")]
    NoEntry,
    /// The keyring is locked, and nobody unlocked it when it asked.
    #[error("the system keyring is locked: {reason}")]
    Locked {
        /// The system's words.
        reason: String,
    },
    /// The person or the system refused access.
    #[error("the system keyring refused access: {reason}")]
    Denied {
        /// The system's words.
        reason: String,
    },
    /// The keyring's entry is not a key of this vault.
    #[error("the key in the system keyring does not open this vault")]
    Mismatch,
    /// What was just stored did not come back.
    #[error("the system keyring did not keep the key")]
    NotKept,
    /// No answer came.
    #[error("the system keyring did not answer within {seconds} s")]
    TimedOut {
        /// How long was waited.
        seconds: u64,
    },
    /// Anything else.
    #[error("the system keyring failed: {reason}")]
    Other {
        /// The system's words.
        reason: String,
    },
}

/// What the keyring keeps for a vault: the wrapping key of its slot, and while a new vault key is being made the
/// slot's next one as well, so that either header opens by it.
pub(crate) struct KeptKeys(Vec<WrappingKey>);

impl KeptKeys {
    const MOST: usize = 2;

    fn from_slice(secret: &[u8]) -> Result<Self, KeyringError> {
        let (keys, rest) = secret.as_chunks::<KEY_BYTES>();
        if !rest.is_empty() || !(1..=Self::MOST).contains(&keys.len()) {
            return Err(KeyringError::Mismatch);
        }
        let keys = keys.iter().filter_map(|key| WrappingKey::from_slice(key));
        Ok(Self(keys.collect()))
    }

    /// The vault key and the wrapping key that opened it, if one is kept that opens `slot`.
    pub(crate) fn open(&self, vault: &VaultId, slot: &Slot) -> Option<(VaultKey, &WrappingKey)> {
        self.0
            .iter()
            .find_map(|kept| Some((slot.open(vault, kept)?, kept)))
    }

    /// Whether something is kept besides one key: what was being made was never finished.
    pub(crate) fn is_unfinished(&self) -> bool {
        self.0.len() > 1
    }
}

/// The place in the keyring that belongs to one vault.
#[derive(Clone)]
pub(crate) struct KeyringPlace {
    service: String,
    user: String,
}

impl KeyringPlace {
    pub(crate) fn of(home: &Home, vault: &VaultId) -> Self {
        Self {
            service: home.keyring_service().to_owned(),
            user: vault.to_string(),
        }
    }

    /// The key kept for this vault.
    pub(crate) async fn read(&self) -> Result<KeptKeys, KeyringError> {
        let place = self.clone();
        in_time(move || KeptKeys::from_slice(&place.read_now()?)).await
    }

    /// Stores `keys` and reads them back. What was kept for this vault earlier is replaced.
    pub(crate) async fn store(&self, keys: &[&WrappingKey]) -> Result<(), KeyringError> {
        let place = self.clone();
        let mut secret = Zeroizing::new(Vec::with_capacity(keys.len() * KEY_BYTES));
        for key in keys {
            secret.extend_from_slice(key.expose());
        }
        in_time(move || {
            place.entry()?.set_secret(&secret).map_err(refused)?;
            match place.read_now() {
                Ok(kept) if bool::from(kept.ct_eq(&secret)) => Ok(()),
                Ok(_) | Err(KeyringError::NoEntry | KeyringError::Mismatch) => {
                    Err(KeyringError::NotKept)
                }
                Err(error) => Err(error),
            }
        })
        .await
    }

    /// Removes the key kept for this vault. None there is fine.
    pub(crate) async fn remove(&self) -> Result<(), KeyringError> {
        let place = self.clone();
        in_time(move || match place.entry()?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(refused(error)),
        })
        .await
    }

    fn read_now(&self) -> Result<Zeroizing<Vec<u8>>, KeyringError> {
        match self.entry()?.get_secret().map(Zeroizing::new) {
            Ok(secret) => Ok(secret),
            Err(Error::NoEntry) => Err(why_there_is_none()),
            Err(error) => Err(refused(error)),
        }
    }

    fn entry(&self) -> Result<Entry, KeyringError> {
        let store = connect().map_err(told_apart)?;
        store
            .build(&self.service, &self.user, None)
            .map_err(told_apart)
    }
}

async fn in_time<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, KeyringError> + Send + 'static,
) -> Result<T, KeyringError> {
    // The thread is left behind on a timeout: there is no way to call a D-Bus request back.
    tokio::time::timeout(DEADLINE, blocking(work))
        .await
        .unwrap_or(Err(KeyringError::TimedOut {
            seconds: DEADLINE.as_secs(),
        }))
}

type Store = Arc<dyn CredentialStoreApi + Send + Sync>;

#[cfg(all(unix, not(target_os = "macos")))]
fn connect() -> Result<Store, Error> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn connect() -> Result<Store, Error> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn connect() -> Result<Store, Error> {
    Ok(windows_native_keyring_store::Store::new()?)
}

/// Whether the keyring's default collection is locked.
#[cfg(all(unix, not(target_os = "macos")))]
fn is_locked() -> Result<bool, secret_service::Error> {
    use secret_service::EncryptionType;
    use secret_service::blocking::SecretService;

    // No secret goes over this connection.
    let service = SecretService::connect(EncryptionType::Plain)?;
    let collection = service.get_default_collection()?;
    collection.is_locked()
}

/// A Secret Service without a collection, or with one that stays locked, finds nothing either.
#[cfg(all(unix, not(target_os = "macos")))]
fn why_there_is_none() -> KeyringError {
    match is_locked() {
        Ok(false) => KeyringError::NoEntry,
        Ok(true) => KeyringError::Locked {
            reason: "the default collection stays locked".into(),
        },
        Err(error) => told_apart_by_service(&error),
    }
}

/// As [`told_apart`]. A prompt that came to nothing is a refusal only where the keyring was not locked.
#[cfg(all(unix, not(target_os = "macos")))]
fn refused(error: Error) -> KeyringError {
    match told_apart(error) {
        KeyringError::Denied { reason } if matches!(is_locked(), Ok(true)) => {
            KeyringError::Locked { reason }
        }
        told => told,
    }
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn refused(error: Error) -> KeyringError {
    told_apart(error)
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn why_there_is_none() -> KeyringError {
    KeyringError::NoEntry
}

fn told_apart(error: Error) -> KeyringError {
    match &error {
        Error::NoEntry => KeyringError::NoEntry,
        Error::NoDefaultStore => KeyringError::NotAvailable {
            reason: words(&error),
        },
        Error::BadEncoding(_) | Error::BadDataFormat(..) => KeyringError::Mismatch,
        #[cfg(all(unix, not(target_os = "macos")))]
        Error::PlatformFailure(cause) | Error::NoStorageAccess(cause) => {
            match cause.downcast_ref::<secret_service::Error>() {
                Some(cause) => told_apart_by_service(cause),
                None => KeyringError::Other {
                    reason: words(&error),
                },
            }
        }
        #[cfg(not(all(unix, not(target_os = "macos"))))]
        Error::NoStorageAccess(_) => KeyringError::Denied {
            reason: words(&error),
        },
        _ => KeyringError::Other {
            reason: words(&error),
        },
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
fn told_apart_by_service(error: &secret_service::Error) -> KeyringError {
    use secret_service::Error as Service;
    match error {
        Service::Locked => KeyringError::Locked {
            reason: "it stays locked".into(),
        },
        Service::Prompt => KeyringError::Denied {
            reason: "its prompt was dismissed".into(),
        },
        Service::NoResult => KeyringError::NotAvailable {
            reason: "it has no default collection".into(),
        },
        Service::Unavailable => KeyringError::NotAvailable {
            reason: error.to_string(),
        },
        Service::Zbus(error) => told_apart_by_bus(error),
        Service::ZbusFdo(error) => told_apart_by_name(&error.name(), error.to_string()),
        _ => KeyringError::Other {
            reason: error.to_string(),
        },
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
fn told_apart_by_bus(error: &zbus::Error) -> KeyringError {
    let reason = error.to_string();
    match error {
        zbus::Error::MethodError(name, ..) => told_apart_by_name(name, reason),
        zbus::Error::FDO(error) => told_apart_by_name(&error.name(), reason),
        // There is no connection, or it is gone.
        zbus::Error::Address(_)
        | zbus::Error::Connection(..)
        | zbus::Error::InputOutput(_)
        | zbus::Error::Handshake(_) => KeyringError::NotAvailable { reason },
        _ => KeyringError::Other { reason },
    }
}

/// By the name of the error that the bus or the service answered with.
#[cfg(all(unix, not(target_os = "macos")))]
fn told_apart_by_name(name: &str, reason: String) -> KeyringError {
    let of_bus = name.strip_prefix("org.freedesktop.DBus.Error.");
    match of_bus.unwrap_or(name) {
        "AccessDenied" | "AuthFailed" | "InteractiveAuthorizationRequired" => {
            KeyringError::Denied { reason }
        }
        "org.freedesktop.Secret.Error.IsLocked" => KeyringError::Locked { reason },
        "ServiceUnknown" | "NameHasNoOwner" | "NoServer" | "Disconnected" => {
            KeyringError::NotAvailable { reason }
        }
        // Nothing could be started that offers the service.
        other if other.starts_with("Spawn.") => KeyringError::NotAvailable { reason },
        _ => KeyringError::Other { reason },
    }
}

/// The error's message. Its fields are left out: they may hold the raw secret.
fn words(error: &Error) -> String {
    match error {
        Error::PlatformFailure(cause) | Error::NoStorageAccess(cause) => cause.to_string(),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => "the entry is malformed".into(),
        Error::Ambiguous(entries) => format!("{} entries match", entries.len()),
        other => other.to_string(),
    }
}

impl KeyringError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAvailable { .. } => "keyring_not_available",
            Self::NoEntry => "keyring_no_entry",
            Self::Locked { .. } => "keyring_locked",
            Self::Denied { .. } => "keyring_denied",
            Self::Mismatch => "keyring_mismatch",
            Self::NotKept => "keyring_not_kept",
            Self::TimedOut { .. } => "keyring_timed_out",
            Self::Other { .. } => "keyring_failed",
        }
    }

    /// The next step, for a person.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::NotAvailable { .. } => {
                "use the password; a keyring needs a desktop session with a service such as gnome-keyring or KWallet"
            }
            Self::NoEntry | Self::Mismatch => {
                "use the password, then remove the keyring slot and add it again"
            }
            Self::Locked { .. } => "unlock the keyring, or use the password",
            Self::Denied { .. } => "allow it when the keyring asks, or use the password",
            Self::NotKept | Self::TimedOut { .. } | Self::Other { .. } => "use the password",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_of_the_keyring_is_told_apart_and_names_no_secret() {
        let secret = b"raw secret of somebody".to_vec();
        for (error, code) in [
            (Error::NoEntry, "keyring_no_entry"),
            (Error::NoDefaultStore, "keyring_not_available"),
            (Error::BadEncoding(secret.clone()), "keyring_mismatch"),
            (
                Error::BadDataFormat(secret.clone(), "bad".into()),
                "keyring_mismatch",
            ),
            (
                Error::Invalid("user".into(), "too long".into()),
                "keyring_failed",
            ),
            (Error::NotSupportedByStore("that".into()), "keyring_failed"),
            (Error::PlatformFailure("bus gone".into()), "keyring_failed"),
        ] {
            let told = told_apart(error);
            assert_eq!(told.code(), code);
            assert!(told.hint().is_some(), "{code} says what to do");
            let shown = format!("{told} {told:?}");
            assert!(
                !shown.contains("raw secret") && !shown.contains("114, 97, 119"),
                "{shown}"
            );
        }
    }

    #[cfg(all(unix, not(target_os = "macos")))]
    #[test]
    fn the_secret_services_answers_are_told_apart() {
        use secret_service::Error as Service;
        use zbus::fdo::Error as Bus;
        let io = std::io::Error::other("the bus went away");
        for (error, code) in [
            (Service::Locked, "keyring_locked"),
            (Service::Prompt, "keyring_denied"),
            (
                Service::ZbusFdo(Bus::AccessDenied("by policy".into())),
                "keyring_denied",
            ),
            (Service::NoResult, "keyring_not_available"),
            (Service::Unavailable, "keyring_not_available"),
            (Service::Zbus(io.into()), "keyring_not_available"),
            (
                Service::ZbusFdo(Bus::ServiceUnknown("none".into())),
                "keyring_not_available",
            ),
            (
                Service::ZbusFdo(Bus::SpawnChildExited("1".into())),
                "keyring_not_available",
            ),
            (
                Service::ZbusFdo(Bus::NoReply("in time".into())),
                "keyring_failed",
            ),
            (
                Service::ZbusFdo(Bus::IOError("disk".into())),
                "keyring_failed",
            ),
            (Service::Crypto("x"), "keyring_failed"),
        ] {
            assert_eq!(
                told_apart(Error::NoStorageAccess(error.into())).code(),
                code
            );
        }
    }
}
