//! Golden scripts: text files of cases, each a directive with arguments, an input and the expected output.
//!
//!     # Any comment: it stays when outputs are rewritten.
//!     norm expect=PushFilterIntoJoinLeft
//!     SELECT * FROM a JOIN b USING (x) WHERE a.y > 3
//!     ----
//!     join (a.x = b.x)
//!     ├── …
//!
//! An empty line ends the output; an output with empty lines of its own stands between doubled `----` lines instead.
//! Arguments are `key`, `key=value` or `key=(several words)`. Run with `UPDATE=1` in the environment, a script's
//! outputs are replaced by what the code says; read the difference before committing it.

use std::fmt::Write;
use std::path::{Path, PathBuf};

/// One case of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What to do: the first word.
    pub directive: String,
    /// Arguments in order; a bare key has an empty value.
    pub args: Vec<(String, String)>,
    /// The lines between the directive and `----`.
    pub input: String,
    /// The output in the script.
    pub expected: String,
    /// File and line of the directive.
    pub place: String,
}

impl Case {
    /// The value of the first argument of that key.
    pub fn arg(&self, key: &str) -> Option<&str> {
        let pair = self.args.iter().find(|(k, _)| k == key);
        pair.map(|(_, value)| value.as_str())
    }

    /// The values of all arguments of that key.
    pub fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        let pairs = self.args.iter().filter(move |(k, _)| k == key);
        pairs.map(|(_, value)| value.as_str())
    }

    /// The argument is there.
    pub fn has(&self, key: &str) -> bool {
        self.arg(key).is_some()
    }
}

/// A script taken apart: what stands between outputs is kept word for word.
enum Part {
    /// Comments and empty lines.
    Between(String),
    /// A case and its directive and input as written.
    Case(Case, String),
}

/// Runs every case of a script and compares what `run` says with the expected output.
/// Panics with the first difference, or rewrites the file when `UPDATE=1` is set.
pub fn check(path: impl AsRef<Path>, run: &mut dyn FnMut(&Case) -> String) {
    let path = path.as_ref();
    let text = read(path);
    match checked(&path.display().to_string(), &text, run, updating()) {
        Ok(new) if new != text => std::fs::write(path, new)
            .unwrap_or_else(|error| panic!("cannot rewrite {}: {error}", path.display())),
        Ok(_) => {}
        Err(difference) => panic!("{difference}"),
    }
}

/// Runs every script of a folder, in order of name; gives the number of scripts. Files that do not end in `extension`
/// are left alone. There must be at least one script.
pub fn check_folder(
    folder: impl AsRef<Path>,
    extension: &str,
    run: &mut dyn FnMut(&Case) -> String,
) -> usize {
    let scripts = scripts(folder.as_ref(), extension);
    for script in &scripts {
        check(script, run);
    }
    scripts.len()
}

/// All cases of all scripts of a folder, in order of name.
pub fn cases_of_folder(folder: impl AsRef<Path>, extension: &str) -> Vec<Case> {
    let of = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        cases(&name, &read(path)).unwrap_or_else(|error| panic!("{error}"))
    };
    scripts(folder.as_ref(), extension)
        .iter()
        .flat_map(of)
        .collect()
}

/// The scripts of a folder in order of name; at least one.
fn scripts(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut scripts: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", folder.display()))
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .collect();
    scripts.sort();
    assert!(
        !scripts.is_empty(),
        "no .{extension} script in {}",
        folder.display()
    );
    scripts
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
}

/// Scripts are to be rewritten rather than compared.
pub fn updating() -> bool {
    std::env::var("UPDATE").is_ok_and(|value| value == "1")
}

/// The script with the outputs that `run` gives, or the first difference in words.
fn checked(
    name: &str,
    text: &str,
    run: &mut dyn FnMut(&Case) -> String,
    update: bool,
) -> Result<String, String> {
    let mut out = String::new();
    for part in parse(name, text)? {
        match part {
            Part::Between(text) => out.push_str(&text),
            Part::Case(case, written) => {
                let mut found = run(&case);
                if !found.is_empty() && !found.ends_with('\n') {
                    found.push('\n');
                }
                if found != case.expected && !update {
                    return Err(difference(&case, &found));
                }
                out.push_str(&written);
                // An output that could be taken for the end of one stands between doubled lines.
                if found.lines().any(|l| l.trim().is_empty() || l == "----") {
                    let _ = write!(out, "----\n----\n{found}----\n----\n");
                } else {
                    let _ = write!(out, "----\n{found}");
                }
            }
        }
    }
    Ok(out)
}

/// All cases of a script's text; `name` is for places in messages.
pub fn cases(name: &str, text: &str) -> Result<Vec<Case>, String> {
    let parts = parse(name, text)?;
    Ok(parts
        .into_iter()
        .filter_map(|part| match part {
            Part::Case(case, _) => Some(case),
            Part::Between(_) => None,
        })
        .collect())
}

