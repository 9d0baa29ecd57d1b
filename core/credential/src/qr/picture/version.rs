use fast_qr::Version;

/// All versions, the first one is 1.
const ALL: [Version; 40] = [
    Version::V01,
    Version::V02,
    Version::V03,
    Version::V04,
    Version::V05,
    Version::V06,
    Version::V07,
    Version::V08,
    Version::V09,
    Version::V10,
    Version::V11,
    Version::V12,
    Version::V13,
    Version::V14,
    Version::V15,
    Version::V16,
    Version::V17,
    Version::V18,
    Version::V19,
    Version::V20,
    Version::V21,
    Version::V22,
    Version::V23,
    Version::V24,
    Version::V25,
    Version::V26,
    Version::V27,
    Version::V28,
    Version::V29,
    Version::V30,
    Version::V31,
    Version::V32,
    Version::V33,
    Version::V34,
    Version::V35,
    Version::V36,
    Version::V37,
    Version::V38,
    Version::V39,
    Version::V40,
];

/// The library's name of a version; `None` unless it is 1 to 40.
pub(super) fn of(number: u8) -> Option<Version> {
    ALL.get(usize::from(number).checked_sub(1)?).copied()
}
