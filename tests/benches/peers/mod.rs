//! The same permit in three forms, and other people's readers of two of them.

use claim169_core::Decoder;
use isomdl::{
    definitions::{DeviceResponse, session::SessionTranscript, x509::X5Chain},
    presentation::authentication::mdoc::{device_authentication, issuer_authentication},
};
use permitcard_benches::world::{INDEX, ISS, NOW, URI, World, employer, sample, sign};
use permitcard_credential::{
    mdoc::{self, IssuerSigned},
    permit::{Day, Element, Group, Permit, StatusRef},
    printed::{self, PrintedInput},
};
use rcgen::{CertificateParams, KeyPair};
use serde::{Deserialize, Serialize};

/// A session transcript of nothing: `[null, null, null]`.
#[derive(Clone, Serialize, Deserialize)]
struct Nothing((), (), ());

impl SessionTranscript for Nothing {}

/// One permit as an employer is shown it.
pub struct Forms {
    /// The text of a live presentation.
    pub live: String,
    /// The text of the printed permit.
    pub printed: String,
    /// The device response of ISO/IEC 18013-5 with the same elements.
    pub mdoc: Vec<u8>,
}

fn status() -> StatusRef {
    StatusRef {
        idx: INDEX,
        uri: URI.to_owned(),
    }
}

impl Forms {
    /// Issues the sample permit in all forms.
    pub fn new(world: &World) -> Self {
        let permit = sample(true);
        let input = PrintedInput {
            iss: ISS,
            iat: NOW,
            exp: NOW + 60 * Day::SECONDS,
            status: status(),
            permit: &permit,
            portrait: None,
        };
        let token = sign(
            printed::issue(&input, world.issuer.public_key()).unwrap(),
            &world.issuer,
        );
        Self {
            live: world.text(&world.credential(&permit), &employer(None, None)),
            printed: printed::encode(&token),
            mdoc: device_response(world, &permit),
        }
    }
}

fn device_response(world: &World, permit: &Permit) -> Vec<u8> {
    let key = KeyPair::try_from(world.issuer.to_pkcs8().as_slice()).unwrap();
    let certificate = CertificateParams::default().self_signed(&key).unwrap();
    let input = mdoc::IssueInput {
        signed_at: NOW,
        expires_at: NOW + 20 * Day::SECONDS,
        holder: world.phone.public_key(),
        status: status(),
        permit,
        chain: &[certificate.der()],
    };
    let unsigned = mdoc::issue(&input).unwrap();
    let signature = world.issuer.sign(unsigned.to_sign()).unwrap();
    let document = unsigned.finish(&signature).unwrap();
    let shown = [None, Some(Group::Person), Some(Group::Employment)];
    let elements: Vec<Element> = Element::ALL
        .into_iter()
        .filter(|element| shown.contains(&element.group()))
        .collect();
    let parsed = IssuerSigned::parse(&document).unwrap();
    let unsigned = mdoc::respond(&parsed, &elements, b"\x83\xf6\xf6\xf6").unwrap();
    let signature = world.phone.sign(unsigned.to_sign()).unwrap();
    unsigned.finish(&signature).unwrap()
}

/// Reads the printed permit with `claim169-core`; the name in it. Its clock is the machine's, so times are left out.
pub fn claim169_core(text: &str, world: &World) -> Option<String> {
    let decoder = Decoder::new(text)
        .verify_with_ecdsa_p256(world.issuer.public_key().point())
        .ok()?;
    decoder.without_timestamp_validation().decode().ok()?.claim169.full_name
}

/// Reads the device response with `isomdl`: both signatures. Whether it verified.
pub fn isomdl(response: &[u8]) -> bool {
    let Ok(response) = isomdl::cbor::from_slice::<DeviceResponse>(response) else {
        return false;
    };
    let Some(document) = response
        .documents
        .as_ref()
        .and_then(|documents| documents.iter().next())
    else {
        return false;
    };
    // Our unprotected header has the certificate chain and nothing else.
    let Some((_, chain)) = document.issuer_signed.issuer_auth.unprotected.rest.first() else {
        return false;
    };
    let Ok(chain) = X5Chain::from_cbor(chain.clone()) else {
        return false;
    };
    issuer_authentication(chain, &document.issuer_signed).is_ok()
        && device_authentication(document, Nothing((), (), ())).is_ok()
}
