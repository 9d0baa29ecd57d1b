//! A permit for unit tests.

use super::{Category, Day, Employment, FileData, Permit, Person, SocialSecurity};

/// The sample person of design 11, without a portrait.
pub(crate) fn sample_permit() -> Permit {
    Permit {
        test: false,
        category: Category::B,
        valid_until: Day(21_000),
        restrictions: 0,
        person: Person {
            name: "GARCIA LOPEZ<<MARIA".into(),
            nationality: "MEX".into(),
        },
        portrait: None,
        employment: Some(Employment {
            employer: "Shanghai Example Trading Co Ltd".into(),
            employer_id: "91310115MA1K3EXA0X".into(),
            occupation: "Software engineer".into(),
            place: "310115".into(),
        }),
        social_security: Some(SocialSecurity {
            number: "MEX00000G123456780".into(),
            insurance_record: "310115 active PMU".into(),
        }),
        file: Some(FileData {
            birth_day: Day(7_441),
            passport: "G12345678".into(),
            permit_number: "23B310115000421".into(),
            phone: Some("+8613800000000".into()),
        }),
    }
}
