//! How Word writes a number: `w:numFmt` of lists and the switch `\*` of fields.

/// Writes a number in a format of lists; one that is not known is written in digits, as Word does.
pub(super) fn write(number: u32, format: &str) -> String {
    match format {
        "none" | "bullet" => String::new(),
        "decimalZero" => format!("{number:02}"),
        "decimalFullWidth" | "decimalFullWidth2" => full_width(number),
        "upperRoman" => roman(number),
        "lowerRoman" => roman(number).to_lowercase(),
        "upperLetter" => letters(number, 'A'),
        "lowerLetter" => letters(number, 'a'),
        "aiueoFullWidth" => one_of(number, AIUEO),
        "aiueo" => half_width(&one_of(number, AIUEO)),
        "irohaFullWidth" => one_of(number, IROHA),
        "iroha" => half_width(&one_of(number, IROHA)),
        "japaneseCounting" | "chineseCountingThousand" | "ideographTraditional" => counting(number, &DIGITS, &PLACES),
        "japaneseLegal" => counting(number, &LEGAL, &LEGAL_PLACES),
        "ideographDigital" | "japaneseDigitalTenThousand" => positional(number),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" => {
            enclosed(number, &[(1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1)])
        }
        "decimalEnclosedParen" => enclosed(number, &[(1, 20, 0x2474)]),
        "decimalEnclosedFullstop" => enclosed(number, &[(1, 20, 0x2488)]),
        "ideographEnclosedCircle" => enclosed(number, &[(1, 10, 0x3280)]),
        "numberInDash" => format!("- {number} -"),
        "ordinal" => ordinal(number),
        _ => number.to_string(),
    }
}

/// Returns the format of lists that a switch `\*` of a field names.
pub(super) fn of_switch(switch: &str) -> &'static str {
    match switch {
        "ALPHABETIC" => "upperLetter",
        "alphabetic" => "lowerLetter",
        "ROMAN" => "upperRoman",
        "roman" => "lowerRoman",
        _ => match switch.to_ascii_uppercase().as_str() {
            "DBCHAR" => "decimalFullWidth",
            "AIUEO" => "aiueo",
            "IROHA" => "iroha",
            "DBNUM1" => "ideographDigital",
            "DBNUM2" | "KANJINUM2" => "japaneseCounting",
            "DBNUM3" | "KANJINUM3" => "japaneseLegal",
            "CIRCLENUM" => "decimalEnclosedCircle",
            "GB1" => "decimalEnclosedFullstop",
            "GB2" => "decimalEnclosedParen",
            "ORDINAL" => "ordinal",
            _ => "decimal",
        },
    }
}

const AIUEO: &str = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン";
const IROHA: &str = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン";
const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
const PLACES: [&str; 3] = ["十", "百", "千"];
const LEGAL: [char; 10] = ['零', '壱', '弐', '参', '四', '伍', '六', '七', '八', '九'];
const LEGAL_PLACES: [&str; 3] = ["拾", "百", "阡"];

fn full_width(number: u32) -> String {
    number.to_string().chars().filter_map(|c| char::from_u32(u32::from(c) + 0xFEE0)).collect()
}

fn roman(number: u32) -> String {
    const PARTS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if number == 0 || number > 32_767 {
        return number.to_string();
    }
    let mut rest = number;
    let mut written = String::new();
    for (value, letters) in PARTS {
        while rest >= value {
            written.push_str(letters);
            rest -= value;
        }
    }
    written
}

/// A … Z, AA, BB … ZZ, AAA: Word repeats the letter.
fn letters(number: u32, first: char) -> String {
    let Some(zero) = number.checked_sub(1).filter(|zero| *zero < 780) else { return number.to_string() };
    let letter = char::from_u32(u32::from(first) + zero % 26).unwrap_or(first);
    std::iter::repeat_n(letter, (zero / 26 + 1) as usize).collect()
}

fn one_of(number: u32, row: &str) -> String {
    let count = row.chars().count();
    let at = number.checked_sub(1).map(|zero| zero as usize % count);
    at.and_then(|at| row.chars().nth(at)).map_or_else(|| number.to_string(), String::from)
}

/// The half-width form of a katakana; those that have none stay.
fn half_width(text: &str) -> String {
    const HALF: &str = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝ";
    let half = |c: char| AIUEO.chars().position(|known| known == c).and_then(|at| HALF.chars().nth(at)).unwrap_or(c);
    text.chars().map(half).collect()
}

fn digit(number: u32, digits: &[char; 10]) -> char {
    digits.get((number % 10) as usize).copied().unwrap_or('〇')
}

fn positional(number: u32) -> String {
    number.to_string().bytes().map(|byte| digit(u32::from(byte - b'0'), &DIGITS)).collect()
}

fn counting(number: u32, digits: &[char; 10], places: &[&str; 3]) -> String {
    if number == 0 || number > 9_999 {
        return if number == 0 { digit(0, digits).to_string() } else { number.to_string() };
    }
    let mut written = String::new();
    for (power, place) in [(1000, places.get(2)), (100, places.get(1)), (10, places.first()), (1, None)] {
        let value = number / power % 10;
        if value == 0 {
            continue;
        }
        // A legal number says that there is one of a place; a counting number does not.
        if value > 1 || place.is_none() || digits == &LEGAL {
            written.push(digit(value, digits));
        }
        written.push_str(place.copied().unwrap_or_default());
    }
    written
}

fn enclosed(number: u32, ranges: &[(u32, u32, u32)]) -> String {
    let found = ranges.iter().find(|(from, to, _)| (*from..=*to).contains(&number));
    let c = found.and_then(|(from, _, code)| char::from_u32(code + number - from));
    c.map_or_else(|| number.to_string(), String::from)
}

fn ordinal(number: u32) -> String {
    let end = match (number % 10, number % 100) {
        (1, tens) if tens != 11 => "st",
        (2, tens) if tens != 12 => "nd",
        (3, tens) if tens != 13 => "rd",
        _ => "th",
    };
    format!("{number}{end}")
}

#[cfg(test)]
mod tests {
    use super::write;

    #[test]
    fn numbers_are_written_as_word_does() {
        for (number, format, wanted) in [
            (12, "decimal", "12"),
            (7, "decimalZero", "07"),
            (12, "decimalFullWidth", "１２"),
            (4, "upperRoman", "IV"),
            (1999, "lowerRoman", "mcmxcix"),
            (27, "upperLetter", "AA"),
            (28, "lowerLetter", "bb"),
            (3, "aiueoFullWidth", "ウ"),
            (6, "aiueo", "ｶ"),
            (4, "iroha", "ﾆ"),
            (25, "irohaFullWidth", "ヰ"),
            (1, "japaneseCounting", "一"),
            (10, "japaneseCounting", "十"),
            (21, "japaneseCounting", "二十一"),
            (105, "japaneseCounting", "百五"),
            (10, "japaneseLegal", "壱拾"),
            (20, "ideographDigital", "二〇"),
            (20, "decimalEnclosedCircle", "⑳"),
            (21, "decimalEnclosedCircle", "㉑"),
            (51, "decimalEnclosedCircle", "51"),
            (3, "decimalEnclosedParen", "⑶"),
            (3, "none", ""),
            (3, "whatever", "3"),
            (0, "upperRoman", "0"),
            (0, "lowerLetter", "0"),
        ] {
            assert_eq!(write(number, format), wanted, "{number} {format}");
        }
    }
}
