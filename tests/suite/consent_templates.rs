//! The Word templates of the consent plugin are what is written here. `SNAPSHOTS=overwrite` writes them anew; afterwards
//! anybody may open them in Word and change how they look.

use todokede_core::render::docx::compose::{Cell, Composer, Line, Look, Style, Table, paragraph};
use todokede_tests::workspace;

/// The principal, also where only a notification names one.
const PRINCIPAL: &str =
    "{% if row.principal %}{{ row.principal }}{% else %}{% for p in row.investigators %}{{ p.name }}{% endfor %}{% endif %}";

const VERSION: &str = "第{{ version }}版（{{ record.consent.date | date_ja }}作成）";

/// Sections one after the other: heading, text, and what `after` adds below a text.
fn sections(word: &mut Composer, numbered: bool, after: impl FnOnce(&mut Composer)) {
    word.tag("{%p for s in sections %}");
    if numbered {
        word.tag("{%p if s.level == 0 %}");
        word.add(paragraph(Style::HeadingPlain, "{{ s.title | anchor(id=s.id) }}"));
        word.tag("{%p elif s.level == 1 %}");
        word.add(paragraph(Style::Heading(1), "{{ s.title | anchor(id=s.id) }}"));
        word.tag("{%p else %}");
        word.add(paragraph(Style::Heading(2), "{{ s.title | anchor(id=s.id) }}"));
        word.tag("{%p endif %}");
    } else {
        word.add(paragraph(Style::HeadingPlain, "{{ s.title | anchor(id=s.id) }}"));
    }
    word.add(paragraph(Style::Normal, "{{p s.body }}"));
    after(word);
    word.tag("{%p endfor %}");
}

/// A draft says so at its top.
fn draft(word: &mut Composer) {
    word.tag("{%p if draft %}");
    word.add(paragraph(Style::Normal, Line::new().bold("（下書き：提出できません）")).centred());
    word.tag("{%p endif %}");
    word.header(paragraph(Style::Header, "{% if draft %}（下書き：提出できません）{% endif %}").centred());
}

/// What is printed, in which version, and the page, on every page.
fn footer(word: &mut Composer, what: &str) {
    word.footer(paragraph(Style::Footer, format!("{{{{ record.trial.acronym }}}}　{what}　{VERSION}")).centred());
    word.footer(paragraph(Style::Footer, Line::new().page_of_pages()).centred());
}

fn explanation() -> Composer {
    let mut word = Composer::new(Look::text());
    word.title("説明文書　{{ record.trial.acronym }}");
    word.cover();
    draft(&mut word);
    word.add(paragraph(Style::Subtitle, "この{{ study }}への参加をお考えの方へ").centred().room_above(72));
    let title =
        "{% if record.trial.public_title %}{{ record.trial.public_title }}{% else %}{{ record.trial.title }}{% endif %}";
    word.add(paragraph(Style::Title, title).centred().room_above(24));
    word.add(paragraph(Style::Subtitle, "説明文書").centred().room_above(24).room_below(36));
    let cover = Table::new(&[45, 115])
        .pair("正式な名称", "{{ record.trial.title }}")
        .pair("版と作成日", VERSION)
        .pair("医療機関", "{{ row.name }}　{{ row.department }}")
        .pair("{{ leader }}", format!("{PRINCIPAL}（{{{{ row.principal_title }}}}）").as_str())
        .pair("相談窓口", "{{ row.consult_desk }}　電話 {{ row.consult_phone }}（{{ row.consult_hours }}）");
    word.add(cover);
    word.page_break();
    word.add(paragraph(Style::TocHeading, "目次"));
    word.toc(2);
    word.page_break();
    sections(&mut word, true, |_| ());
    footer(&mut word, "説明文書");
    word
}

/// To whom a form is addressed, and about what.
fn addressed(word: &mut Composer, title: &str) {
    word.title(&format!("{title}　{{{{ record.trial.acronym }}}}"));
    draft(word);
    word.add(paragraph(Style::Title, title).centred());
    word.add(paragraph(Style::Normal, "{{ row.name }}　{{ row.head_title }}　殿").room_below(12));
    let about = Table::new(&[35, 125]).pair("{{ study }}の名称", "{{ record.trial.title }}").pair("説明文書の版", VERSION);
    word.add(about);
    footer(word, title);
}

