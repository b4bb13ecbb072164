//! An [`Entry`] in columns, and back.

use deskfob_otp::{Digits, Entry, Kind, Period, Seed};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Decode, Row, Sqlite, Type};

/// A column of a record that this version cannot use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("its {column} is not usable")]
pub struct EntryProblem {
    /// The column's name.
    pub column: &'static str,
}

/// Binds an entry's columns in the order issuer, account, seed, algorithm, digits, kind, period_s, counter.
pub(super) fn bind_entry<'q>(
    query: Query<'q, Sqlite, SqliteArguments>,
    entry: &'q Entry,
) -> Query<'q, Sqlite, SqliteArguments> {
    let counter = match entry.kind {
        Kind::Hotp { counter } => Some(counter_to_column(counter)),
        Kind::Totp { .. } | Kind::Steam { .. } => None,
    };
    query
        .bind(entry.issuer.as_str())
        .bind(entry.account.as_str())
        .bind(entry.seed.expose_bytes())
        .bind(entry.algorithm.as_str())
        .bind(entry.digits.get())
        .bind(entry.kind.as_str())
        .bind(entry.period().map(Period::get))
        .bind(counter)
}

pub(super) fn read_entry(row: &SqliteRow) -> Result<Entry, EntryProblem> {
    let seed =
        Seed::from_bytes(column(row, "seed")?).map_err(|_| EntryProblem { column: "seed" })?;
    let algorithm: &str = column(row, "algorithm")?;
    Ok(Entry {
        issuer: column(row, "issuer")?,
        account: column(row, "account")?,
        seed,
        algorithm: algorithm.parse().map_err(|_| EntryProblem {
            column: "algorithm",
        })?,
        digits: read_digits(row)?,
        kind: read_kind(row)?,
    })
}

/// The value of a column, if it has the type and the range.
pub(super) fn column<'r, T>(row: &'r SqliteRow, name: &'static str) -> Result<T, EntryProblem>
where
    T: Decode<'r, Sqlite> + Type<Sqlite>,
{
    row.try_get(name).map_err(|_| EntryProblem { column: name })
}

/// A counter has 64 bits (RFC 4226 section 5.1) and so has a column, with a sign.
pub(super) fn counter_to_column(counter: u64) -> i64 {
    counter.cast_signed()
}

fn read_digits(row: &SqliteRow) -> Result<Digits, EntryProblem> {
    let digits: i64 = column(row, "digits")?;
    u8::try_from(digits)
        .ok()
        .and_then(|digits| Digits::try_from(digits).ok())
        .ok_or(EntryProblem { column: "digits" })
}

fn read_kind(row: &SqliteRow) -> Result<Kind, EntryProblem> {
    match column(row, "kind")? {
        "totp" => Ok(Kind::Totp {
            period: read_period(row)?,
        }),
        "steam" => Ok(Kind::Steam {
            period: read_period(row)?,
        }),
        "hotp" => Ok(Kind::Hotp {
            counter: column::<i64>(row, "counter")?.cast_unsigned(),
        }),
        _ => Err(EntryProblem { column: "kind" }),
    }
}

fn read_period(row: &SqliteRow) -> Result<Period, EntryProblem> {
    let seconds: i64 = column(row, "period_s")?;
    u32::try_from(seconds)
        .ok()
        .and_then(|seconds| Period::try_from(seconds).ok())
        .ok_or(EntryProblem { column: "period_s" })
}
