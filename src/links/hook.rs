//! Tells an address of the site's what happened: JSON by POST. Only whether it was heard counts.

use super::channels::Client;
use super::channels::http::one_line;
use crate::limits;
use serde_json::Value;

/// Heard is any answer of success; else what went wrong, without the address in it.
pub async fn tell(client: &Client, url: &str, body: &Value) -> Result<(), String> {
    let sent = client.post(url).timeout(limits::ALERT_ANSWER).json(body).send().await;
    let answer = sent.map_err(|error| one_line(&error.without_url().to_string()))?;
    if answer.status().is_success() { Ok(()) } else { Err(answer.status().to_string()) }
}
