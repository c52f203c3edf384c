/** The till of a testing desk: it knows prices and what the user has, and records what the skill did with money. */
import type { Host, WireReceipt } from "../host.ts";
import { showMoney, type Money } from "../payments.ts";
import { failure } from "./failure.ts";
import { Work } from "./work.ts";

/** What a skill did with money. */
export type PaymentAct = "charge" | "reserve" | "capture" | "release" | "refund";

/** One thing that a skill did with money. */
export interface Payment {
  act: PaymentAct;
  amount: Money;
  /** What for; empty for what follows on a receipt. */
  description: string;
}

export class Till {
  readonly prices = new Map<string, Money>();
  readonly wallet: Money[] = [];
  readonly done: Payment[] = [];
  refuses: Error | undefined;
  readonly #receipts: { receipt: WireReceipt; key: string | null }[] = [];

  /** The contract's functions, where `check` allows them. */
  payments(check: () => void): Host["payments"] {
    const work = <T>(act: () => T) => (check(), new Work(0, act));
    return {
      price: (agent) => (check(), this.prices.get(agent) ?? null),
      startBalance: () => work(() => this.wallet.map((money) => ({ ...money }))),
      finishBalance: Work.finish,
      startCharge: (amount, description, key) => work(() => this.#setAside("charge", amount, description, key)),
      startReserve: (amount, description, key) => work(() => this.#setAside("reserve", amount, description, key)),
      startCapture: (receipt, amount) => work(() => this.#settle("capture", receipt, amount)),
      startRelease: (receipt) => work(() => this.#settle("release", receipt, null)),
      startRefund: (receipt, amount) => work(() => this.#settle("refund", receipt, amount)),
      finish: Work.finish,
    };
  }

  #setAside(act: PaymentAct, amount: Money, description: string, key: string | null): WireReceipt {
    if (this.refuses) throw this.refuses;
    const before = key === null ? undefined : this.#receipts.find((one) => one.key === key)?.receipt;
    if (before) {
      if (before.amount.millionths === amount.millionths && before.amount.currency === amount.currency) return before;
      throw failure("invalid", "the key was used for another amount");
    }
    const purse = this.wallet.find((money) => money.currency === amount.currency);
    if (!purse || purse.millionths < amount.millionths) {
      throw failure("payment-required", `${showMoney(amount)} are needed`);
    }
    purse.millionths -= amount.millionths;
    const receipt = { id: String(this.#receipts.length + 1), amount, state: "open", extra: [] };
    this.#receipts.push({ receipt, key });
    this.done.push({ act, amount, description });
    return receipt;
  }

  #settle(act: PaymentAct, id: string, part: Money | null): WireReceipt {
    const receipt = this.#receipts.find((one) => one.receipt.id === id)?.receipt;
    if (!receipt) throw failure("not-found", "there is no such receipt");
    const amount = part ?? receipt.amount;
    const purse = this.wallet.find((money) => money.currency === amount.currency);
    if (act !== "capture" && purse) purse.millionths += amount.millionths;
    this.done.push({ act, amount, description: "" });
    return receipt;
  }
}
