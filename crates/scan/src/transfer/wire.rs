//! The protobuf wire format, as far as a transfer needs it: fields borrowed from the message, so that no key is copied.

/// A field's value. Fixed-width numbers mean nothing in a transfer and are told as [`Value::Other`].
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    Other,
}

/// The fields of a message with their numbers; `None`, and nothing more, where the message is damaged.
pub(super) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    pub(super) fn of(message: &'a [u8]) -> Self {
        Self(message)
    }

    fn field(&mut self) -> Option<(u64, Value<'a>)> {
        let tag = self.varint()?;
        let value = match tag & 7 {
            0 => Value::Number(self.varint()?),
            1 => self.take(8).map(|_| Value::Other)?,
            2 => {
                let length = self.varint()?;
                Value::Bytes(self.take(usize::try_from(length).ok()?)?)
            }
            5 => self.take(4).map(|_| Value::Other)?,
            _ => return None,
        };
        Some((tag >> 3, value))
    }

    /// Seven bits a byte, the lowest first, at most ten bytes.
    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..70).step_by(7) {
            let byte = self.take(1)?[0];
            value |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Option<(u64, Value<'a>)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.0 = &[];
        }
        Some(field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields() {
        type Expected<'a> = &'a [Option<(u64, Value<'a>)>];
        let cases: [(&str, &[u8], Expected); 9] = [
            ("nothing", &[], &[]),
            (
                "a number",
                &[0x18, 0x96, 0x01],
                &[Some((3, Value::Number(150)))],
            ),
            (
                "a negative int32",
                &[
                    0x28, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01,
                ],
                &[Some((5, Value::Number(u64::MAX)))],
            ),
            (
                "bytes",
                &[0x0a, 2, 7, 8],
                &[Some((1, Value::Bytes(&[7, 8])))],
            ),
            (
                "unknown fixed widths",
                &[0x3d, 1, 2, 3, 4, 0x41, 1, 2, 3, 4, 5, 6, 7, 8],
                &[Some((7, Value::Other)), Some((8, Value::Other))],
            ),
            ("cut off in a number", &[0x18, 0x96], &[None]),
            (
                "cut off in bytes",
                &[0x18, 1, 0x0a, 200, 7],
                &[Some((3, Value::Number(1))), None],
            ),
            ("a number without end", &[0xff; 30], &[None]),
            ("a group", &[0x0b, 0x0c], &[None]),
        ];
        for (name, message, expected) in cases {
            assert_eq!(Fields::of(message).collect::<Vec<_>>(), expected, "{name}");
        }
    }
}
