//! Where Tera is not Jinja: what is typed in a tag of a docxtpl template, and how it is written here.

use super::expression::{Token, tokens};
use crate::model::Text;

/// Filters of Jinja that have another name here or none, and what to write.
const FILTERS: [(&str, &str, &str); 30] = [
    ("d", "| default(value=…)", "| default(value=…)"),
    ("count", "| length", "| length"),
    ("tojson", "| json_encode（文字列のみ）", "| json_encode (texts only)"),
    ("wordwrap", "改行は Word が行います。消してください。", "Word breaks lines; drop it."),
    ("striptags", "消してください。値は必ず文字として出ます。", "drop it; values are always plain text."),
    ("forceescape", "消してください。値は必ず文字として出ます。", "drop it; values are always plain text."),
    ("urlize", "消してください。", "drop it."),
    ("center", "段落の配置を使ってください。", "use the alignment of the paragraph."),
    ("dictsort", "{% for 鍵, 値 in … %}", "{% for key, value in … %}"),
    ("items", "{% for 鍵, 値 in … %}", "{% for key, value in … %}"),
    ("select", "[x for x in … if 条件]", "[x for x in … if condition]"),
    ("reject", "[x for x in … if not 条件]", "[x for x in … if not condition]"),
    ("selectattr", "[x for x in … if x.項目 == 値]", "[x for x in … if x.field == value]"),
    ("rejectattr", "[x for x in … if x.項目 != 値]", "[x for x in … if x.field != value]"),
    ("map", "[x.項目 for x in …]", "[x.field for x in …]"),
    ("list", "消してください。", "drop it."),
    ("string", "| str", "| str"),
    ("groupby", "| group_by(attribute=\"項目\")", "| group_by(attribute=\"field\")"),
    ("batch", "{%tr for … %} を入れ子にしてください。", "nest {%tr for … %}."),
    ("slice", "x[開始:終わり]", "x[start:end]"),
    ("format", "値を ~ でつないでください。", "join values with ~."),
    ("filesizeformat", "値を先に作ってください。", "make the value beforehand."),
    ("xmlattr", "消してください。", "drop it."),
    ("attr", "x.項目 か x[\"項目\"]", "x.field or x[\"field\"]"),
    ("sum", "値を先に作ってください。", "make the value beforehand."),
    ("min", "値を先に作ってください。", "make the value beforehand."),
    ("max", "値を先に作ってください。", "make the value beforehand."),
    ("random", "使えません。文書は毎回同じになります。", "not possible: a document is the same each time."),
    ("pprint", "使えません。", "not possible."),
    ("trim_blocks", "使えません。", "not possible."),
];

/// Filters whose one argument has a name here.
const NAMED: [(&str, &str); 10] = [
    ("default", "value"),
    ("join", "sep"),
    ("round", "precision"),
    ("truncate", "length"),
    ("indent", "width"),
    ("replace", "from=…, to"),
    ("sort", "attribute"),
    ("first", "…"),
    ("color", "hex"),
    ("split", "pat"),
];

/// Methods of Python and what to write.
const METHODS: [(&str, &str, &str); 16] = [
    ("items", "{% for 鍵, 値 in … %}", "{% for key, value in … %}"),
    ("keys", "| keys", "| keys"),
    ("values", "| values", "| values"),
    ("get", "x.項目 | default(value=…)", "x.field | default(value=…)"),
    ("strip", "| trim", "| trim"),
    ("lstrip", "| trim_start", "| trim_start"),
    ("rstrip", "| trim_end", "| trim_end"),
    ("upper", "| upper", "| upper"),
    ("lower", "| lower", "| lower"),
    ("title", "| title", "| title"),
    ("capitalize", "| capitalize", "| capitalize"),
    ("replace", "| replace(from=\"…\", to=\"…\")", "| replace(from=\"…\", to=\"…\")"),
    ("split", "| split(pat=\"…\")", "| split(pat=\"…\")"),
    ("join", "リスト | join(sep=\"…\")", "list | join(sep=\"…\")"),
    ("startswith", "is starting_with(pat=\"…\")", "is starting_with(pat=\"…\")"),
    ("endswith", "is ending_with(pat=\"…\")", "is ending_with(pat=\"…\")"),
];

/// Tests of Jinja that have another name here.
const TESTS: [(&str, &str); 11] = [
    ("mapping", "is map"),
    ("sequence", "is array"),
    ("boolean", "is bool"),
    ("divisibleby", "is divisible_by(divisor=…)"),
    ("equalto", "=="),
    ("eq", "=="),
    ("ne", "!="),
    ("gt", ">"),
    ("lt", "<"),
    ("sameas", "=="),
    ("true", "if x"),
];