fn consent_form() -> Composer {
    let mut word = Composer::new(Look::form());
    addressed(&mut word, "同意書");
    sections(&mut word, false, |word| {
        // The boxes are the headings of the explanation that this form belongs to, none more and none less.
        word.tag("{%p if s.id == \"statement\" %}");
        word.tag("{%p for e in made.explanation.sections %}");
        word.tag("{%p if e.level == 1 %}");
        word.add(paragraph(Style::TableCell, "□　{{ e.number }}　{{ e.title }}").moved_in(6));
        word.tag("{%p endif %}");
        word.tag("{%p endfor %}");
        word.tag("{%p endif %}");
    });
    word
}

fn withdrawal() -> Composer {
    let mut word = Composer::new(Look::form());
    addressed(&mut word, "同意撤回書");
    sections(&mut word, false, |_| ());
    word
}

/// `title` may use only kanji that its readers know, or give their readings; so the foot has none.
fn assent(title: &str) -> Composer {
    let mut word = Composer::new(Look::assent());
    word.title("アセント文書　{{ record.trial.acronym }}");
    word.header(paragraph(Style::Header, "{% if draft %}（下書き：提出できません）{% endif %}").centred());
    word.add(paragraph(Style::Title, title).centred());
    sections(&mut word, false, |_| ());
    let line = Line::new().text("{{ record.trial.id }}　Ver. {{ version }}　").page_of_pages();
    word.footer(paragraph(Style::Footer, line).centred());
    word
}

fn checklist() -> Composer {
    let mut word = Composer::new(Look::form());
    word.title("記載事項チェックリスト　{{ record.trial.acronym }}");
    draft(&mut word);
    word.add(paragraph(Style::Title, "記載事項チェックリスト（説明文書）").centred());
    let about = Table::new(&[35, 125])
        .pair("{{ study }}の名称", "{{ record.trial.title }}")
        .pair("根拠", "{{ basis }}")
        .pair("説明文書の版", VERSION);
    word.add(about);
    let cells = |text: &str| {
        Cell::of(vec![
            paragraph(Style::TableCell, "{%p for s in item.sections %}"),
            paragraph(Style::TableCell, text),
            paragraph(Style::TableCell, "{%p endfor %}"),
        ])
    };
    let items = Table::new(&[20, 72, 53, 15])
        .head(&["号", "記載事項", "説明文書の見出し", "ページ"])
        .tag("{%tr for item in legal %}")
        .row([
            Cell::from("{{ item.number }}"),
            Cell::from("{{ item.text }}"),
            cells("{{ s.number }}　{{ s.title }}"),
            cells("{{ s.page }}"),
        ])
        .tag("{%tr endfor %}");
    word.add(items);
    footer(&mut word, "記載事項チェックリスト");
    word
}

#[test]
fn the_templates_are_what_is_written_here() {
    let reading = |kana: &str, kanji: &str, rest: &str| {
        format!("{{% if record.consent.profile == \"gcp\" %}}{kana}{{% else %}}{kanji}{{% endif %}}{rest}")
    };
    let made = [
        ("explanation", explanation()),
        ("consent-form", consent_form()),
        ("withdrawal", withdrawal()),
        ("assent-a", assent(&reading("ちけん", "けんきゅう", "の おはなし"))),
        ("assent-b", assent(&reading("{{ \"治験\" | ruby(text=\"ちけん\") }}", "研究", "のお話"))),
        ("assent-c", assent("{{ study }}についての説明")),
        ("checklist", checklist()),
    ];
    for (name, word) in made {
        let wanted = word.write().unwrap();
        let path = workspace().join("plugins/consent/templates").join(format!("{name}.docx"));
        if std::env::var("SNAPSHOTS").is_ok_and(|mode| mode == "overwrite") {
            std::fs::write(&path, &wanted).unwrap();
        } else {
            let there = std::fs::read(&path).unwrap_or_default();
            assert!(there == wanted, "{}: run with SNAPSHOTS=overwrite and look at the change", path.display());
        }
    }
}
