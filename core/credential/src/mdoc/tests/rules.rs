use permitcard_crypto::{
    ecdsa::{Curve, PublicKey},
    hash::sha256,
};

use super::world::*;
use crate::{
    cose::{CoseError, MAX_CERTIFICATE, cbor::CborError, cbor::Writer},
    mdoc::{DOC_TYPE, DOC_TYPE_TEST, IssueInput, IssuerSigned, MAX_LEN, MAX_TRANSCRIPT, MdocError, issue, respond},
    permit::{Day, Element, Group, Portrait, PortraitFormat},
};

#[test]
fn what_is_issued_passes_every_check_and_says_what_it_is() {
    let world = World::new();
    let bytes = world.issued();
    world.check(&bytes).unwrap();
    let document = IssuerSigned::parse(&bytes).unwrap();
    assert_eq!(document.device_key(), world.device_key());
    assert_eq!(document.signer_key(), world.signer.public_key());
    assert_eq!((document.doc_type(), document.test()), (DOC_TYPE, false));
    assert_eq!(
        document.signed_at(),
        Day::of_unix(NOW).start(),
        "rounded down to the day"
    );
    assert_eq!(document.valid_from(), document.signed_at());
    assert_eq!(document.valid_until(), NOW + 20 * Day::SECONDS);
    assert_eq!((document.status_idx(), document.status_uri()), (88_231, STATUS_URI));
    let mut elements = document.elements();
    elements.sort();
    let expected: Vec<Element> = all().into_iter().filter(|one| *one != Element::Portrait).collect();
    assert_eq!(elements, expected);
}

#[test]
fn a_test_is_marked_by_its_document_type_and_may_not_be_taken_for_a_permit() {
    let mut world = World::new();
    world.permit.test = true;
    let bytes = world.issued();
    world.check(&bytes).unwrap();
    let document = IssuerSigned::parse(&bytes).unwrap();
    assert_eq!((document.doc_type(), document.test()), (DOC_TYPE_TEST, true));
    world.permit.test = false;
    assert_eq!(world.check(&bytes), Err(MdocError::ContentMismatch));
}

#[test]
fn every_document_has_the_same_number_of_digests_in_random_order() {
    let mut world = World::new();
    let count = |bytes: &[u8]| IssuerSigned::parse(bytes).unwrap().mso_digests().len();
    let orders: Vec<Vec<Element>> = (0..4)
        .map(|_| IssuerSigned::parse(&world.issued()).unwrap().elements())
        .collect();
    assert!(orders.iter().any(|order| *order != orders[0]));
    assert_eq!(count(&world.issued()), Element::COUNT);
    world.permit.social_security = None;
    world.permit.file = None;
    world.permit.person.name = "SUKARNO".into();
    let bytes = world.issued();
    world.check(&bytes).unwrap();
    assert_eq!(count(&bytes), Element::COUNT);
    let elements = IssuerSigned::parse(&bytes).unwrap().elements();
    assert!(!elements.contains(&Element::GivenName) && !elements.contains(&Element::BirthDay));
}

#[test]
fn what_cannot_be_issued() {
    let world = World::new();
    let p384 = PublicKey::from_coordinates(Curve::P384, &[1; 48], &[2; 48]).unwrap();
    assert_eq!(
        world.try_issue(|input| input.signed_at = input.expires_at + Day::SECONDS),
        Err(MdocError::PeriodInvalid)
    );
    let end = world.permit.valid_until.ends_at();
    assert!(world.try_issue(|input| input.expires_at = end).is_ok());
    assert_eq!(
        world.try_issue(|input| input.expires_at = end + 1),
        Err(MdocError::PeriodInvalid)
    );
    assert_eq!(
        world.try_issue(|input| input.status.uri = "u".repeat(129)),
        Err(MdocError::FieldInvalid)
    );
    assert_eq!(
        world.try_issue(|input| input.chain = &[]),
        Err(CoseError::Malformed.into())
    );
    assert_eq!(
        world.try_issue(|input| input.chain = &[b"no certificate"]),
        Err(CoseError::Malformed.into())
    );
    let long = vec![0x30; MAX_CERTIFICATE + 1];
    let first = crate::testing::test_certificate(world.signer.public_key());
    let chain: [&[u8]; 2] = [&first, &long];
    let result = issue(&IssueInput {
        chain: &chain,
        ..world.input(&[])
    });
    assert_eq!(result.err(), Some(CoseError::TooLong.into()));
    let result = issue(&IssueInput {
        holder: &p384,
        chain: &chain[..1],
        ..world.input(&[])
    });
    assert_eq!(result.err(), Some(MdocError::KeyUnsupported));

    let mut world = World::new();
    world.permit.restrictions = 24;
    assert_eq!(world.try_issue(|_| {}), Err(MdocError::FieldInvalid));
    let mut world = World::new();
    world.permit.portrait = Some(Portrait {
        bytes: vec![7; crate::permit::field::PORTRAIT.limit + 1],
        format: PortraitFormat::WebP,
    });
    assert_eq!(world.try_issue(|_| {}), Err(MdocError::FieldInvalid));
}

