//! Accounts of shops: what is secret of them is sealed before it is stored, and opened only to
//! speak to the shop.

use super::Ctx;
use super::vault::{Locked, Vault};
use crate::links::channels::{self, Account, Channel, ChannelError, Class, Tokens};
use crate::store::shops;
use crate::store::shops::ShopRow;
use crate::store::{self, Tx};

/// What a secret's file says, sealed for the shop of this code: the secret, and the tokens behind
/// its first line.
pub struct SealedSecrets {
    pub secret: String,
    pub tokens: String,
}

pub fn seal(vault: &Vault, code: &str, text: &str) -> Result<SealedSecrets, Locked> {
    let (secret, tokens) = text.split_once('\n').unwrap_or((text, ""));
    Ok(SealedSecrets {
        secret: vault.seal(&owner(code, "secret"), secret.trim())?,
        tokens: seal_tokens(vault, code, tokens)?,
    })
}

fn seal_tokens(vault: &Vault, code: &str, tokens: &str) -> Result<String, Locked> {
    vault
        .seal(&owner(code, "tokens"), if tokens.trim().is_empty() { "" } else { tokens.trim_end() })
}

/// A seal holds for one shop and one of its secrets.
fn owner(code: &str, what: &str) -> String {
    format!("shop {code} {what}")
}

fn open(vault: &Vault, shop: &ShopRow) -> Result<String, Locked> {
    let (secret, tokens) = (
        vault.open(&owner(&shop.code, "secret"), &shop.secret)?,
        vault.open(&owner(&shop.code, "tokens"), &shop.tokens)?,
    );
    Ok(format!("{secret}\n{tokens}"))
}

pub fn account(vault: &Vault, shop: &ShopRow) -> Result<Account, Locked> {
    Ok(Account {
        shop: shop.code.clone(),
        ..Account::new(&shop.url, &shop.key_id, &open(vault, shop)?, shop.options.clone())
    })
}

/// New tokens beside the shop's secret, sealed; a refresh token that is not replaced goes on.
pub fn renewed(vault: &Vault, shop: &ShopRow, new: &Tokens) -> Result<String, Locked> {
    let refresh =
        if new.refresh.is_empty() { account(vault, shop)?.refresh } else { new.refresh.clone() };
    seal_tokens(vault, &shop.code, &format!("{}\n{refresh}", new.access))
}

/// Who speaks to this shop; without the key to its secrets nobody does.
pub fn channel(ctx: &Ctx, shop: &ShopRow) -> Result<Box<dyn Channel>, ChannelError> {
    let account = account(&ctx.vault, shop).map_err(|locked| {
        ChannelError::new(Class::NotPermitted, format!("its secret is locked: {locked}"))
    })?;
    let none = || {
        ChannelError::new(Class::Rejected, format!("no adapter for the channel {}", shop.channel))
    };
    channels::open(&shop.channel, account, &ctx.client).ok_or_else(none)
}

/// Seals everything with the key that stands first now; returns how many shops had another.
pub async fn reseal(tx: &mut Tx, vault: &Vault) -> store::Result<Result<usize, Locked>> {
    shops::lock(tx).await?;
    let mut done = 0;
    for shop in shops::all(tx).await? {
        match sealed_anew(vault, &shop) {
            Ok(None) => {}
            Ok(Some(sealed)) => {
                shops::reseal(tx, shop.id, &sealed.secret, &sealed.tokens, false).await?;
                done += 1;
            }
            Err(locked) => return Ok(Err(locked)),
        }
    }
    Ok(Ok(done))
}

/// `None`: it is sealed with that key already.
fn sealed_anew(vault: &Vault, shop: &ShopRow) -> Result<Option<SealedSecrets>, Locked> {
    if vault.is_current(&shop.secret)? && vault.is_current(&shop.tokens)? {
        return Ok(None);
    }
    seal(vault, &shop.code, &open(vault, shop)?).map(Some)
}
