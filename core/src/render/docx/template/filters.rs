//! The filters and functions that only documents have: formatting, images, anchors and references.

use tera::{Kwargs, State, Tera, TeraResult, Value};

use super::print;
use super::rich;
use super::session::with;
use super::trouble::Trouble;
use crate::render::templates;

/// Names of the filters that a filter of docxtpl or a page would have and that change nothing here.
const NOTHING: [&str; 8] = ["safe", "escape", "escape_html", "escape_xml", "newlines_to_br", "br", "nl", "e"];

/// What a reference can show.
const SHOWS: [&str; 4] = ["full", "number", "title", "page"];

/// Gives a template engine the filters and functions of documents.
pub(super) fn register(tera: &mut Tera) {
    templates::register(tera);
    for name in NOTHING {
        tera.register_filter(name, |value: &Value, _: Kwargs, _: &State| value.clone());
    }
    for name in ["b", "i", "u", "strike", "sup", "sub"] {
        tera.register_filter(name, move |value: &Value, _: Kwargs, _: &State| formatted(value, name, ""));
    }
    tera.register_filter("color", color);
    tera.register_filter("size", size);
    for name in ["font", "style"] {
        tera.register_filter(name, move |value: &Value, kwargs: Kwargs, _: &State| {
            formatted(value, name, kwargs.must_get::<&str>("name")?)
        });
    }
    tera.register_filter("ruby", |value: &Value, kwargs: Kwargs, _: &State| {
        formatted(value, "ruby", kwargs.must_get::<&str>("text")?)
    });
    tera.register_filter("nl2p", paragraphs);
    tera.register_filter("anchor", anchor);
    tera.register_function("ref", reference);
    tera.register_function("image", image);
}

fn trouble(trouble: Trouble) -> tera::Error {
    trouble.carried()
}

fn formatted(value: &Value, name: &str, argument: &str) -> TeraResult<Value> {
    let text = print::text(value).map_err(trouble)?;
    if argument.contains(|c: char| c.is_control()) {
        return Err(trouble(Trouble::failed(
            format!("{name} に改行などは書けません"),
            format!("{name} cannot hold control characters"),
        )));
    }
    Ok(Value::safe_string(&rich::format(name, argument, &text)))
}

/// `color(hex="FF0000")`
fn color(value: &Value, kwargs: Kwargs, _: &State) -> TeraResult<Value> {
    let hex: &str = kwargs.must_get("hex")?;
    let digits = hex.trim_start_matches('#');
    if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(trouble(Trouble::failed(
            format!("色「{hex}」は6桁の16進数（FF0000など）ではありません"),
            format!("the colour \"{hex}\" is not of six hexadecimal digits"),
        )));
    }
    formatted(value, "color", &digits.to_ascii_uppercase())
}

/// `size(pt=14)`
fn size(value: &Value, kwargs: Kwargs, _: &State) -> TeraResult<Value> {
    let points: f64 = kwargs.must_get("pt")?;
    if !(1.0..=500.0).contains(&points) {
        return Err(trouble(Trouble::failed(
            format!("文字の大きさ{points}は使えません"),
            format!("{points} is no size of text"),
        )));
    }
    formatted(value, "size", &format!("{:.0}", points * 2.0))
}

/// Makes a paragraph of each line, or of each value of a list.
fn paragraphs(value: &Value, _: Kwargs, _: &State) -> TeraResult<Value> {
    let text = match value.as_array() {
        Some(list) => {
            let texts: Result<Vec<String>, Trouble> = list.iter().map(print::text).collect();
            rich::paragraphs(texts.map_err(trouble)?.iter().map(String::as_str))
        }
        None => rich::paragraphs(print::text(value).map_err(trouble)?.lines()),
    };
    Ok(Value::safe_string(&text))
}

fn is_id(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

fn no_id(id: &str) -> tera::Error {
    trouble(Trouble::failed(
        format!("「{id}」は参照先の名前として使えません（英数字と-だけ）"),
        format!("\"{id}\" cannot name an anchor; letters, digits and - can"),
    ))
}

/// `anchor(id="risks")`: the text is what references to this id lead to.
fn anchor(value: &Value, kwargs: Kwargs, _: &State) -> TeraResult<Value> {
    let id: &str = kwargs.must_get("id")?;
    if !is_id(id) {
        return Err(no_id(id));
    }
    formatted(value, "anchor", id)
}

/// `ref(id="risks", show="number")`
fn reference(kwargs: Kwargs, _: &State) -> TeraResult<Value> {
    let id: &str = kwargs.must_get("id")?;
    let show: &str = kwargs.get("show")?.unwrap_or("full");
    if !is_id(id) {
        return Err(no_id(id));
    }
    if !SHOWS.contains(&show) {
        let shows = SHOWS.join(", ");
        return Err(trouble(Trouble::failed(format!("show は {shows} のどれかです"), format!("show is one of {shows}"))));
    }
    Ok(Value::safe_string(&rich::format("ref", &format!("{id},{show}"), "")))
}

/// `image(path="figure.png", width="120mm")`
fn image(kwargs: Kwargs, _: &State) -> TeraResult<Value> {
    let path: &str = kwargs.must_get("path")?;
    let side = |name: &str| -> TeraResult<String> {
        match kwargs.get::<Value>(name)? {
            None => Ok(String::new()),
            Some(value) => print::text(&value).map_err(trouble),
        }
    };
    let number = with(|session| session.image(path, &side("width")?, &side("height")?).map_err(trouble))?;
    Ok(Value::safe_string(&rich::format("image", &number.to_string(), "")))
}

/// The names of filters, for what is said about one that is not known.
pub(super) const FILTERS: [&str; 63] = [
    "abs",
    "anchor",
    "b",
    "br",
    "capitalize",
    "capture",
    "color",
    "comma",
    "date_ja",
    "default",
    "e",
    "escape",
    "file_part",
    "first",
    "float",
    "font",
    "get",
    "group_by",
    "i",
    "indent",
    "int",
    "join",
    "json_encode",
    "keys",
    "label",
    "last",
    "length",
    "lower",
    "name_part",
    "newlines_to_br",
    "nl",
    "nl2p",
    "nth",
    "numbered",
    "pad2",
    "pad3",
    "pairs",
    "pluralize",
    "prose",
    "replace",
    "reverse",
    "round",
    "ruby",
    "safe",
    "size",
    "sort",
    "split",
    "str",
    "strike",
    "style",
    "sub",
    "sup",
    "title",
    "trim",
    "trim_end",
    "trim_start",
    "truncate",
    "u",
    "unique",
    "upper",
    "values",
    "wareki",
    "wordcount",
];

/// The names of functions.
pub(super) const FUNCTIONS: [&str; 4] = ["image", "range", "ref", "throw"];

/// The names of tests.
pub(super) const TESTS: [&str; 17] = [
    "array",
    "bool",
    "containing",
    "defined",
    "divisible_by",
    "ending_with",
    "even",
    "float",
    "integer",
    "iterable",
    "map",
    "none",
    "number",
    "odd",
    "starting_with",
    "string",
    "undefined",
];
