//! What the answer is to be like.

use super::{Rule, rule};
use crate::trust::Kind;

pub(super) const RULES: &[Rule] = &[
    // What the answer is to be like: an operator's, a user's or a skill's to
    // say, and no business of data.
    rule(
        Kind::Steering,
        &["answer", "response", "reply", "message", "output"],
        r"(^|[.!?:;,\n(\x22]\s*|\b(please|can you|could you|must|should|to|and|then|also|now|always|instead|just|you|will|would|could) )(add|include|integrate|insert|append|prepend|augment|enhance|modify|change|alter|adjust|extend|provide|give|render|write|encode|encrypt|translate|reverse|rearrange|scramble|jumble|shuffle|replace|substitute|swap|use|express|represent|display|convert|transform|turn|remove|delete|group|combine|split|misspell|introduce|anagram|shift|apply|invert|format|compose|start|begin|end|finish|conclude|prefix|mention|suggest|promote|put|omit|repeat|weave|embed|incorporate|inject|place|make|craft|deliver|present|phrase|limit|restrict|wrap|hide|sneak|slip|close)\b[^.!?\n]{0,160}\byour (\w+ ){0,2}(answer|response|reply|replies|answers|responses|message|output)\b",
    ),
    rule(
        Kind::Steering,
        &[
            "in your answer",
            "in your response",
            "in your reply",
            "in your output",
            "in your final",
            "to your reply",
            "to your answer",
            "to your response",
            "your answer with",
            "your response with",
            "your reply with",
        ],
        r"\b(in|to) your (final )?(answer|response|reply|output)\b|\byour (answer|response|reply) (with|must|should|has to|needs to|shall)\b",
    ),
    rule(
        Kind::Steering,
        &["reply", "respond", "answer"],
        r"(^|[.!?:;\n(\x22]\s*|\b(please|can you|could you|must|should|and|then|also|now|always|instead|just|only|you|will|would) )(reply|respond|answer)( only| just| back)? (in (reverse|base|rot|morse|emoji|german|french|spanish|italian|portuguese|russian|chinese|japanese|korean|dutch|polish|turkish|arabic|hindi|latin|english|code|cipher|all caps|capital|uppercase|lowercase|rhyme|pig)|using|with (only|nothing|the (word|phrase|text|following|sentence)|exactly|\x22|')|backwards?|entirely)\b",
    ),
];
