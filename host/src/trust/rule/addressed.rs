//! Told to whoever reads, because it is a model.

use super::{Rule, rule};
use crate::trust::Kind;

pub(super) const RULES: &[Rule] = &[
    rule(
        Kind::Addressed,
        &[
            "language model",
            "llm",
            "ai ",
            "ai,",
            "ai:",
            "assistant",
            "chatbot",
            "chatgpt",
            "gpt",
            "agent",
            "model",
        ],
        r"\b(if|when|since|because) (you are|you're|you happen to be|this is (read|processed) by|being (read|processed) by) an? (ai|a\.i\.|llm|large language model|language model|assistant|chatbot|bot|automated|ai \w+)\b|\b(attention|note (to|for)|message (to|for)|instructions? (to|for)|notice (to|for)|dear|listen|hey|hello|hi),? (all |any |the |every )?(ai|ais|llms?|language models?|chatbots?|chatgpt|gpt|ai \w+|assistant|ai model)s?\s*([,:;!.]|that|reading|who|processing)|\b(ai|llm|language model|chatbot|assistant|agent)s? (reading|processing|that reads?|that process(es)?|reviewing|parsing|summari[sz]ing|evaluating|screening) (this|the|these)\b",
    ),
    rule(
        Kind::Addressed,
        &[
            "before you",
            "important message",
            "important instruction",
            "important notice",
            "before answering",
            "before responding",
            "before continuing",
            "before proceeding",
            "do the following first",
            "do this first",
        ],
        r"\bbefore (you )?((can |may |do |could )?(solve|do|answer|continue|complete|respond|proceed|start|finish|reply|perform|execute)|answering|responding|continuing|proceeding)\b[^\n]{0,120}\b(please |you (must|need to|have to|should) |first |the following)(do|follow|perform|execute|send|complete|call|first|run|:)|\bimportant (message|instruction|notice)s?\b[^.\n]{0,40}\b(from|to|for) (me|you|the (ai|assistant|model|llm|agent))\b",
    ),
];
