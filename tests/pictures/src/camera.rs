//! A camera in front of a screen: perspective, rotation, uneven light, little contrast, blur and noise.

use permitcard_credential::qr::picture::{Matrix, QUIET_ZONE};

use crate::random::Random;

/// A grey picture, row by row.
pub struct Grey {
    pub width: u32,
    pub height: u32,
    pub pixels: Vec<u8>,
}

/// How bad a shot is. Each value is drawn evenly from the range given here.
pub struct Shot {
    /// Radians, at most 8 degrees either way.
    rotation: f64,
    /// By how much each corner is moved, in edges of the code: at most 3 %.
    corners: [(f64, f64); 4],
    /// Where the middle of the code is, in pixels off the middle of the picture: at most half a pixel.
    offset: (f64, f64),
    /// Standard deviation of the blur in pixels: 0.5 to 0.9.
    blur: f64,
    /// Standard deviation of the noise in grey levels: 4 to 8.
    noise: f64,
    /// Dark modules, light modules: 50 % to 85 % of the whole range apart.
    levels: (f64, f64),
    /// What lies around the code.
    ground: f64,
    /// How much lighter it is on one side than on the other: at most 20 %, in this direction.
    light: (f64, f64),
}

impl Shot {
    pub fn new(random: &mut Random) -> Self {
        let contrast = random.between(0.5, 0.85) * 255.0;
        let dark = random.between(10.0, 245.0 - contrast);
        let direction = random.between(0.0, std::f64::consts::TAU);
        let slope = random.between(0.0, 0.2);
        Self {
            rotation: random.between(-8.0, 8.0).to_radians(),
            corners: std::array::from_fn(|_| (random.between(-0.03, 0.03), random.between(-0.03, 0.03))),
            offset: (random.between(-0.5, 0.5), random.between(-0.5, 0.5)),
            blur: random.between(0.5, 0.9),
            noise: random.between(4.0, 8.0),
            levels: (dark, dark + contrast),
            ground: random.between(20.0, 235.0),
            light: (slope * direction.cos(), slope * direction.sin()),
        }
    }

    /// The picture of a code whose edge, quiet zone and all, is `edge` pixels long.
    pub fn take(&self, matrix: &Matrix, edge: u32, random: &mut Random) -> Grey {
        let modules = f64::from(matrix.size_with_quiet_zone());
        let edge = f64::from(edge);
        let side = (edge * 1.4).ceil();
        let to_code = self.to_code(edge, side);
        let width = side as usize;
        let mut light = Vec::with_capacity(width * width);
        for y in 0..width {
            for x in 0..width {
                // Each pixel is the mean of 16 points: a sensor's pixel has an area.
                let sum: f64 = (0..16)
                    .map(|n| (f64::from(n % 4), f64::from(n / 4)))
                    .map(|(dx, dy)| (x as f64 + (dx + 0.5) / 4.0, y as f64 + (dy + 0.5) / 4.0))
                    .map(|(x, y)| self.at(matrix, modules, apply(&to_code, x, y)))
                    .sum();
                let (u, v) = (x as f64 / side - 0.5, y as f64 / side - 0.5);
                light.push(sum / 16.0 * (1.0 + self.light.0 * u + self.light.1 * v));
            }
        }
        let blurred = blur(&light, width, self.blur);
        let noisy = blurred.iter().map(|value| value + self.noise * random.normal());
        Grey {
            width: width as u32,
            height: width as u32,
            pixels: noisy.map(|value| value.round().clamp(0.0, 255.0) as u8).collect(),
        }
    }

    /// The level at a point of the code, whose quiet zone begins at 0 and ends at 1.
    fn at(&self, matrix: &Matrix, modules: f64, (u, v): (f64, f64)) -> f64 {
        if !(0.0..1.0).contains(&u) || !(0.0..1.0).contains(&v) {
            return self.ground;
        }
        let place = |t: f64| ((t * modules) as u32).checked_sub(QUIET_ZONE);
        match (place(u), place(v)) {
            (Some(x), Some(y)) if matrix.is_dark(x, y) => self.levels.0,
            _ => self.levels.1,
        }
    }

    /// From pixels of the picture to places in the code.
    fn to_code(&self, edge: f64, side: f64) -> Projection {
        let (sin, cos) = self.rotation.sin_cos();
        let square = [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)];
        let mut corners = [(0.0, 0.0); 4];
        for ((corner, (x, y)), (dx, dy)) in corners.iter_mut().zip(square).zip(self.corners) {
            let (x, y) = ((x + dx) * edge, (y + dy) * edge);
            *corner = (
                x * cos - y * sin + side / 2.0 + self.offset.0,
                x * sin + y * cos + side / 2.0 + self.offset.1,
            );
        }
        inverse(&from_square(corners))
    }
}

/// Three rows of a projective map.
type Projection = [[f64; 3]; 3];

/// The map of the unit square to four corners, clockwise from (0, 0) (Heckbert 1989, 2.2.2).
fn from_square([(x0, y0), (x1, y1), (x2, y2), (x3, y3)]: [(f64, f64); 4]) -> Projection {
    let (dx1, dx2, sx) = (x1 - x2, x3 - x2, x0 - x1 + x2 - x3);
    let (dy1, dy2, sy) = (y1 - y2, y3 - y2, y0 - y1 + y2 - y3);
    let det = dx1 * dy2 - dx2 * dy1;
    let g = (sx * dy2 - dx2 * sy) / det;
    let h = (dx1 * sy - sx * dy1) / det;
    [
        [x1 - x0 + g * x1, x3 - x0 + h * x3, x0],
        [y1 - y0 + g * y1, y3 - y0 + h * y3, y0],
        [g, h, 1.0],
    ]
}

/// The inverse up to a factor, which a projective map does not see.
fn inverse([[a, b, c], [d, e, f], [g, h, i]]: &Projection) -> Projection {
    [
        [e * i - f * h, c * h - b * i, b * f - c * e],
        [f * g - d * i, a * i - c * g, c * d - a * f],
        [d * h - e * g, b * g - a * h, a * e - b * d],
    ]
}

fn apply([first, second, third]: &Projection, x: f64, y: f64) -> (f64, f64) {
    let row = |[a, b, c]: &[f64; 3]| a * x + b * y + c;
    let w = row(third);
    (row(first) / w, row(second) / w)
}

/// A Gaussian blur, first along the rows, then along the columns. Beyond the edges the last pixel goes on.
fn blur(values: &[f64], width: usize, deviation: f64) -> Vec<f64> {
    let reach = (deviation * 4.0).ceil() as i64;
    let weights: Vec<f64> = (-reach..=reach)
        .map(|at| (-((at * at) as f64) / (2.0 * deviation * deviation)).exp())
        .collect();
    let total: f64 = weights.iter().sum();
    let pass = |values: &[f64], step: usize, line: usize| -> Vec<f64> {
        let mut out = vec![0.0; values.len()];
        for start in (0..width).map(|n| n * line) {
            for at in 0..width {
                let sum: f64 = weights
                    .iter()
                    .zip(-reach..=reach)
                    .map(|(weight, shift)| {
                        let from = (at as i64 + shift).clamp(0, width as i64 - 1) as usize;
                        weight * values[start + from * step]
                    })
                    .sum();
                out[start + at * step] = sum / total;
            }
        }
        out
    };
    pass(&pass(values, 1, width), width, 1)
}
