//! Templates of `fixtures/docx`, one folder each, and properties that hold for all.

mod corpus;
mod made;
mod properties;
mod seeded;
