use permitcard_crypto::ecdsa::{Curve, PublicKey, SigningKey};
use proptest::prelude::*;

use super::*;
use crate::cose::{
    Algorithm, CoseError, TAG_SIGN1, Unsigned,
    cbor::{CborError, Key, Kind, Limits, Reader, Writer},
};
use crate::testing::hex;

const LIMITS: Limits = Limits::new(4096);
const ISSUER_CWT: &[u8] = include_bytes!("../../../../tests/vectors/sd-cwt/issuer_cwt.cbor");
const KBT: &[u8] = include_bytes!("../../../../tests/vectors/sd-cwt/kbt.cbor");
const FIRST_DISCLOSURE: &[u8] = include_bytes!("../../../../tests/vectors/sd-cwt/first-disclosure.cborseq");
const FIRST_BLINDED_HASH: &str = include_str!("../../../../tests/vectors/sd-cwt/first-blinded-hash.txt");
/// The public key of the draft's issuer (P-384).
const ISSUER_POINT: &str = "04c31798b0c7885fa3528fbf877e5b4c3a6dc67a5a5dc6b307b728c3725926f2abe5fb4964cd91e394\
                            8a5493f6ebb6cbbf8f6c7ec761691cad374c4daa9387453f18058ece58eb0a8e84a055a31fb7f9214b27509522c159e764f8711e1160\
                            9554";

fn issuer() -> PublicKey {
    PublicKey::from_point(Curve::P384, &hex(ISSUER_POINT)).unwrap()
}

/// Every redacted claim of an item, at any depth: under simple(59) in maps and as tag 60 in arrays.
fn redacted<'a>(reader: &mut Reader<'a>, found: &mut Vec<&'a Hash>) -> Result<(), SdCwtError> {
    match reader.peek()? {
        Kind::Map => reader
            .map(|key, reader| match is_redacted_key(key) {
                true => reader
                    .array(|_, reader| {
                        found.push(reader.bytes_of()?);
                        Ok::<(), SdCwtError>(())
                    })
                    .map(drop),
                false => redacted(reader, found),
            })
            .map(drop),
        Kind::Array => reader.array(|_, reader| redacted(reader, found)).map(drop),
        Kind::Tag => {
            found.push(reader.tagged(60, Reader::bytes_of)?);
            Ok(())
        }
        _ => Ok(reader.skip()?),
    }
}

/// The redacted claims of the payload and, nested, of the disclosed values.
fn all_redacted<'a>(token: &SdCwt<'a>) -> Vec<&'a Hash> {
    let mut found = Vec::new();
    redacted(&mut Reader::new(token.payload(), &LIMITS).unwrap(), &mut found).unwrap();
    for disclosure in token.disclosures() {
        if let Content::Entry { value, .. } | Content::Element { value } = disclosure.content() {
            redacted(&mut Reader::new(value, &LIMITS).unwrap(), &mut found).unwrap();
        }
    }
    found
}

#[test]
fn issued_token_of_the_draft() {
    let token = SdCwt::parse(ISSUER_CWT, &LIMITS).unwrap();
    assert_eq!(token.sign1().algorithm(), Algorithm::Es384);
    assert_eq!(token.verify(&issuer()), Ok(()));
    assert_eq!(token.disclosures().len(), 5);
    let hashes = all_redacted(&token);
    assert_eq!(hashes.len(), 5);
    assert_eq!(match_disclosures(&hashes, token.disclosures()).unwrap().len(), 5);
    // The draft's tokens hash the wrapped disclosure.
    assert!(token.disclosures().iter().all(|d| hashes.contains(&&d.wrapped_hash())));
    assert!(!token.disclosures().iter().any(|d| hashes.contains(&&d.bare_hash())));
}

#[test]
fn key_binding_token_of_the_draft() {
    let kbt = Kbt::parse(KBT, &LIMITS, |_, reader| Ok(reader.skip()?)).unwrap();
    assert_eq!(kbt.aud(), "https://verifier.example/app");
    assert_eq!((kbt.iat(), kbt.exp()), (1_725_244_237, None));
    assert_eq!(kbt.nonce(), Some(&hex("8c0f5f523b95bea44a9a48c649240803")[..]));
    assert_eq!(kbt.sd_cwt().verify(&issuer()), Ok(()));
    assert_eq!(kbt.verify(&holder_of(kbt.sd_cwt())), Ok(()));
    let hashes = all_redacted(kbt.sd_cwt());
    assert_eq!(hashes.len(), 5);
    assert_eq!(match_disclosures(&hashes, kbt.sd_cwt().disclosures()).unwrap().len(), 3);
}

