//! Bringing an older vault up to the present schema.

use std::sync::Arc;

use sqlx::sqlite::SqliteConnection;

use crate::backup::{Source, safety_copy};
use crate::clock::now_ms;
use crate::database::{self, DatabaseError, Schema};
use crate::history::{Action, Event};
use crate::home::Home;
use crate::id::VaultId;
use crate::key::VaultKey;
use crate::open::UnlockError;

/// Makes and verifies a safety backup of an older vault, and only then changes its schema. The caller holds the
/// folder lock.
pub(crate) async fn to_present_schema(
    home: &Home,
    vault: VaultId,
    key: &Arc<VaultKey>,
    connection: &mut SqliteConnection,
) -> Result<(), UnlockError> {
    let (found, supported) = match database::schema(connection).await? {
        Schema::Present => return Ok(()),
        Schema::Older { found, supported } => (found, supported),
        // A vault gets its schema before its header: the file was emptied since.
        Schema::Empty => return Err(DatabaseError::Damaged.into()),
    };
    let now_ms = now_ms();
    let source = Source {
        home,
        vault,
        key,
        connection: &mut *connection,
    };
    safety_copy(source, now_ms)
        .await
        .map_err(|error| UnlockError::SafetyCopy(Box::new(error)))?;
    database::migrate(connection).await?;
    let upgraded = Event {
        program: home.program(),
        action: Action::VaultUpgraded,
        at_ms: now_ms,
    };
    if let Err(error) = upgraded
        .about(connection, &format!("schema {found} to {supported}"))
        .await
    {
        // The vault is upgraded all the same.
        tracing::warn!(code = error.code(), "the upgrade was not noted");
    }
    Ok(())
}
