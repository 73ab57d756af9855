//! The words of a workbook in both languages.

use super::plan::{Content, Entry};
use super::{Layout, Spec, Use, value};
use crate::model::form::Need;
use crate::model::{FieldIx, Kind, Lang};

/// Who wrote the notes and the file.
pub(super) const AUTHOR: &str = "todokede";
/// The sheet of the code lists; readers skip it.
pub(super) const CODES_SHEET: &str = "_codes";

/// Returns the title of the file.
pub(super) fn title(lang: Lang) -> &'static str {
    lang.pick("治験データ記入用ブック", "Trial data workbook")
}

/// Returns the name of the first sheet.
pub(super) fn guide_sheet(lang: Lang) -> &'static str {
    lang.pick("説明", "Guide")
}

/// Returns the headings of the page of one trial.
pub(super) fn page_headings(lang: Lang) -> [&'static str; 8] {
    match lang {
        Lang::Ja => ["区分", "項目", "値", "必須", "使う届出", "記入例", "説明", "ID"],
        Lang::En => ["Section", "Item", "Value", "Required", "Used by", "Example", "Note", "ID"],
    }
}

/// Returns the headings of the guide's table.
pub(super) fn guide_headings(lang: Lang) -> [&'static str; 8] {
    match lang {
        Lang::Ja => ["シート", "項目", "必須", "使う届出", "値の種類", "記入例", "説明", "ID"],
        Lang::En => ["Sheet", "Item", "Required", "Used by", "Kind of value", "Example", "Note", "ID"],
    }
}

/// Returns the strongest need; nobody's need is optional.
pub(super) fn strongest(uses: &[Use]) -> Need {
    uses.iter().map(|usage| usage.need).min().unwrap_or(Need::Optional)
}

/// Returns the mark of a need.
pub(super) fn mark(need: Need, lang: Lang) -> &'static str {
    match need {
        Need::Required => lang.pick("必須", "Required"),
        Need::Conditional => lang.pick("条件", "Conditional"),
        Need::Optional => lang.pick("任意", "Optional"),
        Need::Blank | Need::Absent => lang.pick("記入不要", "Leave blank"),
        Need::System => lang.pick("自動", "By the system"),
    }
}

/// Says who uses an entry, each with its own need.
pub(super) fn used_by(entry: &Entry, lang: Lang) -> String {
    if entry.uses.is_empty() {
        return lang.pick("共通", "all").to_owned();
    }
    let one = |usage: &Use| match lang {
        Lang::Ja => format!("{}（{}）", usage.plugin.get(lang), mark(usage.need, lang)),
        Lang::En => format!("{} ({})", usage.plugin.get(lang), mark(usage.need, lang).to_lowercase()),
    };
    entry.uses.iter().map(one).collect::<Vec<_>>().join(lang.pick("、", ", "))
}

/// Says what kind of value an entry takes.
pub(super) fn kind(entry: &Entry, lang: Lang) -> String {
    let name = match &entry.field.kind {
        Kind::Text => lang.pick("文字", "Text"),
        Kind::Key => lang.pick("呼び名", "Name of a row"),
        Kind::Int => lang.pick("整数", "Whole number"),
        Kind::Date => lang.pick("日付", "Date"),
        Kind::Year => lang.pick("西暦4桁", "Year, four digits"),
        Kind::Code(_) => lang.pick("コード", "Code"),
        Kind::Digits(width) => {
            return match lang {
                Lang::Ja => format!("数字{width}桁"),
                Lang::En => format!("{width} digits"),
            };
        }
        Kind::Symbol => lang.pick("半角の英数記号", "Half-width symbol"),
        Kind::Receipt => lang.pick("受付番号", "Receipt number"),
        Kind::Phone => lang.pick("電話番号", "Telephone number"),
        Kind::Contact => lang.pick("FAX番号・メールアドレス", "Fax number or e-mail"),
        Kind::Kana => lang.pick("ひらがな", "Hiragana"),
    };
    match entry.content {
        Content::Inline(_) => format!("{name}{}", lang.pick("（複数可）", " (several)")),
        Content::Link(_) | Content::Field => name.to_owned(),
    }
}

/// Returns the example as it would be entered.
pub(super) fn example(entry: &Entry, spec: &Spec) -> String {
    let example = &entry.field.example;
    match entry.content {
        Content::Inline(_) => example.clone(),
        Content::Link(_) | Content::Field => {
            value::explained(spec.catalogue, entry.field, example, spec.lang).unwrap_or_else(|| example.clone())
        }
    }
}

