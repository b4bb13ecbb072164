//! A browser without a screen: cookies, redirects, and forms posted the way a browser posts them.

use std::collections::BTreeMap;

use reqwest::{Method, StatusCode, header};
use scraper::{ElementRef, Html, Selector};
use url::Url;

use super::http;

pub(crate) struct Browser {
    http: reqwest::Client,
    cookies: BTreeMap<String, String>,
    home: Url,
}

/// Where a click ended.
pub(crate) enum Landing {
    /// A page of the sandbox.
    Page(Page),
    /// A redirect that leaves the sandbox; it is not followed.
    Away(Url),
}

impl Landing {
    #[track_caller]
    pub(crate) fn page(self) -> Page {
        match self {
            Self::Page(page) => page,
            Self::Away(url) => panic!("expected a page, was sent to {url}"),
        }
    }

    #[track_caller]
    pub(crate) fn away(self) -> Url {
        match self {
            Self::Page(page) => panic!("expected to be sent away, got: {}", page.text()),
            Self::Away(url) => url,
        }
    }
}

pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) url: Url,
    pub(crate) headers: header::HeaderMap,
    pub(crate) html: String,
}

/// A form as found on a page.
pub(crate) struct Form {
    method: Method,
    action: Url,
    pub(crate) fields: Vec<(String, String)>,
}

fn select(css: &str) -> Selector {
    Selector::parse(css).unwrap()
}

impl Page {
    fn document(&self) -> Html {
        Html::parse_document(&self.html)
    }

    /// All words on the page, single-spaced.
    pub(crate) fn text(&self) -> String {
        let document = self.document();
        let body = document.select(&select("body")).next().unwrap();
        body.text()
            .collect::<Vec<_>>()
            .join(" ")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }

    pub(crate) fn heading(&self) -> String {
        self.all("h1").concat()
    }

    /// The words of every element that a CSS selector finds.
    pub(crate) fn all(&self, css: &str) -> Vec<String> {
        let document = self.document();
        let words = |e: ElementRef<'_>| e.text().collect::<String>().trim().to_owned();
        document.select(&select(css)).map(words).collect()
    }

    /// An attribute of the first element that a CSS selector finds.
    pub(crate) fn attribute(&self, css: &str, name: &str) -> Option<String> {
        let document = self.document();
        let element = document.select(&select(css)).next()?;
        element.value().attr(name).map(str::to_owned)
    }

    /// The first form whose action ends in `suffix`.
    #[track_caller]
    pub(crate) fn form(&self, suffix: &str) -> Form {
        let document = self.document();
        let form = document
            .select(&select("form"))
            .find(|form| {
                form.value()
                    .attr("action")
                    .is_some_and(|a| a.ends_with(suffix))
            })
            .unwrap_or_else(|| panic!("no form {suffix:?} on: {}", self.text()));
        let fields = form
            .select(&select("input[name]"))
            .map(|input| {
                let value = input.value();
                let text = |name| value.attr(name).unwrap_or_default().to_owned();
                (text("name"), text("value"))
            })
            .collect();
        Form {
            method: form
                .value()
                .attr("method")
                .unwrap_or("get")
                .to_uppercase()
                .parse()
                .unwrap(),
            action: self.url.join(form.value().attr("action").unwrap()).unwrap(),
            fields,
        }
    }
}

impl Form {
    /// Types into a field, or presses a named button.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }
}

impl Browser {
    pub(crate) fn new(home: &Url) -> Self {
        Self {
            http: http(),
            cookies: BTreeMap::new(),
            home: home.clone(),
        }
    }

    pub(crate) async fn open(&mut self, url: &str) -> Landing {
        let url = self.home.join(url).unwrap();
        self.go(Method::GET, url, Vec::new()).await
    }

    pub(crate) async fn submit(&mut self, form: Form) -> Landing {
        self.go(form.method, form.action, form.fields).await
    }

    async fn go(
        &mut self,
        mut method: Method,
        mut url: Url,
        mut fields: Vec<(String, String)>,
    ) -> Landing {
        for _ in 0..10 {
            if url.origin() != self.home.origin() {
                return Landing::Away(url);
            }
            let cookies: Vec<_> = self
                .cookies
                .iter()
                .map(|(n, v)| format!("{n}={v}"))
                .collect();
            let mut request = self
                .http
                .request(method.clone(), url.clone())
                .header(header::ACCEPT, "text/html")
                .header(header::COOKIE, cookies.join("; "));
            if method == Method::POST {
                request = request.form(&fields);
            }
            let response = request.send().await.unwrap();
            for cookie in response.headers().get_all(header::SET_COOKIE) {
                self.keep(cookie.to_str().unwrap());
            }
            if response.status() == StatusCode::SEE_OTHER {
                let target = response.headers()[header::LOCATION].to_str().unwrap();
                url = url.join(target).unwrap();
                (method, fields) = (Method::GET, Vec::new());
                continue;
            }
            return Landing::Page(Page {
                status: response.status(),
                headers: response.headers().clone(),
                html: response.text().await.unwrap(),
                url,
            });
        }
        panic!("too many redirects, the last to {url}");
    }

    fn keep(&mut self, cookie: &str) {
        for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(
                cookie.contains(attribute),
                "{attribute} is missing in the cookie"
            );
        }
        let (pair, _) = cookie.split_once(';').unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    /// Signs in on the page of security settings; no code is asked for.
    pub(crate) async fn sign_in(&mut self, (email, password): (&str, &str)) -> Page {
        let page = self.open("/profile/security").await.page();
        let form = page
            .form("/password")
            .with("email", email)
            .with("password", password);
        self.submit(form).await.page()
    }
}
