use permitcard_credential::cose::{
    AnyKey, AnySign1,
    cbor::{Limits, Reader},
    decode_key, encode_key, value,
};

/// The longest document that is tried.
const MOST: usize = 4_096;

/// Both readers of CBOR, and what they are used for in COSE.
pub fn cbor(data: &[u8]) {
    let limits = value::Limits::new(MOST);
    let strict = Reader::new(data, &Limits::new(MOST)).and_then(|mut reader| {
        reader.skip()?;
        reader.finish()
    });
    let tree = value::Value::decode(data, &limits);
    if let Ok(tree) = &tree {
        let again = tree.encode();
        let read = value::Value::decode(&again, &limits).expect("what is written can be read");
        assert_eq!(read.encode(), again);
        // What the strict reader takes has one encoding.
        assert!(strict.is_err() || again == data);
    }
    if let Ok(key) = decode_key(data) {
        assert_eq!(encode_key(&key), data);
    }
    if let Ok(key) = AnyKey::from_cose_key(data) {
        assert!(AnyKey::from_cose_key(&key.to_cose_key()).is_ok());
    }
    if let Ok(envelope) = AnySign1::parse(data, &limits) {
        let shared = crate::world::shared();
        let key = AnyKey::from_cose_key(&encode_key(&shared.issuer)).unwrap();
        let _ = envelope.verify(&key, &[]);
    }
}
