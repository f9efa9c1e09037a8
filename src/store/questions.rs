//! What a person waits for and only the background task may do: the shops behind a box are read
//! again, then it gets its label or goes on a list.

use super::{Error, Result, Tx};
use crate::limits;
use crate::protocol::Feedback;
use serde::{Deserialize, Serialize};

/// What the person wants for the parcel: its label, or a place on a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Label,
    HandOver,
}

impl Kind {
    fn code(self) -> &'static str {
        match self {
            Kind::Label => "label",
            Kind::HandOver => "hand_over",
        }
    }

    fn parse(code: &str) -> Result<Kind> {
        [Kind::Label, Kind::HandOver]
            .into_iter()
            .find(|kind| kind.code() == code)
            .ok_or_else(|| Error::Bug(format!("a question of the kind {code}")))
    }
}

/// What the background task says to a question of the same kind.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Answer {
    /// What to tell the packer.
    Label(Feedback),
    /// May it go on a list? `false`: its shop is silent, and is to be waited for.
    HandOver(bool),
}

/// A question that this process answers, unless it takes longer than its lease.
#[derive(Debug)]
pub struct Question {
    pub id: i64,
    pub parcel: i64,
    pub kind: Kind,
    fencing_token: i64,
}

/// Asks about a parcel; returns the question's number.
pub async fn ask(tx: &mut Tx, parcel: i64, kind: Kind) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        "INSERT INTO question (parcel_id, kind)
         VALUES ($1, $2)
         RETURNING id",
        parcel,
        kind.code()
    )
    .fetch_one(tx.conn())
    .await?)
}

/// The answer, which is then gone. `None`: there is none yet.
pub async fn take_answer(tx: &mut Tx, question: i64) -> Result<Option<Answer>> {
    let answer = sqlx::query_scalar!(
        r#"DELETE FROM question
           WHERE id = $1 AND answer IS NOT NULL
           RETURNING answer AS "answer!""#,
        question
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(answer.map(serde_json::from_value).transpose()?)
}

/// Is the background task at it, or was?
pub async fn is_heard(tx: &mut Tx, question: i64) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT fencing_token > 0 AS "heard!"
           FROM question
           WHERE id = $1"#,
        question
    )
    .fetch_optional(tx.conn())
    .await?
    .unwrap_or(false))
}

/// Nobody waits for it any more.
pub async fn take_back(tx: &mut Tx, question: i64) -> Result<()> {
    sqlx::query!(
        "DELETE FROM question
         WHERE id = $1",
        question
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Questions that nobody is at, so many at most; those that nobody waits for any more go.
pub async fn claim(tx: &mut Tx, most: i64) -> Result<Vec<Question>> {
    sqlx::query_file!(
        "src/store/sql/questions/claim.sql",
        most,
        limits::QUESTION_LEASE_S,
        limits::QUESTION_KEPT_S
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(|r| {
        Ok(Question {
            id: r.id,
            parcel: r.parcel_id,
            kind: Kind::parse(&r.kind)?,
            fencing_token: r.fencing_token,
        })
    })
    .collect()
}

/// Answers a question. Nothing happens if nobody waits any more, or another process claimed it.
pub async fn save_answer(tx: &mut Tx, question: &Question, answer: &Answer) -> Result<()> {
    sqlx::query!(
        "UPDATE question
         SET answer = $3
         WHERE id = $1 AND fencing_token = $2",
        question.id,
        question.fencing_token,
        serde_json::to_value(answer)?
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Is one of the shops behind a parcel to be waited for, should it not answer?
pub async fn shop_waits(tx: &mut Tx, parcel: i64) -> Result<bool> {
    Ok(sqlx::query_file_scalar!("src/store/sql/questions/shop_waits.sql", parcel)
        .fetch_one(tx.conn())
        .await?)
}