#[test]
fn a_chain_of_two_certificates_is_an_array_and_the_first_one_signs() {
    let world = World::new();
    let first = crate::testing::test_certificate(world.signer.public_key());
    let second = crate::testing::test_certificate(world.device_key());
    let unsigned = issue(&world.input(&[&first, &second])).unwrap();
    let signature = world.signer.sign(unsigned.to_sign()).unwrap();
    let bytes = unsigned.finish(&signature).unwrap();
    world.check(&bytes).unwrap();
}

#[test]
fn another_issuer_is_refused() {
    let world = World::new();
    let bytes = world.issued();
    let document = IssuerSigned::parse(&bytes).unwrap();
    assert_eq!(
        document.check_issuer(world.device_key()),
        Err(CoseError::SignatureInvalid.into())
    );
    let other = World::new();
    let mut stranger = world.issued();
    let at = stranger.windows(10).position(|w| w == b"nameSpaces").unwrap();
    stranger[at - 2] ^= 1;
    assert_eq!(world.check(&stranger), Err(CoseError::SignatureInvalid.into()));
    assert_eq!(other.check(&bytes), Err(CoseError::SignatureInvalid.into()));
}

#[test]
fn an_element_that_was_changed_or_exchanged_is_refused() {
    let world = World::new();
    // A value outside of the signed payload.
    let changed = world.forged(b"Software engineer", b"Software overseer");
    assert_eq!(world.check(&changed), Err(MdocError::DigestMismatch));
    let document = IssuerSigned::parse(&changed).unwrap();
    document.check_issuer(world.signer.public_key()).unwrap();
    // Another identifier with the same value.
    let renamed = world.forged(b"occupation", b"occupatiom");
    assert_eq!(world.check(&renamed), Err(MdocError::DigestMismatch));
}

#[test]
fn content_that_is_not_the_permit_is_refused() {
    let world = World::new();
    let bytes = world.issued();
    let document = IssuerSigned::parse(&bytes).unwrap();
    let mut other = world.permit.clone();
    other.person.nationality = "UTO".into();
    assert_eq!(document.check_content(&other), Err(MdocError::ContentMismatch));
    let mut more = world.permit.clone();
    more.portrait = Some(Portrait {
        bytes: vec![1],
        format: PortraitFormat::Png,
    });
    assert_eq!(
        document.check_content(&more),
        Err(MdocError::ContentMismatch),
        "withheld"
    );
    let mut less = world.permit.clone();
    less.social_security = None;
    assert_eq!(document.check_content(&less), Err(MdocError::ContentMismatch), "added");
}

#[test]
fn one_rule_each() {
    let world = World::new();
    for (from, to, error) in [
        (
            b"org.permitcard.workpermit.1gv".as_slice(),
            b"org.permitcard.workpermit.2gv".as_slice(),
            MdocError::DocTypeUnknown,
        ),
        (b"1.0lvalid", b"1.1lvalid", MdocError::Malformed),
        (b"SHA-256", b"SHA-512", MdocError::Malformed),
        (b"status_list", b"status_lisp", MdocError::Malformed),
        (
            b"2026-11-02T00:00:00Zivalid",
            b"2027-11-02T00:00:00Zivalid",
            MdocError::PeriodInvalid,
        ),
        (
            b"2026-11-22T08:00:00Z",
            b"2026-11-02T00:00:00Z",
            MdocError::PeriodInvalid,
        ),
        (b"2026-11-22T08:00:00Z", b"2026-11-22 08:00:00Z", MdocError::Malformed),
        (b"deviceKey\xa4", b"deviceKez\xa4", MdocError::Malformed),
        // A random value of another name, an algorithm that is none.
        (b"random\x50", b"randon\x50", MdocError::Malformed),
        (
            b"\x43\xa1\x01\x26\xa1",
            b"\x43\xa1\x01\x28\xa1",
            CoseError::AlgorithmUnsupported.into(),
        ),
        // `x5chain` under another label.
        (b"\xa1\x18\x21", b"\xa1\x18\x22", MdocError::Malformed),
    ] {
        let forged = world.forged(from, to);
        assert_eq!(world.check(&forged), Err(error), "{}", String::from_utf8_lossy(from));
    }
}

