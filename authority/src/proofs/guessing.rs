//! Somebody guesses codes for days, from many addresses and with many keys, while the authority is restarted at random.
//! He knows everything but the code: name, numbers, passport. Codes of service windows are guessed as well.
//!
//! A guess is effective if the right code would have passed in its place. Whenever a limit says that no guess is, the
//! right code itself is tried.

mod tally;

use permitcard_protocol::{
    WireCode,
    registration::{ClaimedNumber, IdentityClaim, InteractionType},
};

use super::{
    Dice, House,
    device::{Answer, Device, claim_of},
    seed,
};
use crate::{Limits, admin::PersonView};
use tally::Tally;

const DAY_S: i64 = 86_400;
const CODE: InteractionType = InteractionType::OneTimeCode;

/// How much is tried.
struct Scale {
    days: i64,
    addresses: u64,
    /// Registrations that the attacker starts in a day.
    attacks_a_day: i64,
}

struct Play {
    house: House,
    dice: Dice,
    scale: Scale,
    tally: Tally,
    victims: Vec<(PersonView, Device)>,
}

fn number_of(person: &PersonView, by_social_security: bool) -> ClaimedNumber {
    match &person.social_security_number {
        Some(number) if by_social_security => ClaimedNumber::SocialSecurityNumber(number.clone()),
        _ => ClaimedNumber::PermitNumber(person.permit_number.clone()),
    }
}

/// Six digits that are not the given ones.
fn wrong(code: Option<&str>, dice: &mut Dice) -> String {
    loop {
        let guess = format!("{:06}", dice.below(1_000_000));
        if code != Some(guess.as_str()) {
            return guess;
        }
    }
}

#[track_caller]
fn refused(answer: &Answer) {
    assert!(
        answer.code().is_some() && answer.status != 200,
        "the right code passed where no guess may count: {}",
        answer.status
    );
}

impl Play {
    async fn new(scale: Scale, seed: u64) -> Self {
        // More codes than a day has: so the guesses meet their own limit.
        let house = House::new(Limits {
            codes_per_day: u32::MAX,
            ..Limits::default()
        });
        let mut victims = Vec::new();
        for id in ["maria", "juergen"] {
            let person = house.admin.person(id).unwrap();
            victims.push((person, house.device([127, 0, 0, 1])));
        }
        let mut play = Self {
            house,
            dice: Dice::new(seed),
            scale,
            tally: Tally::default(),
            victims,
        };
        for at in 0..play.victims.len() {
            play.victims[at].1 = play.register_by_document_and_face(at, false).await;
        }
        play
    }

    fn address(&mut self) -> [u8; 4] {
        let number = self.dice.below(self.scale.addresses) as u32;
        // A network of its own each.
        let [_, a, b, c] = number.to_be_bytes();
        [20 + a, b, c, 7]
    }

    fn restart_now_and_then(&mut self) {
        if self.dice.one_in(25) {
            self.tally.restarts += 1;
            self.house.restart();
        }
    }

    /// The holder registers a device by document and face, with the code where one is asked for. Somebody may use up the
    /// day's guesses in between.
    async fn register_by_document_and_face(&mut self, victim: usize, disturbed: bool) -> Device {
        let person = self.victims[victim].0.clone();
        let mut device = self.house.device([127, 0, 0, 1]);
        let answer = device.claim(&self.house, claim_of(&person)).await;
        assert_eq!(answer.status, 401, "{:?}", answer.code());
        if disturbed {
            for _ in 0..6 {
                self.guess_a_code(victim, false).await;
            }
        }
        self.finish(&mut device, &person.id).await;
        device.fetch_tokens(&self.house).await;
        assert!(device.has_card(&self.house).await);
        device
    }

