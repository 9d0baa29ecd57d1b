use permitcard_benches::{
    bad::forge::{self, Parts},
    world::{NOW, check_with, sign},
};
use permitcard_credential::{
    cose::{Algorithm, EMPTY_MAP, Unsigned},
    permit::Presentation,
    qr::text as live,
    sdcwt::draft::{KbtToken, LIMITS, TimeRules},
    verdict::{Outcome, VerdictError, Verdicts},
};

use crate::{split, world::shared};

/// Presentations: as they came, or any claims, or any header, behind the phone's signature.
pub fn kbt(data: &[u8]) {
    let (way, rest) = split(data, 3);
    let world = &shared().world;
    let credential = || Parts::of(&shared().credential).sign(world);
    let token = match way {
        0 => rest.to_vec(),
        1 => sign(
            Unsigned::new(
                Algorithm::Esp256,
                &forge::binding_header(&credential()),
                &EMPTY_MAP,
                rest,
            ),
            &world.phone,
        ),
        _ => sign(
            Unsigned::new(Algorithm::Esp256, rest, &EMPTY_MAP, &forge::binding_claims().encode()),
            &world.phone,
        ),
    };
    let verdicts = verdicts(&live::encode(&token));
    if let (0, Ok(verdicts)) = (way, verdicts) {
        let proven = verdicts.issuer.outcome == Outcome::Good && verdicts.holder.outcome == Outcome::Good;
        assert!(!proven || token == shared().presentation, "a forgery verified");
    }
    if let Ok(presentation) = Presentation::parse(&token) {
        let _ = presentation.disclosed();
    }
    if let Ok(token) = KbtToken::parse(&token, &LIMITS) {
        let _ = token.verify_holder();
        if let Ok(restored) = token.sd_cwt().restore_counting() {
            let _ = token.problems(&restored, Some(&TimeRules::at(NOW)));
        }
    }
}

/// What a verifier says to a text.
pub fn verdicts(text: &str) -> Result<Verdicts, VerdictError> {
    check_with(text, &shared().snapshot, |_| ())
}
