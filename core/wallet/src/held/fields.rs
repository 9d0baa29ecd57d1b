//! A permit as a list of fields: for screens, and to tell what changed.

use chrono::DateTime;
use permitcard_credential::permit::card::Card;
use permitcard_credential::permit::{Category, Day, Group, Permit};

use super::field::{Field, FieldChange, FieldValue};

/// All fields of a card.
pub(crate) fn card_fields(card: &Card) -> Vec<FieldValue> {
    let mut fields = shown_fields(&card.permit, &Group::ALL);
    fields.push(FieldValue {
        field: Field::Tier,
        value: card.tier.to_string(),
    });
    fields
}

/// What a verifier sees of a permit when these groups are disclosed.
pub(crate) fn shown_fields(permit: &Permit, groups: &[Group]) -> Vec<FieldValue> {
    let mut fields = Vec::new();
    let mut add = |field: Field, value: &str| {
        fields.push(FieldValue {
            field,
            value: value.to_owned(),
        })
    };
    add(
        Field::Category,
        match permit.category {
            Category::A => "A",
            Category::B => "B",
            Category::C => "C",
        },
    );
    add(Field::ValidUntil, &iso_day(permit.valid_until));
    add(Field::Restrictions, &permit.restrictions.to_string());
    if groups.contains(&Group::Person) {
        add(Field::Name, &permit.person.name);
        add(Field::Nationality, &permit.person.nationality);
    }
    if groups.contains(&Group::Portrait) && permit.portrait.is_some() {
        add(Field::Portrait, "");
    }
    if let Some(employment) = permit
        .employment
        .as_ref()
        .filter(|_| groups.contains(&Group::Employment))
    {
        add(Field::Employer, &employment.employer);
        add(Field::EmployerId, &employment.employer_id);
        add(Field::Occupation, &employment.occupation);
        add(Field::Place, &employment.place);
    }
    if let Some(social) = permit
        .social_security
        .as_ref()
        .filter(|_| groups.contains(&Group::SocialSecurity))
    {
        add(Field::SocialSecurityNumber, &social.number);
        add(Field::InsuranceRecord, &social.insurance_record);
    }
    if let Some(file) = permit.file.as_ref().filter(|_| groups.contains(&Group::File)) {
        add(Field::BirthDay, &iso_day(file.birth_day));
        add(Field::Passport, &file.passport);
        add(Field::PermitNumber, &file.permit_number);
        if let Some(phone) = &file.phone {
            add(Field::Phone, phone);
        }
    }
    fields
}

/// What differs between two versions of a card.
pub(crate) fn changes(before: &Card, after: &Card) -> Vec<FieldChange> {
    let (old, new) = (card_fields(before), card_fields(after));
    let value = |fields: &[FieldValue], field: Field| {
        fields
            .iter()
            .find(|value| value.field == field)
            .map(|value| value.value.clone())
    };
    let mut changes: Vec<FieldChange> = Field::ALL
        .iter()
        .map(|field| FieldChange {
            field: *field,
            before: value(&old, *field),
            after: value(&new, *field),
        })
        .filter(|change| change.before != change.after)
        .collect();
    if before.portrait_hash != after.portrait_hash {
        // A picture has no text; that it changed is all there is to say.
        changes.push(FieldChange {
            field: Field::Portrait,
            before: None,
            after: None,
        });
    }
    changes
}

/// `YYYY-MM-DD`.
pub(super) fn iso_day(day: Day) -> String {
    DateTime::from_timestamp(day.start(), 0)
        .map(|time| time.format("%Y-%m-%d").to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use permitcard_credential::permit::{Employment, FileData, Person, PortraitFormat};
    use permitcard_crypto::ecdsa::{Curve, PublicKey};

    use super::*;

    fn card() -> Card {
        Card {
            iss: "sandbox.example".into(),
            version: 1,
            tier: 1,
            iat: 0,
            permit: Permit {
                test: true,
                category: Category::B,
                valid_until: Day(20_000),
                restrictions: 0,
                person: Person {
                    name: "GARCIA<LOPEZ<<MARIA".into(),
                    nationality: "ESP".into(),
                },
                portrait: None,
                employment: Some(Employment {
                    employer: "E".into(),
                    employer_id: "I".into(),
                    occupation: "O".into(),
                    place: "P".into(),
                }),
                social_security: None,
                file: Some(FileData {
                    birth_day: Day(-1),
                    passport: "X".into(),
                    permit_number: "N".into(),
                    phone: None,
                }),
            },
            portrait_hash: [0; 32],
            portrait_format: PortraitFormat::WebP,
            holder: PublicKey::from_coordinates(Curve::P256, &[1; 32], &[2; 32]).unwrap(),
        }
    }

    #[test]
    fn a_profile_shows_its_groups_and_nothing_else() {
        let shown: Vec<(Field, String)> = shown_fields(&card().permit, &[Group::Person, Group::SocialSecurity])
            .into_iter()
            .map(|value| (value.field, value.value))
            .collect();
        let expected = [
            (Field::Category, "B"),
            (Field::ValidUntil, "2024-10-04"),
            (Field::Restrictions, "0"),
            (Field::Name, "GARCIA<LOPEZ<<MARIA"),
            (Field::Nationality, "ESP"),
        ];
        assert_eq!(shown, expected.map(|(field, value)| (field, value.to_owned())));
        assert_eq!(shown_fields(&card().permit, &[]).len(), 3);
        let file = shown_fields(&card().permit, &[Group::File]);
        assert_eq!(file[3].value, "1969-12-31");
    }

    #[test]
    fn changes_name_the_field_with_both_values() {
        assert_eq!(changes(&card(), &card()), []);
        let mut after = card();
        after.permit.valid_until = Day(20_001);
        after.permit.employment = None;
        after.tier = 2;
        after.portrait_hash = [1; 32];
        let changes = changes(&card(), &after);
        let fields: Vec<Field> = changes.iter().map(|change| change.field).collect();
        let expected = [
            Field::ValidUntil,
            Field::Employer,
            Field::EmployerId,
            Field::Occupation,
            Field::Place,
            Field::Tier,
            Field::Portrait,
        ];
        assert_eq!(fields, expected);
        assert_eq!(changes[0].before.as_deref(), Some("2024-10-04"));
        assert_eq!(changes[0].after.as_deref(), Some("2024-10-05"));
        assert_eq!(
            (changes[1].before.as_deref(), changes[1].after.as_deref()),
            (Some("E"), None)
        );
    }
}
