//! The author's kit: a plugin's folder made, checked, tested and described.
//!
//! [`scaffold`] writes a folder that works at once, [`check`] tells everything that is wrong in it, [`test`] runs its
//! cases and its [`golden`] outputs, [`word`] drafts a Word template from its form, [`about`] and [`manual`] describe it.

pub mod about;
pub mod check;
pub mod compare;
pub mod golden;
pub mod manual;
pub mod pages;
pub mod pin;
pub mod scaffold;
pub mod test;
pub mod word;
mod words;

use std::path::{Path, PathBuf};

use crate::code::{Equipment, Natives};
use crate::files::Files;
use crate::model::TomlFile;
use crate::run::{Engine, EngineError};

/// What the program gives to the code of plugins.
#[derive(Debug, Clone, Default)]
pub struct Program {
    /// Code that is linked in.
    pub natives: Natives,
    /// What hosts of code outside it need.
    pub equipment: Equipment,
}

/// A plugin's folder, loaded with everything else there is.
#[derive(Debug)]
pub struct Loaded {
    /// The engine with the plugin in it.
    pub engine: Engine,
    /// Its id.
    pub id: String,
    /// Its folder.
    pub folder: PathBuf,
}

/// Loads a plugin's folder; `others` are folders of more plugins, whose fields it may use.
///
/// # Errors
/// Returns every problem of every file, or that the folder holds no plugin.
pub fn load(folder: &Path, others: &[PathBuf], program: &Program) -> Result<Loaded, EngineError> {
    let mut dirs = others.to_vec();
    dirs.push(folder.to_path_buf());
    let id = id_of(folder).ok_or_else(|| EngineError::NoPlugins { path: folder.to_path_buf() });
    let mut engine = Engine::with(&dirs, program.natives)?;
    engine.equip(&program.equipment);
    Ok(Loaded { engine, id: id?, folder: folder.to_path_buf() })
}

/// Reads the id of the plugin in a folder; nothing where there is none.
pub fn id_of(folder: &Path) -> Option<String> {
    let file = TomlFile::read(&Files::Folder(folder.to_path_buf()), "plugin.toml").ok()?;
    file.text("id").map(|(_, id)| id)
}
