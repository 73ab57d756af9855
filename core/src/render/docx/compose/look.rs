//! How a document looks, and the styles it has.

/// The styles of a document that is made here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Body text.
    Normal,
    /// The title on a cover.
    Title,
    /// What stands below a title.
    Subtitle,
    /// A numbered heading of level 1 to 5.
    Heading(u8),
    /// A heading without a number that is in the table of contents.
    HeadingPlain,
    /// The words above a table of contents, which are not in it.
    TocHeading,
    /// An entry of a table of contents, level 1 to 4.
    Toc(u8),
    /// An item with a bullet.
    ListBullet,
    /// An item with a number.
    ListNumber,
    /// What belongs to an item but is a paragraph of its own.
    ListContinue,
    /// A cell of a header row or column.
    TableHead,
    /// A cell.
    TableCell,
    /// The words above a table or below a figure.
    Caption,
    /// A paragraph in a frame.
    Boxed,
    /// Small print.
    Small,
    /// An entry of a list of references.
    Bibliography,
    /// A running head.
    Header,
    /// A running foot.
    Footer,
}

impl Style {
    /// All of them, in the order in which a style sheet lists them.
    pub const ALL: [Style; 25] = [
        Style::Normal,
        Style::Title,
        Style::Subtitle,
        Style::Heading(1),
        Style::Heading(2),
        Style::Heading(3),
        Style::Heading(4),
        Style::Heading(5),
        Style::HeadingPlain,
        Style::TocHeading,
        Style::Toc(1),
        Style::Toc(2),
        Style::Toc(3),
        Style::Toc(4),
        Style::ListBullet,
        Style::ListNumber,
        Style::ListContinue,
        Style::TableHead,
        Style::TableCell,
        Style::Caption,
        Style::Boxed,
        Style::Small,
        Style::Bibliography,
        Style::Header,
        Style::Footer,
    ];

    /// Returns its id in the files made here.
    pub fn id(self) -> String {
        match self {
            Style::Normal => "Normal".to_owned(),
            Style::Title => "Title".to_owned(),
            Style::Subtitle => "Subtitle".to_owned(),
            Style::Heading(level) => format!("Heading{level}"),
            Style::HeadingPlain => "HeadingUnnumbered".to_owned(),
            Style::TocHeading => "TOCHeading".to_owned(),
            Style::Toc(level) => format!("TOC{level}"),
            Style::ListBullet => "ListBullet".to_owned(),
            Style::ListNumber => "ListNumber".to_owned(),
            Style::ListContinue => "ListContinue".to_owned(),
            Style::TableHead => "TableHead".to_owned(),
            Style::TableCell => "TableCell".to_owned(),
            Style::Caption => "Caption".to_owned(),
            Style::Boxed => "BoxedText".to_owned(),
            Style::Small => "SmallPrint".to_owned(),
            Style::Bibliography => "Bibliography".to_owned(),
            Style::Header => "Header".to_owned(),
            Style::Footer => "Footer".to_owned(),
        }
    }

    /// Returns its name: Word knows its own styles by their English names and shows them in the user's language.
    pub fn name(self) -> String {
        match self {
            Style::Heading(level) => format!("heading {level}"),
            Style::HeadingPlain => "Heading Unnumbered".to_owned(),
            Style::TocHeading => "TOC Heading".to_owned(),
            Style::Toc(level) => format!("toc {level}"),
            Style::ListBullet => "List Bullet".to_owned(),
            Style::ListNumber => "List Number".to_owned(),
            Style::ListContinue => "List Continue".to_owned(),
            Style::TableHead => "Table Head".to_owned(),
            Style::TableCell => "Table Cell".to_owned(),
            Style::Caption => "caption".to_owned(),
            Style::Boxed => "Boxed Text".to_owned(),
            Style::Small => "Small Print".to_owned(),
            Style::Header => "header".to_owned(),
            Style::Footer => "footer".to_owned(),
            Style::Normal | Style::Title | Style::Subtitle | Style::Bibliography => self.id(),
        }
    }
}

/// How a document looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Face of the text.
    pub text_face: String,
    /// Face of headings and headers of tables.
    pub head_face: String,
    /// Size of the text, half-points.
    pub size: u32,
    /// Size of a cell of a table, half-points.
    pub cell_size: u32,
    /// Distance of lines, 240ths of a line.
    pub line: u32,
    /// Whether headings stand larger than a scientific text has them.
    pub large_headings: bool,
}

/// 游明朝 and 游ゴシック come with every Word since 2016, on Windows and on a Mac, and in documents that declare no grid
/// they keep an even line. ＭＳ 明朝 is what Word falls back to, hard to read at any size; the BIZ UD faces, made to be read
/// easily, are not on a Mac and have another name in their free edition, so that files would differ from desk to desk.
const TEXT_FACE: &str = "游明朝";
const HEAD_FACE: &str = "游ゴシック";

impl Look {
    /// A document to be read by people of the trade or by patients: 12 points, text in 明朝, headings in ゴシック.
    pub fn text() -> Look {
        Look {
            text_face: TEXT_FACE.to_owned(),
            head_face: HEAD_FACE.to_owned(),
            size: 24,
            cell_size: 21,
            line: 320,
            large_headings: false,
        }
    }

    /// A protocol: as [`Look::text`] in 10.5 points with closer lines.
    pub fn protocol() -> Look {
        Look { size: 21, cell_size: 19, line: 300, ..Look::text() }
    }

    /// A document for children: 16 points, ゴシック, room for readings above the lines.
    pub fn assent() -> Look {
        Look {
            text_face: HEAD_FACE.to_owned(),
            head_face: HEAD_FACE.to_owned(),
            size: 32,
            cell_size: 28,
            line: 400,
            large_headings: true,
        }
    }

    /// A form of one page: 11 points, ゴシック for labels.
    pub fn form() -> Look {
        Look { size: 24, cell_size: 24, line: 280, ..Look::text() }
    }
}