fn holder_of(token: &SdCwt<'_>) -> PublicKey {
    let mut key = None;
    let mut reader = Reader::new(token.payload(), &LIMITS).unwrap();
    reader
        .map(|label, reader| match label {
            Key::Int(8) => reader
                .map(|_, reader| {
                    key = Some(crate::cose::read_key(reader)?);
                    Ok::<(), CoseError>(())
                })
                .map(drop),
            _ => Ok(reader.skip()?),
        })
        .unwrap();
    key.unwrap()
}

#[test]
fn every_bit_of_the_drafts_key_binding_token_counts() {
    let holder = holder_of(Kbt::parse(KBT, &LIMITS, |_, r| Ok(r.skip()?)).unwrap().sd_cwt());
    let accepted = |bytes: &[u8]| -> Result<(), SdCwtError> {
        let kbt = Kbt::parse(bytes, &LIMITS, |_, reader| Ok(reader.skip()?))?;
        kbt.verify(&holder)?;
        Ok(kbt.sd_cwt().verify(&issuer())?)
    };
    assert_eq!(accepted(KBT), Ok(()));
    for at in 0..KBT.len() {
        for bit in 0..8 {
            let mut bytes = KBT.to_vec();
            bytes[at] ^= 1 << bit;
            assert!(accepted(&bytes).is_err(), "byte {at}, bit {bit}");
        }
    }
}

/// The draft's figure shows the other hash of the same disclosure, over the bare array.
#[test]
fn first_disclosure_of_the_draft_has_both_hashes() {
    let reader = Reader::new(&[], &LIMITS).unwrap();
    let disclosure = Disclosure::read(&reader, FIRST_DISCLOSURE).unwrap();
    assert_eq!(
        disclosure.content(),
        Content::Entry {
            key: Key::Int(501),
            value: b"\x6bABCD-123456"
        }
    );
    assert_eq!(disclosure.bare_hash()[..], hex(FIRST_BLINDED_HASH)[..]);
    let wrapped = hex("af375dc3fba1d082448642c00be7b2f7bb05c9d8fb61cfc230ddfdfb4616a693");
    assert_eq!(disclosure.wrapped_hash()[..], wrapped[..]);
    for hash in [disclosure.bare_hash(), disclosure.wrapped_hash()] {
        assert_eq!(match_disclosures(&[&hash], &[disclosure]), Ok(vec![0]));
    }
}

#[test]
fn what_is_written_is_wrapped() {
    let encoded = Disclosure::entry(&[7; SALT_LEN], &[0xa0], 20);
    assert_eq!(encoded, hex("8350 07070707070707070707070707070707 a0 14"));
    assert_eq!(
        Disclosure::decoy(&[7; SALT_LEN]),
        hex("8150 07070707070707070707070707070707")
    );
    let reader = Reader::new(&[], &LIMITS).unwrap();
    let disclosure = Disclosure::read(&reader, &encoded).unwrap();
    assert_eq!(Disclosure::hash_of(&encoded), disclosure.wrapped_hash());
    assert_eq!(disclosure.salt(), &[7; SALT_LEN]);
}

#[test]
fn every_disclosure_matches_one_claim_of_its_own() {
    let reader = Reader::new(&[], &LIMITS).unwrap();
    let encoded: Vec<_> = (0..3).map(|n| Disclosure::entry(&[n; SALT_LEN], &[n], 20)).collect();
    let disclosures: Vec<_> = encoded.iter().map(|e| Disclosure::read(&reader, e).unwrap()).collect();
    let hashes: Vec<_> = disclosures.iter().map(Disclosure::wrapped_hash).collect();
    let all: Vec<_> = hashes.iter().collect();
    assert_eq!(match_disclosures(&all, &disclosures), Ok(vec![0, 1, 2]));
    assert_eq!(match_disclosures(&all, &[disclosures[2]]), Ok(vec![2]));
    assert_eq!(
        match_disclosures(&all[..2], &disclosures),
        Err(SdCwtError::DisclosureUnmatched)
    );
    let twice = [disclosures[1], disclosures[1]];
    assert_eq!(match_disclosures(&all, &twice), Err(SdCwtError::DisclosureDuplicate));
}

