//! A recovery kit that was just made, for as long as it can be saved.

use std::time::{Duration, Instant};

use deskfob_vault::{Home, RecoveryKit, SlotId, SlotInfo};
use secrecy::{ExposeSecret, SecretString};

/// How long it can be saved, unless it is forgotten before.
const KEPT_FOR: Duration = Duration::from_secs(10 * 60);

pub(crate) struct KeptKit {
    slot: SlotInfo,
    kit: RecoveryKit,
    since: Instant,
}

impl KeptKit {
    pub(crate) fn new(slot: SlotInfo, kit: RecoveryKit) -> Self {
        Self {
            slot,
            kit,
            since: Instant::now(),
        }
    }

    /// Its slot.
    pub(crate) fn slot(&self) -> SlotId {
        self.slot.id
    }

    /// The page to keep. None when it is too late.
    pub(crate) fn page(&self, home: &Home) -> Option<SecretString> {
        if self.since.elapsed() > KEPT_FOR {
            return None;
        }
        let words = self.kit.words();
        let mut page = format!(
            "Deskfob recovery kit\n\n\
             Made:  {made} (UTC)\n\
             Name:  {name}\n\
             Vault: {vault}\n\n\
             These twelve words open that vault without its password. Whoever has them can read\n\
             everything in it. Keep this page where you keep passports, not on a computer.\n\n",
            made = day(self.slot.created_ms),
            name = self.slot.name,
            vault = home.path().display(),
        );
        for (number, word) in (1..).zip(words.expose_secret().split(' ')) {
            page.push_str(&format!("{number:>4}. {word}\n"));
        }
        page.push_str("\nTo use them: open Deskfob, choose \"Use a recovery kit\", type the words in this order.\n");
        Some(page.into())
    }
}

/// As ISO 8601 writes it.
fn day(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms)
        .map(|time| time.strftime("%Y-%m-%d").to_string())
        .unwrap_or_default()
}