/// Says how to write here what is Jinja; nothing when nothing of the kind is seen.
pub(super) fn hint(keyword: &str, body: &str) -> Option<Text> {
    let tokens = tokens(body)?;
    let same = |text: &str| Text::from(text);
    let at = |at: usize| tokens.get(at);
    let name = |at: usize| tokens.get(at).and_then(Token::name).unwrap_or_default();
    let is = |at: usize, mark: &str| tokens.get(at).is_some_and(|token| token.is(mark));
    for (index, token) in tokens.iter().enumerate() {
        match token {
            Token::Mark(mark) if mark == "." => {
                if let Some(Token::Number(number)) = at(index + 1) {
                    return Some(Text::new(format!("[{number}] と書いてください。"), format!("write [{number}].")));
                }
                if is(index + 2, "(") {
                    let method = name(index + 1);
                    let found = METHODS.iter().find(|(known, _, _)| *known == method);
                    let (ja, en) = found.map_or(("| フィルター", "| filter"), |(_, ja, en)| (ja, en));
                    return Some(Text::new(
                        format!("Python の .{method}() はありません：{ja}"),
                        format!("there is no .{method}() of Python: {en}"),
                    ));
                }
                if name(index.wrapping_sub(1)) == "loop" {
                    match name(index + 1) {
                        "revindex" => return Some(same("loop.length - loop.index + 1")),
                        "revindex0" => return Some(same("loop.length - loop.index")),
                        field @ ("cycle" | "depth" | "depth0" | "previtem" | "nextitem" | "changed") => {
                            return Some(Text::new(
                                format!(
                                    "loop.{field} はありません。loop.index, loop.index0, loop.first, loop.last, loop.length が使えます。"
                                ),
                                format!("there is no loop.{field}; there are loop.index, index0, first, last and length."),
                            ));
                        }
                        _ => {}
                    }
                }
            }
            Token::Mark(mark) if mark == "|" => {
                let filter = name(index + 1);
                if let Some((_, ja, en)) = FILTERS.iter().find(|(known, _, _)| *known == filter) {
                    return Some(Text::new(*ja, *en));
                }
                let is_positional = is(index + 2, "(") && !is(index + 3, ")") && !is(index + 4, "=");
                if is_positional {
                    let argument = NAMED.iter().find(|(known, _)| *known == filter).map_or("名前", |(_, argument)| argument);
                    let english = if argument == "名前" { "name" } else { argument };
                    return Some(Text::new(
                        format!("引数には名前が要ります：| {filter}({argument}=…)"),
                        format!("arguments are named: | {filter}({english}=…)"),
                    ));
                }
            }
            Token::Mark(mark) if mark == "%" && matches!(at(index.wrapping_sub(1)), Some(Token::Text(_))) => {
                return Some(Text::new("値を ~ でつないでください。", "join values with ~."));
            }
            Token::Mark(mark) if mark == "&&" || mark == "||" => {
                return Some(Text::new("and / or と書いてください。", "write and, or."));
            }
            Token::Mark(mark) if mark == "!" => return Some(Text::new("not と書いてください。", "write not.")),
            Token::Name(word) if word == "is" => {
                let test = if name(index + 1) == "not" { name(index + 2) } else { name(index + 1) };
                if let Some((_, instead)) = TESTS.iter().find(|(known, _)| *known == test) {
                    return Some(same(instead));
                }
                if test == "in" {
                    return Some(same("x in list"));
                }
            }
            Token::Name(word) if word == "namespace" && is(index + 1, "(") => {
                return Some(same("{% set_global name = value %}"));
            }
            Token::Name(word) if word == "range" && is(index + 1, "(") && !is(index + 3, "=") => {
                return Some(same("range(end=…)"));
            }
            Token::Name(word)
                if matches!(word.as_str(), "lipsum" | "cycler" | "joiner" | "dict" | "RichText" | "InlineImage")
                    && is(index + 1, "(") =>
            {
                let instead = if word == "InlineImage" {
                    "image(path=\"…\", width=\"30mm\")"
                } else {
                    "| b, | i, | color(hex=\"…\") …"
                };
                return Some(same(instead));
            }
            Token::Name(word) if word == "if" && keyword == "for" && !tokens.iter().any(|token| token.is("[")) => {
                return Some(same("{% for x in [x for x in list if …] %}"));
            }
            Token::Name(word) if word == "recursive" && keyword == "for" => {
                return Some(Text::new("再帰はできません。", "loops cannot call themselves."));
            }
            _ => {}
        }
    }
    let has_if = tokens.iter().any(|token| token.is_word("if"));
    if has_if
        && !tokens.iter().any(|token| token.is_word("else"))
        && keyword.is_empty()
        && !tokens.iter().any(|token| token.is_word("for"))
    {
        return Some(same("a if b else \"\""));
    }
    if keyword == "set" && is(1, ",") {
        return Some(Text::new("一つずつ {% set %} してください。", "set one name at a time."));
    }
    if keyword == "set" && is(1, ".") {
        return Some(same("{% set_global name = value %}"));
    }
    if tokens.first().is_some_and(|token| token.is("("))
        && tokens.iter().any(|token| token.is(","))
        && !tokens.iter().any(|token| token.is("="))
    {
        return Some(Text::new("( ) ではなく [ ] を使ってください。", "use [ ] instead of ( )."));
    }
    None
}