#[test]
fn disclosures_of_other_forms_are_refused() {
    let reader = Reader::new(&[], &LIMITS).unwrap();
    let read = |text: &str| Disclosure::read(&reader, &hex(text)).map(|d| format!("{:?}", d.content()));
    let salt = "50 00000000000000000000000000000000";
    assert_eq!(read(&format!("83{salt}0014")).unwrap(), "Entry");
    assert_eq!(read(&format!("82{salt}00")).unwrap(), "Element");
    assert_eq!(read(&format!("81{salt}")).unwrap(), "Decoy");
    assert_eq!(read("80").err(), Some(SdCwtError::DisclosureMalformed));
    assert_eq!(
        read(&format!("84{salt}001400")).err(),
        Some(SdCwtError::DisclosureMalformed)
    );
    // A salt of 15 bytes, one that is text, a value in a long form, a key that is bytes, something behind the end, a map.
    for bad in [
        "814f 000000000000000000000000000000".to_owned(),
        "8170 00000000000000000000000000000000".to_owned(),
        format!("83{salt}180014"),
        format!("83{salt}004100"),
        format!("81{salt}00"),
        "a0".to_owned(),
        format!("58 12 81{salt}"),
    ] {
        assert!(read(&bad).is_err(), "{bad}");
    }
}

#[test]
fn the_list_of_redacted_claims_is_exact_and_sorted() {
    let read = |hashes: &[[u8; 32]]| {
        let mut writer = Writer::with_capacity(128);
        writer.map(1);
        write_redacted(&mut writer, hashes);
        let bytes = writer.into_bytes();
        let mut reader = Reader::new(&bytes, &LIMITS).unwrap();
        let mut result = Ok(0);
        reader
            .map(|key, reader| {
                assert!(is_redacted_key(key));
                result = read_redacted::<2>(reader).map(|hashes| hashes.len());
                Ok::<(), SdCwtError>(())
            })
            .unwrap();
        result
    };
    assert_eq!(read(&[[1; 32], [2; 32]]), Ok(2));
    assert_eq!(read(&[[2; 32], [1; 32]]), Err(SdCwtError::DisclosureMalformed));
    assert_eq!(read(&[[1; 32], [1; 32]]), Err(SdCwtError::DisclosureDuplicate));
    assert_eq!(read(&[[1; 32]]), Err(SdCwtError::DisclosureMalformed));
    assert_eq!(read(&[[1; 32], [2; 32], [3; 32]]), Err(SdCwtError::DisclosureMalformed));
}

/// An SD-CWT with these encoded header maps; nobody signed it.
fn token(protected: &str, unprotected: &str) -> Result<(), SdCwtError> {
    let unsigned = Unsigned::new(Algorithm::Esp256, &hex(protected), &hex(unprotected), &[0xa0]);
    SdCwt::parse(&unsigned.finish(&[1; 64]).unwrap(), &LIMITS).map(drop)
}

