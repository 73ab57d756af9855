//! The code of the plugin. Id and version are those of `Cargo.toml`, and must be those of `plugin.toml`.
//! プラグインのプログラムです。IDと版は Cargo.toml のもので、plugin.toml と同じにします。

use todokede_abi::{At, Content, File, Filing, Finding, Hello, Hook, Made, Plugin, Session, VERSION, Wanted};

/// The plugin.
#[derive(Default)]
pub struct Ours;

impl Plugin for Ours {
    fn hello(&self) -> Hello {
        Hello {
            abi: VERSION,
            id: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            hooks: vec![Hook::Validate, Hook::Render],
        }
    }

    fn open(&self, filing: Filing) -> Result<Box<dyn Session>, String> {
        Ok(Box::new(OneFiling { filing }))
    }
}

struct OneFiling {
    filing: Filing,
}

impl Session for OneFiling {
    /// What is wrong: rules of `rules.toml` (`[[code]]`), each with its place in the record.
    fn validate(&mut self) -> Result<Vec<Finding>, String> {
        let domain = self.filing.settings["domain"].as_str().ok_or("settings: no domain")?;
        let contact = self.filing.record["our_plugin"]["contact"].as_str().unwrap_or_default();
        if contact.is_empty() || contact.ends_with(&format!("@{domain}")) {
            return Ok(Vec::new());
        }
        Ok(vec![Finding {
            rule: "OUR-0201".to_owned(),
            at: At::Record("/our_plugin/contact".to_owned()),
            found: contact.to_owned(),
            values: [("domain".to_owned(), domain.into())].into(),
        }])
    }

    /// The parts that the outputs of `plugin.toml` name.
    fn render(&mut self, wanted: &Wanted) -> Result<Made, String> {
        let mut text = "確認票\n".to_owned();
        if wanted.draft {
            text.push_str("【下書き：提出しないこと】\n");
        }
        for (label, value) in self.filing.items.as_object().into_iter().flatten() {
            text.push_str(&format!("□ {label}：{}\n", value.as_str().unwrap_or_default()));
        }
        Ok(Made { files: vec![File { part: "checklist".to_owned(), content: Content::Text(text) }], ..Made::default() })
    }
}
