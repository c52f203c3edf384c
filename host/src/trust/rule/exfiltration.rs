//! What is inside is to come out.

use super::{Rule, rule};
use crate::trust::Kind;

pub(super) const RULES: &[Rule] = &[
    rule(
        Kind::Exfiltration,
        &["prompt", "instruction"],
        r"\b(reveal|show|print|repeat|output|display|tell|give|share|leak|disclose|expose|write|summari[sz]e|return|copy|echo|send|recite|paste|dump|list|spell|translate|encode|provide|explain|quote|what|whats|what's)\b[^.!?\n]{0,60}\b((system|initial|original|hidden|secret|internal|confidential|developer|starting|base|pre)([ -])?(prompt|instruction|message)s?|(your|the (previous|above|full|exact|first|entire|complete|prior)|previous|above|all( of)? (your|the)) (\w+ ){0,2}(prompt|instruction)s?)\b",
    ),
    rule(
        Kind::Exfiltration,
        &[
            "repeat",
            "print",
            "output",
            "copy",
            "echo",
            "tell me",
            "return",
            "write",
            "what was",
            "what is",
            "what did",
            "show",
            "spell check",
        ],
        r"\b(repeat|print|output|copy|echo|tell me|return|write( out)?|what (was|is|did|were)|show( me)?|spell ?check)\b[^.!?\n]{0,30}\b(everything|all|words?|text|sentences?|content|conversation|messages?|anything|what)\b[^.!?\n]{0,25}\b(above|before (this|that)|preceding|precedes|prior to this|you were told|you have been told|said (before|above)|written above|at the (beginning|start|top))\b",
    ),
    rule(
        Kind::Exfiltration,
        &["secret", "passphrase", "password", "passwort", "hidden"],
        r"\b(tell|give|reveal|show|print|spell|say|write|output|share|what is|what's|disclose|leak|hint|encode|reverse|guess|know)\b[^.!?\n]{0,40}\b(your (secret|password|passphrase|hidden|passcode)|(the|a|this) (secret|hidden) (key|word|password|phrase|code|message|information|instruction)s?|the passphrase|you('re| are) (hiding|protecting))\b|\b(sag|verrate?|nenne?|gib|zeig)\b[^.!?\n]{0,30}\b(das|dein|deine) (passwort|geheim)",
    ),
    rule(
        Kind::Exfiltration,
        &["http://", "https://", "www.", "@", "webhook"],
        r"\b(send|post|forward|exfiltrate|upload|transmit|e-?mail|leak|submit|append|share|disclose|deliver|report)\b[^!?\n]{0,120}\b(password|pass(word|code)s?|api[ -]?keys?|credentials?|tokens?|secrets?|private keys?|(chat|conversation|message|browsing) (history|log|transcript)s?|this conversation|credit card|card numbers?|personal (data|information|details)|bank (details|accounts?)|social security|ssn|system prompt|addresses|(medical|health|payment|genetic|location|search|financial) (history|records?|data|methods?|details|information))\b[^!?\n]{0,120}(https?://|www\.|[\w.+-]+@[\w-]+\.\w|webhook)",
    ),
    rule(
        Kind::Exfiltration,
        &["@"],
        r"\b(retrieve|fetch|find|get|access|obtain|check|export|search|collect|gather|read|look up|extract|list)\b[^!?\n]{0,160}\b(send|forward|e-?mail|share|transmit|deliver)\b[^!?\n]{0,80}\bto\b[^!?\n]{0,40}[\w.+-]+@[\w-]+\.\w",
    ),
    rule(
        Kind::Exfiltration,
        &["!["],
        r"!\[[^\]\n]*\]\(\s*https?://[^)\n]*(\{|\$|%7b|[?&](data|q|query|secret|token|prompt|history|conversation|text|c|d|s|msg|info|content)=)",
    ),
    rule(
        Kind::Exfiltration,
        &[
            "bank details",
            "banking details",
            "card details",
            "your password",
            "their password",
            "credit card",
            "bank account",
        ],
        r"\b(users?|them|customers?|readers?|people|visitors?|the user|the customer)\b[^.!?\n]{0,30}\b(to )?(share|send|enter|submit|provide|give|confirm|type)\b[^.!?\n]{0,40}\b(bank(ing)? (details|accounts?)|card details|passwords?|credit card)",
    ),
];