fn parse(name: &str, text: &str) -> Result<Vec<Part>, String> {
    let mut lines = text.split_inclusive('\n').enumerate().peekable();
    let mut parts = Vec::new();
    while let Some((number, line)) = lines.next() {
        if line.trim().is_empty() || line.starts_with('#') {
            parts.push(Part::Between(line.to_string()));
            continue;
        }
        let place = format!("{name}:{}", number + 1);
        let (directive, args) = arguments(line.trim()).map_err(|e| format!("{place}: {e}"))?;
        let (mut input, mut written) = (String::new(), line.to_string());
        loop {
            match lines.next() {
                Some((_, line)) if line.trim_end() == "----" => break,
                Some((_, line)) => {
                    input.push_str(line);
                    written.push_str(line);
                }
                None => return Err(format!("{place}: no ---- after this directive")),
            }
        }
        let doubled = lines.next_if(|(_, l)| l.trim_end() == "----").is_some();
        let mut expected = String::new();
        if doubled {
            loop {
                match lines.next() {
                    Some((_, line)) if line.trim_end() == "----" => break,
                    Some((_, line)) => expected.push_str(line),
                    None => return Err(format!("{place}: the doubled ---- is never closed")),
                }
            }
            if lines.next_if(|(_, l)| l.trim_end() == "----").is_none() {
                return Err(format!("{place}: the closing ---- is not doubled"));
            }
        } else {
            while let Some((_, line)) = lines.next_if(|(_, l)| !l.trim().is_empty()) {
                expected.push_str(line);
            }
        }
        if !expected.is_empty() && !expected.ends_with('\n') {
            expected.push('\n');
        }
        let input = input.trim_end_matches('\n').to_string();
        let case = Case {
            directive,
            args,
            input,
            expected,
            place,
        };
        parts.push(Part::Case(case, written));
    }
    Ok(parts)
}

/// A directive line's first word and arguments.
type Arguments = (String, Vec<(String, String)>);

fn arguments(line: &str) -> Result<Arguments, String> {
    let (directive, mut rest) = line.split_once(' ').unwrap_or((line, ""));
    let mut args = Vec::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return Ok((directive.to_string(), args));
        }
        let key_end = rest.find(['=', ' ']).unwrap_or(rest.len());
        let (key, behind) = rest.split_at(key_end);
        let (value, behind) = match behind.strip_prefix('=') {
            None => ("", behind),
            Some(value) => match value.strip_prefix('(') {
                Some(value) => value
                    .split_once(')')
                    .ok_or_else(|| format!("the value of {key} has no closing parenthesis"))?,
                None => value.split_at(value.find(' ').unwrap_or(value.len())),
            },
        };
        args.push((key.to_string(), value.to_string()));
        rest = behind;
    }
}

/// The first line that differs, with the lines around it.
fn difference(case: &Case, found: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) =
        (case.expected.lines().collect(), found.lines().collect());
    let at = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let mut out = format!("{}: {} gave another output", case.place, case.directive);
    let _ = write!(out, " from its line {} on\n{}\n----\n", at + 1, case.input);
    for line in &old[at.saturating_sub(3)..at] {
        let _ = writeln!(out, "  {line}");
    }
    for (sign, lines) in [("-", &old), ("+", &new)] {
        for line in lines.iter().skip(at).take(8) {
            let _ = writeln!(out, "{sign} {line}");
        }
        if lines.len() > at + 8 {
            let _ = writeln!(out, "{sign} … {} more lines", lines.len() - at - 8);
        }
    }
    out + "(- as the script has it, + as the code says; UPDATE=1 rewrites the script)"
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "\
# A comment.
echo upper times=2 words=(of several words)
one
two
----
ONE
TWO

# Nothing comes out of this one.
silent
x
----

echo
a

b
----
----
a

b
----
----
";

    fn echo(case: &Case) -> String {
        match case.directive.as_str() {
            "silent" => String::new(),
            _ if case.has("upper") => case.input.to_uppercase(),
            _ => case.input.clone(),
        }
    }

    #[test]
    fn a_script_that_holds_stays_as_it_is() {
        for update in [false, true] {
            let new = checked("s", SCRIPT, &mut echo, update);
            assert_eq!(new.as_deref(), Ok(SCRIPT));
        }
        let cases = cases("s", SCRIPT).expect("a script");
        assert_eq!(cases.len(), 3);
        assert_eq!(cases[0].arg("times"), Some("2"));
        assert_eq!(cases[0].arg("words"), Some("of several words"));
        assert_eq!(
            (cases[1].place.as_str(), cases[1].arg("times")),
            ("s:10", None)
        );
    }

    #[test]
    fn a_difference_is_told_or_rewritten() {
        let changed = SCRIPT.replace("\nTWO\n", "\nTOO\n");
        let error = checked("s", &changed, &mut echo, false).expect_err("a difference");
        assert_eq!(
            error,
            "s:2: echo gave another output from its line 2 on\none\ntwo\n----\n  ONE\n- TOO\n+ TWO\n\
             (- as the script has it, + as the code says; UPDATE=1 rewrites the script)"
        );
        let new = checked("s", &changed, &mut echo, true);
        assert_eq!(new.as_deref(), Ok(SCRIPT));
    }

    #[test]
    fn broken_scripts_name_their_place() {
        for (script, message) in [
            ("a\nb\n", "s:1: no ---- after this directive"),
            (
                "\na\n----\n----\nx\n",
                "s:2: the doubled ---- is never closed",
            ),
            (
                "a\n----\n----\nx\n----\ny\n",
                "s:1: the closing ---- is not doubled",
            ),
            (
                "a b=(c\n----\n",
                "s:1: the value of b has no closing parenthesis",
            ),
        ] {
            assert_eq!(cases("s", script).err().as_deref(), Some(message));
        }
    }
}
