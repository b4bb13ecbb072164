//! An open database that is closed when it is dropped.

use std::ops::{Deref, DerefMut};

use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnection;

/// An open database.
///
/// A [`SqliteConnection`] that is dropped is closed by its own thread, some time later. By then the program may be
/// ending, and SQLCipher with it, or the file may be another one's. This one waits.
pub(crate) struct Connection(Option<SqliteConnection>);

impl Connection {
    pub(super) fn new(connection: SqliteConnection) -> Self {
        Self(Some(connection))
    }

    /// Closes it, and tells whether that went well.
    pub(crate) async fn close(mut self) -> Result<(), sqlx::Error> {
        match self.0.take() {
            Some(connection) => connection.close().await,
            None => Ok(()),
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take()
            // Its own thread does the work: nothing here is needed for it to end.
            && let Err(error) = futures_executor::block_on(connection.close())
        {
            tracing::debug!(%error, "a database did not close cleanly");
        }
    }
}

impl Deref for Connection {
    type Target = SqliteConnection;

    #[expect(clippy::expect_used, reason = "it is taken out only by closing")]
    fn deref(&self) -> &SqliteConnection {
        self.0.as_ref().expect("an open database")
    }
}

impl DerefMut for Connection {
    #[expect(clippy::expect_used, reason = "it is taken out only by closing")]
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        self.0.as_mut().expect("an open database")
    }
}