#[test]
fn limits_come_first() {
    assert_eq!(
        IssuerSigned::parse(&vec![0; MAX_LEN + 1]).err(),
        Some(CborError::TooLong.into())
    );
    for (bytes, error) in [
        (
            [b"\xa1\x69initiator".as_slice(), &[0x81; 10_000]].concat(),
            MdocError::Malformed,
        ),
        (
            b"\xa1\x6anameSpaces\xa1\x78\x1borg.permitcard.workpermit.1\x9a\xff\xff\xff\xff".to_vec(),
            CborError::TooMany.into(),
        ),
        (
            b"\xa1\x6aissuerAuth\x84\x5b\xff\xff\xff\xff\xff\xff\xff\xff".to_vec(),
            CborError::Malformed.into(),
        ),
        (b"\xbf\xff".to_vec(), CborError::NotDeterministic.into()),
    ] {
        assert_eq!(IssuerSigned::parse(&bytes).err(), Some(error));
    }
}

#[test]
fn a_response_is_bound_to_its_session_and_shows_what_was_chosen() {
    let world = World::new();
    let bytes = world.issued();
    let document = IssuerSigned::parse(&bytes).unwrap();
    let chosen = Element::shown(&[Group::Person]);
    let unsigned = respond(&document, &chosen, TRANSCRIPT).unwrap();
    assert_eq!(unsigned.device_key(), world.device_key());
    let other = respond(&document, &chosen, b"\x83\xf6\xf6\x82\x61x\x41\x02").unwrap();
    assert_ne!(unsigned.to_sign(), other.to_sign());
    let to_sign = unsigned.to_sign().to_vec();
    let signature = world.device.sign(&to_sign).unwrap();
    let response = unsigned.finish(&signature).unwrap();
    let has = |text: &str| response.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(has("GARCIA LOPEZ") && has("expiry_date"));
    assert!(!has("Shanghai") && !has("MEX00000G123456780"));

    // ISO/IEC 18013-5 9.1.3.4, written by hand.
    let mut authentication = Writer::with_capacity(0);
    authentication.tag(24).embed(|inner| {
        inner
            .array(4)
            .text("DeviceAuthentication")
            .raw(TRANSCRIPT)
            .text(DOC_TYPE);
        inner.raw(b"\xd8\x18\x41\xa0");
    });
    let mut structure = Writer::with_capacity(0);
    structure.array(4).text("Signature1").bytes(b"\xa1\x01\x26").bytes(b"");
    structure.bytes(authentication.as_bytes());
    assert_eq!(to_sign, structure.as_bytes());
}

#[test]
fn a_response_without_elements_has_no_name_spaces() {
    let world = World::new();
    let bytes = world.issued();
    let document = IssuerSigned::parse(&bytes).unwrap();
    let unsigned = respond(&document, &[], TRANSCRIPT).unwrap();
    let response = unsigned.finish(&[0; 64]).unwrap();
    let found = response.windows(10).filter(|window| *window == b"nameSpaces").count();
    assert_eq!(found, 1, "that of the device");
    let unsigned = respond(&document, &[], TRANSCRIPT).unwrap();
    assert_eq!(unsigned.finish(&[0; 63]), Err(CoseError::SignatureInvalid.into()));
}

#[test]
fn what_is_no_session_transcript() {
    let world = World::new();
    let bytes = world.issued();
    let document = IssuerSigned::parse(&bytes).unwrap();
    let long = [b"\x83\xf6\xf6\x59\x40\x00".as_slice(), &vec![0; MAX_TRANSCRIPT]].concat();
    for transcript in [
        b"".as_slice(),
        b"\x82\xf6\xf6",
        b"\x84\xf6\xf6\xf6\xf6",
        b"\x83\xf6\xf6\xf6\xf6",
        b"\x83\xf6\xf6",
        b"\xd8\x18\x44\x83\xf6\xf6\xf6",
        b"\x9f\xf6\xf6\xf6\xff",
        &long,
    ] {
        assert_eq!(
            respond(&document, &all(), transcript).err(),
            Some(MdocError::TranscriptInvalid)
        );
    }
}

#[test]
fn decoys_are_no_hashes_of_anything_that_can_be_guessed() {
    let mut world = World::new();
    world.permit.social_security = None;
    let bytes = world.issued();
    let document = IssuerSigned::parse(&bytes).unwrap();
    let known: Vec<_> = document.items().iter().map(|item| item.digest()).collect();
    let decoys: Vec<_> = document
        .mso_digests()
        .into_iter()
        .filter(|(_, digest)| !known.contains(digest))
        .collect();
    assert_eq!(decoys.len(), 3, "portrait and two of social security");
    for (id, digest) in decoys {
        assert_ne!(*digest, sha256(&[]));
        assert_ne!(*digest, sha256(&[u8::try_from(id).unwrap()]));
    }
}
