//! Word templates: an ordinary Word file with tags, filled with data. The tags are Tera's, with the habits of docxtpl, the
//! filler most templates were written for:
//!
//! - `{{ value }}` prints a value, escaped always; line breaks and tabs become Word's. In a paragraph of its own a list
//!   becomes a paragraph each. `{{p text }}` puts Markdown in the place of its paragraph.
//! - `{% for x in list %}`, `{% if … %}`, `{% set … %}` work inside a paragraph and over several; as in docxtpl the
//!   paragraphs they stand in stay. `{%p … %}`, `{%tr … %}`, `{%tc … %}` take their paragraph, row or cell away, `{%r … %}`
//!   their run. `{%-` joins a paragraph to the one before, `-%}` to the one behind.
//! - `{% cellbg colour %}`, `{% colspan n %}`, `{% vm %}`, `{% hm %}` say how a cell of a table looks.
//! - `{_{`, `}_}`, `{_%`, `%_}` are the marks themselves, `{# … #}` is left out.
//!
//! A template is compiled once: [`runs`] finds the tags over whatever parts them, [`lift`] puts them where they take
//! effect, [`assemble`] makes one Tera template of each part. Rendering writes XML straight; only when something fails
//! does [`diagnose`] look at each tag by itself, to say all that is wrong and where.

mod assemble;
mod block;
mod cells;
mod check;
mod diagnose;
mod expression;
mod fields;
mod filters;
mod fix;
mod image;
mod jinja;
mod lift;
mod mark;
mod names;
mod print;
pub mod problem;
mod rich;
mod runs;
mod schema;
mod scope;
mod session;
mod site;
mod tag;
#[cfg(test)]
mod tests;
mod trouble;
mod walk;

use std::collections::BTreeMap;
use std::sync::Arc;

use tera::{Context, Delimiters, Kwargs, State, Tera, Value};

use self::assemble::{DELIMITERS, NUMBER, PRINT};
use self::block::Item;
use self::problem::{FAILED, FILE, Problem, TOO_LARGE};
use self::runs::{Scan, address};
use self::session::{Session, with};
use self::site::Site;
use self::tag::{Tag, may_hold};
use crate::limits;
use crate::render::docx::DocxError;
use crate::render::docx::package::Package;
use crate::render::docx::styles::{STYLES, Styles};
use crate::render::docx::tree::{Element, Tree};
use crate::render::docx::view::{Place, paragraphs};

/// What a template is filled with.
pub use tera::Context as Data;

pub use self::fields::{Field, Use};
pub use self::schema::Schema;
pub use self::session::{BlockContext, BlockRenderer, Resources};

/// What a template is compiled with.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// An engine whose filters, functions and tests templates may use too.
    pub base: Option<Arc<Tera>>,
}

/// A part with tags.
#[derive(Debug)]
struct Part {
    name: String,
    tags: Vec<Tag>,
    items: Vec<Item>,
    needs_fix: bool,
}

/// A compiled template.
#[derive(Debug)]
pub struct Template {
    package: Package,
    tera: Tera,
    parts: Vec<Part>,
    sites: Arc<Vec<Site>>,
    /// Problems that do not keep it from being used.
    warnings: Vec<Problem>,
    /// What keeps it from being used.
    errors: Vec<Problem>,
    /// Places in the order of the document.
    order: Vec<Place>,
    /// The greatest number of a picture.
    number: u32,
    /// Size of the text, half points.
    size: u32,
}

impl Template {
    /// Compiles a template.
    ///
    /// # Errors
    /// Returns all that is wrong with it.
    pub fn compile(bytes: impl Into<Arc<[u8]>>, options: &Options) -> Result<Template, Vec<Problem>> {
        let template = Template::read(bytes, options)?;
        if template.errors.is_empty() { Ok(template) } else { Err(template.all_problems()) }
    }

    /// Reads a template with whatever is wrong in its tags, for [`Template::check`] to say.
    ///
    /// # Errors
    /// Returns that the file itself cannot be used.
    pub fn read(bytes: impl Into<Arc<[u8]>>, options: &Options) -> Result<Template, Vec<Problem>> {
        let package = Package::read(bytes).map_err(unusable)?;
        let (mut template, refused) = Template::of(package, options).map_err(unusable)?;
        if refused.is_some() || !template.errors.is_empty() {
            // Tera stops at the first fault and knows no place: each tag is looked at by itself.
            let found = diagnose::syntax(&template);
            template.errors.extend(found);
        }
        if let Some(problem) = refused.filter(|_| template.errors.is_empty()) {
            template.errors.push(Problem::new(FAILED, &Place::default(), "").with("problem", problem));
        }
        Ok(template)
    }

