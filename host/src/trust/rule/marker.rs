//! Marks that only the host may write.

use super::{Rule, rule};
use crate::trust::Kind;

pub(super) const RULES: &[Rule] = &[
    rule(
        Kind::Marker,
        &[
            "<|",
            "[inst]",
            "[/inst]",
            "<<sys>>",
            "<</sys>>",
            "<start_of_turn>",
            "<end_of_turn>",
            "[system]",
            "[/system]",
            "<s>[",
            "[|",
        ],
        r"<\|\s*(im_start|im_end|im_sep|system|user|assistant|developer|endoftext|endofprompt|end|start|eot_id|eom_id|start_header_id|end_header_id|begin_of_text|end_of_text|channel|message|call|return)\s*\|>|\[/?inst\]|<</?sys>>|<(start|end)_of_turn>|\[/?system\]|\[\|(system|assistant|user|human)\|\]",
    ),
    rule(
        Kind::Marker,
        &[
            "system>",
            "system_prompt>",
            "system-prompt>",
            "assistant>",
            "instructions>",
            "instruction>",
            "information>",
            "important>",
            "data-",
            "admin>",
            "user_query>",
            "function_calls>",
            "tool_call>",
            "function_results>",
            "tool_response>",
        ],
        r"</?\s*(system|assistant|instructions?|information|important|admin|user_query|function_calls|tool_call|function_results|tool_response)([_-](prompt|message|instructions?|override))?\s*>|</?data-[0-9a-f]{8}",
    ),
    rule(
        Kind::Marker,
        &[
            "system",
            "assistant",
            "developer",
            "instruction",
            "response",
            "human:",
            "prompt",
        ],
        r"(?m)^\W{0,6}(system|assistant|developer|admin(istrator)?)( (prompt|message|instruction|override|note|update|notice|alert|command)s?)?\W{0,4}(:|>>)(\s|$)|^\s*#{2,}\s*(system|instructions?|response|human|new instructions?|prompt|input)\s*:?\s*$|^\s*(human|user)\s*:[^\n]*\n+\s*assistant\s*:",
    ),
    rule(
        Kind::Marker,
        &[
            "end of ",
            "end prompt",
            "begin ",
            "beginning of",
            "start of",
            "ignore above",
            "context ends",
            "###",
        ],
        r"\b(end|begin(ning)?|start) (of )?(the |my |your |this |new )?(system |user |original |initial )?(prompt|instructions?|system message|user input|input|context|conversation|untrusted data|assignment)\s*(\]|\*|-{2,}|={2,}|#|:|>|\n|$|\.\s)",
    ),
];
