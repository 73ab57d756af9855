//! The Word template of the protocol plugin is what is written here. `SNAPSHOTS=overwrite` writes it anew; afterwards
//! anybody may open it in Word and change how it looks.

use todokede_core::render::docx::compose::{Composer, Line, Look, Style, Table, paragraph};
use todokede_tests::workspace;

const TITLE: &str = "{{ s.title | anchor(id=s.id) }}";

/// Whether a section stands before the table of contents.
const IN_FRONT: &str = "s.level == 0 and s.id != \"appendices\"";

fn cover(word: &mut Composer) {
    word.cover();
    word.tag("{%p if draft %}");
    word.add(paragraph(Style::Normal, Line::new().bold("【下書き：提出しないこと】")).centred());
    word.tag("{%p endif %}");
    word.add(paragraph(Style::Subtitle, "臨床研究プロトコール（研究計画書）").centred().room_above(72));
    word.add(paragraph(Style::Title, "{{ record.trial.title }}").centred().room_above(24).room_below(12));
    word.tag("{%p if record.trial.acronym %}");
    word.add(paragraph(Style::Subtitle, "（{{ record.trial.acronym }}）").centred().room_below(36));
    word.tag("{%p endif %}");
    let principal = "{{ record.principal.affiliation }}{% if record.principal.department %}　{{ record.principal.department }}{% endif %}　{{ record.principal.title }}　{{ record.principal.family }}　{{ record.principal.given }}";
    let board = "{% for b in record.boards %}{% if not loop.first %}、{% endif %}{{ b.name }}{% if b.reference %}（整理番号 {{ b.reference }}）{% endif %}{% endfor %}";
    let table = Table::new(&[50, 110])
        .pair("プロトコール番号", "{{ record.trial.protocol_number }}")
        .tag("{%tr if record.jrct.number %}")
        .pair("jRCT番号", "{{ record.jrct.number }}")
        .tag("{%tr endif %}")
        .pair("認定臨床研究審査委員会", board)
        .pair("{% if record.sites | length > 1 %}研究代表医師{% else %}研究責任医師{% endif %}", principal)
        .pair("統括管理者", "{{ record.supervisor.name }}")
        .pair("版数", "第{{ version }}版")
        .pair("作成日", "{{ record.protocol.created_on | date_ja }}")
        .tag("{%tr if record.protocol.revised_on %}")
        .pair("改訂日", "{{ record.protocol.revised_on | date_ja }}")
        .tag("{%tr endif %}");
    word.add(table);
    word.page_break();
}

/// The text of a section, where it has one: a heading may stand alone above others.
fn body(word: &mut Composer) {
    word.tag("{%p if s.body %}");
    word.add(paragraph(Style::Normal, "{{p s.body }}"));
    word.tag("{%p endif %}");
}

fn protocol() -> Composer {
    let mut word = Composer::new(Look::protocol());
    word.title("プロトコール　{{ short_title }}　第{{ version }}版");
    cover(&mut word);
    word.tag("{%p for s in sections %}");
    word.tag(&format!("{{%p if {IN_FRONT} %}}"));
    word.add(paragraph(Style::HeadingPlain, TITLE));
    body(&mut word);
    word.tag("{%p endif %}");
    word.tag("{%p endfor %}");
    word.page_break();
    word.add(paragraph(Style::TocHeading, "目次"));
    word.toc(3);
    word.page_break();
    word.tag("{%p for s in sections %}");
    word.tag(&format!("{{%p if not ({IN_FRONT}) %}}"));
    word.tag("{%p if s.level == 0 %}");
    word.add(paragraph(Style::HeadingPlain, TITLE));
    for level in 1..=3 {
        word.tag(&if level < 3 { format!("{{%p elif s.level == {level} %}}") } else { "{%p else %}".to_owned() });
        word.add(paragraph(Style::Heading(level), TITLE));
    }
    word.tag("{%p endif %}");
    body(&mut word);
    word.tag("{%p endif %}");
    word.tag("{%p endfor %}");
    word.header(paragraph(Style::Header, "{{ short_title }}").to_the_right());
    let foot = Line::new().text("第{{ version }}版　{{ dated | date_ja }}").tab().page_of_pages();
    word.footer(paragraph(Style::Footer, foot).right_tab(160));
    word
}

#[test]
fn the_template_of_the_protocol_is_what_its_composer_writes() {
    let path = workspace().join("plugins/protocol/templates/protocol.docx");
    let bytes = protocol().write().unwrap();
    if std::env::var("SNAPSHOTS").is_ok_and(|mode| mode == "overwrite") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &bytes).unwrap();
    }
    assert!(std::fs::read(&path).is_ok_and(|there| there == bytes), "run with SNAPSHOTS=overwrite and look at the change");
}
