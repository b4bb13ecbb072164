//! Reads what the test runners say about themselves.

/// How many tests a runner ran, by its own closing lines.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct Count {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    /// Left out: ignored, skipped or to do.
    pub(crate) skipped: u64,
}

impl Count {
    /// Adds up what every closing line in this output says.
    pub(crate) fn of(output: &str) -> Self {
        let mut sum = Self::default();
        for line in output.lines() {
            sum.add(
                line_of_cargo(line)
                    .or_else(|| line_of_vitest(line))
                    .or_else(|| line_of_node(line)),
            );
        }
        sum
    }

    /// Adds another count.
    pub(crate) fn add(&mut self, other: Option<Self>) {
        let other = other.unwrap_or_default();
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s`
fn line_of_cargo(line: &str) -> Option<Count> {
    let (_, numbers) = line
        .trim()
        .strip_prefix("test result: ")?
        .split_once(". ")?;
    Some(Count {
        passed: before(numbers, ';', "passed"),
        failed: before(numbers, ';', "failed"),
        skipped: before(numbers, ';', "ignored"),
    })
}

/// `Tests  1 failed | 12 passed | 1 skipped (14)`
fn line_of_vitest(line: &str) -> Option<Count> {
    let numbers = line.trim().strip_prefix("Tests ")?.rsplit_once('(')?.0;
    Some(Count {
        passed: before(numbers, '|', "passed"),
        failed: before(numbers, '|', "failed"),
        skipped: before(numbers, '|', "skipped") + before(numbers, '|', "todo"),
    })
}

/// `ℹ pass 12` or, on a pipe, `# pass 12`
fn line_of_node(line: &str) -> Option<Count> {
    let mut words = line.split_whitespace();
    if !matches!(words.next(), Some("ℹ" | "#")) {
        return None;
    }
    let name = words.next()?;
    let number = words.next()?.parse().ok()?;
    if words.next().is_some() {
        return None;
    }
    let mut count = Count::default();
    match name {
        "pass" => count.passed = number,
        "fail" | "cancelled" => count.failed = number,
        "skipped" | "todo" => count.skipped = number,
        _ => return None,
    }
    Some(count)
}

/// The number before this word in a list such as `3 passed; 0 failed`.
fn before(list: &str, separator: char, word: &str) -> u64 {
    list.split(separator)
        .filter_map(|part| part.trim().split_once(' '))
        .find(|(_, name)| *name == word)
        .and_then(|(number, _)| number.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_of_each_runner_are_read() {
        let cases = [
            (
                "cargo",
                "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
                (3, 0, 1),
            ),
            (
                "cargo, failed",
                "test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured",
                (2, 1, 0),
            ),
            ("vitest", "      Tests  12 passed (12)", (12, 0, 0)),
            (
                "vitest, mixed",
                "  Tests  1 failed | 12 passed | 2 skipped | 1 todo (16)",
                (12, 1, 3),
            ),
            (
                "vitest's files are no tests",
                " Test Files  3 passed (3)",
                (0, 0, 0),
            ),
            (
                "node",
                "ℹ tests 9\nℹ suites 0\nℹ pass 7\nℹ fail 1\nℹ cancelled 0\nℹ skipped 1",
                (7, 1, 1),
            ),
            ("node on a pipe", "# pass 7\n# fail 0", (7, 0, 0)),
            ("a heading", "# pass the salt 7", (0, 0, 0)),
            (
                "two binaries",
                "test result: ok. 3 passed; 0 failed\ntest result: ok. 4 passed; 0 failed",
                (7, 0, 0),
            ),
        ];
        for (name, output, (passed, failed, skipped)) in cases {
            assert_eq!(
                Count::of(output),
                Count {
                    passed,
                    failed,
                    skipped
                },
                "{name}"
            );
        }
    }
}
