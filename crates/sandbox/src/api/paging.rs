//! Lists in pages: `page[size]`, signed opaque cursors, `sort`, and `_links`.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use super::Failure;
use crate::keys::{Purpose, SigningKey};

const DEFAULT_SIZE: usize = 20;
const LARGEST_SIZE: usize = 100;
/// Bytes of a cursor's tag.
const TAG: usize = 16;

/// What a caller asks of a list.
#[derive(Debug)]
pub(crate) struct PageQuery {
    size: usize,
    after: Option<String>,
    before: Option<String>,
    /// As given; `-` means descending.
    sort: Option<String>,
}

/// The part of a list to show: positions in the sorted list.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) start: usize,
    pub(crate) end: usize,
    total: usize,
}

fn bad(message: impl Into<String>) -> Failure {
    Failure::BadRequest(message.into())
}

impl PageQuery {
    /// Reads the query; `sorts` are the fields this list can be sorted by.
    pub(crate) fn read(pairs: &[(String, String)], sorts: &[&str]) -> Result<Self, Failure> {
        let mut query = Self {
            size: DEFAULT_SIZE,
            after: None,
            before: None,
            sort: None,
        };
        for (name, value) in pairs {
            match name.as_str() {
                "page[size]" => {
                    query.size = value
                        .parse()
                        .ok()
                        .filter(|size| (1..=LARGEST_SIZE).contains(size))
                        .ok_or_else(|| bad("page[size] must be between 1 and 100."))?;
                }
                "page[after]" => query.after = Some(value.clone()),
                "page[before]" => query.before = Some(value.clone()),
                "sort" => {
                    if !sorts.contains(&value.trim_start_matches('-')) {
                        return Err(bad(format!("sort must be one of {}.", sorts.join(", "))));
                    }
                    query.sort = Some(value.clone());
                }
                // An ignored filter would look like a complete answer.
                name if name.starts_with("filter[") => {
                    return Err(bad("The sandbox does not serve filters."));
                }
                _ => {}
            }
        }
        if query.after.is_some() && query.before.is_some() {
            return Err(bad("page[after] and page[before] exclude each other."));
        }
        Ok(query)
    }

    /// The field to sort by, and whether descending.
    pub(crate) fn sorting(&self) -> Option<(&str, bool)> {
        let sort = self.sort.as_deref()?;
        Some((sort.trim_start_matches('-'), sort.starts_with('-')))
    }

    fn sort_text(&self) -> &str {
        self.sort.as_deref().unwrap_or_default()
    }

    /// Which items of a list of `total` to show.
    pub(crate) fn window(
        &self,
        key: &SigningKey,
        path: &str,
        total: usize,
    ) -> Result<Window, Failure> {
        let read = |cursor: &String| {
            read_cursor(key, path, self.sort_text(), cursor)
                .ok_or_else(|| bad("The page cursor is not valid."))
        };
        let (start, end) = match (&self.after, &self.before) {
            (Some(cursor), _) => {
                let start = read(cursor)?.min(total);
                (start, start.saturating_add(self.size).min(total))
            }
            (None, Some(cursor)) => {
                let end = read(cursor)?.min(total);
                (end.saturating_sub(self.size), end)
            }
            (None, None) => (0, self.size.min(total)),
        };
        Ok(Window { start, end, total })
    }

    /// `self`, and `next` and `previous` where there is more. Relative, because the
    /// official command line cannot follow absolute ones.
    pub(crate) fn links(
        &self,
        key: &SigningKey,
        path: &str,
        window: &Window,
    ) -> Map<String, Value> {
        let link = |cursor: Option<(&str, &str)>| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.append_pair("page[size]", &self.size.to_string());
            if let Some(sort) = &self.sort {
                query.append_pair("sort", sort);
            }
            if let Some((name, value)) = cursor {
                query.append_pair(name, value);
            }
            json!({ "href": format!("{path}?{}", query.finish()) })
        };
        let own = match (&self.after, &self.before) {
            (Some(cursor), _) => link(Some(("page[after]", cursor))),
            (None, Some(cursor)) => link(Some(("page[before]", cursor))),
            (None, None) => link(None),
        };
        let cursor = |position| write_cursor(key, path, self.sort_text(), position);
        let mut links = Map::new();
        links.insert("self".to_owned(), own);
        if window.start > 0 {
            links.insert(
                "previous".to_owned(),
                link(Some(("page[before]", &cursor(window.start)))),
            );
        }
        if window.end < window.total {
            links.insert(
                "next".to_owned(),
                link(Some(("page[after]", &cursor(window.end)))),
            );
        }
        links
    }
}