    fn of(package: Package, options: &Options) -> Result<(Template, Option<String>), DocxError> {
        let styles = Styles::read(&package)?;
        let mut sites = Vec::new();
        let mut parts = Vec::new();
        let mut sources = Vec::new();
        let (mut errors, mut warnings, mut order) = (Vec::new(), Vec::new(), Vec::new());
        let mut number = 0;
        for name in package.parts().iter().filter(|name| is_template(name)) {
            let bytes = package.part(name)?;
            let text = String::from_utf8_lossy(&bytes);
            number = number.max(greatest_number(&text));
            if !may_hold(&text) {
                continue;
            }
            let tree = Tree::parse(&bytes).map_err(|problem| DocxError::Xml { part: name.clone(), problem })?;
            let here = Place { part: name.clone(), ..Place::default() };
            let mut scan =
                Scan { here: here.clone(), places: places(&tree.root, name, &styles, &mut order), ..Scan::default() };
            let root = scan.element(&tree.root);
            if scan.tags.is_empty() && scan.problems.is_empty() && root == tree.root {
                continue;
            }
            let root = lift::lift(root, &mut scan);
            let marked = Tree { before: tree.before.clone(), root };
            let made = assemble::assemble(&marked, &scan.tags, &mut sites, &here);
            for problem in scan.problems.into_iter().chain(made.problems) {
                if problem.is_mild() { warnings.push(problem) } else { errors.push(problem) }
            }
            sources.push((name.clone(), made.source));
            parts.push(Part { name: name.clone(), tags: scan.tags, items: made.items, needs_fix: made.needs_fix });
        }
        let sites = Arc::new(sites);
        let mut tera = engine(options, &sites);
        let refused =
            if errors.is_empty() { tera.add_raw_templates(sources).err().map(|error| error.to_string()) } else { None };
        let size = text_size(&package);
        Ok((Template { package, tera, parts, sites, warnings, errors, order, number, size }, refused))
    }

    /// Returns the problems that do not keep the template from being used.
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    fn all_problems(&self) -> Vec<Problem> {
        let mut all: Vec<Problem> = self.errors.iter().chain(&self.warnings).cloned().collect();
        problem::sort(&mut all, &self.order);
        all
    }

    /// Returns all that is wrong with the template; with a schema, also the fields that are not in it.
    pub fn check(&self, schema: Option<&Schema>) -> Vec<Problem> {
        let mut all = self.all_problems();
        if let Some(schema) = schema {
            all.extend(check::fields(self, schema));
        }
        problem::sort(&mut all, &self.order);
        all
    }

    /// Returns the fields that the template uses, and where.
    pub fn fields(&self) -> Vec<Field> {
        fields::of(self)
    }

    /// Fills the template.
    ///
    /// # Errors
    /// Returns all that is wrong with the data.
    pub fn render(&self, data: &Context, resources: &Resources) -> Result<Package, Vec<Problem>> {
        if !self.errors.is_empty() {
            return Err(self.all_problems());
        }
        let session = Session::new(self.package.clone(), resources.clone(), self.number, self.size);
        let before = session.enter();
        let done = self.render_parts(data);
        let session = before.enter();
        match done {
            Ok(()) => Ok(session.package),
            Err(problem) => {
                let before = Session::new(self.package.clone(), resources.clone(), self.number, self.size).enter();
                let mut problems = diagnose::values(self, data);
                before.enter();
                if problems.is_empty() {
                    problems.push(*problem);
                }
                problem::sort(&mut problems, &self.order);
                Err(problems)
            }
        }
    }

    /// Writes the parts into the package of the session; stops at the first failure.
    fn render_parts(&self, data: &Context) -> Result<(), Box<Problem>> {
        for part in &self.parts {
            let place = || Place { part: part.name.clone(), ..Place::default() };
            with(|session| session.part.clone_from(&part.name));
            let failed = |error: tera::Error| Box::new(Problem::new(FAILED, &place(), "").with("problem", error.to_string()));
            let mut text = self.tera.render(&part.name, data).map_err(failed)?;
            if text.len() > limits::OUTPUT_BYTES {
                let limit = limits::OUTPUT_BYTES.to_string();
                return Err(Box::new(Problem::new(TOO_LARGE, &place(), "").with("limit", limit)));
            }
            if part.needs_fix {
                let fixed = fix::fix(&text);
                text = fixed.map_err(|problem| Box::new(Problem::new(FAILED, &place(), "").with("problem", problem)))?;
            }
            with(|session| session.package.set(&part.name, text.into_bytes()));
        }
        Ok(())
    }
}

