//! A second writing of the format, from its description and with ring alone, to compare bytes with.

use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    hkdf, hmac,
};

pub const MASTER: [u8; 32] = [0x11; 32];
pub const INSTALL_ID: [u8; 16] = [0x22; 16];
pub const NONCE: [u8; 12] = [0x33; 12];

/// Fields with the length of each before it.
pub fn lengths(parts: &[&[u8]]) -> Vec<u8> {
    let mut out = vec![];
    for part in parts {
        out.extend((part.len() as u32).to_be_bytes());
        out.extend(*part);
    }
    out
}

pub fn derive(purpose: &str) -> [u8; 32] {
    let info = lengths(&[purpose.as_bytes(), &1u32.to_be_bytes()]);
    let mut key = [0; 32];
    hkdf::Salt::new(hkdf::HKDF_SHA256, &INSTALL_ID)
        .extract(&MASTER)
        .expand(&[&info], hkdf::HKDF_SHA256)
        .unwrap()
        .fill(&mut key)
        .unwrap();
    key
}

pub fn mac(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), &parts.concat())
        .as_ref()
        .to_vec()
}

pub fn aad(table: &str, id: &[u8], generation: u64) -> Vec<u8> {
    let version = 1u32.to_be_bytes();
    lengths(&[
        b"wallet/v1",
        table.as_bytes(),
        id,
        &version,
        &generation.to_be_bytes(),
        &version,
    ])
}

/// `01 || key version || nonce || ciphertext || tag`, the content padded to 256 bytes.
pub fn seal(purpose: &str, aad: &[u8], content: &[u8], nonce: [u8; 12]) -> Vec<u8> {
    let mut text = (content.len() as u32).to_be_bytes().to_vec();
    text.extend(content);
    while !text.len().is_multiple_of(256) {
        text.push(0);
    }
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &derive(purpose)).unwrap());
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), &mut text)
        .unwrap();
    [&[1, 0, 0, 0, 1][..], &nonce, &text].concat()
}

pub fn record_id(table: &str, key: &[u8]) -> Vec<u8> {
    mac(&derive(&format!("idx/{table}")), &[key])
}

pub fn record(table: &str, key: &[u8], value: &[u8], generation: u64, nonce: [u8; 12]) -> Vec<u8> {
    let content = [&(key.len() as u16).to_be_bytes(), key, value].concat();
    seal(
        &format!("enc/{table}"),
        &aad(table, &record_id(table, key), generation),
        &content,
        nonce,
    )
}
