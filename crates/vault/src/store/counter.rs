//! Counter-based entries (RFC 4226).

use deskfob_otp::{Code, Kind, UnixTime};

use super::entries::select_entry;
use super::listing::read_stored;
use super::row::counter_to_column;
use super::{StoreError, write};
use crate::history::Action;
use crate::id::EntryId;
use crate::vault::Vault;

impl Vault {
    /// The code of the entry's counter. The next counter is durable before the code is returned, so that no code
    /// is ever given out twice: not to another process, and not after a crash.
    ///
    /// # Errors
    /// [`StoreError::NotCounterBased`], [`StoreError::NotFound`].
    pub async fn advance_counter(&self, id: EntryId, now_ms: i64) -> Result<Code, StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        let stored = read_stored(&select_entry(&mut transaction, id).await?)?;
        let Kind::Hotp { counter } = stored.entry.kind else {
            return Err(StoreError::NotCounterBased);
        };
        sqlx::query(
            "UPDATE entries SET counter = ?, use_count = use_count + 1, last_used_ms = ? WHERE id = ?",
        )
        // An 8-byte counter wraps (RFC 4226 section 5.1).
        .bind(counter_to_column(counter.wrapping_add(1)))
        .bind(now_ms)
        .bind(id.as_bytes().as_slice())
        .execute(&mut *transaction)
        .await?;
        self.event(Action::CounterAdvanced, now_ms)
            .about_entry(&mut transaction, id)
            .await?;
        transaction.commit().await?;
        // A counter-based code does not depend on the time.
        Ok(stored.entry.code_at(UnixTime(0)))
    }
}
