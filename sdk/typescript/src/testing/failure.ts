/** Failures as the host throws them, for which the SDK makes its own errors. */
import type { ErrorCode } from "../errors.ts";

/** An error of the contract. */
export function failure(code: ErrorCode, message: string): Error {
  return Object.assign(new Error(message), { payload: { code, message, extra: [] } });
}
