//! Measures the figures of a presentation: its sizes, and how fast it is verified and built. Prints lines of four
//! fields, `name value goal holds|short`, separated by tabs. To be built with optimisation.
//!
//! Times are ratios within one run: work and its raw cryptography take turns, so that a slower minute of the machine
//! hits both, and medians leave out what interrupts.

use std::{error::Error, hint::black_box, time::Instant};

use permitcard_credential::{
    cose::{EMPTY_MAP, Unsigned},
    permit::{
        Category, Credential, Day, Employment, IssueInput, Permit, Person, PresentInput, Profile, StatusRef, issue,
        present,
    },
    qr::{
        picture::{EcLevel, Matrix},
        text,
    },
    snapshot::{KeyState, Snapshot, TrustKey, TrustList, Usage},
    status::{StatusBits, StatusList, StatusToken},
    verdict::{Policy, VerifyInput, verify},
};
use permitcard_crypto::ecdsa::{Curve, PublicKey, SigningKey};

const NOW: i64 = 1_793_606_400;
const ISS: &str = "sandbox.example";
const URI: &str = "https://sandbox.example/s/1";
const NONCE: &[u8] = &[1, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef];
const ROUNDS: usize = 4_000;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

struct World {
    root: SigningKey,
    issuer: SigningKey,
    status: SigningKey,
    phone: SigningKey,
}

fn main() -> Result<()> {
    let key = || SigningKey::generate(Curve::P256);
    let world = World {
        root: SigningKey::generate(Curve::P384)?,
        issuer: key()?,
        status: key()?,
        phone: key()?,
    };
    sizes(&world)?;
    let credential = world.credential(&sample(true))?;
    verifying(&world, &credential)?;
    building(&world, &credential)
}

fn line(name: &str, value: &str, goal: &str, holds: bool) {
    println!("{name}\t{value}\t{goal}\t{}", if holds { "holds" } else { "short" });
}

fn sizes(world: &World) -> Result<()> {
    let plain = employer(None, None);
    let all_on = employer(Some(NONCE), Some([7; 8]));
    let cases = [
        ("employer presentation, sample person", sample(false), plain, 740, 19),
        (
            "the same with test flag, 8-byte nonce and beacon",
            sample(true),
            all_on,
            770,
            20,
        ),
        ("the same at all field limits", at_limits(), all_on, 860, 21),
    ];
    for (name, permit, input, limit, version) in cases {
        let credential = world.credential(&permit)?;
        let token = sign(present(&Credential::parse(&credential)?, &input)?, &world.phone)?;
        let found = Matrix::new(&text::encode(&token), EcLevel::L, 1)?.version();
        let (value, goal) = (
            format!("{} bytes, {found}-L", token.len()),
            format!("≤ {limit} bytes, {version}-L"),
        );
        line(name, &value, &goal, token.len() <= limit && found <= version);
    }
    Ok(())
}

/// Text to verdicts, beside the two bare signature checks of the same presentation.
fn verifying(world: &World, credential: &[u8]) -> Result<()> {
    let snapshot = world.snapshot()?;
    let unsigned = present(&Credential::parse(credential)?, &employer(Some(NONCE), Some([7; 8])))?;
    let message = unsigned.to_sign().to_vec();
    let holder_signature = world.phone.sign(&message)?;
    let text = text::encode(&unsigned.finish(&holder_signature)?);
    let parsed = Credential::parse(credential)?;
    let envelope = parsed.sd_cwt().sign1();
    let issuer_signature = envelope.signature();
    let again = Unsigned::new(
        envelope.algorithm(),
        envelope.protected(),
        &EMPTY_MAP,
        envelope.payload(),
    );
    let issuer_message = again.to_sign();
    let policy = Policy::employer();
    let input = VerifyInput {
        text: &text,
        snapshot: &snapshot,
        now: NOW + 5,
        policy: &policy,
        aud: None,
        nonce: Some(NONCE),
        sandbox: true,
        seen_before: None,
    };
    if !policy.satisfied(&verify(&input)?) {
        return Err("the presentation to measure does not verify".into());
    }
    let (raw, whole) = interleaved(
        || {
            let issuer = world
                .issuer
                .public_key()
                .verify(black_box(issuer_message), issuer_signature);
            let holder = world.phone.public_key().verify(black_box(&message), &holder_signature);
            black_box((issuer, holder)).0.is_ok()
        },
        || black_box(verify(black_box(&input))).is_ok(),
    );
    ratio("verify a presentation", whole, raw, 1.25, "two signature checks");
    Ok(())
}

/// An opened credential to the text of a presentation, beside one bare signature over the same message.
fn building(world: &World, credential: &[u8]) -> Result<()> {
    let credential = Credential::parse(credential)?;
    let input = employer(Some(NONCE), Some([7; 8]));
    let message = present(&credential, &input)?.to_sign().to_vec();
    let (raw, whole) = interleaved(
        || black_box(world.phone.sign(black_box(&message))).is_ok(),
        || {
            let token = present(black_box(&credential), black_box(&input))
                .map_err(Into::into)
                .and_then(|unsigned| sign(unsigned, &world.phone));
            black_box(token.map(|token| text::encode(&token))).is_ok()
        },
    );
    ratio("build a presentation", whole, raw, 2.0, "one signature");
    Ok(())
}