#[test]
fn headers_of_the_token_follow_the_profile() {
    let decoy = "52 8150 00000000000000000000000000000000";
    assert_eq!(token("a20128 1019 0125", "a0"), Ok(()));
    assert_eq!(token("a20128 1019 0125", &format!("a11181{decoy}")), Ok(()));
    // The hash algorithm: SHA-256 named or not, no other, and nowhere without the signature.
    assert_eq!(token("a30128 1019 0125 18aa2f", "a0"), Ok(()));
    assert_eq!(
        token("a30128 1019 0125 18aa382b", "a0"),
        Err(SdCwtError::HashUnsupported)
    );
    assert_eq!(token("a20128 1019 0125", "a118aa2f"), Err(SdCwtError::HashUnsupported));
    // Another type, or none.
    assert_eq!(token("a20128 1019 0126", "a0"), Err(SdCwtError::TypeUnexpected));
    assert_eq!(token("a10128", "a0"), Err(SdCwtError::TypeUnexpected));
    assert_eq!(token("a20128 1066 73642d637774", "a0"), Err(SdCwtError::TypeUnexpected));
    // Encrypted claims.
    assert_eq!(token("a30128 1019 0125 18ac01", "a0"), Err(SdCwtError::EncryptedClaims));
    assert_eq!(token("a20128 1019 0125", "a118ab80"), Err(SdCwtError::EncryptedClaims));
    // Disclosures: never an empty list, never signed by the issuer, at most 16.
    assert_eq!(token("a20128 1019 0125", "a11180"), Err(SdCwtError::SdClaimsEmpty));
    assert_eq!(
        token(&format!("a30128 1019 0125 1181{decoy}"), "a0").err(),
        Some(SdCwtError::DisclosureMalformed)
    );
    assert_eq!(
        token("a20128 1019 0125", &format!("a11190{}", decoy.repeat(16))),
        Ok(())
    );
    let seventeen = format!("a11191{}", decoy.repeat(17));
    assert_eq!(
        token("a20128 1019 0125", &seventeen),
        Err(SdCwtError::TooManyDisclosures)
    );
    // Headers that nobody knows are read over.
    assert_eq!(token("a30128 1019 0125 1863f5", "a11863f5"), Ok(()));
    let critical = Err(SdCwtError::Cose(CoseError::CriticalHeader));
    assert_eq!(token("a30128 028118aa 1019 0125", "a0"), critical);
}

/// Protected header, unprotected header and claims of a key binding token around the draft's credential.
fn binding(protected: impl FnOnce(&mut Writer), unprotected: &str, claims: &str) -> Result<(), SdCwtError> {
    let mut header = Writer::with_capacity(1024);
    protected(&mut header);
    let unsigned = Unsigned::new(Algorithm::Esp256, header.as_bytes(), &hex(unprotected), &hex(claims));
    let bytes = unsigned.finish(&[1; 64]).unwrap();
    Kbt::parse(&bytes, &LIMITS, |_, reader| Ok(reader.skip()?)).map(drop)
}

fn usual(header: &mut Writer) {
    header.map(3).int(1).int(-9).int(13).raw(ISSUER_CWT).int(16).uint(294);
}

#[test]
fn key_binding_tokens_of_other_forms_are_refused() {
    let malformed = Err(SdCwtError::BindingMalformed);
    assert_eq!(binding(usual, "a0", "a2 036161 0601"), Ok(()));
    assert_eq!(binding(usual, "a0", "a5 036161 0402 0601 182741aa 1863f5"), Ok(()));
    // No audience, no time, an issuer, a subject.
    assert_eq!(binding(usual, "a0", "a1 0601"), malformed);
    assert_eq!(binding(usual, "a0", "a1 036161"), malformed);
    assert_eq!(binding(usual, "a0", "a3 016161 036161 0601"), malformed);
    assert_eq!(binding(usual, "a0", "a3 026161 036161 0601"), malformed);
    // Texts that nobody needs.
    let aud = format!("a2 03 790100 {} 0601", "61".repeat(256));
    assert_eq!(binding(usual, "a0", &aud), malformed);
    let nonce = format!("a3 036161 0601 1827 590100 {}", "00".repeat(256));
    assert_eq!(binding(usual, "a0", &nonce), malformed);
    // No signature covers the unprotected header.
    assert_eq!(binding(usual, "a10400", "a2 036161 0601"), malformed);
    assert_eq!(
        binding(usual, "a0", "a2 036161 060100").err(),
        Some(CborError::TrailingBytes.into())
    );
    let no_token = |header: &mut Writer| {
        header.map(2).int(1).int(-9).int(16).uint(294);
    };
    assert_eq!(binding(no_token, "a0", "a2 036161 0601"), malformed);
    let other_type = |header: &mut Writer| {
        header.map(3).int(1).int(-9).int(13).raw(ISSUER_CWT).int(16).uint(293);
    };
    assert_eq!(
        binding(other_type, "a0", "a2 036161 0601"),
        Err(SdCwtError::TypeUnexpected)
    );
    // A token inside that is not tagged, or is itself a key binding token.
    let untagged = |header: &mut Writer| {
        header
            .map(3)
            .int(1)
            .int(-9)
            .int(13)
            .raw(&ISSUER_CWT[1..])
            .int(16)
            .uint(294);
    };
    assert_eq!(
        binding(untagged, "a0", "a2 036161 0601").err(),
        Some(CborError::UnexpectedType.into())
    );
    let nested = |header: &mut Writer| {
        header.map(3).int(1).int(-9).int(13).raw(KBT).int(16).uint(294);
    };
    assert_eq!(binding(nested, "a0", "a2 036161 0601"), Err(SdCwtError::TypeUnexpected));
}