fn cursor_tag(key: &SigningKey, path: &str, sort: &str, position: &[u8; 4]) -> [u8; 32] {
    key.tag(
        Purpose::Cursor,
        &[path.as_bytes(), sort.as_bytes(), position],
    )
}

/// A cursor counts for one list in one order.
fn write_cursor(key: &SigningKey, path: &str, sort: &str, position: usize) -> String {
    let position = u32::try_from(position).unwrap_or(u32::MAX).to_be_bytes();
    let tag = cursor_tag(key, path, sort, &position);
    BASE64URL_NOPAD.encode(&[position.as_slice(), &tag[..TAG]].concat())
}

fn read_cursor(key: &SigningKey, path: &str, sort: &str, cursor: &str) -> Option<usize> {
    let bytes: [u8; 4 + TAG] = BASE64URL_NOPAD
        .decode(cursor.as_bytes())
        .ok()?
        .try_into()
        .ok()?;
    let position: [u8; 4] = bytes[..4].try_into().ok()?;
    let parts: [&[u8]; 3] = [path.as_bytes(), sort.as_bytes(), &position];
    key.verify(Purpose::Cursor, &parts, &bytes[4..])
        .then(|| u32::from_be_bytes(position) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(pairs: &[(&str, &str)]) -> Result<PageQuery, Failure> {
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect();
        PageQuery::read(&pairs, &["created_at"])
    }

    #[test]
    fn windows_cover_a_list_forwards_and_backwards() {
        let key = SigningKey::generate().unwrap();
        let cursor = |position| write_cursor(&key, "/list", "", position);
        type Pairs<'a> = &'a [(&'a str, &'a str)];
        let cases: [(&str, Pairs<'_>, (usize, usize)); 6] = [
            ("first page", &[], (0, 20)),
            ("size", &[("page[size]", "7")], (0, 7)),
            ("after", &[("page[after]", &cursor(20))], (20, 40)),
            ("last page", &[("page[after]", &cursor(40))], (40, 45)),
            ("before", &[("page[before]", &cursor(40))], (20, 40)),
            ("before, short", &[("page[before]", &cursor(5))], (0, 5)),
        ];
        for (name, pairs, (start, end)) in cases {
            let window = query(pairs).unwrap().window(&key, "/list", 45).unwrap();
            assert_eq!((window.start, window.end), (start, end), "{name}");
        }
    }

    #[test]
    fn what_a_list_cannot_serve_is_refused() {
        let cases: [(&str, &[(&str, &str)]); 6] = [
            ("size 0", &[("page[size]", "0")]),
            ("size 101", &[("page[size]", "101")]),
            ("size not a number", &[("page[size]", "many")]),
            ("unknown sort", &[("sort", "-email")]),
            ("a filter", &[("filter[permissions][eq]", "admin")]),
            (
                "two cursors",
                &[("page[after]", "a"), ("page[before]", "b")],
            ),
        ];
        for (name, pairs) in cases {
            assert!(
                matches!(query(pairs), Err(Failure::BadRequest(_))),
                "{name}"
            );
        }
    }

    #[test]
    fn a_cursor_counts_for_its_list_and_order_only() {
        let key = SigningKey::generate().unwrap();
        let cursor = write_cursor(&key, "/list", "created_at", 20);
        assert_eq!(read_cursor(&key, "/list", "created_at", &cursor), Some(20));
        assert_eq!(
            read_cursor(&key, "/other", "created_at", &cursor),
            None,
            "other list"
        );
        assert_eq!(
            read_cursor(&key, "/list", "-created_at", &cursor),
            None,
            "other order"
        );
        let mut forged = BASE64URL_NOPAD.decode(cursor.as_bytes()).unwrap();
        forged[3] += 1;
        let forged = BASE64URL_NOPAD.encode(&forged);
        assert_eq!(
            read_cursor(&key, "/list", "created_at", &forged),
            None,
            "forged position"
        );
    }
}
