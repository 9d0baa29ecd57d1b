//! How fast a code is drawn.

use std::hint::black_box;

use permitcard_credential::qr::picture::{EcLevel, Matrix};

use super::{line, shown};
use crate::{
    timing::median_of,
    world::{World, employer, sample},
};

/// The modules of an employer presentation, 19-L.
pub fn drawing(world: &World) {
    let text = world.text(&world.credential(&sample(false)), &employer(None, None));
    let time = median_of(300, || {
        Matrix::new(black_box(&text), EcLevel::L, 19).is_ok_and(|matrix| matrix.version() == 19)
    });
    line("draw a code of version 19-L", &shown(time), "≤ 1 ms", time <= 1e3);
}
