//! Lists in pages (HAL `_links`). Cursors are the server's own; only whole links are followed.

use std::collections::{BTreeMap, HashSet};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::http::host_of;
use crate::lenient;
use crate::{ApiError, Client};

/// Most items of a page (`page[size]`).
pub(crate) const PAGE_SIZE: &str = "100";
/// Most pages of one list.
pub(crate) const MAX_PAGES: usize = 2000;
/// Most items of all pages of one list: as many as fit into so many pages of the size that is asked for.
pub(crate) const MAX_ITEMS: usize = 200_000;
/// Longest time for all pages of one list. 2000 pages take a few minutes.
const MAX_TIME: Duration = Duration::from_secs(15 * 60);
/// Longest link that is followed, bytes: one that names 100 users has 4 KiB.
const MAX_LINK_BYTES: usize = 16 * 1024;

/// One page of a list.
#[derive(Deserialize)]
pub(crate) struct Page {
    pub(crate) items: Vec<Value>,
    /// Items of all pages, where the list says.
    #[serde(default, deserialize_with = "lenient::number")]
    pub(crate) count: Option<u64>,
    #[serde(rename = "_links", default)]
    pub(crate) links: Links,
}

/// Links by relation.
#[derive(Default, Deserialize)]
pub(crate) struct Links(#[serde(deserialize_with = "lenient::map")] BTreeMap<String, Value>);

impl Links {
    pub(crate) fn has(&self, relation: &str) -> bool {
        self.href(relation).is_some()
    }

    /// Target of a link, written `{"href": "…"}` or as bare text.
    pub(crate) fn href(&self, relation: &str) -> Option<&str> {
        let link = self.0.get(relation)?;
        link.get("href")
            .unwrap_or(link)
            .as_str()
            .filter(|href| !href.is_empty())
    }

    /// Targets of `<prefix>0`, `<prefix>1` … in the order of their numbers.
    pub(crate) fn numbered(&self, prefix: &str) -> Vec<&str> {
        let mut found: Vec<(u32, &str)> = self
            .0
            .keys()
            .filter_map(|relation| {
                let number = relation.strip_prefix(prefix)?.parse().ok()?;
                Some((number, self.href(relation)?))
            })
            .collect();
        found.sort_unstable();
        found.into_iter().map(|(_, href)| href).collect()
    }
}

/// A way through the pages of one list that ends, whatever the server says.
pub(crate) struct Pages {
    next: Option<Url>,
    seen: HashSet<Url>,
    items: usize,
    started: Instant,
}

impl Pages {
    /// Begins at `first`, in pages as large as the API has.
    pub(crate) fn from(mut first: Url) -> Self {
        first.query_pairs_mut().append_pair("page[size]", PAGE_SIZE);
        Self {
            next: Some(first),
            seen: HashSet::new(),
            items: 0,
            started: Instant::now(),
        }
    }

    /// The next page and its address, until there is none.
    pub(crate) async fn next(&mut self, client: &Client) -> Result<Option<(Url, Page)>, ApiError> {
        let Some(url) = self.next.take() else {
            return Ok(None);
        };
        if self.seen.len() >= MAX_PAGES {
            return Err(ApiError::TooManyPages { max: MAX_PAGES });
        }
        if self.started.elapsed() > MAX_TIME {
            return Err(ApiError::Timeout {
                host: host_of(&url),
            });
        }
        if !self.seen.insert(url.clone()) {
            return Err(ApiError::RepeatedPage);
        }
        let page: Page = client.get(&url).await?;
        self.items += page.items.len();
        if self.items > MAX_ITEMS {
            return Err(ApiError::TooManyItems { max: MAX_ITEMS });
        }
        if let Some(href) = page.links.href("next") {
            self.next = Some(resolve(client, &url, href)?);
        }
        Ok(Some((url, page)))
    }
}

/// The target of a link found at `at` (RFC 3986 section 5), if the token may be sent there.
pub(crate) fn resolve(client: &Client, at: &Url, href: &str) -> Result<Url, ApiError> {
    let unusable = || ApiError::unexpected("_links");
    if href.len() > MAX_LINK_BYTES {
        return Err(unusable());
    }
    let mut url = at.join(href).map_err(|_| unusable())?;
    url.set_fragment(None);
    if !client.deployment().owns(&url) {
        return Err(ApiError::ForeignLink {
            host: host_of(&url),
        });
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AccessToken, Deployment, Http};

    #[test]
    fn links_are_read_in_every_form() {
        let links: Links = serde_json::from_str(
            r#"{"self":{"href":"/a"},"next":"/b","previous":null,"members":{"href":"","method":"GET"},
               "ref:users:10":{"href":"/ref?10"},"ref:users:2":{"href":"/ref?2"},"ref:users:x":{"href":"/ref?x"}}"#,
        )
        .unwrap();
        assert_eq!(links.href("self"), Some("/a"));
        assert_eq!(links.href("next"), Some("/b"));
        assert_eq!(links.href("previous"), None, "null");
        assert!(!links.has("members"), "an empty target leads nowhere");
        assert_eq!(
            links.numbered("ref:users:"),
            ["/ref?2", "/ref?10"],
            "by number, not by letter"
        );
        for empty in [
            r#"{"items":[]}"#,
            r#"{"items":[],"_links":[]}"#,
            r#"{"items":[],"_links":null}"#,
        ] {
            let page: Page = serde_json::from_str(empty).unwrap();
            assert!(!page.links.has("next"), "{empty}");
        }
    }

    #[test]
    fn a_link_is_relative_or_at_an_own_host() {
        let client = Client::new(
            Http::new().unwrap(),
            Deployment::upsun(),
            AccessToken::new("t".into()),
        );
        let at =
            Url::parse("https://api.upsun.com/organizations/1/members?page[size]=100").unwrap();
        let cases = [
            (
                "from the root",
                "/ref/users?in=1&sig=2",
                Some("https://api.upsun.com/ref/users?in=1&sig=2"),
            ),
            (
                "the query alone",
                "?page[after]=x",
                Some("https://api.upsun.com/organizations/1/members?page[after]=x"),
            ),
            (
                "absolute",
                "https://api.upsun.com/x#y",
                Some("https://api.upsun.com/x"),
            ),
            (
                "the authorization server",
                "https://auth.upsun.com/x",
                Some("https://auth.upsun.com/x"),
            ),
            ("another host", "https://eu.example.com/x", None),
            ("another host without scheme", "//evil.example/x", None),
            (
                "backslashes, which browsers take for slashes",
                "\\\\evil.example/x",
                None,
            ),
            ("unencrypted", "http://api.upsun.com/x", None),
            ("a user name", "https://me@api.upsun.com/x", None),
            ("a script", "javascript:alert(1)", None),
            ("no address", "https://", None),
        ];
        for (name, href, expected) in cases {
            let found = resolve(&client, &at, href).ok();
            assert_eq!(found.as_ref().map(Url::as_str), expected, "{name}");
        }
        assert!(
            resolve(&client, &at, &"x".repeat(MAX_LINK_BYTES + 1)).is_err(),
            "too long"
        );
    }
}
