//! Deskfob's lines in a configuration that belongs to somebody else: between two marks, and nothing outside them.

use std::ops::Range;

use crate::ConfigError;

const BEGIN: &[u8] = b"# BEGIN Deskfob";
const END: &[u8] = b"# END Deskfob";

/// The block that makes OpenSSH read the file at `include`, which comes from [`crate::config_path`].
pub fn marked_block(include: &str) -> String {
    format!(
        "# BEGIN Deskfob (SSH certificates; taken out again by: fob ssh config --remove)\nInclude {include}\n# END Deskfob\n"
    )
}

/// `config` with `block` in the place of the block that is there, or else before everything: OpenSSH takes the first
/// value of an option, and what is before the first `Host` is for all hosts.
///
/// # Errors
/// [`ConfigError::Marks`].
pub fn with_block(config: &[u8], block: &str) -> Result<Vec<u8>, ConfigError> {
    let block = block.as_bytes();
    Ok(match find(config)? {
        Some(old) => [&config[..old.start], block, &config[old.end..]].concat(),
        None if config.is_empty() => block.to_vec(),
        None => [block, b"\n", config].concat(),
    })
}

/// `config` without the block, and without the blank line that was put behind it.
///
/// # Errors
/// [`ConfigError::Marks`].
pub fn without_block(config: &[u8]) -> Result<Vec<u8>, ConfigError> {
    let Some(block) = find(config)? else {
        return Ok(config.to_vec());
    };
    let after = &config[block.end..];
    let after = if block.start == 0 {
        after.strip_prefix(b"\n").unwrap_or(after)
    } else {
        after
    };
    Ok([&config[..block.start], after].concat())
}

/// Where the block is, from the first byte of its first line to the line break of its last.
fn find(config: &[u8]) -> Result<Option<Range<usize>>, ConfigError> {
    let (mut begin, mut end) = (None, None);
    let mut at = 0;
    for line in config.split_inclusive(|&byte| byte == b'\n') {
        let next = at + line.len();
        let text = line.trim_ascii();
        if is_mark(text, BEGIN) && begin.replace(at).is_some() {
            return Err(ConfigError::Marks);
        }
        if is_mark(text, END) && end.replace(next).is_some() {
            return Err(ConfigError::Marks);
        }
        at = next;
    }
    match (begin, end) {
        (None, None) => Ok(None),
        (Some(begin), Some(end)) if begin < end => Ok(Some(begin..end)),
        _ => Err(ConfigError::Marks),
    }
}

fn is_mark(line: &[u8], mark: &[u8]) -> bool {
    line.strip_prefix(mark)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(b" "))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn block() -> String {
        marked_block("\"/home/ada/deskfob/ssh/config\"")
    }

    #[test]
    fn the_block_comes_first_and_is_replaced_in_its_place() {
        let config = b"Host a\n  User b\n";
        let with = with_block(config, &block()).unwrap();
        assert!(with.starts_with(BEGIN) && with.ends_with(b"\n\nHost a\n  User b\n"));
        let moved = [b"Host z\n", &with[..]].concat();
        let other = marked_block("\"/elsewhere\"");
        let replaced = String::from_utf8(with_block(&moved, &other).unwrap()).unwrap();
        assert_eq!(replaced, format!("Host z\n{other}\nHost a\n  User b\n"));
        assert_eq!(
            without_block(replaced.as_bytes()).unwrap(),
            b"Host z\n\nHost a\n  User b\n"
        );
    }

    #[test]
    fn marks_that_are_no_pair_are_left_alone() {
        let cases: [(&str, &[u8], bool); 7] = [
            ("none", b"Host a\n", true),
            ("a pair", b"# BEGIN Deskfob\nInclude x\n# END Deskfob", true),
            (
                "with a carriage return",
                b"# BEGIN Deskfob x\r\n# END Deskfob\r\n",
                true,
            ),
            ("another program's", b"# BEGIN Deskfobs\n", true),
            ("no end", b"# BEGIN Deskfob\nHost a\n", false),
            ("no beginning", b"Host a\n# END Deskfob\n", false),
            (
                "twice",
                b"# BEGIN Deskfob\n# END Deskfob\n# BEGIN Deskfob\n# END Deskfob\n",
                false,
            ),
        ];
        for (name, config, expected) in cases {
            assert_eq!(with_block(config, &block()).is_ok(), expected, "{name}");
            assert_eq!(without_block(config).is_ok(), expected, "{name}");
        }
        assert!(with_block(b"# END Deskfob\n# BEGIN Deskfob\n", &block()).is_err());
    }

    proptest! {
        #[test]
        fn what_is_put_in_is_taken_out_again(config in proptest::collection::vec(any::<u8>(), 0..200)) {
            let with = with_block(&config, &block()).unwrap();
            prop_assert_eq!(without_block(&with).unwrap(), config.clone());
            prop_assert_eq!(with_block(&with, &block()).unwrap(), with, "putting it in again changes nothing");
        }

        #[test]
        fn nothing_outside_the_marks_changes(before in "[a-z \n]{0,40}\n", after in "[a-z \n]{0,40}") {
            let there = format!("{before}# BEGIN Deskfob\nold\n# END Deskfob\n{after}");
            let with = with_block(there.as_bytes(), &block()).unwrap();
            let expected = format!("{before}{}{after}", block());
            prop_assert_eq!(with, expected.into_bytes());
        }
    }
}
