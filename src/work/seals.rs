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

/// Drops the oldest rows that need not be kept any more, one batch. `false`: none is so old.
pub async fn drop_old(ctx: &Ctx) -> store::Result<bool> {
    let mut tx = ctx.db.begin().await?;
    let old = audit::oldest_to_drop(&mut tx, limits::AUDIT_KEPT_DAYS).await?;
    let Some((id, mac)) = old else { return Ok(false) };
    let Ok((_, drop_mac)) = ctx.vault.mac(&dropped(&mac)) else { return Ok(false) };
    let done = audit::drop_rows(&mut tx, id, &drop_mac).await?;
    tx.commit().await?;
    Ok(done)
}

/// Where the audit is not as it was sealed; an error where the keys are not here.
pub fn verify(vault: &Vault, seals: &[Seal]) -> Result<Vec<Problem>, Locked> {
    let mut problems = Vec::new();
    let mut before = "";
    for seal in seals {
        let (told, found) = match &seal.drop_mac {
            Some(said) => (vault.mac_by(&seal.key_id, &dropped(&seal.mac))?, said),
            None => (vault.mac_by(&seal.key_id, &sealed(before, &seal.batch))?, &seal.mac),
        };
        if told != *found {
            problems.push(Problem {
                invariant: INVARIANT,
                key: format!("{}..{}", seal.batch.after_id + 1, seal.batch.upto_id),
                expected: format!("{} rows as they were sealed", seal.row_count),
                found: format!("{} rows, and another seal", seal.batch.row_count),
            });
        }
        before = &seal.mac;
    }
    Ok(problems)
}

/// What `check` calls it.
pub const INVARIANT: &str = "audit_is_as_it_was_sealed";

/// Seals everything with the key that seals now; what is not as it was sealed stays as it is, to be
/// found.
pub async fn reseal(tx: &mut Tx, vault: &Vault) -> store::Result<Result<(), Locked>> {
    let seals = audit::seals(tx).await?;
    let anew = match renewed(vault, &seals) {
        Ok(anew) => anew,
        Err(locked) => return Ok(Err(locked)),
    };
    for (id, key_id, mac, drop_mac) in anew {
        audit::seal_anew(tx, id, &key_id, &mac, drop_mac.as_deref()).await?;
    }
    Ok(Ok(()))
}

type Renewed = (i64, String, String, Option<String>);

/// The chain by the newest key, from where the first link is not of it.
fn renewed(vault: &Vault, seals: &[Seal]) -> Result<Vec<Renewed>, Locked> {
    if !verify(vault, seals)?.is_empty() {
        return Ok(Vec::new());
    }
    let mut anew: Vec<Renewed> = Vec::new();
    let mut before = String::new();
    for seal in seals {
        // Of what was dropped only the seal is known: it is kept, and said to be dropped anew.
        let (key_id, mac) = match seal.drop_mac {
            Some(_) => (vault.mac("")?.0, seal.mac.clone()),
            None => vault.mac(&sealed(&before, &seal.batch))?,
        };
        let drop_mac = match seal.drop_mac {
            Some(_) => Some(vault.mac(&dropped(&mac))?.1),
            None => None,
        };
        before.clone_from(&mac);
        if (&seal.key_id, &seal.mac) != (&key_id, &mac) {
            anew.push((seal.id, key_id, mac, drop_mac));
        }
    }
    Ok(anew)
}
