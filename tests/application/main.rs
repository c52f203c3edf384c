//! What an application relies on: every message gets one answer, from the right
//! agent, with the reason, whatever fails on the way.

#[path = "../support/mod.rs"]
mod support;

mod a2a;
mod admin;
mod agents_with_tools;
mod answering;
mod anthropic;
mod bad_input;
mod console;
mod consulting;
mod context;
mod conversations;
mod discovery;
mod fallback;
mod guessing;
mod human;
mod knowing;
mod logs;
mod mcp;
mod messages;
mod metrics;
mod models;
mod openai_clients;
mod operator_phrases;
mod payments;
mod priority;
mod protocol;
mod resilience;
mod scenarios;
mod scopes;
mod serving;
mod streaming;
mod terms;
mod tools;
mod traces;
mod webhook;
mod x402;
