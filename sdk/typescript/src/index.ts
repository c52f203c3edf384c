/**
 * Write Baton skills in TypeScript.
 *
 * A skill is a class whose methods say when a conversation goes to another agent
 * (`@handoff`), what happens before and after (`@hook`), and what others may call
 * (`@tool`).
 */
export { skill, Skill } from "./skill.ts";
export { handoff, type Duration, type DynamicSettings, type HandoffSettings, type KeywordSettings } from "./handoff.ts";
export { hook, type HookSettings } from "./hook.ts";
export { Caller, tool, type ToolSettings } from "./tool.ts";
export { Query } from "./query.ts";
export type { DynamicAnswer, Grounds, Proposal, Reason, StaticAnswer } from "./answer.ts";
export type { HandoffContext, Outcome } from "./context.ts";
export type { HookAnswer, Patch, Reply } from "./patch.ts";
export {
  CapabilityError, HandoffError, ToolError, type ErrorCode, type RefusalCode, type ToolErrorCode,
} from "./errors.ts";
export {
  anything, choice, integer, list, number, object, optional, text, truth,
  type Fields, type Schema, type Value, type Values,
} from "./schema.ts";
export type { Identity } from "./declared.ts";
export type { Json, Named } from "./json.ts";
export type { Agent, Agents, Answer } from "./agents.ts";
export type { Clock } from "./clock.ts";
export type { Config } from "./config.ts";
export type { Conversation, Message } from "./conversation.ts";
export type { Discovery, Found } from "./discovery.ts";
export type { Handoff, Handoffs } from "./handoffs.ts";
export type { Http, Request, Response } from "./http.ts";
export type { Log } from "./log.ts";
export type { Memory } from "./memory.ts";
export { money, showMoney, type Money, type Payments, type Receipt } from "./payments.ts";
export type { Random } from "./random.ts";
export type { Entry, Storage, Usage } from "./storage.ts";
export type { Ticket, Tickets } from "./tickets.ts";
// For its declaration of `console`, which is all of a browser or node that skills have.
import "./globals.ts";
/** The build calls this with the doc comments of a file. */
export { documented } from "./declared.ts";
