//! Stands between client and sandbox and keeps every exchange.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response, header};
use url::Url;

use crate::support::http;

/// A request and its answer. Only ever in memory: it holds secrets.
#[derive(Clone)]
pub(crate) struct Exchange {
    pub(crate) method: String,
    /// With `%3D` and the like undone.
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) sent_type: String,
    pub(crate) sent: Vec<u8>,
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
}

/// The recorder.
#[derive(Clone)]
pub(crate) struct Recorder {
    pub(crate) url: Url,
    to: Url,
    http: reqwest::Client,
    kept: Arc<Mutex<Vec<Exchange>>>,
}

impl Recorder {
    pub(crate) async fn start(to: &Url) -> Self {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let recorder = Self {
            url: url.parse().unwrap(),
            to: to.clone(),
            http: http(),
            kept: Arc::default(),
        };
        let app = Router::new().fallback(relay).with_state(recorder.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        recorder
    }

    /// What was exchanged since the last time.
    pub(crate) fn take(&self) -> Vec<Exchange> {
        std::mem::take(&mut *self.kept.lock().unwrap())
    }
}

fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE);
    value.map_or(String::new(), |value| value.to_str().unwrap().to_owned())
}

async fn relay(State(recorder): State<Recorder>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let sent = to_bytes(body, 1 << 20).await.unwrap();
    let mut url = recorder.to.clone();
    url.set_path(parts.uri.path());
    url.set_query(parts.uri.query());
    let mut headers = parts.headers;
    headers.remove(header::HOST);
    let sent_type = media_type(&headers);
    let request = recorder.http.request(parts.method.clone(), url);
    let answer = request
        .headers(headers)
        .body(sent.clone())
        .send()
        .await
        .unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body = answer.bytes().await.unwrap();
    let path = parts.uri.path().replace("%3D", "=").replace("%40", "@");
    recorder.kept.lock().unwrap().push(Exchange {
        method: parts.method.to_string(),
        path,
        query: parts.uri.query().unwrap_or_default().to_owned(),
        sent_type,
        sent: sent.to_vec(),
        status: status.as_u16(),
        content_type: media_type(&headers),
        body: body.to_vec(),
    });
    let mut response = Response::builder().status(status);
    for (name, value) in &headers {
        if name != header::TRANSFER_ENCODING {
            response = response.header(name, value);
        }
    }
    response.body(body.into()).unwrap()
}
