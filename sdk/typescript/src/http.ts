/** Web servers that the operator has named. */
import { CapabilityError } from "./errors.ts";
import { capability, type Header, type WireResponse } from "./host.ts";
import { writeJson } from "./json.ts";
import { decode, encode } from "./utf8.ts";
import { later, milliseconds } from "./waiting.ts";

/** What is sent. */
export interface Request {
  /** `GET`, unless there is a body: then `POST`. */
  method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";
  /** A value may hold `secret:NAME`; the host puts the operator's secret in its place. */
  headers?: { [name: string]: string };
  /** Text or bytes. */
  body?: string | Uint8Array;
  /** A JSON value as the body. */
  json?: unknown;
  /** Gives up after so many milliseconds; the host has a limit of its own. */
  within?: number;
}

export interface Http {
  /**
   * Sends a request. A response of any status is a response; an error says that
   * there is none. Several are sent at the same time with `Promise.all`.
   */
  send(url: string, request?: Request): Promise<Response>;
  /** Gets what is there. */
  get(url: string): Promise<Response>;
  /** Posts a JSON value. */
  postJson(url: string, value: unknown): Promise<Response>;
}

/** What a server has answered, whatever its status. */
export class Response {
  readonly status: number;
  readonly body: Uint8Array;
  readonly #headers: Header[];

  constructor({ status, body, headers }: WireResponse) {
    this.status = status;
    this.body = body;
    this.#headers = headers;
  }

  /** Whether the status is one of success. */
  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  /** The first header of this name, in any case. */
  header(name: string): string | undefined {
    return this.#headers.find((header) => header.name.toLowerCase() === name.toLowerCase())?.value;
  }

  /** The body as text. */
  text(): string {
    return decode(this.body);
  }

  /** The body read as JSON. */
  json<T = any>(): T {
    try {
      return JSON.parse(this.text());
    } catch (why) {
      throw new CapabilityError("failed", `the response cannot be read: ${(why as Error).message}`);
    }
  }
}

export const http: Http = {
  send(url, request = {}) {
    return later(
      () => capability("http").startRequest(wire(url, request)),
      (handle) => new Response(capability("http").finishRequest(handle)),
    );
  },
  get: (url) => http.send(url),
  postJson: (url, json) => http.send(url, { json }),
};

function wire(url: string, { method, headers = {}, body, json, within }: Request) {
  if (body !== undefined && json !== undefined) throw new TypeError("a request has `body` or `json`, not both");
  const content = json === undefined ? body : writeJson(json, "the request's body");
  const all = json === undefined ? headers : { "content-type": "application/json", ...headers };
  return {
    method: method ?? (content === undefined ? "GET" : "POST"),
    url,
    headers: Object.entries(all).map(([name, value]) => ({ name, value })),
    body: typeof content === "string" ? encode(content) : (content ?? new Uint8Array()),
    timeoutMs: milliseconds(within),
    extra: [],
  };
}
