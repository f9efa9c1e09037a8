//! Accounts of shops: what is secret of them is sealed before it is stored, and opened only to
//! speak to the shop.

use super::Ctx;
use super::vault::{Locked, Vault};
use crate::links::channels::{self, Account, Channel, ChannelError, Class, Tokens};
use crate::store::shops;
use crate::store::shops::ShopRow;
use crate::store::{self, Tx};
use serde_json::Value;

/// What a secret's file says, sealed for one shop: the secret, and the tokens behind
/// its first line.
pub struct SealedSecrets {
    pub secret: String,
    pub tokens: String,
}

/// Where a secret may be sent: a seal holds for one shop at one address, so that whoever can change
/// the address does not get the secret there.
#[derive(Clone, Copy)]
pub struct Address<'a> {
    pub code: &'a str,
    pub url: &'a str,
    pub options: &'a Value,
}

impl<'a> Address<'a> {
    fn of(shop: &'a ShopRow) -> Address<'a> {
        Address { code: &shop.code, url: &shop.url, options: &shop.options }
    }

    fn seal_for(&self, what: &str) -> String {
        let tokens_from = self.options["token_url"].as_str().map(channels::origin);
        let origin = channels::origin(self.url);
        format!("shop {} {what} {origin} {}", self.code, tokens_from.unwrap_or_default())
    }
}

/// Seals a secret's file for one address. Where it has one line only, the tokens are empty.
pub fn seal(vault: &Vault, at: Address<'_>, text: &str) -> Result<SealedSecrets, Locked> {
    let (secret, tokens) = text.split_once('\n').unwrap_or((text, ""));
    Ok(SealedSecrets {
        secret: vault.seal(&at.seal_for("secret"), secret.trim())?,
        tokens: seal_tokens(vault, at, tokens)?,
    })
}

fn seal_tokens(vault: &Vault, at: Address<'_>, tokens: &str) -> Result<String, Locked> {
    let tokens = if tokens.trim().is_empty() { "" } else { tokens.trim_end() };
    vault.seal(&at.seal_for("tokens"), tokens)
}

/// What was secret of a shop, to be sealed anew for where it is now.
pub struct Opened(String);

/// Opens what is secret of a shop. `Damaged` if its address was changed without the key.
pub fn open(vault: &Vault, shop: &ShopRow) -> Result<Opened, Locked> {
    let at = Address::of(shop);
    let (secret, tokens) = (
        vault.open(&at.seal_for("secret"), &shop.secret)?,
        vault.open(&at.seal_for("tokens"), &shop.tokens)?,
    );
    Ok(Opened(format!("{secret}\n{tokens}")))
}

/// The shop has another address: its secrets are for there from now on, by whoever has the key.
pub async fn seal_anew(
    tx: &mut Tx,
    vault: &Vault,
    code: &str,
    secrets: &Opened,
) -> store::Result<Result<(), Locked>> {
    let Some(shop) = shops::find(tx, code).await? else { return Ok(Ok(())) };
    let sealed = match seal(vault, Address::of(&shop), &secrets.0) {
        Ok(sealed) => sealed,
        Err(locked) => return Ok(Err(locked)),
    };
    shops::reseal(tx, shop.id, &sealed.secret, &sealed.tokens, false).await.map(Ok)
}

/// Puts a shop at another address, with its secrets.
pub async fn move_to(
    tx: &mut Tx,
    vault: &Vault,
    shop: &ShopRow,
    url: &str,
) -> store::Result<Result<(), Locked>> {
    let secrets = match open(vault, shop) {
        Ok(secrets) => secrets,
        Err(locked) => return Ok(Err(locked)),
    };
    shops::set_url(tx, &shop.code, url).await?;
    seal_anew(tx, vault, &shop.code, &secrets).await
}

/// What an adapter needs to speak to the shop, its secrets in plain text. Fails without their key.
pub fn account(vault: &Vault, shop: &ShopRow) -> Result<Account, Locked> {
    Ok(Account {
        shop: shop.code.clone(),
        ..Account::new(&shop.url, &shop.key_id, &open(vault, shop)?.0, shop.options.clone())
    })
}

/// New tokens beside the shop's secret, sealed; a refresh token that is not replaced goes on.
pub fn renewed(vault: &Vault, shop: &ShopRow, new: &Tokens) -> Result<String, Locked> {
    let refresh =
        if new.refresh.is_empty() { account(vault, shop)?.refresh } else { new.refresh.clone() };
    seal_tokens(vault, Address::of(shop), &format!("{}\n{refresh}", new.access))
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
    seal(vault, Address::of(shop), &open(vault, shop)?.0).map(Some)
}
