//! Systematic Reed–Solomon with Cauchy rows. Frame i below K is part i. Frame i from K on is the sum of all parts, part j
//! times 1 / (i + j). Every square of a Cauchy matrix can be inverted, so that any K frames are enough.

use super::field::{add_scaled, inverse, multiply};

/// What part `j` is multiplied with in frame `i`, which is not below K. The two are never equal.
fn factor(i: u8, j: u8) -> u8 {
    inverse(i ^ j)
}

/// The part of frame `index` of a message of the parts `data`, all of one length.
pub(super) fn part(data: &[&[u8]], index: u8) -> Vec<u8> {
    if let Some(part) = data.get(usize::from(index)) {
        return part.to_vec();
    }
    let mut sum = vec![0; data.first().map_or(0, |part| part.len())];
    for (j, part) in (0..).zip(data) {
        add_scaled(&mut sum, part, factor(index, j));
    }
    sum
}

/// One equation: the factors of the missing parts, and what they add up to.
struct Row {
    factors: Vec<u8>,
    sum: Vec<u8>,
}

/// The message of `parts` parts of `part_len` bytes each, with its filling, from as many frames of different numbers.
/// `None` if they are not as many.
pub(super) fn restore(frames: &[(u8, Vec<u8>)], parts: u8, part_len: usize) -> Option<Vec<u8>> {
    let known = |j: u8| frames.iter().find(|(index, _)| *index == j).map(|(_, part)| part);
    let missing: Vec<u8> = (0..parts).filter(|j| known(*j).is_none()).collect();
    let mut rows: Vec<Row> = frames
        .iter()
        .filter(|(index, _)| *index >= parts)
        .take(missing.len())
        .map(|(index, part)| {
            let mut sum = part.clone();
            for j in 0..parts {
                if let Some(part) = known(j) {
                    add_scaled(&mut sum, part, factor(*index, j));
                }
            }
            Row {
                factors: missing.iter().map(|j| factor(*index, *j)).collect(),
                sum,
            }
        })
        .collect();
    if rows.len() != missing.len() {
        return None;
    }
    // Gauss and Jordan. No pivot is zero: every leading square of a Cauchy matrix can be inverted as well.
    for pivot in 0..rows.len() {
        let mut row = std::mem::replace(
            rows.get_mut(pivot)?,
            Row {
                factors: Vec::new(),
                sum: Vec::new(),
            },
        );
        let scale = inverse(*row.factors.get(pivot)?);
        for byte in row.factors.iter_mut().chain(&mut row.sum) {
            *byte = multiply(*byte, scale);
        }
        for other in &mut rows {
            let factor = other.factors.get(pivot).copied().unwrap_or_default();
            add_scaled(&mut other.factors, &row.factors, factor);
            add_scaled(&mut other.sum, &row.sum, factor);
        }
        *rows.get_mut(pivot)? = row;
    }
    let mut solved = rows.into_iter();
    let mut message = Vec::with_capacity(usize::from(parts) * part_len);
    for j in 0..parts {
        match known(j) {
            Some(part) => message.extend_from_slice(part),
            None => message.extend_from_slice(&solved.next()?.sum),
        }
    }
    Some(message)
}
