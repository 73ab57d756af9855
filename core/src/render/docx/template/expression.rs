//! Reads the expressions of Tera far enough to know which fields, filters, functions and tests they use. Tera itself
//! judges whether they are right.

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A name or a word such as `and`.
    Name(String),
    /// A text in quotes.
    Text(String),
    /// A number.
    Number(String),
    /// Anything else, `==`.
    Mark(String),
}

impl Token {
    /// Returns whether it is this mark.
    pub(super) fn is(&self, mark: &str) -> bool {
        matches!(self, Token::Mark(known) if known == mark)
    }

    /// Returns whether it is this word.
    pub(super) fn is_word(&self, word: &str) -> bool {
        matches!(self, Token::Name(known) if known == word)
    }

    /// Returns the name it is.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Token::Name(name) => Some(name),
            _ => None,
        }
    }
}

/// Marks of two and three characters, the longer first.
const MARKS: [&str; 12] = ["...", "==", "!=", "<=", ">=", "**", "//", "?.", "?[", "&&", "||", "</"];

/// Takes an expression apart; nothing when a text does not end.
pub(super) fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = if c.is_whitespace() {
            c.len_utf8()
        } else if c == '"' || c == '\'' {
            let mut escaped = false;
            let end = rest.char_indices().skip(1).find(|(_, next)| {
                let ends = *next == c && !escaped;
                escaped = *next == '\\' && !escaped;
                ends
            });
            let (end, _) = end?;
            found.push(Token::Text(rest.get(1..end)?.to_owned()));
            end + 1
        } else if c.is_ascii_digit() {
            let length = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
            found.push(Token::Number(rest.get(..length)?.to_owned()));
            length
        } else if c.is_alphabetic() || c == '_' {
            let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            found.push(Token::Name(rest.get(..length)?.to_owned()));
            length
        } else {
            let mark =
                MARKS.iter().find(|mark| rest.starts_with(**mark)).map_or_else(|| c.to_string(), |mark| (*mark).to_owned());
            let length = mark.len();
            found.push(Token::Mark(mark));
            length
        };
        rest = rest.get(length..)?;
    }
    Some(found)
}

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// `.name` or `["name"]`
    Field(String),
    /// `[…]`
    Item,
}

/// What an expression does, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expression {
    /// A field, from the name it starts with.
    Path(String, Vec<Step>),
    /// A filter and what it is applied to.
    Filter(Box<Expression>, String, Vec<Expression>),
    /// A test and what is tested.
    Test(Box<Expression>, String, Vec<Expression>),
    /// A function.
    Call(String, Vec<Expression>),
    /// A list made of another: what each item becomes, the names it has, where items come from, which are taken.
    Each(Box<Expression>, Vec<String>, Box<Expression>, Option<Box<Expression>>),
    /// Anything else, with what is in it.
    Other(Vec<Expression>),
}

/// Words that are no fields.
const WORDS: [&str; 9] = ["true", "True", "false", "False", "none", "None", "null", "not", "else"];

/// Reads an expression; nothing when it cannot be read.
pub(super) fn parse(text: &str) -> Option<Expression> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, at: 0, depth: 0 };
    let read = parser.expression()?;
    (parser.at == tokens.len()).then_some(read)
}

/// Reads what follows `for`: the names of an item and where items come from.
pub(super) fn parse_for(text: &str) -> Option<(Vec<String>, Expression)> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, at: 0, depth: 0 };
    let names = parser.names()?;
    let source = parser.expression()?;
    (parser.at == tokens.len()).then_some((names, source))
}

/// Reads what follows `set`: the name and the value.
pub(super) fn parse_set(text: &str) -> Option<(String, Expression)> {
    let (name, value) = text.split_once('=')?;
    Some((name.trim().to_owned(), parse(value)?))
}

