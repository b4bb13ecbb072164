//! Facts about the account, where the vault can be opened without surprising anybody.

use deskfob_doctor::{Facts, Finding, Why};
use deskfob_flows::{Desk, FactCheck, Fitting};
use deskfob_vault::{Home, SlotKind, StoredAccount, Vault};

use crate::args::{DoctorArgs, Global};
use crate::choose;
use crate::error::CommandError;
use crate::open::{Purpose, Secret, closing, desk_on, open};

/// How the vault is opened, if at all.
pub(super) enum Opening {
    /// It is not; this is why.
    Not(&'static str),
    /// By the system's keyring, and by nothing that would ask.
    Keyring(Home),
    /// By what standard input began with.
    Given(Box<(Home, Secret)>),
    /// By the keyring or by asking.
    Asking,
}

/// What was found out.
pub(super) struct Live {
    pub(super) account: Option<StoredAccount>,
    pub(super) facts: Facts,
    /// Why not more is known.
    pub(super) note: Option<String>,
}

impl Opening {
    pub(super) fn choose(global: &Global, args: &DoctorArgs) -> Result<Self, CommandError> {
        if args.offline {
            return Ok(Self::Not("not checked: --offline"));
        }
        let wanted = args.fix || args.account.is_some();
        let (home, slots) = match global.existing() {
            Ok(existing) => existing,
            Err(error) if wanted || global.password_stdin || global.kit => return Err(error),
            Err(_) => {
                return Ok(Self::Not(
                    "not checked: there is no vault with accounts here",
                ));
            }
        };
        if global.password_stdin {
            return Ok(Self::Given(Box::new((home, global.secret()?))));
        }
        if wanted || global.kit {
            return Ok(Self::Asking);
        }
        Ok(if slots.iter().any(|slot| slot.kind == SlotKind::Keyring) {
            Self::Keyring(home)
        } else {
            Self::Not(
                "not checked with your accounts; to be asked for the vault's password, add --account or --fix",
            )
        })
    }
}

impl Live {
    pub(super) fn not_asked() -> Self {
        Self {
            account: None,
            facts: Facts::unknown(Why::NotAsked),
            note: None,
        }
    }

    fn noted(why: Why, note: impl Into<String>) -> Self {
        Self {
            account: None,
            facts: Facts::unknown(why),
            note: Some(note.into()),
        }
    }
}

/// Runs `work` with what could be found out, and with the open vault where it was opened.
pub(super) async fn with<T>(
    global: &Global,
    args: &DoctorArgs,
    opening: Opening,
    findings: &[Finding],
    work: impl AsyncFnOnce(Option<&Desk>, Live) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    let vault = match opening {
        Opening::Not(why) => return work(None, Live::noted(Why::NotAsked, why)).await,
        Opening::Keyring(home) => match Vault::unlock_with_keyring(&home).await {
            Ok(vault) => vault,
            Err(error) => {
                return work(
                    None,
                    Live::noted(Why::Failed, format!("not checked: {error}")),
                )
                .await;
            }
        },
        Opening::Given(given) => given.1.unlock(&given.0).await?,
        Opening::Asking => open(global).await?,
    };
    let purpose = if args.fix {
        Purpose::Change
    } else {
        Purpose::Read
    };
    closing(vault, purpose, async |vault| {
        let desk = desk_on(global, vault)?;
        let live = gather(&desk, args, findings).await?;
        work(Some(&desk), live).await
    })
    .await
}

async fn gather(
    desk: &Desk,
    args: &DoctorArgs,
    findings: &[Finding],
) -> Result<Live, CommandError> {
    let account = match args.account.as_deref() {
        Some(query) => choose::account(desk.vault(), Some(query)).await?,
        None => match desk.fitting_account(findings).await? {
            Fitting::One(account) => *account,
            Fitting::Another => {
                return Ok(Live::noted(
                    Why::NoAccount,
                    "the error names a user who is not connected here",
                ));
            }
            Fitting::Several => {
                return Ok(Live::noted(
                    Why::NoAccount,
                    "several accounts are connected; name one with --account",
                ));
            }
            Fitting::NoAccount => {
                return Ok(Live::noted(
                    Why::NoAccount,
                    "no platform account is connected",
                ));
            }
        },
    };
    let around = crate::ssh::surroundings();
    let mut facts = Facts::unknown(Why::NotAsked);
    for check in FactCheck::ALL {
        desk.check_fact(&account, check, &around, &mut facts).await;
    }
    Ok(Live {
        account: Some(account),
        facts,
        note: None,
    })
}
