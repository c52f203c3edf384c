//! What `wit-bindgen` makes of the contract: the host's interfaces once, and
//! each interface a skill can export in a world of its own, so that a component
//! exports no more than its skill has.
#![allow(missing_docs)]

wit_bindgen::generate!({
    path: "../../wit/baton-skill-0.1",
    world: "host",
    additional_derives: [PartialEq],
    generate_unused_types: true,
});

pub use self::baton::skill::types;

pub mod describes {
    wit_bindgen::generate!({
        path: "../../wit/baton-skill-0.1",
        world: "describes",
        pub_export_macro: true,
        export_macro_name: "export_manifest",
        default_bindings_module: "::baton_sdk::__private::describes",
        with: { "baton:skill/types@0.1.0": crate::bindings::types },
    });
}

pub mod routes {
    wit_bindgen::generate!({
        path: "../../wit/baton-skill-0.1",
        world: "routes",
        pub_export_macro: true,
        export_macro_name: "export_router",
        default_bindings_module: "::baton_sdk::__private::routes",
        with: { "baton:skill/types@0.1.0": crate::bindings::types },
    });
}

pub mod prepares {
    wit_bindgen::generate!({
        path: "../../wit/baton-skill-0.1",
        world: "prepares",
        pub_export_macro: true,
        export_macro_name: "export_before_handoff",
        default_bindings_module: "::baton_sdk::__private::prepares",
        with: { "baton:skill/types@0.1.0": crate::bindings::types },
    });
}

pub mod concludes {
    wit_bindgen::generate!({
        path: "../../wit/baton-skill-0.1",
        world: "concludes",
        pub_export_macro: true,
        export_macro_name: "export_after_handoff",
        default_bindings_module: "::baton_sdk::__private::concludes",
        with: { "baton:skill/types@0.1.0": crate::bindings::types },
    });
}

pub mod serves_tools {
    wit_bindgen::generate!({
        path: "../../wit/baton-skill-0.1",
        world: "serves-tools",
        pub_export_macro: true,
        export_macro_name: "export_tools",
        default_bindings_module: "::baton_sdk::__private::serves_tools",
        with: { "baton:skill/types@0.1.0": crate::bindings::types },
        generate_unused_types: true,
    });
}

pub mod answers {
    wit_bindgen::generate!({
        path: "../../wit/baton-agent-0.1",
        world: "answers",
        pub_export_macro: true,
        export_macro_name: "export_agent",
        default_bindings_module: "::baton_sdk::__private::answers",
        with: { "baton:skill/types@0.1.0": crate::bindings::types },
        additional_derives: [PartialEq],
    });
}
