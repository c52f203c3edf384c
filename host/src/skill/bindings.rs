//! The contract as generated from `wit/`.

// Generated code documents itself in the WIT files.
#![allow(missing_docs)]

wasmtime::component::bindgen!({
    path: "../wit/baton-agent-0.1",
    // Skills and agents have their types and capabilities in common.
    inline: "
        package baton:guests;
        world guest {
            include baton:skill/skill@0.1.0;
            include baton:agent/answerer@0.1.0;
        }
    ",
    imports: {
        // What waits holds no thread.
        "baton:skill/waiting.[method]pending.wait": async | trappable,
        "baton:skill/waiting.wait-any": async | trappable,
        "baton:skill/agents.finish-query": async | trappable,
        "baton:skill/http.finish-request": async | trappable,
        "baton:skill/payments.finish-balance": async | trappable,
        "baton:skill/payments.finish": async | trappable,
        "baton:skill/discovery.finish-find": async | trappable,
        "baton:skill/storage.compare-and-set": async | trappable,
        default: trappable,
    },
    with: {
        "baton:skill/waiting.pending": super::capability::waiting::Pending,
    },
    // What goes into a skill is borrowed from the turn, not copied first.
    ownership: Borrowing { duplicate_if_necessary: true },
});
