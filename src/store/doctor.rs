//! What the database is, for `doctor`.

use super::{Result, Tx};

pub struct Server {
    pub version: String,
    pub major: i32,
    pub encoding: String,
    /// The login of this session, and whether the tables are its own.
    pub role: String,
    pub owner: bool,
    pub now_ms: i64,
}

pub async fn server(tx: &mut Tx) -> Result<Server> {
    let r = sqlx::query!(
        r#"SELECT current_setting('server_version') AS "version!", current_setting('server_version_num')::int / 10000 AS "major!",
                  current_setting('server_encoding') AS "encoding!", current_user::text AS "role!",
                  (SELECT pg_get_userbyid(relowner) = current_user FROM pg_class WHERE oid = 'movement'::regclass) AS "owner!",
                  (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS "now_ms!""#
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Server { version: r.version, major: r.major, encoding: r.encoding, role: r.role, owner: r.owner, now_ms: r.now_ms })
}
