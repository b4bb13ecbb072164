use super::*;

fn read(query: &str) -> (Page, Option<Answer>, bool) {
    let waiting = Waiting::for_state(CsrfToken::new("right".into()));
    let (page, answer) = waiting.answer(query);
    (page, answer, waiting.saw_other_state())
}

#[test]
fn only_the_own_state_is_an_answer() {
    let long = format!("state=right&code={}", "c".repeat(MAX_CODE_BYTES + 1));
    let cases = [
        ("a code", "code=c&state=right", Page::SignedIn, true, false),
        (
            "with issuer and scope",
            "code=c&state=right&iss=https%3A%2F%2Fa&scope=x",
            Page::SignedIn,
            true,
            false,
        ),
        (
            "an error",
            "error=access_denied&state=right",
            Page::NotSignedIn,
            true,
            false,
        ),
        (
            "an error wins over a code",
            "error=access_denied&code=c&state=right",
            Page::NotSignedIn,
            true,
            false,
        ),
        (
            "another state",
            "code=c&state=wrong",
            Page::OtherAttempt,
            false,
            true,
        ),
        (
            "a state that begins alike",
            "code=c&state=right2",
            Page::OtherAttempt,
            false,
            true,
        ),
        (
            "an empty state",
            "code=c&state=",
            Page::OtherAttempt,
            false,
            true,
        ),
        (
            "an error of another state",
            "error=access_denied&state=wrong",
            Page::OtherAttempt,
            false,
            true,
        ),
        ("no state", "code=c", Page::OtherAttempt, false, false),
        (
            "an error without state",
            "error=access_denied",
            Page::OtherAttempt,
            false,
            false,
        ),
        (
            "the state twice",
            "code=c&state=right&state=wrong",
            Page::OtherAttempt,
            false,
            false,
        ),
        (
            "the code twice",
            "code=c&code=d&state=right",
            Page::OtherAttempt,
            false,
            false,
        ),
        (
            "an empty code",
            "code=&state=right",
            Page::OtherAttempt,
            false,
            false,
        ),
        ("a long code", &long, Page::OtherAttempt, false, false),
        (
            "the state alone",
            "state=right",
            Page::OtherAttempt,
            false,
            false,
        ),
        ("nothing", "", Page::NotFound, false, false),
    ];
    for (name, query, page, is_answer, other) in cases {
        let (found, answer, saw_other) = read(query);
        assert_eq!(
            (found, answer.is_some(), saw_other),
            (page, is_answer, other),
            "{name}"
        );
    }
}

#[test]
fn words_of_an_error_are_one_line() {
    let (_, answer, _) = read("error=x&error_description=a%0Ab%1B&error_hint=c&state=right");
    let Some(Answer::Error { description, .. }) = answer else {
        panic!("no error")
    };
    assert_eq!(description.as_deref(), Some("a b"));
    let (_, answer, _) = read("error=x&error_hint=c&state=right");
    let Some(Answer::Error { description, .. }) = answer else {
        panic!("no error")
    };
    assert_eq!(
        description.as_deref(),
        Some("c"),
        "the hint, where there is nothing else"
    );
}
