/**
 * Money of the turn's user, who is always the payer. A charge made in a
 * before-hook counts towards the price of the target, which the host collects
 * anyway. It goes back when the handoff comes to nothing.
 */
import { CapabilityError, ask } from "./errors.ts";
import { capability, type Handle, type WireReceipt } from "./host.ts";
import { readPairs } from "./json.ts";
import { later } from "./waiting.ts";

/** Millionths in one unit. */
const UNIT = 1_000_000;

/** Whole millionths of a unit; currencies are never mixed. */
export interface Money {
  millionths: number;
  /** A code such as `USD`. */
  currency: string;
}

/** So many units of a currency, written as in "0.05". */
export function money(units: string, currency: string): Money {
  const [, whole, decimals = ""] = /^(\d+)(?:\.(\d{1,6}))?$/.exec(units) ?? [];
  const millionths = Number(whole) * UNIT + Number(decimals.padEnd(6, "0"));
  if (whole === undefined || !Number.isSafeInteger(millionths)) {
    const why = `\`${units}\` is no amount: write digits, a point and at most six decimals`;
    throw new CapabilityError("invalid", why);
  }
  return { millionths, currency };
}

/** As a person writes it: `0.05 USD`. */
export function showMoney({ millionths, currency }: Money): string {
  const decimals = String(millionths % UNIT).padStart(6, "0").replace(/0{1,4}$/, "");
  return `${Math.floor(millionths / UNIT)}.${decimals} ${currency}`;
}

/** Money that is set aside, or was. */
export interface Receipt {
  id: string;
  amount: Money;
  state: "open" | "captured" | "released" | "unknown" | (string & {});
  extra: { [name: string]: any };
}

export interface Payments {
  /** What an answer of the agent costs; `undefined`: nothing. */
  price(agent: string): Money | undefined;
  /** What the user can spend, in each currency. */
  balance(): Promise<Money[]>;
  /** Sets money aside, to be paid when all ends well. */
  charge(amount: Money, description: string): Promise<Receipt>;
  /** As `charge`; the same key with the same amount is the same charge, in whichever turn. */
  chargeOnce(amount: Money, description: string, key: string): Promise<Receipt>;
  /** Sets money aside, to go back at the end of the turn unless `capture` is called. */
  reserve(amount: Money, description: string): Promise<Receipt>;
  /** What was set aside is to be paid: so much of it, or all. */
  capture(receipt: Receipt, amount?: Money): Promise<Receipt>;
  /** What was set aside goes back. */
  release(receipt: Receipt): Promise<Receipt>;
  /**
   * What this skill was paid goes back: so much of it, or all that is left. The
   * same key with the same amount is the same refund.
   */
  refund(receipt: string, key: string, amount?: Money): Promise<Receipt>;
}

const read = (receipt: WireReceipt): Receipt => ({ ...receipt, extra: readPairs(receipt.extra) });

const settled = (start: () => Handle) => later(start, (handle) => read(capability("payments").finish(handle)));

export const payments: Payments = {
  price: (agent) => ask(() => capability("payments").price(agent)) ?? undefined,
  balance: () =>
    later(
      () => capability("payments").startBalance(),
      (handle) => capability("payments").finishBalance(handle),
    ),
  charge: (amount, description) => settled(() => capability("payments").startCharge(amount, description, null)),
  chargeOnce: (amount, description, key) =>
    settled(() => capability("payments").startCharge(amount, description, key)),
  reserve: (amount, description) => settled(() => capability("payments").startReserve(amount, description, null)),
  capture: ({ id }, amount) => settled(() => capability("payments").startCapture(id, amount ?? null)),
  release: ({ id }) => settled(() => capability("payments").startRelease(id)),
  refund: (receipt, key, amount) => settled(() => capability("payments").startRefund(receipt, amount ?? null, key)),
};
