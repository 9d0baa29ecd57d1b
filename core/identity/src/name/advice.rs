//! Which other name an authority may hold, and what to ask: computed from the passport alone. None of these matches by
//! itself, because another person may have that name.

use super::MrzName;
use crate::CountryCode;

/// What to ask the employer. The code is the id of a text: what an authority may hold, and `.next`, the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NameQuestion {
    /// The name was cut to the field of the passport; the authority may hold more of it.
    Cut,
    /// There is one name only; it may stand in either field, or twice.
    OneName,
    /// A part of a surname of several parts may be left out.
    SurnamePart,
    /// Given names behind the first may be left out.
    GivenNames,
    /// A patronymic may be left out.
    Patronymic,
    /// A word such as `BIN`, `DE` or `VAN` may be left out.
    Particle,
    /// Two letters may be one letter with a mark, whose second one is left out: MUELLER, MULLER.
    Letters,
    /// A passport of before, or another office, may have other Latin letters for the same name: IURII, YURIY.
    OldSpelling,
    /// There is a Chinese name as well, and the authority may hold that one.
    ChineseName,
    /// How exactly the name stands there: the question that is always good.
    Exact,
}

impl NameQuestion {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Cut => "identity.ask_cut",
            Self::OneName => "identity.ask_one_name",
            Self::SurnamePart => "identity.ask_surname_part",
            Self::GivenNames => "identity.ask_given_names",
            Self::Patronymic => "identity.ask_patronymic",
            Self::Particle => "identity.ask_particle",
            Self::Letters => "identity.ask_letters",
            Self::OldSpelling => "identity.ask_old_spelling",
            Self::ChineseName => "identity.ask_chinese_name",
            Self::Exact => "identity.ask_exact",
        }
    }

    /// Every question.
    pub const ALL: &'static [Self] = &[
        Self::Cut,
        Self::OneName,
        Self::SurnamePart,
        Self::GivenNames,
        Self::Patronymic,
        Self::Particle,
        Self::Letters,
        Self::OldSpelling,
        Self::ChineseName,
        Self::Exact,
    ];
}

/// A question, and the names that the authority may hold if the answer is yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameAdvice {
    /// What to ask.
    pub question: NameQuestion,
    /// Names that it may hold, at most four; none where they cannot be told from the passport.
    pub held_as: Vec<MrzName>,
}

/// Words that offices leave out or join, of many languages.
const PARTICLES: &str = " A AL AP AS AT BEN BIN BINT BINTE BINTI BN BTE D DA DAS DE DEL DELA DELLA DER DI DO DOS DU EL EN \
    IBN L LA LAS LE LO LOS O S TEN TER UL VAN VOM VON VAN Y ZU ZUM ZUR ";

/// Endings of patronymics, Slavic and Turkic.
const PATRONYMICS: &[&str] = &[
    "OVICH", "EVICH", "YCH", "OVNA", "EVNA", "ICHNA", "INICHNA", "OGLU", "OGLI", "OGLY", "OGHLU", "UGLI", "ULU",
    "UULU", "KYZY", "KIZI", "QIZI", "GIZI",
];

/// States whose passports wrote Cyrillic otherwise before.
const CYRILLIC: &str = "ARM AZE BGR BLR GEO KAZ KGZ MDA MKD MNG RUS SRB TJK TKM UKR UZB";

