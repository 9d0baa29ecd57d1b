//! What each policy demands: the edges of each demand, every reason at once, and nothing raised.

use super::world::{Card, NOW, World, check, check_with};
use crate::{
    permit::{Day, FileData, Group, Profile, SocialSecurity},
    status::Status,
    verdict::{Demands, Outcome, Policy, Verdict, VerdictCode, Verdicts},
};

const DAY_S: i64 = 86_400;

/// The codes that no verdict has.
pub fn said_by_policies_only() -> impl Iterator<Item = VerdictCode> {
    [
        VerdictCode::TrustListStale,
        VerdictCode::StatusListStale,
        VerdictCode::NonceNotAsked,
        VerdictCode::BeaconMissing,
        VerdictCode::BeaconStale,
        VerdictCode::GroupMissing,
    ]
    .into_iter()
}

/// The best that a verification can find: everything shown, everything fresh, a nonce and a beacon.
fn perfect() -> Verdicts {
    let world = World::new();
    let mut verdicts = check(&world.text(&Card::new()), &world.snapshot());
    let disclosed = verdicts.disclosed.as_mut().unwrap();
    disclosed.social_security = Some(SocialSecurity {
        number: "310000199001011234".to_owned(),
        insurance_record: "310000".to_owned(),
    });
    disclosed.file = Some(FileData {
        birth_day: Day(7_305),
        passport: "PAB123456".to_owned(),
        permit_number: "20250310001234".to_owned(),
        phone: None,
    });
    verdicts.nonce_confirmed = true;
    verdicts.beacon = Some([7; 8]);
    verdicts.beacon_age_s = Some(0);
    verdicts
}

fn with(change: impl FnOnce(&mut Verdicts)) -> Verdicts {
    let mut verdicts = perfect();
    change(&mut verdicts);
    verdicts
}

/// The reasons that each policy has against a change of the perfect verdicts, by its name.
fn against(change: impl Fn(&mut Verdicts)) -> Vec<(&'static str, Vec<VerdictCode>)> {
    let verdicts = with(change);
    Profile::ALL
        .iter()
        .map(|profile| (profile.name(), Policy::of(*profile).unmet(&verdicts)))
        .collect()
}

/// The names of the policies that a change leaves unmet, each for this reason alone.
fn refused(code: VerdictCode, change: impl Fn(&mut Verdicts)) -> Vec<&'static str> {
    let against = against(change);
    let unmet = against.into_iter().filter(|(_, reasons)| !reasons.is_empty());
    unmet
        .map(|(name, reasons)| {
            assert_eq!(reasons, [code], "{name}");
            name
        })
        .collect()
}

const ALL: [&str; 7] = [
    "employer",
    "hospital",
    "hotel",
    "bank",
    "police",
    "service-window",
    "gate",
];

#[test]
fn what_is_perfect_satisfies_every_policy() {
    let verdicts = perfect();
    for profile in Profile::ALL {
        assert!(Policy::of(*profile).satisfied(&verdicts), "{}", profile.name());
    }
}

#[test]
fn names_audiences_and_groups_are_those_of_the_profile() {
    for profile in Profile::ALL {
        let policy = Policy::of(*profile);
        assert_eq!(Policy::from_name(policy.name()), Some(policy));
        assert_eq!(
            (policy.profile(), policy.aud(), policy.groups()),
            (*profile, profile.aud(), profile.groups())
        );
    }
    assert_eq!(Policy::from_name("nobody"), None);
}

#[test]
fn no_policy_forgives_what_is_refuted_or_seen_before() {
    for code in VerdictCode::ALL.iter().copied() {
        let forgiven = [VerdictCode::StatusUnknown, VerdictCode::StatusEmployerChangePending].contains(&code);
        if code.outcome() == Outcome::Good || forgiven || said_by_policies_only().any(|other| other == code) {
            continue;
        }
        let bad = |verdict: &mut Verdict| *verdict = Verdict::new(code, Some(0));
        for change in [
            (|v: &mut Verdicts| &mut v.issuer) as fn(&mut Verdicts) -> &mut Verdict,
            |v| &mut v.holder,
            |v| &mut v.status,
        ] {
            for (name, reasons) in against(|verdicts| bad(change(verdicts))) {
                assert!(reasons.contains(&code), "{name}: {}", code.code());
            }
        }
    }
}

#[test]
fn ages_of_lists_are_bounded_and_the_edge_is_inside() {
    let trust = |age| refused(VerdictCode::TrustListStale, move |v| v.issuer.age_s = Some(age));
    assert_eq!(trust(DAY_S), [""; 0]);
    assert_eq!(trust(DAY_S + 1), ["bank", "police", "service-window"]);
    assert_eq!(
        trust(7 * DAY_S + 1),
        ["employer", "bank", "police", "service-window", "gate"]
    );
    assert_eq!(trust(30 * DAY_S + 1), ALL);
    let status = |age| refused(VerdictCode::StatusListStale, move |v| v.status.age_s = Some(age));
    assert_eq!(status(DAY_S), [""; 0]);
    assert_eq!(
        status(DAY_S + 1),
        ["employer", "bank", "police", "service-window", "gate"]
    );
    // A list that is over says so once.
    let over = |verdicts: &mut Verdicts| {
        verdicts.issuer = Verdict::new(VerdictCode::TrustListExpired, Some(100 * DAY_S));
    };
    assert_eq!(refused(VerdictCode::TrustListExpired, over), ALL);
    let unknown = |v: &mut Verdicts| v.status = Verdict::new(VerdictCode::StatusUnknown, Some(100 * DAY_S));
    assert_eq!(
        refused(VerdictCode::StatusUnknown, unknown),
        ["employer", "bank", "police", "service-window", "gate"]
    );
}