fn unusable(error: DocxError) -> Vec<Problem> {
    vec![Problem::new(FILE, &Place::default(), "").with("problem", error.to_string())]
}

/// Returns whether a part may hold tags.
fn is_template(name: &str) -> bool {
    if matches!(name, "docProps/core.xml" | "docProps/app.xml") {
        return true;
    }
    let Some(file) = name.strip_prefix("word/").and_then(|file| file.strip_suffix(".xml")) else { return false };
    let kind = file.trim_end_matches(|c: char| c.is_ascii_digit());
    matches!(kind, "document" | "header" | "footer" | "footnotes" | "endnotes" | "comments")
}

/// Returns where the paragraphs of a part stand, by their addresses.
fn places(root: &Element, part: &str, styles: &Styles, order: &mut Vec<Place>) -> BTreeMap<usize, Place> {
    let seen = paragraphs(root, part, styles);
    let mut places: BTreeMap<usize, Place> = BTreeMap::new();
    for seen in seen {
        order.push(seen.place.clone());
        places.insert(address(seen.paragraph), seen.place);
    }
    // The second spelling of a text box stands where the first does.
    root.visit(&mut |element| {
        if !element.is("mc:AlternateContent") {
            return;
        }
        let inner = |name: &str| {
            let mut found = Vec::new();
            if let Some(spelling) = element.child(name) {
                spelling.visit(&mut |element| {
                    if element.is("w:p") {
                        found.push(address(element));
                    }
                });
            }
            found
        };
        for (first, second) in inner("mc:Choice").into_iter().zip(inner("mc:Fallback")) {
            if let Some(place) = places.get(&first).cloned() {
                places.insert(second, place);
            }
        }
    });
    places
}

/// Returns the greatest number that a picture of a part has.
fn greatest_number(text: &str) -> u32 {
    let numbers = text.match_indices("<wp:docPr").filter_map(|(at, _)| {
        let tag = text.get(at..)?.split('>').next()?;
        tag.split(" id=\"").nth(1)?.split('"').next()?.parse().ok()
    });
    numbers.max().unwrap_or(0)
}

/// Returns the size of the text that the styles give, half points; Word's own without one is 10 points.
fn text_size(package: &Package) -> u32 {
    let size = |element: &Element| element.value_at(&["w:rPr", "w:sz"]).and_then(|size| size.parse().ok());
    let Ok(tree) = package.tree(STYLES) else { return 20 };
    let normal = tree
        .root
        .elements()
        .find(|style| style.attribute("w:default") == Some("1") && style.attribute("w:type") == Some("paragraph"));
    let defaults = tree.root.at(&["w:docDefaults", "w:rPrDefault"]);
    normal.and_then(size).or_else(|| defaults.and_then(size)).unwrap_or(20)
}

/// Makes the engine of a template.
fn engine(options: &Options, sites: &Arc<Vec<Site>>) -> Tera {
    let mut tera = Tera::new();
    let [variable_start, variable_end, block_start, block_end, comment_start, comment_end] = DELIMITERS.map(Into::into);
    let delimiters = Delimiters { block_start, block_end, variable_start, variable_end, comment_start, comment_end };
    // The delimiters are two bytes each and differ.
    let _ = tera.set_delimiters(delimiters);
    if let Some(base) = &options.base {
        tera.register_from(base);
    }
    filters::register(&mut tera);
    let sites = Arc::clone(sites);
    tera.register_filter(PRINT, move |value: &Value, kwargs: Kwargs, _: &State| -> tera::TeraResult<Value> {
        let at: usize = kwargs.must_get("at")?;
        let Some(site) = sites.get(at) else { return Err(tera::Error::message("no such place")) };
        let printed = print::print(value, &site.around).map_err(|trouble| trouble.carried())?;
        Ok(Value::safe_string(&printed))
    });
    tera.register_function(NUMBER, |_: Kwargs, _: &State| u64::from(with(|session| session.next_number())));
    tera
}
