//! A client of the REST API.

use std::collections::BTreeMap;

use reqwest::{Method, StatusCode, header::HeaderMap};
use serde_json::Value;
use url::Url;

use super::http;

pub(crate) struct Api {
    base: Url,
    token: String,
    pub(crate) me: String,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// A link of the answer.
    pub(crate) fn link(&self, name: &str) -> Option<&str> {
        self.body["_links"][name]["href"].as_str()
    }

    pub(crate) fn items(&self) -> &[Value] {
        self.body["items"].as_array().unwrap()
    }
}

impl Api {
    pub(crate) async fn new(base: &Url, token: &str) -> Self {
        let mut api = Self {
            base: base.clone(),
            token: token.to_owned(),
            me: String::new(),
        };
        let me = api.get("/users/me").await;
        assert_eq!(me.status, 200, "the token is good: {}", me.body);
        api.me = me.body["id"].as_str().unwrap().to_owned();
        api
    }

    /// With one of the sandbox's API tokens.
    pub(crate) async fn with_api_token(base: &Url, api_token: &str) -> Self {
        let form = [("grant_type", "api_token"), ("api_token", api_token)];
        let tokens = super::SignIn::new(base).token(&form).await.ok().unwrap();
        Self::new(base, &tokens.access).await
    }

    pub(crate) async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let url = self.base.join(path).unwrap();
        let mut request = http().request(method, url).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.unwrap();
        let body = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes).unwrap()
        };
        Answer {
            status,
            headers,
            body,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn post_nothing(&self, path: &str) -> Answer {
        self.call(Method::POST, path, None).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None).await
    }

    /// `/users/{me}/…`
    pub(crate) fn mine(&self, rest: &str) -> String {
        format!("/users/{}/{rest}", self.me)
    }

    /// The id of an organisation, by its machine name.
    pub(crate) async fn organization(&self, name: &str) -> String {
        let answer = self.get(&self.mine("organizations")).await;
        let found = answer.items().iter().find(|o| o["name"] == name).unwrap();
        found["id"].as_str().unwrap().to_owned()
    }

    /// Every member of an organisation and the references behind all signed links, page by page.
    pub(crate) async fn everybody(
        &self,
        organization: &str,
    ) -> (Vec<Value>, BTreeMap<String, Value>) {
        let mut next = Some(format!(
            "/organizations/{organization}/members?page[size]=100"
        ));
        let (mut members, mut references) = (Vec::new(), BTreeMap::new());
        while let Some(path) = next {
            let page = self.get(&path).await;
            assert_eq!(page.status, 200, "{}", page.body);
            members.extend_from_slice(page.items());
            let links = page.body["_links"].as_object().unwrap();
            for (_, link) in links
                .iter()
                .filter(|(name, _)| name.starts_with("ref:users:"))
            {
                let users = self.get(link["href"].as_str().unwrap()).await;
                let users = users.body.as_object().unwrap().clone();
                references.extend(users);
            }
            next = page.link("next").map(str::to_owned);
        }
        (members, references)
    }
}