fn ratio(name: &str, whole: f64, raw: f64, goal: f64, unit: &str) {
    let value = format!("{:.2} × {unit} ({whole:.1} µs)", whole / raw);
    line(name, &value, &format!("≤ {goal:.2} ×"), whole <= goal * raw);
}

/// The medians of both in microseconds; they take turns.
fn interleaved(mut raw: impl FnMut() -> bool, mut whole: impl FnMut() -> bool) -> (f64, f64) {
    let (mut raws, mut wholes) = (Vec::with_capacity(ROUNDS), Vec::with_capacity(ROUNDS));
    for _ in 0..ROUNDS {
        raws.push(timed(&mut raw));
        wholes.push(timed(&mut whole));
    }
    (median(raws), median(wholes))
}

fn timed(work: &mut impl FnMut() -> bool) -> f64 {
    let start = Instant::now();
    let done = work();
    let passed = start.elapsed().as_secs_f64() * 1e6;
    // Work that failed would be fast: it counts as never done.
    if done { passed } else { f64::INFINITY }
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::INFINITY)
}

fn employer(nonce: Option<&'static [u8]>, beacon: Option<[u8; 8]>) -> PresentInput<'static> {
    let profile = Profile::Employer;
    PresentInput {
        groups: profile.groups(),
        aud: profile.aud(),
        iat: NOW,
        exp: NOW + 60,
        nonce,
        beacon,
    }
}

fn sign(unsigned: Unsigned, key: &SigningKey) -> Result<Vec<u8>> {
    let signature = key.sign(unsigned.to_sign())?;
    Ok(unsigned.finish(&signature)?)
}

fn permit(test: bool, name: &str, employment: [&str; 4]) -> Permit {
    let [employer, employer_id, occupation, place] = employment.map(str::to_owned);
    Permit {
        test,
        category: Category::B,
        valid_until: Day(21_000),
        restrictions: 0,
        person: Person {
            name: name.to_owned(),
            nationality: "MEX".to_owned(),
        },
        portrait: None,
        employment: Some(Employment {
            employer,
            employer_id,
            occupation,
            place,
        }),
        social_security: None,
        file: None,
    }
}

/// The sample person of design 11.
fn sample(test: bool) -> Permit {
    let employment = [
        "Shanghai Example Trading Co Ltd",
        "91310115MA1K3EXA0X",
        "Software engineer",
        "310115",
    ];
    permit(test, "GARCIA LOPEZ<<MARIA", employment)
}

/// Every text of the profile at its limit.
fn at_limits() -> Permit {
    let [employer, id, occupation, place] = [72, 18, 36, 24].map(|length| "W".repeat(length));
    permit(true, &"W".repeat(39), [&employer, &id, &occupation, &place])
}

impl World {
    fn credential(&self, permit: &Permit) -> Result<Vec<u8>> {
        let input = IssueInput {
            iss: ISS,
            sub: "k3F9q-Zx",
            iat: NOW - 5 * Day::SECONDS,
            exp: NOW + 20 * Day::SECONDS,
            holder: self.phone.public_key(),
            status: StatusRef {
                idx: 88_231,
                uri: URI.to_owned(),
            },
            permit,
        };
        sign(issue(&input, self.issuer.public_key())?, &self.issuer)
    }

    /// A snapshot of a usual size: twenty keys, a list of 2^17 entries.
    fn snapshot(&self) -> Result<Snapshot> {
        let mut keys = vec![
            trust_key(self.issuer.public_key(), Usage::CREDENTIAL),
            trust_key(self.status.public_key(), Usage::STATUS),
        ];
        for _ in keys.len()..20 {
            keys.insert(
                0,
                trust_key(SigningKey::generate(Curve::P256)?.public_key(), Usage::CREDENTIAL),
            );
        }
        let trust = TrustList {
            uri: "https://sandbox.example/t".to_owned(),
            issued_at: NOW - 600,
            expires_at: NOW + 604_800,
            ttl_s: 21_600,
            serial: 1,
            keys,
            status_lists: Vec::new(),
            next_root: None,
        };
        let token = StatusToken {
            uri: URI.to_owned(),
            issued_at: NOW - 600,
            expires_at: NOW + 604_800,
            ttl_s: 21_600,
            list: StatusList::new(StatusBits::Two, 1 << 17)?,
        };
        let mut file = sign(trust.build(self.root.public_key())?, &self.root)?;
        file.extend(sign(token.build(self.status.public_key()), &self.status)?);
        Ok(Snapshot::parse(&file, self.root.public_key(), NOW)?)
    }
}

fn trust_key(key: &PublicKey, usage: Usage) -> TrustKey {
    TrustKey {
        iss: ISS.to_owned(),
        key: key.clone(),
        not_before: NOW - 30 * Day::SECONDS,
        expires_at: NOW + 365 * Day::SECONDS,
        usage: usage.and(Usage::TEST),
        state: KeyState::Active,
        compromised_at: None,
    }
}