/// What an authority may hold instead of this name, and what to ask the employer about it, the most telling question first.
/// `issuer` is the state of the passport, `chinese` whether the holder has a Chinese name as well. Work is bounded by the
/// length of the name.
pub fn name_advice(name: &MrzName, issuer: Option<&CountryCode>, chinese: bool) -> Vec<NameAdvice> {
    let primary: Vec<&str> = name.primary().split('<').collect();
    let secondary: Vec<&str> = name.secondary().split('<').filter(|word| !word.is_empty()).collect();
    let mut advice = Vec::new();
    let mut ask = |question: NameQuestion, names: Vec<MrzName>| {
        let mut held_as: Vec<MrzName> = Vec::new();
        for held in names {
            if !held_as.contains(&held) {
                held_as.push(held);
            }
        }
        held_as.truncate(4);
        advice.push(NameAdvice { question, held_as });
    };
    let build = MrzName::of_components;
    if name.is_possibly_truncated() {
        ask(NameQuestion::Cut, Vec::new());
    }
    if secondary.is_empty() {
        let doubled = if primary.len() == 1 {
            vec![build(&primary, &primary)]
        } else {
            Vec::new()
        };
        ask(NameQuestion::OneName, doubled);
    }
    // A mononym of several words has no surname that could be told from it.
    let (first, rest) = if secondary.is_empty() {
        (Vec::new(), &primary)
    } else {
        (words(&primary), &secondary)
    };
    if let ([one, .., last], false) = (first.as_slice(), secondary.is_empty()) {
        ask(
            NameQuestion::SurnamePart,
            vec![build(&[*one], &secondary), build(&[*last], &secondary)],
        );
    }
    let without = |left_out: &dyn Fn(&str) -> bool| -> Vec<MrzName> {
        let keep = |part: &[&'_ str]| {
            part.iter()
                .filter(|word| !left_out(word))
                .map(|word| (*word).to_owned())
                .collect()
        };
        let (a, b): (Vec<String>, Vec<String>) = (keep(&primary), keep(&secondary));
        if a.is_empty() || a.len() + b.len() == primary.len() + secondary.len() || b.is_empty() && !secondary.is_empty()
        {
            return Vec::new();
        }
        let refs = |part: &'_ Vec<String>| part.iter().map(String::as_str).collect::<Vec<_>>().join("<");
        vec![MrzName(super::fit::fit(&refs(&a), &refs(&b)))]
    };
    let patronymics = without(&|word| is_patronymic(word));
    let has_patronymic = !patronymics.is_empty();
    if has_patronymic {
        ask(NameQuestion::Patronymic, patronymics);
    }
    if !secondary.is_empty() && rest.len() > 1 && !(has_patronymic && rest.len() == 2) {
        ask(
            NameQuestion::GivenNames,
            vec![build(&primary, rest.get(..1).unwrap_or_default())],
        );
    }
    let particles = without(&is_particle);
    if !particles.is_empty() {
        ask(NameQuestion::Particle, particles);
    }
    if issuer.is_none() {
        let plain = with_replaced(name, &[("AE", "A"), ("OE", "O"), ("UE", "U")]);
        if plain != *name {
            ask(NameQuestion::Letters, vec![plain]);
        }
    }
    if issuer.is_some_and(|issuer| CYRILLIC.contains(issuer.alpha3())) {
        let spellings = [
            with_replaced(name, &[("IU", "YU"), ("IA", "YA"), ("II", "IY")]),
            with_replaced(name, &[("IU", "YU"), ("IA", "YA"), ("II", "Y")]),
            with_replaced(name, &[("KS", "X")]),
            with_replaced(name, &[("KH", "H")]),
        ];
        let other = spellings.into_iter().filter(|spelling| spelling != name).collect();
        ask(NameQuestion::OldSpelling, other);
    }
    if chinese {
        ask(NameQuestion::ChineseName, Vec::new());
    }
    ask(NameQuestion::Exact, Vec::new());
    advice
}

fn is_particle(word: &str) -> bool {
    PARTICLES.split_ascii_whitespace().any(|particle| particle == word)
}

/// The words of a surname without the particles, where any are left.
fn words<'a>(part: &[&'a str]) -> Vec<&'a str> {
    part.iter().copied().filter(|word| !is_particle(word)).collect()
}

fn is_patronymic(word: &str) -> bool {
    PATRONYMICS
        .iter()
        .any(|ending| word.len() >= ending.len() && word.ends_with(ending))
}