struct Parser<'t> {
    tokens: &'t [Token],
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn take(&mut self, mark: &str) -> bool {
        let is = self.peek().is_some_and(|token| token.is(mark));
        self.at += usize::from(is);
        is
    }

    fn word(&mut self, word: &str) -> bool {
        let is = self.peek().is_some_and(|token| token.is_word(word));
        self.at += usize::from(is);
        is
    }

    fn name(&mut self) -> Option<String> {
        let name = self.peek()?.name()?.to_owned();
        self.at += 1;
        Some(name)
    }

    /// Reads `a in` or `a, b in`.
    fn names(&mut self) -> Option<Vec<String>> {
        let mut names = vec![self.name()?];
        if self.take(",") {
            names.push(self.name()?);
        }
        self.word("in").then_some(names)
    }

    fn expression(&mut self) -> Option<Expression> {
        let value = self.operation()?;
        if !self.word("if") {
            return Some(value);
        }
        let condition = self.operation()?;
        let mut parts = vec![value, condition];
        if self.word("else") {
            parts.push(self.expression()?);
        }
        Some(Expression::Other(parts))
    }

    /// Reads values with operators between them; how tightly they bind does not matter here.
    fn operation(&mut self) -> Option<Expression> {
        const OPERATORS: [&str; 15] = ["+", "-", "*", "/", "%", "~", "==", "!=", "<", "<=", ">", ">=", "**", "//", ","];
        const BETWEEN: [&str; 3] = ["and", "or", "in"];
        self.depth += 1;
        if self.depth > 64 {
            return None;
        }
        let mut parts = vec![self.tested()?];
        loop {
            let is_operator = self.peek().is_some_and(|token| {
                OPERATORS.iter().filter(|operator| **operator != ",").any(|operator| token.is(operator))
                    || BETWEEN.iter().any(|word| token.is_word(word))
            });
            let is_not_in = self.peek().is_some_and(|token| token.is_word("not"));
            if is_operator {
                self.at += 1;
            } else if is_not_in {
                self.at += 1;
                if !self.word("in") {
                    return None;
                }
            } else {
                break;
            }
            parts.push(self.tested()?);
        }
        self.depth -= 1;
        if parts.len() == 1 { parts.pop() } else { Some(Expression::Other(parts)) }
    }

    fn tested(&mut self) -> Option<Expression> {
        while self.word("not") || self.take("-") {}
        let mut value = self.primary()?;
        loop {
            if self.take("|") {
                let name = self.name()?;
                let arguments = self.arguments()?;
                value = Expression::Filter(Box::new(value), name, arguments);
            } else if self.word("is") {
                let _ = self.word("not");
                let name = self.name()?;
                let arguments = self.arguments()?;
                value = Expression::Test(Box::new(value), name, arguments);
            } else if self.take("[") {
                let inner = self.subscript()?;
                value = Expression::Other([value].into_iter().chain(inner).collect());
            } else {
                return Some(value);
            }
        }
    }

    /// Reads `(name=value, …)` where there is one.
    fn arguments(&mut self) -> Option<Vec<Expression>> {
        let mut arguments = Vec::new();
        if !self.take("(") {
            return Some(arguments);
        }
        while !self.take(")") {
            let is_named = self.tokens.get(self.at + 1).is_some_and(|token| token.is("="));
            if is_named {
                self.at += 2;
            }
            arguments.push(self.expression()?);
            let _ = self.take(",");
        }
        Some(arguments)
    }

    /// Reads what stands in brackets behind a value.
    fn subscript(&mut self) -> Option<Vec<Expression>> {
        let mut inner = Vec::new();
        while !self.take("]") {
            if self.take(":") {
                continue;
            }
            inner.push(self.expression()?);
        }
        Some(inner)
    }

    fn primary(&mut self) -> Option<Expression> {
        if self.take("(") {
            let inner = self.expression()?;
            return self.take(")").then_some(inner);
        }
        if self.take("[") {
            return self.list();
        }
        if self.take("{") {
            return self.map();
        }
        match self.peek()?.clone() {
            Token::Text(_) | Token::Number(_) => {
                self.at += 1;
                Some(Expression::Other(Vec::new()))
            }
            Token::Name(name) if WORDS.contains(&name.as_str()) => {
                self.at += 1;
                Some(Expression::Other(Vec::new()))
            }
            Token::Name(name) => {
                self.at += 1;
                if self.peek().is_some_and(|token| token.is("(")) {
                    let arguments = self.arguments()?;
                    return Some(Expression::Call(name, arguments));
                }
                self.path(name)
            }
            Token::Mark(_) => None,
        }
    }

    fn path(&mut self, name: String) -> Option<Expression> {
        let mut steps = Vec::new();
        let mut inner = Vec::new();
        loop {
            if self.take(".") || self.take("?.") {
                steps.push(Step::Field(self.name()?));
            } else if self.take("[") || self.take("?[") {
                let key = match (self.peek(), self.tokens.get(self.at + 1)) {
                    (Some(Token::Text(key)), Some(end)) if end.is("]") => Some(key.clone()),
                    _ => None,
                };
                inner.extend(self.subscript()?);
                steps.push(key.map_or(Step::Item, Step::Field));
            } else {
                break;
            }
        }
        let path = Expression::Path(name, steps);
        if inner.iter().all(|inner| *inner == Expression::Other(Vec::new())) {
            return Some(path);
        }
        inner.insert(0, path);
        Some(Expression::Other(inner))
    }

    fn list(&mut self) -> Option<Expression> {
        let mut items = Vec::new();
        while !self.take("]") {
            let _ = self.take("...");
            let item = self.expression()?;
            if items.is_empty() && self.word("for") {
                let names = self.names()?;
                let source = self.operation()?;
                let condition = if self.word("if") { Some(Box::new(self.operation()?)) } else { None };
                return self.take("]").then(|| Expression::Each(Box::new(item), names, Box::new(source), condition));
            }
            items.push(item);
            let _ = self.take(",");
        }
        Some(Expression::Other(items))
    }

    fn map(&mut self) -> Option<Expression> {
        let mut items = Vec::new();
        while !self.take("}") {
            if self.take("...") {
                items.push(self.expression()?);
            } else {
                // The key.
                self.at += 1;
                if !self.take(":") {
                    return None;
                }
                items.push(self.expression()?);
            }
            let _ = self.take(",");
        }
        Some(Expression::Other(items))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<String> {
        fn gather(expression: &Expression, found: &mut Vec<String>) {
            match expression {
                Expression::Path(name, steps) => {
                    let mut path = name.clone();
                    for step in steps {
                        match step {
                            Step::Field(name) => path.extend([".", name]),
                            Step::Item => path.push_str("[]"),
                        }
                    }
                    found.push(path);
                }
                Expression::Filter(value, _, arguments) | Expression::Test(value, _, arguments) => {
                    gather(value, found);
                    arguments.iter().for_each(|argument| gather(argument, found));
                }
                Expression::Call(_, arguments) | Expression::Other(arguments) => {
                    arguments.iter().for_each(|argument| gather(argument, found));
                }
                Expression::Each(item, _, source, condition) => {
                    gather(item, found);
                    gather(source, found);
                    condition.iter().for_each(|condition| gather(condition, found));
                }
            }
        }
        let mut found = Vec::new();
        gather(&parse(text).unwrap(), &mut found);
        found
    }

    #[test]
    fn the_fields_of_an_expression_are_found() {
        assert_eq!(paths("a.b | join(sep=c.d) | b"), ["a.b", "c.d"]);
        assert_eq!(paths("a[0].x == 'y' and not b is defined"), ["a[].x", "b"]);
        assert_eq!(paths("a['k'].x[i + 1]"), ["a.k.x[]", "i"]);
        assert_eq!(paths("x.y if z else [q, 'r', {'a': s}]"), ["x.y", "z", "q", "s"]);
        assert_eq!(paths("[v.name for v in rows if v.on] | join(sep='、')"), ["v.name", "rows", "v.on"]);
        assert_eq!(paths("image(path=p, width=30) ~ -n ** 2"), ["p", "n"]);
        assert_eq!(paths("x not in y or a?.b?[0]"), ["x", "y", "a.b[]"]);
        assert_eq!(parse("a +"), None);
        assert_eq!(parse("'a"), None);
        assert_eq!(parse_for("k, v in d.items").unwrap().0, ["k", "v"]);
    }
}
