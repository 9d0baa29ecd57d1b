//! A small reader of CBOR diagnostic notation, as far as the examples of the draft use it. Its answer is the JSON that
//! `docs/inspect.md` describes, with the items of `<< … >>` in an array.

use serde_json::{Map, Value, json};

/// Reads one item.
pub fn read(text: &str) -> Value {
    let mut reader = Reader {
        text: text.as_bytes(),
        at: 0,
    };
    let value = reader.item();
    reader.space();
    assert_eq!(reader.at, text.len(), "something follows: {}", reader.rest());
    value
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        std::str::from_utf8(&self.text[self.at..]).unwrap()
    }

    /// White space and comments: `/ … /` and `# …` to the end of the line.
    fn space(&mut self) {
        loop {
            match self.text.get(self.at) {
                Some(b' ' | b'\n' | b'\t' | b'\r') => self.at += 1,
                Some(b'/') => self.at += 2 + self.rest()[1..].find('/').expect("the comment ends"),
                Some(b'#') => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
                _ => return,
            }
        }
    }

    fn take(&mut self, token: &str) -> bool {
        self.space();
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn expect(&mut self, token: &str) {
        assert!(self.take(token), "no {token} at {}", self.rest());
    }

    fn until(&mut self, end: char) -> String {
        let found = self.rest().find(end).expect("the string ends");
        let inside = self.rest()[..found].to_owned();
        self.at += found + end.len_utf8();
        inside
    }

    /// Items up to `end`, with a comma after each that may also follow the last or be missing.
    fn items(&mut self, end: &str) -> Vec<Value> {
        let mut items = Vec::new();
        while !self.take(end) {
            items.push(self.item());
            self.take(",");
        }
        items
    }

    fn item(&mut self) -> Value {
        if self.take("<<") {
            return Value::Array(self.items(">>"));
        }
        if self.take("[") {
            return Value::Array(self.items("]"));
        }
        if self.take("{") {
            let mut map = Map::new();
            while !self.take("}") {
                let key = match self.item() {
                    Value::String(key) => key,
                    Value::Object(simple) => format!("simple({})", simple["simple"]),
                    number => number.to_string(),
                };
                self.expect(":");
                let value = self.item();
                assert!(map.insert(key, value).is_none(), "a key stands twice");
                self.take(",");
            }
            return Value::Object(map);
        }
        if self.take("h'") {
            let hex: String = self.until('\'').split_whitespace().collect();
            return hex.to_lowercase().into();
        }
        if self.take("'") {
            return self
                .until('\'')
                .bytes()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>()
                .into();
        }
        if self.take("\"") {
            return self.until('"').into();
        }
        for (word, value) in [("true", json!(true)), ("false", json!(false)), ("null", Value::Null)] {
            if self.take(word) {
                return value;
            }
        }
        if self.take("simple(") {
            return json!({ "simple": self.until(')').parse::<u8>().unwrap() });
        }
        self.space();
        let length = self
            .rest()
            .find(|c: char| !c.is_ascii_digit() && c != '-')
            .unwrap_or(self.rest().len());
        let number: i64 = self.rest()[..length]
            .parse()
            .unwrap_or_else(|_| panic!("no item at {}", self.rest()));
        self.at += length;
        if self.take("(") {
            let value = self.item();
            self.expect(")");
            return json!({ "tag": number, "value": value });
        }
        number.into()
    }
}

#[test]
fn all_that_the_examples_use_is_read() {
    let text =
        "18([ / a comment / <<{ 1 : -35, # more\n simple(59): [h'0A\n 0b'], 4: 'ab' }>>, 60(h''), \"x\" : true, ])";
    // A stray name in an array is no item of the notation.
    assert!(std::panic::catch_unwind(|| read(text)).is_err());
    let text =
        "18([ / a comment / <<{ 1 : -35, # more\n simple(59): [h'0A\n 0b'], 4: 'ab' }>>, 60(h''), \"x\", true, ])";
    let value = json!([[{ "1": -35, "simple(59)": ["0a0b"], "4": "6162" }], { "tag": 60, "value": "" }, "x", true]);
    assert_eq!(read(text), json!({ "tag": 18, "value": value }));
}
