//! Roles, migrations and rights.

use super::{Error, Result, hosts};
use sha2::{Digest, Sha256};
use sqlx::migrate::Migrator;
use sqlx::{ConnectOptions, Connection, PgConnection};

static MIGRATIONS: Migrator = sqlx::migrate!();

/// How a database's schema stands to this program's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Missing,
    Older,
    Newer,
}

/// Who speaks to the database. Each kind of program has a login of its own, which may do what that
/// program needs and no more: see `sql/schema/grants.sql`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Login {
    /// Consoles: what people do, and only while the database knows who does it.
    Session,
    /// The background task: orders, shops, labels, printers.
    Worker,
    /// The command line: what a site is made of.
    Admin,
    /// Reports: looks, and sees nothing secret.
    Reader,
}

impl Login {
    /// Every login that a cluster needs.
    pub const ALL: [Login; 4] = [Login::Session, Login::Worker, Login::Admin, Login::Reader];

    /// Its name in the cluster.
    pub fn role(self) -> &'static str {
        match self {
            Login::Session => "wavedeck_app",
            Login::Worker => "wavedeck_worker",
            Login::Admin => "wavedeck_admin",
            Login::Reader => "wavedeck_reader",
        }
    }
}

const GRANTS: &str = include_str!("sql/schema/grants.sql");

/// Says which rights a database's logins were given last.
fn grants_mark() -> String {
    let digest = Sha256::digest(GRANTS.as_bytes());
    format!("grants {}", digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

pub(super) async fn connect(url: &str) -> Result<PgConnection> {
    Ok(hosts::options(&hosts::primary(url).await?)?.connect().await?)
}

/// Makes the logins that the cluster does not have. Roles are cluster-wide, so no migration does
/// this.
pub async fn make_roles(owner_url: &str) -> Result<()> {
    let mut conn = connect(owner_url).await?;
    for login in Login::ALL {
        let role = login.role();
        let sql = format!(
            "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{role}') THEN \
             CREATE ROLE {role} LOGIN; END IF; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        );
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut conn).await?;
    }
    Ok(conn.close().await?)
}

/// Brings the schema up to this program's, then gives each login what it needs.
pub async fn migrate(owner_url: &str) -> Result<()> {
    let mut conn = connect(owner_url).await?;
    MIGRATIONS.run(&mut conn).await.map_err(|error| match error {
        sqlx::migrate::MigrateError::VersionMissing(_) => Error::Schema(State::Newer),
        sqlx::migrate::MigrateError::Execute(error) => error.into(),
        other => Error::Bug(format!("the schema could not be brought up to date: {other}")),
    })?;
    sqlx::raw_sql(GRANTS).execute(&mut conn).await?;
    let remember = format!("COMMENT ON TABLE _sqlx_migrations IS '{}'", grants_mark());
    sqlx::query(sqlx::AssertSqlSafe(remember)).execute(&mut conn).await?;
    Ok(conn.close().await?)
}

/// Is the schema this program's?
pub async fn verify(url: &str) -> Result<()> {
    let mut conn = connect(url).await?;
    let newest = MIGRATIONS.iter().map(|m| m.version).max().unwrap_or(0);
    let there: Option<i64> =
        sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations WHERE success")
            .fetch_one(&mut conn)
            .await
            .map_err(|_| Error::Schema(State::Missing))?;
    let mark: Option<String> =
        sqlx::query_scalar("SELECT obj_description('_sqlx_migrations'::regclass, 'pg_class')")
            .fetch_one(&mut conn)
            .await?;
    conn.close().await?;
    match there {
        Some(version) if version == newest && mark.as_deref() == Some(&grants_mark()) => Ok(()),
        Some(version) if version > newest => Err(Error::Schema(State::Newer)),
        _ => Err(Error::Schema(State::Older)),
    }
}

/// Does the database hold anything of anybody's: tables of others, or rows that somebody put into
/// ours?
pub async fn is_in_use(url: &str) -> Result<bool> {
    let mut conn = connect(url).await?;
    let there: Vec<String> = sqlx::query_scalar(
        "SELECT relname::text FROM pg_class WHERE relnamespace = \
            'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')",
    )
    .fetch_all(&mut conn)
    .await?;
    let migrated: bool = sqlx::query_scalar(
        "SELECT to_regclass('public._sqlx_migrations') IS NOT \
        NULL AND to_regclass('public.warehouse') IS NOT NULL",
    )
    .fetch_one(&mut conn)
    .await?;
    let holds = match there.is_empty() {
        true => false,
        false if !migrated || there.iter().any(|name| !is_ours(name)) => true,
        false => {
            let rows = "SELECT EXISTS (SELECT 1 FROM warehouse) OR EXISTS (SELECT 1 FROM shop)
                 OR EXISTS (SELECT 1 FROM carrier) OR EXISTS (SELECT 1 FROM printer)
                          OR EXISTS (SELECT 1 FROM item) OR EXISTS (SELECT 1 FROM person
                            WHERE role <> 'system')";
            sqlx::query_scalar(rows).fetch_one(&mut conn).await?
        }
    };
    conn.close().await?;
    Ok(holds)
}

/// Is it a table or a view that our migrations make?
fn is_ours(name: &str) -> bool {
    let made = |sql: &str| {
        sql.contains(&format!(" TABLE {name} (")) || sql.contains(&format!(" VIEW {name} "))
    };
    name == "_sqlx_migrations" || MIGRATIONS.iter().any(|migration| made(migration.sql.as_str()))
}

/// Empties a database that holds nothing of anybody's, so that a backup fits in.
pub async fn drop_everything(owner_url: &str) -> Result<()> {
    let mut conn = connect(owner_url).await?;
    sqlx::query("DROP SCHEMA public CASCADE").execute(&mut conn).await?;
    sqlx::query("CREATE SCHEMA public").execute(&mut conn).await?;
    Ok(conn.close().await?)
}

/// Makes a database if it is not there. `template` copies another one.
pub async fn create_database(server_url: &str, name: &str, template: Option<&str>) -> Result<bool> {
    let mut conn = connect(server_url).await?;
    let there: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)")
            .bind(name)
            .fetch_one(&mut conn)
            .await?;
    if !there {
        let mut sql = format!("CREATE DATABASE {}", quote(name));
        if let Some(template) = template {
            sql.push_str(&format!(" TEMPLATE {}", quote(template)));
        }
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut conn).await?;
    }
    conn.close().await?;
    Ok(!there)
}

/// Drops a database if it is there; whoever is connected to it is cut off.
pub async fn drop_database(server_url: &str, name: &str) -> Result<()> {
    let mut conn = connect(server_url).await?;
    sqlx::query(sqlx::AssertSqlSafe(format!(
        "DROP DATABASE IF EXISTS {} WITH (FORCE)",
        quote(name)
    )))
    .execute(&mut conn)
    .await?;
    Ok(conn.close().await?)
}

fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
