//! Commands that look at a name or a number, on this machine alone.

use clap::Args;
use permitcard_identity::{CountryCode, Day, FieldWanted, NumberKind};

use super::JsonArgs;

const NAME_EXAMPLES: &str = "\
Examples:
  permitcard name --surname 'García López' --given María --issuer ESP
  permitcard name --mrz passport.txt
  permitcard name --mrz 'GARCIA<LOPEZ<<MARIA' --issuer ESP
  permitcard name --surname Müller --given Jörg --issuer D --held 'MULLER JORG'

Computed on this machine from the passport alone; nothing is sent. With --mrz the two lines of a passport or the three of a \
card are checked too, and characters that look alike are offered as corrections, never taken. Exit code 1 if the lines do not \
agree, or if --held is another name.";

/// Arguments of `name`.
#[derive(Debug, Clone, Args)]
#[command(after_help = NAME_EXAMPLES)]
#[command(group(clap::ArgGroup::new("who").required(true).multiple(true).args(["surname", "given", "mrz"])))]
pub struct NameArgs {
    /// Surname as in the passport; leave out for people with one name only
    #[arg(long, value_name = "NAME", conflicts_with = "mrz")]
    pub surname: Option<String>,
    /// Given names as in the passport
    #[arg(long, value_name = "NAMES", conflicts_with = "mrz")]
    pub given: Option<String>,
    /// The lowest lines of the passport or card, or the name in them: a text with '<', a file, or '-' for standard input
    #[arg(long, value_name = "TEXT|FILE|-")]
    pub mrz: Option<String>,
    /// The passport's issuing state, three letters (D for Germany): says how passports write some letters
    #[arg(long, value_name = "ABC", value_parser = country)]
    pub issuer: Option<CountryCode>,
    /// A Chinese name as well; it is kept apart
    #[arg(long, value_name = "NAME")]
    pub chinese: Option<String>,
    /// The name that the authority holds, as the employer copied it: would registration succeed?
    #[arg(long, value_name = "NAME")]
    pub held: Option<String>,
    #[command(flatten)]
    pub json: JsonArgs,
}

const NUMBER_EXAMPLES: &str = "\
Examples:
  permitcard number 911398199012310021
  permitcard number 'USA0 00000 123456789' 123456789
  permitcard number --for social-security --issuer D passport=C01X00T47
  permitcard number --for 证件号码 passport=C01X00T47@..2026-04-30 passport=C7V4MNPQ2@2026-03-01

A number may say its kind in front: work-permit, social-security, permanent-resident, passport, card, issuance; and its days \
behind. What is not certain is only warned about. Exit code 1 if a number whose kind is given is surely mistyped, or \
--for finds none.";

/// Arguments of `number`.
#[derive(Debug, Clone, Args)]
#[command(after_help = NUMBER_EXAMPLES)]
pub struct NumberArgs {
    /// Numbers, at most 16
    #[arg(value_name = "[KIND=]NUMBER[@FROM[..TO]]", required = true, num_args = 1..=16)]
    pub numbers: Vec<String>,
    /// Which of them does this field of a form want? A kind, identity-document, or the field's label
    #[arg(long = "for", value_name = "FIELD", value_parser = field)]
    pub field: Option<FieldWanted>,
    /// The state that issued the passports, three letters (D for Germany)
    #[arg(long, value_name = "ABC", value_parser = country)]
    pub issuer: Option<CountryCode>,
    #[command(flatten)]
    pub json: JsonArgs,
}

/// A number, perhaps with its kind and its days. `Debug` shows no value.
#[derive(Clone)]
pub struct NumberArg {
    /// The kind, if it is given.
    pub kind: Option<NumberKind>,
    /// The number as typed.
    pub number: String,
    /// The first day.
    pub from: Option<Day>,
    /// The last day.
    pub to: Option<Day>,
}

impl std::fmt::Debug for NumberArg {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NumberArg(..)")
    }
}

impl NumberArg {
    /// Reads `[KIND=]NUMBER[@FROM[..TO]]`, days as `YYYY-MM-DD`. Not by the parser of the command line, whose errors repeat
    /// what was typed.
    pub fn read(text: &str) -> Option<Self> {
        let (kind, rest) = match text.split_once('=') {
            Some((name, rest)) => (Some(kind(name).ok()?), rest),
            None => (None, text),
        };
        let (number, days) = rest.split_once('@').unwrap_or((rest, ""));
        let (from, to) = days.split_once("..").unwrap_or((days, ""));
        let day = |text: &str| match text {
            "" => Some(None),
            text => Day::parse(text).map(Some),
        };
        Some(Self {
            kind,
            number: number.to_owned(),
            from: day(from)?,
            to: day(to)?,
        })
    }
}

fn kind(name: &str) -> Result<NumberKind, String> {
    NumberKind::ALL
        .iter()
        .copied()
        .find(|kind| kind.name() == name)
        .ok_or_else(|| {
            "a kind is work-permit, social-security, permanent-resident, passport, card or issuance".to_owned()
        })
}

fn field(text: &str) -> Result<FieldWanted, String> {
    if text == "identity-document" {
        return Ok(FieldWanted::IdentityDocument);
    }
    match kind(text) {
        Ok(kind) => Ok(FieldWanted::Number(kind)),
        Err(_) => FieldWanted::from_label(text).ok_or_else(|| {
            "no label that is known; use work-permit, social-security, permanent-resident, passport, card, issuance or \
             identity-document"
                .to_owned()
        }),
    }
}

fn country(text: &str) -> Result<CountryCode, String> {
    CountryCode::normalise(text).map_err(|_| "a state is three letters, such as ESP; Germany is D".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_kind_and_days() {
        let all = NumberArg::read("passport=C01X00T47@2016-05-01..2026-04-30").unwrap();
        assert_eq!(
            (all.kind, all.number.as_str()),
            (Some(NumberKind::Passport), "C01X00T47")
        );
        assert_eq!((all.from, all.to), (Day::parse("2016-05-01"), Day::parse("2026-04-30")));
        let open = NumberArg::read("C01X00T47@..2026-04-30").unwrap();
        assert_eq!((open.kind, open.from, open.to), (None, None, Day::parse("2026-04-30")));
        for text in ["pass=1", "1@2026", "1@2026-02-30", "1@2026-01-01..x"] {
            assert!(NumberArg::read(text).is_none(), "{text}");
        }
        assert!(!format!("{all:?}").contains("C01"));
    }

    #[test]
    fn fields_by_kind_and_by_label() {
        assert_eq!(field("card"), Ok(FieldWanted::Number(NumberKind::Card)));
        assert_eq!(field("identity-document"), Ok(FieldWanted::IdentityDocument));
        assert_eq!(field("证件号码"), Ok(FieldWanted::IdentityDocument));
        assert!(field("手机号").is_err());
    }
}