/// The name with each of the letters replaced, cut to the field.
fn with_replaced(name: &MrzName, pairs: &[(&str, &str)]) -> MrzName {
    let replace = |part: &str| {
        let mut part = part.to_owned();
        for (from, to) in pairs {
            part = part.replace(from, to);
        }
        part
    };
    MrzName(super::fit::fit(&replace(name.primary()), &replace(name.secondary())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NameForms;

    fn advice(name: &str, issuer: Option<&str>) -> Vec<(NameQuestion, Vec<String>)> {
        let issuer = issuer.map(|code| CountryCode::normalise(code).unwrap());
        name_advice(&MrzName::from_field(name).unwrap(), issuer.as_ref(), false)
            .into_iter()
            .map(|one| {
                let names = one.held_as.iter().map(|name| name.as_str().to_owned()).collect();
                (one.question, names)
            })
            .collect()
    }

    #[test]
    fn other_names_from_the_passport_alone() {
        use NameQuestion::*;
        for (name, issuer, expected) in [
            ("LEE<<ANNA", Some("USA"), vec![]),
            (
                "GARCIA<LOPEZ<<MARIA<JOSE",
                Some("ESP"),
                vec![
                    (SurnamePart, vec!["GARCIA<<MARIA<JOSE", "LOPEZ<<MARIA<JOSE"]),
                    (GivenNames, vec!["GARCIA<LOPEZ<<MARIA"]),
                ],
            ),
            ("DE<LA<CRUZ<<JUAN", Some("PHL"), vec![(Particle, vec!["CRUZ<<JUAN"])]),
            (
                "KARIMOV<<AZIZ<RUSTAM<OGLI",
                Some("UZB"),
                vec![
                    (Patronymic, vec!["KARIMOV<<AZIZ<RUSTAM"]),
                    (GivenNames, vec!["KARIMOV<<AZIZ"]),
                    (OldSpelling, vec![]),
                ],
            ),
            (
                "PETROV<<IURII<IVANOVICH",
                Some("RUS"),
                vec![
                    (Patronymic, vec!["PETROV<<IURII"]),
                    (OldSpelling, vec!["PETROV<<YURIY<IVANOVICH", "PETROV<<YURY<IVANOVICH"]),
                ],
            ),
            ("SUHARTO", Some("IDN"), vec![(OneName, vec!["SUHARTO<<SUHARTO"])]),
            (
                "AHMAD<BIN<ABDULLAH",
                Some("MYS"),
                vec![(OneName, vec![]), (Particle, vec!["AHMAD<ABDULLAH"])],
            ),
            ("MUELLER<<ANNA", None, vec![(Letters, vec!["MULLER<<ANNA"])]),
            // Matches by itself.
            ("MUELLER<<ANNA", Some("D"), vec![]),
            ("VAN<<DE", Some("NLD"), vec![]),
            (
                "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K",
                Some("THA"),
                vec![(Cut, vec![]), (GivenNames, vec!["NILAVADHANANANDA<<CHAYAPA"])],
            ),
        ] {
            let mut found = advice(name, issuer);
            assert_eq!(found.pop(), Some((Exact, vec![])), "{name}");
            let expected: Vec<(NameQuestion, Vec<String>)> = expected
                .into_iter()
                .map(|(question, names)| (question, names.into_iter().map(str::to_owned).collect()))
                .collect();
            assert_eq!(found, expected, "{name}");
        }
        let name = MrzName::from_field("LEE<<ANNA").unwrap();
        assert_eq!(name_advice(&name, None, true)[0].question, ChineseName);
    }

    /// What is advised about never matches by itself.
    #[test]
    fn advised_names_are_other_names() {
        for (name, issuer) in [
            ("GARCIA<LOPEZ<<MARIA<JOSE", "ESP"),
            ("PETROV<<IURII<IVANOVICH", "RUS"),
            ("SUHARTO", "IDN"),
        ] {
            let issuer = CountryCode::normalise(issuer).unwrap();
            let name = MrzName::from_field(name).unwrap();
            for one in name_advice(&name, Some(&issuer), false)
                .iter()
                .flat_map(|one| &one.held_as)
            {
                assert!(!NameForms::of(&name, Some(&issuer)).matches(&NameForms::of(one, Some(&issuer))));
            }
        }
    }
}