    /// Does what is asked for next, as a phone does, until there is a card.
    async fn finish(&mut self, device: &mut Device, person: &str) {
        let mut answers = Vec::new();
        for _ in 0..20 {
            let Some(required) = device.next.as_ref().map(|next| next.interaction_type_required) else {
                break;
            };
            let answer = match required {
                InteractionType::Consent => device.consent(&self.house).await,
                CODE => {
                    self.house.send_messages().await;
                    let code = self.house.sent.code(person).unwrap();
                    let answer = device.code(&self.house, &code).await;
                    if answer.code().is_some() && device.is_open(CODE) {
                        // Too old by now.
                        self.house.advance(30);
                        device.resend(&self.house).await;
                    }
                    answer
                }
                check => device.check(&self.house, check).await,
            };
            if answer.status == 200 {
                return;
            }
            answers.push((required, answer.status, answer.code()));
        }
        panic!("the holder got no card: {answers:?}");
    }

    /// The holder goes to a service window. Others try codes in their own registrations meanwhile, the right one too.
    async fn register_in_person(&mut self, victim: usize, within_s: u64) {
        let person = self.victims[victim].0.clone();
        let mut device = self.house.device([127, 0, 0, 2]);
        device.start(&self.house).await;
        device.consent(&self.house).await;
        let reference = device.next.as_ref().unwrap().session_reference.clone().unwrap();
        let first = self
            .house
            .admin
            .window_code(&person.id, &reference, "window-1")
            .unwrap();

        let address = self.address();
        let mut thief = self.house.device(address);
        thief.claim(&self.house, claim_of(&person)).await;
        for _ in 0..7 {
            self.tally.window_guesses += 1;
            refused(&thief.window_code(&self.house, &first.code).await);
        }
        self.restart_now_and_then();

        // Five wrong ones and it is dead; the window gives out another one.
        let mut last = None;
        for _ in 0..5 {
            last = device.window_code(&self.house, "0000000000").await.code();
        }
        assert_eq!(last, Some(WireCode::InPersonTriesExhausted));
        self.restart_now_and_then();
        refused(&device.window_code(&self.house, &first.code).await);
        let second = self
            .house
            .admin
            .window_code(&person.id, &reference, "window-1")
            .unwrap();
        refused(&device.window_code(&self.house, &first.code).await);
        self.house.advance(i64::try_from(self.dice.below(within_s)).unwrap());
        device.window_code(&self.house, &second.code).await;
        assert!(device.granted.is_some());
        assert!(device.has_card(&self.house).await);
        self.tally.in_person += 1;
    }

    /// One registration of the attacker: claim, then guesses until nothing is left to guess.
    async fn guess_a_code(&mut self, victim: usize, by_social_security: bool) {
        let person = self.victims[victim].0.clone();
        let address = self.address();
        let mut thief = self.house.device(address);
        let claim = IdentityClaim {
            number: number_of(&person, by_social_security),
            ..claim_of(&person)
        };
        let answer = thief.claim(&self.house, claim).await;
        self.tally.sessions += 1;
        if answer.code() == Some(WireCode::TooManyStarts) {
            return;
        }
        for _ in 0..1 + self.dice.below(2) {
            let sent_before = self.house.sent.len();
            self.house.send_messages().await;
            let code = self.house.sent.code(&person.id);
            let is_sent = self.house.sent.len() > sent_before;
            let mut tried = 0;
            for _ in 0..7 {
                self.restart_now_and_then();
                let now = self.house.now();
                let spent = self.tally.of_a_day(&person.id, now) >= 25 || tried >= 5;
                if spent || !thief.is_open(CODE) {
                    // Nothing may count any more: not even the right one.
                    refused(&thief.code(&self.house, code.as_deref().unwrap_or("000000")).await);
                    self.tally.right_codes_refused += 1;
                    continue;
                }
                let guess = wrong(code.as_deref(), &mut self.dice);
                let answer = thief.code(&self.house, &guess).await;
                refused(&answer);
                if is_sent && matches!(answer.code(), Some(WireCode::CodeWrong | WireCode::CodeTriesExhausted)) {
                    tried += 1;
                    self.tally.guesses.entry(person.id.clone()).or_default().push(now);
                    self.tally.most_for_one_code = self.tally.most_for_one_code.max(tried);
                }
                self.house.advance(1);
            }
            self.house.advance(30);
            if !thief.is_open(CODE) {
                break;
            }
            thief.resend(&self.house).await;
        }
    }

