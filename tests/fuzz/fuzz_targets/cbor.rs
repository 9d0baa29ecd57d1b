#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| permitcard_fuzz_targets::cbor(data));
