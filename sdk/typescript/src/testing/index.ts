/**
 * A desk for unit tests: it answers a skill's capabilities and records what the
 * skill did with them. For `node --test`.
 */
import { replaceGlobals } from "../globals.ts";

export { Conversation } from "./conversation.ts";
export { Desk } from "./desk.ts";
export type { Payment, PaymentAct } from "./till.ts";
export { sampleHandoff, sampleOutcome } from "./samples.ts";
export { describe } from "../manifest.ts";

// A skill's `Date.now()` is the desk's; the test's own is as ever.
replaceGlobals("before");
