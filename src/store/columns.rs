//! How values of the domain are kept in columns: `AS "since: Instant"` in a query is one of these.

use crate::domain::Name;
use crate::domain::rows::Instant;
use crate::domain::states::{
    BinUse, BoxStays, Coded, ContainerKind, LabelState, OrderStatus, ParcelState, ShipmentState,
    StockStatus, TaskState, TripKind, TripState, WaveState,
};
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

/// Reads lists of codes from their columns: a code that is none of the list is an error, for the
/// CHECK of the table and the list are held against each other by a test.
macro_rules! read_codes {
    ($($coded:ty),+ $(,)?) => {$(
        impl Type<Postgres> for $coded {
            fn type_info() -> PgTypeInfo {
                <str as Type<Postgres>>::type_info()
            }

            fn compatible(ty: &PgTypeInfo) -> bool {
                <str as Type<Postgres>>::compatible(ty)
            }
        }

        impl<'r> Decode<'r, Postgres> for $coded {
            fn decode(value: PgValueRef<'r>) -> Decoded<$coded> {
                let code = <&str as Decode<Postgres>>::decode(value)?;
                <$coded>::parse(code).ok_or_else(|| format!("no {}: {code}", <$coded>::LIST).into())
            }
        }
    )+};
}

read_as!(Instant, i64, Instant::of_unix_s);
read_as!(Name, Json<Name>, |name| name.0);
read_codes!(
    BinUse,
    BoxStays,
    ContainerKind,
    LabelState,
    OrderStatus,
    ParcelState,
    ShipmentState,
    StockStatus,
    TaskState,
    TripKind,
    TripState,
    WaveState,
);
