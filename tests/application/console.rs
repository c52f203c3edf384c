//! The console on the wire: who may see it, what its forms do, and that nothing
//! that was said becomes a part of its pages.

mod access;
mod pages;
mod work;

use crate::support::{
    desk::Desk,
    served::{Received, Served},
};

const PEOPLE: &str = "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\n[agents.target]\nkind = \
                      'human'\nacknowledgement = 'Ticket {ticket} it is.'";

/// Somebody who is signed in.
struct Person<'a> {
    served: &'a Served,
    cookie: String,
}

fn encoded(fields: &[(&str, &str)]) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(fields);
    form.finish()
}

impl<'a> Person<'a> {
    fn signs_in(served: &'a Served, name: &str) -> Self {
        let fields = encoded(&[("token", served.operator()), ("name", name)]);
        let received = served.send("POST", "/console/sign-in", &[], &fields);
        assert_eq!(received.status, 303, "{received:?}");
        let cookie = received.header("set-cookie").unwrap();
        for promise in ["HttpOnly", "SameSite=Strict", "Path=/console"] {
            assert!(cookie.contains(promise), "{cookie}");
        }
        let cookie = cookie.split(';').next().unwrap().to_owned();
        Self { served, cookie }
    }

    #[track_caller]
    fn sees(&self, path: &str) -> String {
        let received = self
            .served
            .send("GET", path, &[("cookie", &self.cookie)], "");
        assert_eq!(received.status, 200, "{path}: {received:?}");
        received.body
    }

    fn csrf(&self) -> String {
        let page = self.sees("/console/agents");
        let (_, rest) = page.split_once("name=\"csrf\" content=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    }

    fn sends(&self, path: &str, fields: &[(&str, &str)]) -> Received {
        let csrf = self.csrf();
        let fields = [fields, &[("csrf", csrf.as_str())]].concat();
        self.served
            .send("POST", path, &[("cookie", &self.cookie)], &encoded(&fields))
    }

    #[track_caller]
    fn does(&self, path: &str, fields: &[(&str, &str)]) {
        let received = self.sends(path, fields);
        assert_eq!(received.status, 303, "{path}: {received:?}");
    }
}

const PAGES: [&str; 7] = [
    "/console",
    "/console/inbox",
    "/console/skills",
    "/console/agents",
    "/console/flow",
    "/console/ledger",
    "/console/dead-letters",
];
