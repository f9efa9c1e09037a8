//! How values of the domain are kept in columns: `AS "since: Instant"` in a query is one of these.

use crate::domain::Name;
use crate::domain::rows::Instant;
use sqlx::postgres::{PgTypeInfo, PgValueRef};
use sqlx::types::Json;
use sqlx::{Decode, Postgres, Type};

type Decoded<T> = Result<T, sqlx::error::BoxDynError>;

/// Reads a type of the domain from a column of another type.
macro_rules! read_as {
    ($domain:ty, $column:ty, $read:expr) => {
        impl Type<Postgres> for $domain {
            fn type_info() -> PgTypeInfo {
                <$column as Type<Postgres>>::type_info()
            }

            fn compatible(ty: &PgTypeInfo) -> bool {
                <$column as Type<Postgres>>::compatible(ty)
            }
        }

        impl<'r> Decode<'r, Postgres> for $domain {
            fn decode(value: PgValueRef<'r>) -> Decoded<$domain> {
                let read: fn($column) -> $domain = $read;
                Ok(read(<$column as Decode<Postgres>>::decode(value)?))
            }
        }
    };
}

read_as!(Instant, i64, Instant::of_unix_s);
read_as!(Name, Json<Name>, |name| name.0);
