//! A browser without a screen: cookies, redirects, and forms posted the way a browser posts them.

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use scraper::{Html, Selector};
use url::Url;

/// Keeps its cookie from page to page.
pub(crate) struct Browser {
    http: reqwest::Client,
    cookie: String,
    at: Url,
    html: String,
}

impl Browser {
    pub(crate) fn new() -> Self {
        // The client under test sets the provider of TLS, which every client needs.
        deskfob_platform::Http::new().unwrap();
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .build()
            .unwrap();
        Self {
            http,
            cookie: String::new(),
            at: Url::parse("about:blank").unwrap(),
            html: String::new(),
        }
    }

    /// Goes to an address, as when a link is opened, and on to where it leads.
    pub(crate) async fn open(&mut self, url: &Url) {
        self.go(self.http.get(url.clone()), url.clone()).await;
    }

    /// What is on the page, without markup.
    pub(crate) fn text(&self) -> String {
        let page = Html::parse_document(&self.html);
        page.root_element().text().collect::<Vec<_>>().join(" ")
    }

    /// Fills in the form whose address ends with `action` and sends it.
    pub(crate) async fn submit(&mut self, action: &str, values: &[(&str, &str)]) {
        let (url, fields) = self.form(action, values);
        self.go(self.http.post(url.clone()).form(&fields), url)
            .await;
    }

    fn form(&self, action: &str, values: &[(&str, &str)]) -> (Url, Vec<(String, String)>) {
        let page = Html::parse_document(&self.html);
        let forms = Selector::parse("form").unwrap();
        let form = page
            .select(&forms)
            .find(|form| {
                form.attr("action")
                    .is_some_and(|found| found.ends_with(action))
            })
            .unwrap_or_else(|| panic!("no form for {action} on: {}", self.text()));
        let hidden = Selector::parse("input[type=hidden]").unwrap();
        let hidden = form.select(&hidden).map(|input| {
            let attr = |name| input.attr(name).unwrap_or_default().to_owned();
            (attr("name"), attr("value"))
        });
        let values = values
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        (
            self.at.join(form.attr("action").unwrap()).unwrap(),
            hidden.chain(values).collect(),
        )
    }

    async fn go(&mut self, request: reqwest::RequestBuilder, mut url: Url) {
        let mut request = request;
        for _ in 0..10 {
            let answer = request.header(COOKIE, &self.cookie).send().await.unwrap();
            if let Some(cookie) = answer.headers().get(SET_COOKIE) {
                self.cookie = cookie
                    .to_str()
                    .unwrap()
                    .split(';')
                    .next()
                    .unwrap()
                    .to_owned();
            }
            let Some(location) = answer.headers().get(LOCATION) else {
                self.at = url;
                self.html = answer.text().await.unwrap();
                return;
            };
            url = url.join(location.to_str().unwrap()).unwrap();
            request = self.http.get(url.clone());
        }
        panic!("sent around in circles");
    }
}
