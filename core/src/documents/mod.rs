//! Documents of sections: texts that a plugin keeps beside its templates.

pub mod kanji;
