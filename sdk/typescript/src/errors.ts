/** What capabilities, hooks and tools throw. */
import { wireError } from "./host.ts";

/** What kind of thing kept a capability from doing what it was asked. */
export type ErrorCode =
  | "not-granted" | "not-found" | "not-allowed" | "invalid" | "limit" | "timeout"
  | "unavailable" | "payment-required" | "wrong-handle" | "failed"
  // A newer host may have more, which breaks nothing.
  | (string & {});

/** Why a capability could not do what it was asked. */
export class CapabilityError extends Error {
  override readonly name = "CapabilityError";

  constructor(readonly code: ErrorCode, message: string) {
    super(message);
  }
}

/** Calls the host; its error is thrown as one of ours. */
export function ask<T>(call: () => T): T {
  try {
    return call();
  } catch (thrown) {
    const error = wireError(thrown);
    if (error) throw new CapabilityError(error.code, error.message);
    throw thrown;
  }
}

/** Why a hook refuses a handoff. */
export type RefusalCode = "unavailable" | "not-allowed" | "payment-required" | "other" | (string & {});

/** Thrown by a hook to refuse the handoff. The user may be told its message. */
export class HandoffError extends Error {
  override readonly name = "HandoffError";

  constructor(message: string, readonly code: RefusalCode = "other") {
    super(message);
  }

  /** The target cannot take it now. */
  static unavailable(message: string): HandoffError {
    return new HandoffError(message, "unavailable");
  }

  /** It must not go there. */
  static notAllowed(message: string): HandoffError {
    return new HandoffError(message, "not-allowed");
  }

  /** Somebody has to pay first. */
  static paymentRequired(message: string): HandoffError {
    return new HandoffError(message, "payment-required");
  }
}

/** Why a tool did not do what it was called for. */
export type ToolErrorCode = "unknown-tool" | "invalid-arguments" | "not-allowed" | "failed" | (string & {});

/** Thrown by a tool. Whoever called it reads this. */
export class ToolError extends Error {
  override readonly name = "ToolError";

  constructor(message: string, readonly code: ToolErrorCode = "failed") {
    super(message);
  }

  /** The arguments make no sense, though they fit the schema. */
  static invalidArguments(message: string): ToolError {
    return new ToolError(message, "invalid-arguments");
  }

  /** This caller may not do it. */
  static notAllowed(message: string): ToolError {
    return new ToolError(message, "not-allowed");
  }
}
