//! Tests of the entry sheet: a small registry goes the whole way, from a record to the three files.

mod change;
mod first;
mod formats;

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::files::Files;
use crate::model::Catalogue;
use crate::plugin::Plugin;
use crate::run::{Engine, Job, Outcome, Quiet, Stage, WordOptions, run};

/// The made-up registry, loaded beside the built-in ones.
struct Registry {
    engine: Engine,
    folder: TempDir,
}

impl Registry {
    fn new() -> Registry {
        let folder = TempDir::new().unwrap();
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/render/entry/tests/fixture");
        // The product's own catalogue and lists, and those of the registry beside them.
        let forms = folder.path().join("forms");
        let embedded = Files::embedded("forms");
        for name in embedded.names() {
            let path = forms.join(&name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, embedded.read(&name).unwrap()).unwrap();
        }
        copy(&fixture.join("codes"), &forms.join("codes"));
        copy(&fixture.join("form"), &forms.join("demo-registry/1"));
        let forms = Files::Folder(forms);
        let mut engine = Engine::load(&[]).unwrap();
        engine.catalogue = Catalogue::load(&forms).unwrap();
        let plugin = Plugin::load(&Files::Folder(fixture.join("plugin")), &forms, &engine.catalogue, Default::default());
        let plugin = plugin.unwrap_or_else(|problems| panic!("{problems:?}"));
        engine.plugins.clear();
        engine.plugins.insert(plugin.id().to_owned(), plugin);
        Registry { engine, folder }
    }

    fn fixture(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("src/render/entry/tests/fixture").join(name)
    }

    /// Builds the sheets of a record, and returns what became of the run and the folder they are in.
    fn build(&self, record: &Path, previous: Option<PathBuf>, out: &str) -> (Outcome, PathBuf) {
        let out = self.folder.path().join(out);
        let job = Job {
            inputs: vec![record.to_owned()],
            plugins: Vec::new(),
            until: Stage::Package,
            out: Some(out.clone()),
            ledger: None,
            now: "2026-04-01".to_owned(),
            jobs: 1,
            draft: true,
            previous: previous.into_iter().collect(),
            waivers: None,
            xsd: None,
            word: WordOptions::default(),
            settings: Default::default(),
            keep: false,
        };
        let outcome = run(&self.engine, &job, &Quiet).unwrap();
        let folder = outcome.built.first().map(|built| built.folder.clone());
        let folder = folder.unwrap_or_else(|| panic!("{:#?}", outcome.findings));
        (outcome, folder)
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}

/// Reads the one file of a folder whose name ends so.
fn read(folder: &Path, end: &str) -> Vec<u8> {
    let found = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = found.filter(|path| path.to_string_lossy().ends_with(end)).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    fs::read(found.remove(0)).unwrap()
}

fn read_json(folder: &Path) -> serde_json::Value {
    serde_json::from_slice(&read(folder, "entry.json")).unwrap()
}

/// Returns all that stands in a sheet under a key, in order.
fn all<'a>(value: &'a serde_json::Value, key: &str) -> Vec<&'a serde_json::Value> {
    let mut found = Vec::new();
    match value {
        serde_json::Value::Object(map) => {
            for (name, below) in map {
                if name == key {
                    found.push(below);
                }
                found.extend(all(below, key));
            }
        }
        serde_json::Value::Array(list) => list.iter().for_each(|below| found.extend(all(below, key))),
        _ => {}
    }
    found
}

/// Returns all fields of a sheet in order.
fn fields(sheet: &serde_json::Value) -> Vec<&serde_json::Value> {
    all(sheet, "fields").into_iter().filter_map(serde_json::Value::as_array).flatten().collect()
}

fn field<'a>(sheet: &'a serde_json::Value, id: &str) -> &'a serde_json::Value {
    fields(sheet).into_iter().find(|field| field["id"] == id).unwrap_or_else(|| panic!("no field {id}"))
}
