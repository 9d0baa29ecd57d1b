//! The table of runs in `docs/fuzzing.md`: one row a target, its last run.

use std::fs;

use super::Ran;
use crate::run::{Failure, Outcome, root};

/// The head of the table.
pub const HEAD: &str = "| target | seconds | executions | findings |\n|---|---|---|---|";

/// Puts the results into the document, in place of earlier ones of the same targets.
pub fn write(results: &[Ran]) -> Outcome {
    let path = root().join("docs/fuzzing.md");
    let text = fs::read_to_string(&path)?;
    let rows: Vec<(&str, String)> = results.iter().map(|ran| (ran.target.as_str(), ran.row())).collect();
    fs::write(&path, with_rows(&text, &rows)?)?;
    Ok(())
}

/// The document with these rows, by the names of their targets.
fn with_rows(text: &str, rows: &[(&str, String)]) -> Outcome<String> {
    let (before, table) = text
        .split_once(HEAD)
        .ok_or_else(|| Failure("docs/fuzzing.md has no table of runs".to_owned()))?;
    let table = table.trim_start_matches('\n');
    let end = table
        .lines()
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.len() + 1)
        .sum::<usize>();
    let (old, after) = table.split_at_checked(end).unwrap_or((table, ""));
    let name_of = |line: &str| line.split('`').nth(1).unwrap_or_default().to_owned();
    let mut kept: Vec<(String, String)> = old.lines().map(|line| (name_of(line), line.to_owned())).collect();
    kept.retain(|(name, _)| rows.iter().all(|(new, _)| new != name));
    kept.extend(rows.iter().map(|(name, row)| ((*name).to_owned(), row.clone())));
    kept.sort();
    let lines: Vec<String> = kept.into_iter().map(|(_, line)| line).collect();
    Ok(format!("{before}{HEAD}\n{}\n{after}", lines.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_replaced_by_name() {
        let text = format!("# Fuzzing\n\n{HEAD}\n| `kbt` | 1 | 2 | 0 |\n| `text` | 3 | 4 | 0 |\n\nEnd.\n");
        let rows = [
            ("text", "| `text` | 600 | 9 | 1 |".to_owned()),
            ("cbor", "| `cbor` | 5 | 6 | 0 |".to_owned()),
        ];
        assert_eq!(
            with_rows(&text, &rows).unwrap(),
            format!(
                "# Fuzzing\n\n{HEAD}\n| `cbor` | 5 | 6 | 0 |\n| `kbt` | 1 | 2 | 0 |\n| `text` | 600 | 9 | 1 |\n\nEnd.\n"
            )
        );
        let empty = format!("{HEAD}\n");
        assert_eq!(
            with_rows(&empty, &rows[1..]).unwrap(),
            format!("{HEAD}\n| `cbor` | 5 | 6 | 0 |\n")
        );
        assert!(with_rows("no table", &rows).is_err());
    }
}
