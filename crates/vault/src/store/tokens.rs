//! The tokens of an account's session.

use secrecy::{ExposeSecret, SecretString};
use sqlx::Row;

use super::{StoreError, write};
use crate::clock::now_ms;
use crate::history::Action;
use crate::id::AccountId;
use crate::vault::Vault;

/// The tokens of an account's session.
#[derive(Clone)]
pub struct StoredTokens {
    /// Access token.
    pub access: SecretString,
    /// Refresh token (RFC 6749 section 1.5).
    pub refresh: Option<SecretString>,
    /// The API token that the session is renewed with, if it was made with one.
    pub api_token: Option<SecretString>,
    /// When the access token ends, Unix time, s.
    pub expires_at: i64,
}

impl Vault {
    /// Keeps the tokens of an account in place of any earlier ones.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such account.
    pub async fn put_tokens(
        &self,
        account: AccountId,
        tokens: &StoredTokens,
    ) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        let renewed: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM tokens WHERE account_id = ?)")
                .bind(account.as_bytes().as_slice())
                .fetch_one(&mut *transaction)
                .await?;
        sqlx::query(
            "INSERT INTO tokens (account_id, access, refresh, api_token, expires_at_s) VALUES (?, ?, ?, ?, ?) \
             ON CONFLICT (account_id) DO UPDATE SET access = excluded.access, refresh = excluded.refresh, \
             api_token = excluded.api_token, expires_at_s = excluded.expires_at_s",
        )
        .bind(account.as_bytes().as_slice())
        .bind(tokens.access.expose_secret())
        .bind(tokens.refresh.as_ref().map(ExposeSecret::expose_secret))
        .bind(tokens.api_token.as_ref().map(ExposeSecret::expose_secret))
        .bind(tokens.expires_at)
        .execute(&mut *transaction)
        .await?;
        if !renewed {
            self.event(Action::SignedIn, now_ms())
                .about_account(&mut transaction, account)
                .await?;
        }
        Ok(transaction.commit().await?)
    }

    /// The tokens of an account; none when it is signed out.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub async fn tokens(&self, account: AccountId) -> Result<Option<StoredTokens>, StoreError> {
        let mut connection = self.connection().await?;
        let row = sqlx::query(
            "SELECT access, refresh, api_token, expires_at_s FROM tokens WHERE account_id = ?",
        )
        .bind(account.as_bytes().as_slice())
        .fetch_optional(&mut *connection)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(StoredTokens {
            access: row.try_get::<String, _>("access")?.into(),
            refresh: row.try_get::<Option<String>, _>("refresh")?.map(Into::into),
            api_token: row
                .try_get::<Option<String>, _>("api_token")?
                .map(Into::into),
            expires_at: row.try_get("expires_at_s")?,
        }))
    }

    /// Destroys the tokens of an account. None there is fine.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub async fn clear_tokens(&self, account: AccountId) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        let cleared = sqlx::query("DELETE FROM tokens WHERE account_id = ?")
            .bind(account.as_bytes().as_slice())
            .execute(&mut *transaction)
            .await?;
        if cleared.rows_affected() > 0 {
            self.event(Action::SignedOut, now_ms())
                .about_account(&mut transaction, account)
                .await?;
        }
        Ok(transaction.commit().await?)
    }
}