/// Writes the note of a heading: what to enter, an example, who uses it and when it is required.
pub(super) fn note(entry: &Entry, spec: &Spec) -> String {
    let lang = spec.lang;
    let mut lines = vec![entry.label.to_owned()];
    if let Content::Link(scope) = entry.content {
        let sheet = spec.catalogue.scope(scope).label.get(lang);
        lines.push(match lang {
            Lang::Ja => format!("シート「{sheet}」の「{}」と同じ値を選びます。この行がどれに付くかを示します。", entry.label),
            Lang::En => format!("Pick the value of \"{}\" on the sheet \"{sheet}\" that this row belongs to.", entry.label),
        });
        lines.push(format!("{}{}", lang.pick("必須：", "Required: "), lang.pick("記入する行すべて", "on every row filled in")));
        return lines.join("\n");
    }
    if !entry.note.is_empty() {
        lines.push(entry.note.to_owned());
    }
    let mut line = |ja: &str, en: &str, text: &str| {
        if !text.is_empty() {
            lines.push(format!("{}{text}", lang.pick(ja, en)));
        }
    };
    line("値の種類：", "Kind of value: ", &kind(entry, lang));
    line("記入例：", "Example: ", &example(entry, spec));
    line("使う届出：", "Used by: ", &used_by(entry, lang));
    if entry.need == Need::Conditional {
        lines.push(lang.pick("条件：当てはまる場合だけ必要です。", "Conditional: required only where it applies.").to_owned());
    }
    lines.join("\n")
}

/// Says what the workbook is for.
pub(super) fn purpose(spec: &Spec) -> String {
    let plugins = plugins(spec);
    match spec.lang {
        Lang::Ja => format!("このブックは、{plugins} に必要な項目を1か所にまとめたものです。同じ値を記入するのは1回だけです。"),
        Lang::En => format!("This workbook gathers what {plugins} need. Every value is entered once."),
    }
}

fn plugins(spec: &Spec) -> String {
    let mut names: Vec<&str> = spec.uses.values().flatten().map(|usage| usage.plugin.get(spec.lang)).collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        return spec.lang.pick("届出", "the filings").to_owned();
    }
    names.join(spec.lang.pick("、", ", "))
}

/// Returns how to fill in the workbook, a line each.
pub(super) fn steps(spec: &Spec) -> Vec<String> {
    let lang = spec.lang;
    let label = |id: &str| spec.catalogue.field_ix(id).map_or("", |field: FieldIx| spec.catalogue.field(field).label.get(lang));
    let (trial, site) = (label("trial.id"), label("sites.site_no"));
    let steps = match (lang, spec.layout) {
        (Lang::Ja, Layout::Trial) => [
            "シート「試験」の「値」の列に、1試験分の内容を上から順に記入します。".to_owned(),
            "施設や医師のように複数あるものは、それぞれのシートの3行目から、1行に1件ずつ記入します。".to_owned(),
            format!("施設ごとのシートでは、「{site}」の列で、どの施設の行かを選びます。"),
        ],
        (Lang::Ja, Layout::List) => [
            "シート「試験」の3行目から、1試験を1行に記入します。".to_owned(),
            format!("ほかのシートも3行目から、1行に1件ずつ記入します。どの試験の行かを「{trial}」の列で選びます。"),
            format!("施設ごとのシートでは、さらに「{site}」の列で、どの施設の行かを選びます。"),
        ],
        (Lang::En, Layout::Trial) => [
            "Fill in the column \"Value\" of the sheet \"Trial\" from top to bottom.".to_owned(),
            "What there may be several of, such as sites, has a sheet of its own: one row each, from row 3.".to_owned(),
            format!("On the sheets that hang on a site, pick its \"{site}\" in the column of that name."),
        ],
        (Lang::En, Layout::List) => [
            "Fill in the sheet \"Trial\" from row 3, one trial a row.".to_owned(),
            format!("Fill in the other sheets from row 3, too, and pick the trial of each row in the column \"{trial}\"."),
            format!("On the sheets that hang on a site, pick its \"{site}\" as well."),
        ],
    };
    let common = match lang {
        Lang::Ja => [
            "印の意味：「必須」は必ず記入、「条件」は当てはまるときに記入、「任意」は必要に応じて記入、「記入不要」は空欄にします。",
            "コードの欄は一覧から選びます。「1：企業治験」のように意味が付いていても、そのまま読み取れます。",
            "日付は「2026-04-01」「2026/4/1」「令和8年4月1日」のどの書き方でも構いません。",
            "シート名、見出し、IDは変えないでください。使わないシートは空のままで構いません。",
            "被験者を特定できる情報（氏名、カルテ番号など）は記入しないでください。",
        ],
        Lang::En => [
            "Marks: \"Required\" must be filled in, \"Conditional\" where it applies, \"Optional\" as needed; \"Leave blank\" stays empty.",
            "Pick codes from the list; \"1: Sponsored trial\" is read with or without its meaning.",
            "Dates may be written 2026-04-01, 2026/4/1 or 令和8年4月1日.",
            "Do not change the names of sheets, the headings or the IDs. Sheets that are not needed may stay empty.",
            "Never enter anything that identifies a subject, such as a name or a chart number.",
        ],
    };
    steps.into_iter().chain(common.into_iter().map(str::to_owned)).collect()
}
