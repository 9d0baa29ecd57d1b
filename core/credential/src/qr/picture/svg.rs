use std::fmt::Write;

use super::{Matrix, QUIET_ZONE};

/// Pixels that a viewer gives each module unless it scales.
const PIXELS: u32 = 8;

/// The code as an SVG document: one module is one unit of the view box, the quiet zone is inside.
/// Dark runs of a row become one rectangle, so that no viewer draws hairlines between neighbours.
pub fn svg(matrix: &Matrix) -> String {
    let (frame, size) = (matrix.size_with_quiet_zone(), matrix.size());
    let side = frame * PIXELS;
    let mut out = String::with_capacity(32 * 1024);
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{side}\" height=\"{side}\" viewBox=\"0 0 {frame} {frame}\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{frame}v{frame}H0z\"/><path fill=\"#000\" d=\""
    );
    for y in 0..size {
        let mut x = 0;
        while x < size {
            let run = (x..size).take_while(|x| matrix.is_dark(*x, y)).count() as u32;
            if run > 0 {
                let _ = write!(out, "M{} {}h{run}v1h-{run}z", x + QUIET_ZONE, y + QUIET_ZONE);
            }
            x += run.max(1);
        }
    }
    out.push_str("\"/></svg>\n");
    out
}

#[cfg(test)]
mod tests {
    use super::super::{EcLevel, tests};
    use super::*;

    #[test]
    fn frozen_document_of_a_small_code() {
        let svg = svg(&Matrix::new("WPC1:", EcLevel::L, 1).unwrap());
        assert!(svg.starts_with(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"232\" height=\"232\" viewBox=\"0 0 29 29\" \
             shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h29v29H0z\"/><path fill=\"#000\" d=\"M4 4h7v1h-7z"
        ));
        assert!(svg.ends_with("z\"/></svg>\n"));
    }

    #[test]
    fn rectangles_draw_exactly_the_modules() {
        let matrix = Matrix::new(&tests::sample(), EcLevel::L, 1).unwrap();
        let frame = matrix.size_with_quiet_zone() as usize;
        let svg = svg(&matrix);
        let path = svg.rsplit_once("d=\"").unwrap().1.split_once('"').unwrap().0;
        let mut drawn = vec![false; frame * frame];
        for rectangle in path.split('M').skip(1) {
            let (x, rest) = rectangle.split_once(' ').unwrap();
            let (y, rest) = rest.split_once('h').unwrap();
            let (run, rest) = rest.split_once("v1h-").unwrap();
            assert_eq!(rest, format!("{run}z"));
            let (x, y, run): (usize, usize, usize) = (x.parse().unwrap(), y.parse().unwrap(), run.parse().unwrap());
            for module in &mut drawn[y * frame + x..y * frame + x + run] {
                assert!(!std::mem::replace(module, true), "drawn twice");
            }
        }
        let read = tests::scan(frame * 4, |x, y| drawn[y / 4 * frame + x / 4]);
        assert_eq!(read, [tests::sample()]);
        assert_eq!(svg.matches('#').count(), 2);
    }
}
