use std::net::Ipv4Addr;

use axum::http::HeaderValue;

use super::*;

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fn section(text: &str) -> ServeSection {
    toml::from_str(text).unwrap()
}

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(name, value)| {
            let name = header::HeaderName::from_static(name);
            (name, HeaderValue::from_str(value).unwrap())
        })
        .collect()
}

/// The SHA-256 of `sesame`.
const SESAME: &str = "d0c04f4b1951e4aeaaec8223ed2039e542f3aae805a6fa7f6d794e5afff5d272";

fn one_token() -> Tokens {
    let text = format!("[tokens.shop]\nsha256 = \"{SESAME}\"");
    Tokens::new(&section(&text), LOOPBACK, "operator-token").unwrap()
}

#[test]
fn a_token_does_what_it_may_and_nothing_else() {
    let tokens = one_token();
    let sesame = headers(&[("authorization", "Bearer sesame")]);
    let client = tokens.admit(&sesame, Right::Talk).unwrap();
    assert_eq!(&*client.name, "shop");
    let refused = tokens.admit(&sesame, Right::Operate).unwrap_err();
    assert!(refused.to_string().contains("its `may` needs \"operate\""));
}

#[test]
fn without_the_right_token_nobody_comes_in() {
    let tokens = one_token();
    let none = tokens.admit(&HeaderMap::new(), Right::Talk).unwrap_err();
    assert_eq!(none, Refused::NoToken);
    for wrong in ["Bearer open", "Bearer ", "Basic sesame"] {
        let wrong = headers(&[("authorization", wrong)]);
        assert!(tokens.admit(&wrong, Right::Talk).is_err());
    }
}

#[test]
fn without_tokens_this_machine_may_talk_and_nobody_may_operate() {
    let tokens = Tokens::new(&ServeSection::default(), LOOPBACK, "operator-token").unwrap();
    let here = headers(&[("host", "localhost:8080")]);
    assert!(tokens.admit(&here, Right::Talk).is_ok());
    assert_eq!(
        tokens.admit(&here, Right::Operate).unwrap_err(),
        Refused::NoToken
    );
    let operator = headers(&[("authorization", "Bearer operator-token")]);
    assert!(tokens.admit(&operator, Right::Operate).is_ok());
}

#[test]
fn a_page_of_another_site_cannot_use_that_this_machine_needs_no_token() {
    let tokens = Tokens::new(&ServeSection::default(), LOOPBACK, "operator-token").unwrap();
    for other in [
        [
            ("host", "localhost:8080"),
            ("origin", "https://evil.example"),
        ],
        [
            ("host", "evil.example:8080"),
            ("origin", "http://localhost"),
        ],
    ] {
        let refused = tokens.admit(&headers(&other), Right::Talk).unwrap_err();
        assert_eq!(refused, Refused::OtherSite);
    }
    let ours = [("host", "[::1]:8080"), ("origin", "http://[::1]:8080")];
    assert!(tokens.admit(&headers(&ours), Right::Talk).is_ok());
}

#[test]
fn a_desk_without_tokens_is_not_opened_to_the_network() {
    let all = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let opened = Tokens::new(&ServeSection::default(), all, "operator-token");
    assert!(matches!(opened, Err(TokenError::OpenToAll(_))));
}

#[test]
fn a_token_of_one_user_writes_for_nobody_else() {
    let client = Client {
        user: Some("ada".into()),
        ..local("shop", [Right::Talk].as_slice())
    };
    assert_eq!(client.writes_as(None).unwrap().as_str(), "ada");
    assert!(client.writes_as(Some("bob")).is_err());
    assert!(client.writes_as(Some("a\nb")).is_err());
}