#[test]
fn an_issued_token_is_no_key_binding_token_and_the_other_way_round() {
    let kbt = Kbt::parse(ISSUER_CWT, &LIMITS, |_, reader| Ok(reader.skip()?));
    assert_eq!(kbt.err(), Some(SdCwtError::BindingMalformed));
    assert_eq!(SdCwt::parse(KBT, &LIMITS).err(), Some(SdCwtError::TypeUnexpected));
}

#[test]
fn binding_keeps_the_issuers_bytes_and_its_signature() {
    let issued = SdCwt::parse(ISSUER_CWT, &LIMITS).unwrap();
    let holder = SigningKey::generate(Curve::P256).unwrap();
    let claims = KbtClaims {
        aud: "a",
        iat: 5,
        exp: 6,
        nonce: Some(b"123456"),
        private: Some((-65538, b"beacon!!")),
    };
    let chosen = [issued.disclosures()[3].encoded()];
    let unsigned = bind(&issued, &chosen, &claims);
    let signature = holder.sign(unsigned.to_sign()).unwrap();
    let bytes = unsigned.finish(&signature).unwrap();
    let mut private = None;
    let kbt = Kbt::parse(&bytes, &LIMITS, |key, reader| {
        private = Some((key, reader.bytes()?));
        Ok(())
    })
    .unwrap();
    assert_eq!(private, Some((Key::Int(-65538), &b"beacon!!"[..])));
    assert_eq!(
        (kbt.aud(), kbt.iat(), kbt.exp(), kbt.nonce()),
        ("a", 5, Some(6), Some(&b"123456"[..]))
    );
    assert_eq!(kbt.verify(holder.public_key()), Ok(()));
    assert_eq!(kbt.sd_cwt().verify(&issuer()), Ok(()));
    assert_eq!(kbt.sd_cwt().disclosures(), &issued.disclosures()[3..4]);
    assert_eq!(bytes[..2], [0xc0 | TAG_SIGN1 as u8, 0x84]);
    // With all disclosures the issuer's token comes out byte for byte.
    let all: Vec<_> = issued.disclosures().iter().map(Disclosure::encoded).collect();
    let whole = bind(&issued, &all, &claims).finish(&[1; 64]).unwrap();
    assert!(whole.windows(ISSUER_CWT.len()).any(|window| window == ISSUER_CWT));
}

#[test]
fn every_code_is_named_once_in_its_area() {
    let codes: std::collections::BTreeSet<_> = SdCwtError::ALL.iter().map(|error| error.code()).collect();
    assert_eq!(codes.len(), SdCwtError::ALL.len());
    assert!(codes.iter().all(|code| code.starts_with("sdcwt.")));
    assert_eq!(SdCwtError::from(CborError::TooDeep).code(), "cbor.too_deep");
}

proptest! {
    #[test]
    fn any_bytes_give_a_result(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = SdCwt::parse(&bytes, &LIMITS);
        let _ = Kbt::parse(&bytes, &LIMITS, |_, reader| Ok(reader.skip()?));
        let _ = Disclosure::read(&Reader::new(&[], &LIMITS).unwrap(), &bytes);
    }

    #[test]
    fn disclosures_survive(salt in any::<Salt>(), text in ".{0,60}", key in any::<i64>()) {
        let mut value = Writer::with_capacity(80);
        value.text(&text);
        let encoded = Disclosure::entry(&salt, value.as_bytes(), key);
        let read = Disclosure::read(&Reader::new(&[], &LIMITS).unwrap(), &encoded).unwrap();
        prop_assert_eq!(read.content(), Content::Entry { key: Key::Int(key), value: value.as_bytes() });
        prop_assert_ne!(read.wrapped_hash(), read.bare_hash());
    }
}
