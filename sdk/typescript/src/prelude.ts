/** What has to be in place before the author's modules are run. Only the build imports this. */
import { replaceGlobals } from "./globals.ts";
import { enqueue, PumpedPromise } from "./promise.ts";

globalThis.Promise = PumpedPromise as unknown as PromiseConstructor;
globalThis.queueMicrotask = enqueue;
replaceGlobals("refuse");