#[test]
fn a_change_of_employer_matters_to_those_who_rely_on_the_employer() {
    let pending = |v: &mut Verdicts| v.status = Verdict::new(VerdictCode::StatusEmployerChangePending, Some(0));
    assert_eq!(
        refused(VerdictCode::StatusEmployerChangePending, pending),
        ["employer", "bank"]
    );
}

#[test]
fn a_nonce_is_demanded_where_somebody_can_ask_for_it() {
    let without = refused(VerdictCode::NonceNotAsked, |v| v.nonce_confirmed = false);
    assert_eq!(without, ["bank", "police", "service-window"]);
    // Asked for and not given: the verdict says it, and the policy does not blame the verifier.
    let world = World::new();
    let text = world.text(&Card {
        aud: "wp.pol",
        ..Card::new()
    });
    let police = Policy::of(Profile::Police);
    let verdicts = check_with(&text, &world.snapshot(), |input| {
        input.policy = &police;
        input.nonce = Some(b"482913");
    });
    assert_eq!(
        police.unmet(&verdicts.unwrap()),
        [VerdictCode::NonceMissing, VerdictCode::GroupMissing]
    );
}

#[test]
fn a_gate_demands_a_beacon_that_it_knows_and_that_is_young() {
    assert_eq!(refused(VerdictCode::BeaconMissing, |v| v.beacon = None), ["gate"]);
    assert_eq!(refused(VerdictCode::BeaconUnknown, |v| v.beacon_age_s = None), ["gate"]);
    let aged = |age| refused(VerdictCode::BeaconStale, move |v| v.beacon_age_s = Some(age));
    assert_eq!(aged(7 * DAY_S), [""; 0]);
    assert_eq!(aged(7 * DAY_S + 1), ["gate"]);
}

#[test]
fn every_group_of_the_profile_has_to_be_shown() {
    let without = |change: fn(&mut crate::permit::Disclosed)| {
        refused(VerdictCode::GroupMissing, move |v| {
            change(v.disclosed.as_mut().unwrap())
        })
    };
    let but_the_gate = ["employer", "hospital", "hotel", "bank", "police", "service-window"];
    assert_eq!(without(|shown| shown.person = None), but_the_gate);
    assert_eq!(
        without(|shown| shown.employment = None),
        ["employer", "bank", "service-window"]
    );
    assert_eq!(
        without(|shown| shown.social_security = None),
        ["hospital", "service-window"]
    );
    assert_eq!(without(|shown| shown.file = None), ["bank", "police", "service-window"]);
}

#[test]
fn every_reason_is_named_and_what_is_refuted_comes_first() {
    let world = World::new();
    let text = world.text(&Card {
        groups: &[Group::Person],
        ..Card::new()
    });
    let verdicts = check_with(&text, &world.snapshot_with(Status::Invalid), |input| {
        (input.seen_before, input.now) = (Some(NOW), NOW + 31);
    });
    let mut verdicts = verdicts.unwrap();
    verdicts.issuer.age_s = Some(8 * DAY_S);
    verdicts.status.age_s = Some(8 * DAY_S);
    assert_eq!(
        Policy::employer().unmet(&verdicts),
        [
            VerdictCode::StatusRevoked,
            VerdictCode::SeenBefore,
            VerdictCode::TrustListStale,
            VerdictCode::StatusListStale,
            VerdictCode::GroupMissing,
        ]
    );
    assert_eq!(
        Policy::of(Profile::Gate).unmet(&verdicts).last(),
        Some(&VerdictCode::BeaconMissing)
    );
}

#[test]
fn what_follows_from_an_unproven_issuer_is_not_said_again() {
    let world = World::new();
    let unlisted = world.snapshot_of(|trust, _| trust.keys[0].iss = "other.example".to_owned());
    let verdicts = check(&world.text(&Card::new()), &unlisted);
    assert_eq!(verdicts.holder.code, VerdictCode::HolderUnproven);
    for profile in Profile::ALL {
        assert_eq!(
            Policy::of(*profile).unmet(&verdicts),
            [VerdictCode::IssuerUnlisted],
            "{}",
            profile.name()
        );
    }
}

#[test]
fn demands_of_ones_own_take_the_place_of_the_defaults() {
    let strict = Policy::employer().demanding(Demands {
        groups: &[Group::Person, Group::File],
        trust_list_age_s: Some(0),
        status_list_age_s: Some(0),
        beacon_age_s: Some(0),
        nonce: true,
        unknown_status: false,
        employer_change: false,
        test_cards: false,
    });
    assert_eq!(strict.aud(), "wp.emp");
    let world = World::new();
    let verdicts = check(&world.text(&Card::new()), &world.snapshot());
    assert!(Policy::employer().satisfied(&verdicts));
    assert_eq!(
        strict.unmet(&verdicts),
        [
            VerdictCode::TrustListStale,
            VerdictCode::StatusListStale,
            VerdictCode::NonceNotAsked,
            VerdictCode::BeaconMissing,
            VerdictCode::GroupMissing,
            VerdictCode::TestRefused,
        ]
    );
    let nothing = Demands {
        groups: &[],
        trust_list_age_s: None,
        status_list_age_s: None,
        beacon_age_s: None,
        nonce: false,
        unknown_status: true,
        employer_change: true,
        test_cards: true,
    };
    // Even so all three verdicts count.
    let revoked = check(&world.text(&Card::new()), &world.snapshot_with(Status::Invalid));
    assert_eq!(
        Policy::employer().demanding(nothing).unmet(&revoked),
        [VerdictCode::StatusRevoked]
    );
}
