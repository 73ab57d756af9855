//! What the engine knows of Japanese text: widths, kana, repertoires and characters no document may hold.

pub mod fold;
pub mod illegal;
pub mod kana;
pub mod repertoire;
pub mod width;
