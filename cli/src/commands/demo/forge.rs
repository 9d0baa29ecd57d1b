use permitcard_credential::{
    permit::{Credential, IssueInput, PRESENTATION_LIFE_S, PresentInput, Presentation, Profile, issue, present},
    qr::text,
    snapshot::Snapshot,
};
use permitcard_crypto::ecdsa::{Curve, SigningKey};

use crate::failure::{CliCode, Failure, Outcome};

/// The name that the forger puts into the card.
const NAME: &str = "SMITH<<JOHN";

/// The best that a forger can do with a genuine code in hand: everything copied, the issuer's name and key number among it,
/// his own name put in, and signed with keys of his own, because he does not have the issuer's.
pub fn forge(genuine: &str, snapshot: &Snapshot, now: i64) -> Outcome<String> {
    let failed = || Failure::from(CliCode::DemoFailed);
    let bytes = text::decode(genuine)?;
    let seen = Presentation::parse(&bytes).map_err(|_| failed())?;
    let mut permit = seen
        .disclosed()
        .ok()
        .and_then(|shown| shown.into_permit())
        .ok_or_else(failed)?;
    NAME.clone_into(&mut permit.person.name);
    let copied = seen.credential();
    let issuer = snapshot.keys(*copied.kid(), copied.iss()).next().ok_or_else(failed)?;
    let (pen, phone) = (key()?, key()?);
    let unsigned = issue(
        &IssueInput {
            iss: copied.iss(),
            sub: copied.sub(),
            iat: copied.iat(),
            exp: copied.exp(),
            holder: phone.public_key(),
            status: copied.status().clone(),
            permit: &permit,
        },
        &issuer.key,
    )
    .map_err(|_| failed())?;
    let signature = pen.sign(unsigned.to_sign()).map_err(|_| failed())?;
    let credential = unsigned.finish(&signature).map_err(|_| failed())?;
    let credential = Credential::parse(&credential).map_err(|_| failed())?;
    let input = PresentInput {
        groups: Profile::Employer.groups(),
        aud: Profile::Employer.aud(),
        iat: now,
        exp: now + PRESENTATION_LIFE_S,
        nonce: None,
        beacon: None,
    };
    let unsigned = present(&credential, &input).map_err(|_| failed())?;
    let signature = phone.sign(unsigned.to_sign()).map_err(|_| failed())?;
    Ok(text::encode(&unsigned.finish(&signature).map_err(|_| failed())?))
}

fn key() -> Outcome<SigningKey> {
    SigningKey::generate(Curve::P256).map_err(|error| Failure::of(crate::failure::Exit::Later, error.code()))
}
