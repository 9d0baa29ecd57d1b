//! The report for people, in a terminal or a file.

mod values;

use super::{
    diagnostic::lower_hex,
    report::{Format, Layer, Report, Signature, StatusSummary},
};
use crate::{
    output::{Output, Tone, columns, pad},
    time::rfc3339,
};
use values::{clean, hex_lines};

/// The most entries of a status list that people are shown.
const ENTRIES: usize = 20;

/// Prints the report. `now` is the time that it was checked at.
pub fn print(report: &Report, now: i64, out: &Output) {
    let words = out.words();
    let format = report.format.map_or("none", |format| format.name());
    let title = words.text(&format!("cli-inspect-format-{format}"), &[]);
    out.paragraph(0, Tone::Strong, &title);
    if let Some(signatures) = &report.signatures {
        heading("cli-inspect-signatures", out);
        print_signatures(signatures, out);
    }
    if let Some(claims) = &report.claims {
        heading("cli-inspect-claims", out);
        values::print_claims(claims, 2, out);
    }
    if let Some(disclosures) = &report.disclosures {
        heading("cli-inspect-disclosures", out);
        let mut rows = vec![
            (
                words.text("cli-inspect-disclosures-matched", &[]),
                disclosures.matched.to_string(),
            ),
            (
                words.text("cli-inspect-disclosures-unmatched", &[]),
                disclosures.unmatched.to_string(),
            ),
            (
                words.text("cli-inspect-disclosures-decoys", &[]),
                disclosures.decoys.to_string(),
            ),
        ];
        rows.extend(
            disclosures
                .hash
                .map(|hash| (words.text("cli-inspect-disclosures-hash", &[]), hash.name().to_owned())),
        );
        out.rows(2, &rows);
    }
    if let Some(holder) = &report.holder {
        heading("cli-inspect-holder", out);
        values::print_claims(holder, 2, out);
    }
    if let Some(payload) = &report.payload {
        heading("cli-inspect-payload", out);
        let text = match std::str::from_utf8(payload) {
            Ok(text) if !text.is_empty() && text.chars().all(|c| !c.is_control()) => clean(text),
            _ => hex_lines(payload, out.width().saturating_sub(2), out),
        };
        out.paragraph(2, Tone::Plain, &text);
    }
    if let Some(list) = &report.status_list {
        // A bare list has its name on top already.
        if report.format != Some(Format::StatusList) {
            heading("cli-inspect-status-list", out);
        }
        print_list(list, out);
    }
    heading("cli-inspect-verdict", out);
    print_verdict(report, now, out);
}

fn heading(id: &str, out: &Output) {
    out.line("");
    out.paragraph(0, Tone::Strong, &out.words().text(id, &[]));
}

fn print_signatures(signatures: &[Signature], out: &Output) {
    let words = out.words();
    let layer = |layer: Layer| words.text(&format!("cli-inspect-layer-{}", layer.name()), &[]);
    let alg = |signature: &Signature| match &signature.alg {
        Some(alg) => clean(alg),
        None => words.text("cli-inspect-no-algorithm", &[]),
    };
    let widest = |texts: Vec<String>| texts.iter().map(|text| columns(text)).max().unwrap_or_default();
    let layers = widest(signatures.iter().map(|signature| layer(signature.layer)).collect());
    let algs = widest(signatures.iter().map(alg).collect());
    for signature in signatures {
        let (tone, mark, id) = match signature.verified {
            Some(true) => (Tone::Good, "✔", "cli-inspect-verified"),
            Some(false) => (Tone::Bad, "✘", "cli-inspect-not-verified"),
            None => (Tone::Unsure, "?", "cli-inspect-no-key"),
        };
        let light = format!(
            "{mark} {}  {}",
            pad(&layer(signature.layer), layers),
            words.text(id, &[])
        );
        let light = out.style().paint(tone, &light);
        out.line(&format!("  {light}  {}", pad(&alg(signature), algs).trim_end()));
        if let Some(kid) = &signature.kid {
            let kid = words.text("cli-inspect-kid", &[("kid", kid_text(kid).into())]);
            out.paragraph(4, Tone::Quiet, &kid);
        }
        if signature.alg_unprotected {
            out.paragraph(4, Tone::Unsure, &words.text("cli-inspect-alg-unprotected", &[]));
        }
    }
}

/// The name of a key: as text when all of it is printable ASCII, else in hex.
fn kid_text(kid: &[u8]) -> String {
    match std::str::from_utf8(kid) {
        Ok(text) if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) => text.to_owned(),
        _ => lower_hex(kid),
    }
}

fn print_list(list: &StatusSummary, out: &Output) {
    let words = out.words();
    let row = |id: &str, value: String| (words.text(id, &[]), value);
    out.rows(
        2,
        &[
            row("cli-inspect-list-size", list.size.to_string()),
            row("cli-inspect-list-bits", list.bits.to_string()),
            row("cli-inspect-list-nonzero", list.nonzero_count.to_string()),
        ],
    );
    let meaning = |value: u8| match value {
        1 | 2 => words.text(&format!("cli-inspect-status-{value}"), &[]),
        _ => words.text("cli-inspect-status-other", &[]),
    };
    let shown = list.nonzero.iter().take(ENTRIES);
    let rows: Vec<(String, String)> = shown
        .map(|(index, value)| (index.to_string(), format!("{value}  {}", meaning(*value))))
        .collect();
    out.rows(4, &rows);
    let more = list.nonzero_count.saturating_sub(rows.len());
    if more > 0 {
        let count = i64::try_from(more).unwrap_or(i64::MAX);
        let more = words.text("cli-inspect-list-more", &[("count", count.into())]);
        out.paragraph(4, Tone::Quiet, &more);
    }
}

fn print_verdict(report: &Report, now: i64, out: &Output) {
    let words = out.words();
    let (tone, mark, id) = match report.valid() {
        // A bare list has no signature: what can be read is no proof.
        Some(true) if report.format == Some(Format::StatusList) => (Tone::Unsure, "?", "cli-inspect-readable"),
        Some(true) => (Tone::Good, "✔", "cli-inspect-valid"),
        Some(false) => (Tone::Bad, "✘", "cli-inspect-invalid"),
        None => (Tone::Unsure, "?", "cli-inspect-unknown"),
    };
    out.paragraph(2, tone, &format!("{mark} {}", words.text(id, &[])));
    let at = words.text("cli-inspect-at", &[("time", rfc3339(now).into())]);
    out.paragraph(4, Tone::Quiet, &at);
    let mut before = None;
    for problem in &report.errors {
        let code = problem.code.code();
        // The same in both layers is said once, with two details.
        if before != Some(problem.code) {
            let sentence = words.text(&format!("cli-inspect-error-{code}"), &[]);
            out.paragraph(4, Tone::Plain, &sentence);
        }
        before = Some(problem.code);
        out.paragraph(6, Tone::Quiet, &format!("{code}: {}", clean(&problem.detail)));
    }
    if report.valid().is_none() {
        out.say(4, "cli-inspect-key-hint", &[]);
        if report.format == Some(Format::SdCwtKbt) {
            out.say(4, "cli-inspect-key-hint-holder", &[]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kid_is_text_where_it_can_be() {
        assert_eq!(
            kid_text(b"https://issuer.example/key 1"),
            "https://issuer.example/key 1"
        );
        assert_eq!(kid_text(&[0x01, 0xff]), "01ff");
        assert_eq!(kid_text("schl\u{fc}ssel".as_bytes()), "7363686cc3bc7373656c");
        assert_eq!(kid_text(b"a\n"), "610a");
        assert_eq!(kid_text(b""), "");
    }
}