    async fn run(&mut self) {
        let end = self.house.now() + self.scale.days * DAY_S;
        let pause = u64::try_from(DAY_S / self.scale.attacks_a_day).unwrap();
        while self.house.now() < end {
            let victim = self.dice.below(self.victims.len() as u64) as usize;
            let by_social_security = self.dice.one_in(4);
            self.guess_a_code(victim, by_social_security).await;
            self.house.send_messages().await;
            self.restart_now_and_then();
            if self.dice.one_in(30) {
                assert!(
                    self.victims[victim].1.has_card(&self.house).await,
                    "the card does not work any more"
                );
                let disturbed = self.dice.one_in(3);
                self.register_by_document_and_face(victim, disturbed).await;
                self.tally.own_registrations += 1;
            }
            if self.dice.one_in(60) {
                self.register_in_person(victim, 3 * 3_600).await;
            }
            self.house.app.store.forget_expired(self.house.now()).unwrap();
            self.house.advance(i64::try_from(self.dice.below(2 * pause)).unwrap());
        }
        for victim in &mut self.victims {
            assert!(victim.1.has_card(&self.house).await, "the card does not work any more");
        }
    }
}

/// A few days of it.
#[tokio::test]
async fn guessing_leads_nowhere_and_locks_nobody_out() {
    let scale = Scale {
        days: 3,
        addresses: 200,
        attacks_a_day: 24,
    };
    let mut play = Play::new(scale, seed()).await;
    play.run().await;
    let last = play.victims.len() - 1;
    play.register_by_document_and_face(0, true).await;
    play.register_in_person(last, 72 * 3_600).await;
    play.tally.judge(&play.house, play.scale.days);
}

/// `cargo xtask soak guessing`
#[tokio::test]
#[ignore = "takes minutes"]
async fn soak_guessing() {
    let scale = Scale {
        days: 30,
        addresses: 10_000,
        attacks_a_day: 200,
    };
    let mut play = Play::new(scale, seed()).await;
    play.run().await;
    play.tally.judge(&play.house, play.scale.days);
    assert!(play.tally.own_registrations > 30 && play.tally.in_person > 10);
}

/// By both numbers of a person the guesses of a day are used up while neither number is closed. The holder's right code
/// counts as wrong then, until the step is closed in his registration; document and face are enough all the same.
#[tokio::test]
async fn guesses_by_both_numbers_do_not_keep_the_holder_out() {
    let mut play = Play::new(
        Scale {
            days: 1,
            addresses: 1,
            attacks_a_day: 1,
        },
        1,
    )
    .await;
    play.house.advance(DAY_S);
    let person = play.victims[0].0.clone();
    let now = play.house.now();
    let app = &play.house.app;
    let guessed: Result<(), crate::AuthorityError> = app.store.write(|tx| {
        (0..25).try_for_each(|at| {
            let number = number_of(&person, at % 2 == 0);
            crate::limits::note_guess(app, tx, &number, Some(&person.id), now).map(drop)
        })
    });
    guessed.unwrap();
    let mut device = play.house.device([127, 0, 0, 1]);
    device.claim(&play.house, claim_of(&person)).await;
    play.house.send_messages().await;
    let code = play.house.sent.code(&person.id).unwrap();
    for _ in 0..5 {
        assert!(device.is_open(CODE));
        refused(&device.code(&play.house, &code).await);
    }
    play.finish(&mut device, &person.id).await;
    assert!(device.granted.is_some());
}
