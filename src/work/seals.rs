//! The audit is sealed batch by batch, each with the seal before it, by the key that seals secrets:
//! whoever can write to the database, its owner too, cannot change what was noted unseen.

use super::Ctx;
use super::vault::{Locked, Vault};
use crate::limits;
use crate::store::audit::{self, Batch, Seal};
use crate::store::check::Problem;
use crate::store::{self, Tx};

/// What a batch's seal is made of.
fn sealed(before: &str, batch: &Batch) -> String {
    let Batch { after_id, upto_id, row_count, digest } = batch;
    format!("audit {before} {after_id} {upto_id} {row_count} {digest}")
}

fn dropped(mac: &str) -> String {
    format!("audit dropped {mac}")
}

/// Seals what is settled. `false`: nothing is, or there is no key here.
pub async fn seal(ctx: &Ctx) -> store::Result<bool> {
    if !ctx.vault.has_key() {
        return Ok(false);
    }
    let mut tx = ctx.db.begin().await?;
    let Some(batch) = audit::settled(&mut tx).await? else {
        // When it was looked at is kept.
        tx.commit().await?;
        return Ok(false);
    };
    let before = audit::last_mac(&mut tx).await?;
    let (key_id, mac) = match ctx.vault.mac(&sealed(&before, &batch)) {
        Ok(made) => made,
        Err(locked) => {
            tracing::warn!(%locked, "the audit is not sealed");
            return Ok(false);
        }
    };
    audit::save_seal(&mut tx, &batch, &key_id, &mac).await?;
    tx.commit().await?;
    // Outside the database, so that the newest batches cannot be cut off unseen either.
    tracing::info!(upto = batch.upto_id, rows = batch.row_count, mac, "the audit is sealed");
    Ok(true)
}

/// Drops the oldest rows that need not be kept any more, one batch, if it is as it was sealed.
/// `false`: none is so old, or there is no key here.
pub async fn drop_old(ctx: &Ctx) -> store::Result<bool> {
    if !ctx.vault.has_key() {
        return Ok(false);
    }
    let mut tx = ctx.db.begin().await?;
    let old = audit::oldest_to_drop(&mut tx, limits::AUDIT_KEPT_DAYS).await?;
    let Some((before, seal)) = old else { return Ok(false) };
    // By the key that it was sealed with, so that one key says all of it.
    let key = &seal.key_id;
    let macs = ctx
        .vault
        .mac_by(key, &sealed(&before, &seal.batch))
        .and_then(|mac| Ok((mac, ctx.vault.mac_by(key, &dropped(&seal.mac))?)));
    let drop_mac = match macs {
        Ok((mac, drop_mac)) if mac == seal.mac => drop_mac,
        Ok(_) => {
            tracing::error!(seal = seal.id, "the audit is not as it was sealed: it is kept");
            return Ok(false);
        }
        Err(locked) => {
            tracing::warn!(%locked, "old rows of the audit are kept");
            return Ok(false);
        }
    };
    let done = audit::drop_rows(&mut tx, seal.id, &drop_mac).await?;
    tx.commit().await?;
    Ok(done)
}

/// Where the audit is not as it was sealed; a seal of a key that is not in the file is a problem,
/// too. An error where there is no file.
pub fn verify(vault: &Vault, seals: &[Seal]) -> Result<Vec<Problem>, Locked> {
    let mut problems = Vec::new();
    let mut before = "";
    for seal in seals {
        let (text, said) = match &seal.drop_mac {
            Some(said) => (dropped(&seal.mac), said),
            None => (sealed(before, &seal.batch), &seal.mac),
        };
        let found = match vault.mac_by(&seal.key_id, &text) {
            Ok(told) if told == *said => None,
            Ok(_) => Some(format!("{} rows, and another seal", seal.batch.row_count)),
            Err(Locked::OtherKey(key)) => Some(format!("a seal of a key that is not here: {key}")),
            Err(locked) => return Err(locked),
        };
        problems.extend(found.map(|found| Problem {
            invariant: INVARIANT,
            key: format!("{}..{}", seal.batch.after_id + 1, seal.batch.upto_id),
            expected: format!("{} rows as they were sealed", seal.row_count),
            found,
        }));
        before = &seal.mac;
    }
    Ok(problems)
}

/// What `check` calls it.
pub const INVARIANT: &str = "audit_is_as_it_was_sealed";

/// Seals everything with the key that seals now. Where it is not as it was sealed nothing is done,
/// and the problems are returned: the keys that show it must stay.
pub async fn reseal(tx: &mut Tx, vault: &Vault) -> store::Result<Result<Vec<Problem>, Locked>> {
    audit::lock(tx).await?;
    let seals = audit::seals(tx).await?;
    let anew = match verify(vault, &seals) {
        Ok(problems) if problems.is_empty() => renewed(vault, &seals),
        other => return Ok(other),
    };
    let anew = match anew {
        Ok(anew) => anew,
        Err(locked) => return Ok(Err(locked)),
    };
    for (id, key_id, mac, drop_mac) in anew {
        audit::seal_anew(tx, id, &key_id, &mac, drop_mac.as_deref()).await?;
    }
    Ok(Ok(Vec::new()))
}

type Renewed = (i64, String, String, Option<String>);

/// The whole chain by the newest key.
fn renewed(vault: &Vault, seals: &[Seal]) -> Result<Vec<Renewed>, Locked> {
    let mut anew: Vec<Renewed> = Vec::new();
    let mut before = String::new();
    for seal in seals {
        // Of what was dropped only the seal is known: it is kept, and said to be dropped anew.
        let (key_id, mac, drop_mac) = match seal.drop_mac {
            Some(_) => {
                let (key_id, drop_mac) = vault.mac(&dropped(&seal.mac))?;
                (key_id, seal.mac.clone(), Some(drop_mac))
            }
            None => {
                let (key_id, mac) = vault.mac(&sealed(&before, &seal.batch))?;
                (key_id, mac, None)
            }
        };
        before.clone_from(&mac);
        anew.push((seal.id, key_id, mac, drop_mac));
    }
    Ok(anew)
}
