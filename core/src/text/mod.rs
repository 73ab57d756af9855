//! What the engine knows of Japanese text: widths, kana, repertoires and characters no document may hold.

pub mod fold;
pub mod illegal;
pub mod kana;
mod lines;
mod numbers;
pub mod quantity;
pub mod repertoire;
pub mod width;

pub use kana::katakana_to_hiragana;
pub(crate) use lines::Lines;
pub use numbers::{numbers, same_numbers, unsaid};
pub use quantity::Quantity;
pub use repertoire::{Repertoire, is_kanji, outside};
pub use width::units;
