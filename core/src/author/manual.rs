//! The manual page of a plugin, made from its declaration: what the form asks, what fills it, what is checked and what is made.

use super::about;
use super::pages::Block;
use crate::model::form::Need;
use crate::model::{Catalogue, Item, ItemIx, Lang, RuleText, Severity};
use crate::plugin::{Plugin, Source};

/// Describes a plugin in one language.
pub fn manual(plugin: &Plugin, catalogue: &Catalogue, lang: Lang) -> Vec<Block> {
    let writer = Writer { plugin, catalogue, lang };
    let mut blocks = writer.head();
    blocks.extend(writer.items());
    blocks.extend(writer.rules());
    blocks.extend(writer.deadlines());
    blocks.extend(writer.outputs());
    blocks.extend(writer.tables());
    blocks
}

struct Writer<'a> {
    plugin: &'a Plugin,
    catalogue: &'a Catalogue,
    lang: Lang,
}

impl Writer<'_> {
    fn say(&self, ja: &str, en: &str) -> String {
        self.lang.pick(ja, en).to_owned()
    }

    fn heading(&self, ja: &str, en: &str) -> Block {
        Block::Heading(2, self.say(ja, en))
    }

    fn row(&self, cells: &[(&str, &str)]) -> Vec<String> {
        cells.iter().map(|(ja, en)| self.say(ja, en)).collect()
    }

    fn head(&self) -> Vec<Block> {
        let (manifest, form) = (&self.plugin.manifest, &self.plugin.form);
        let mut about = vec![
            vec![self.say("ID", "Id"), format!("{} {}", manifest.id, manifest.version)],
            vec![self.say("種類", "Kind"), about::kind(self.plugin).to_owned()],
            vec![self.say("様式", "Form"), format!("{} {} {}", form.title.get(self.lang), form.id, form.version)],
            vec![self.say("適用開始", "Effective from"), form.effective.clone()],
            vec![self.say("届出の種類", "Kinds of filing"), manifest.kinds.join(self.lang.pick("、", ", "))],
        ];
        let wanted: Vec<String> = manifest.wanted_by.iter().flatten().map(|id| self.field(id)).collect();
        let wanted = match &manifest.wanted_by {
            None => self.say("すべての試験", "every trial"),
            Some(ids) if ids.is_empty() => self.say("名指しされたとき（--plugin）だけ", "only when it is named (--plugin)"),
            Some(_) => wanted.join(self.lang.pick("、", ", ")),
        };
        about.push(vec![self.say("対象になる試験（どれかの項目に記入があるもの）", "Trials that fill in one of"), wanted]);
        let head = self.row(&[("", ""), ("", "")]);
        vec![Block::Heading(1, manifest.title.get(self.lang).to_owned()), Block::Table(head, about)]
    }

    /// Names a field with its label and its id.
    fn field(&self, id: &str) -> String {
        match self.catalogue.field_ix(id) {
            Some(index) => {
                let field = self.catalogue.field(index);
                let scope = self.catalogue.scope(field.scope);
                let of = if scope.id.is_empty() { String::new() } else { format!("{} › ", scope.label.get(self.lang)) };
                format!("{of}{} ({id})", field.label.get(self.lang))
            }
            None => id.to_owned(),
        }
    }

    fn items(&self) -> Vec<Block> {
        let form = &self.plugin.form;
        let head = self.row(&[
            ("番号", "No."),
            ("項目", "Item"),
            ("必須", "Required"),
            ("制限", "Limits"),
            ("コード", "Codes"),
            ("埋めるもの", "Filled from"),
            ("根拠", "Source"),
        ]);
        let rows = form.items().iter().enumerate().skip(1).map(|(at, item)| {
            let label = item.label_text().get(self.lang).to_owned();
            let depth = item.path.matches('/').count();
            vec![
                item.number.clone(),
                format!("{}{label}", "　".repeat(depth)),
                self.needs(at, item),
                self.limits(item),
                self.codes(item),
                self.source(at),
                form.citation(&item.source, self.lang),
            ]
        });
        vec![self.heading("様式の項目", "Items of the form"), Block::Table(head, rows.collect())]
    }

    fn needs(&self, at: ItemIx, item: &Item) -> String {
        let kinds: Vec<(&str, Need)> = self
            .plugin
            .form
            .needs(at)
            .filter(|(kind, _)| self.plugin.manifest.kinds.iter().any(|known| known == kind))
            .collect();
        let word = |need: Need| match need {
            Need::Required => self.say("必須", "required"),
            Need::Conditional => self.say("条件つき", "conditional"),
            Need::Optional => self.say("任意", "optional"),
            Need::Blank => self.say("空欄にする", "must be blank"),
            Need::System => self.say("届出先が記入", "filled in by the authority"),
            Need::Absent => self.say("対象外", "not asked"),
        };
        let mut words: Vec<String> = match kinds.as_slice() {
            [(_, first), rest @ ..] if rest.iter().all(|(_, need)| need == first) => vec![word(*first)],
            kinds => kinds.iter().map(|(kind, need)| format!("{kind}: {}", word(*need))).collect(),
        };
        if let Some(when) = &item.when {
            words.push(
                self.say("他の項目による", "depends on:")
                    + " "
                    + &when.display(|at| self.plugin.form.item(at).label_text().get(self.lang).to_owned()),
            );
        }
        words.join("\n")
    }

    fn limits(&self, item: &Item) -> String {
        let form = &self.plugin.form;
        let mut words = Vec::new();
        if let Some(limit) = item.limit {
            words.push(match self.lang {
                Lang::Ja => format!("半角{limit}文字分まで"),
                Lang::En => format!("at most {limit} half-width characters"),
            });
        }
        words.extend(
            item.format.as_ref().and_then(|name| form.formats.get(name)).map(|format| format.wanted.get(self.lang).to_owned()),
        );
        words.extend(item.fixed.as_ref().map(|fixed| format!("{}{fixed}", self.lang.pick("常に：", "always: "))));
        words.join("\n")
    }

    fn codes(&self, item: &Item) -> String {
        let list = self.plugin.form.codes(item, self.catalogue);
        let Some(list) = list else { return String::new() };
        let entries = list.entries.iter().take(MOST).map(|(code, means)| match means.get(self.lang) {
            "" => code.clone(),
            means => format!("{code} {means}"),
        });
        let mut words: Vec<String> = entries.collect();
        if list.entries.len() > MOST {
            words.push(format!("… ({})", list.entries.len()));
        }
        words.join("\n")
    }

    /// Says what fills an item.
    fn source(&self, at: ItemIx) -> String {
        let id = |field| self.field(&self.catalogue.field(field).id);
        match self.plugin.mapping.source(at) {
            Source::Structure => String::new(),
            Source::Fixed => self.say("決まった言葉", "fixed"),
            Source::Field { field, default, .. } => match default {
                Some(default) => {
                    format!("{}\n{}{}", id(*field), self.lang.pick("空欄のとき：", "when blank: "), default.text())
                }
                None => id(*field),
            },
            Source::Gathered { field, first, .. } => {
                let how = if *first { self.say("最初の行", "first row") } else { self.say("すべての行", "all rows") };
                format!("{} [{how}]", id(*field))
            }
            Source::Derived { expr, .. } => expr.text().to_owned(),
            Source::Rows { list, .. } => {
                format!("{} ({})", self.catalogue.scope(*list).label.get(self.lang), self.catalogue.scope(*list).id)
            }
        }
    }

    fn words(&self, rule: &RuleText) -> Vec<String> {
        let severity = match rule.severity {
            Severity::Error => self.say("エラー", "error"),
            Severity::Warning => self.say("警告", "warning"),
            Severity::Info => self.say("参考", "note"),
        };
        let texts = [&rule.message, &rule.why, &rule.fix, &rule.source];
        [rule.id.clone(), severity].into_iter().chain(texts.iter().map(|text| text.get(self.lang).to_owned())).collect()
    }

    fn rules(&self) -> Vec<Block> {
        let head = self.row(&[
            ("番号", "Id"),
            ("重さ", "Severity"),
            ("指摘", "What"),
            ("理由", "Why"),
            ("直し方", "How to mend it"),
            ("根拠", "Source"),
        ]);
        let rows = self.plugin.rules.texts().map(|rule| self.words(rule)).collect();
        vec![self.heading("規則", "Rules"), Block::Table(head, rows)]
    }

    fn deadlines(&self) -> Vec<Block> {
        let rows: Vec<Vec<String>> = self
            .plugin
            .deadlines
            .list
            .iter()
            .map(|due| {
                vec![
                    due.text.id.clone(),
                    due.title.get(self.lang).to_owned(),
                    due.due.text().to_owned(),
                    due.text.source.get(self.lang).to_owned(),
                ]
            })
            .collect();
        if rows.is_empty() {
            return Vec::new();
        }
        let head = self.row(&[("番号", "Id"), ("すること", "What is due"), ("期日", "Day"), ("根拠", "Source")]);
        vec![self.heading("期限", "Deadlines"), Block::Table(head, rows)]
    }

    fn outputs(&self) -> Vec<Block> {
        let head = self.row(&[
            ("ファイル名", "File"),
            ("作り方", "Renderer"),
            ("元", "From"),
            ("提出用の圧縮ファイル", "In the archive"),
            ("作る条件", "When"),
        ]);
        let rows = self.plugin.manifest.outputs.iter().map(|output| {
            let from = [&output.template, &output.part, &output.document]
                .into_iter()
                .flatten()
                .cloned()
                .collect::<Vec<_>>()
                .join(" / ");
            let each =
                output.each.as_ref().and_then(|list| self.catalogue.scope_ix(list)).map(|list| self.catalogue.scope(list));
            let each =
                each.map(|list| format!("{}{}", self.lang.pick("行ごと：", "one for each row of "), list.label.get(self.lang)));
            let when = output.when.iter().cloned().chain(each).collect::<Vec<_>>().join("\n");
            let packed = if output.packed { self.say("入る", "yes") } else { self.say("入らない", "no") };
            vec![output.name.clone(), output.renderer.name(), from, packed, when]
        });
        vec![self.heading("作るファイル", "Outputs"), Block::Table(head, rows.collect())]
    }

    fn tables(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let tables = &self.plugin.manifest.tables;
        if !tables.is_empty() {
            let head = self.row(&[
                ("ID", "Id"),
                ("表", "Table"),
                ("ファイルを書く項目", "Field that names its files"),
                ("必須", "Required"),
            ]);
            let rows = tables.iter().map(|table| {
                let required = if table.required { self.say("必須", "yes") } else { self.say("任意", "no") };
                let field = table.field.as_ref().map(|id| self.field(id)).unwrap_or_default();
                vec![table.id.clone(), table.title.get(self.lang).to_owned(), field, required]
            });
            blocks.extend([self.heading("表", "Tables"), Block::Table(head, rows.collect())]);
        }
        let settings = self.plugin.code.as_ref().and_then(|code| code.settings.as_object());
        if let Some(settings) = settings.filter(|settings| !settings.is_empty()) {
            let head = self.row(&[("設定", "Setting"), ("初めの値", "Value")]);
            let rows = settings.iter().map(|(key, value)| {
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                vec![key.clone(), value.chars().take(200).collect()]
            });
            blocks.extend([self.heading("設定", "Settings"), Block::Table(head, rows.collect())]);
        }
        blocks
    }
}

/// Most codes of a list that are spelled out.
const MOST: usize = 30;
