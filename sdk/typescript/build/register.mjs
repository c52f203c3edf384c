/**
 * Lets node run a skill's TypeScript, decorators and all:
 * `node --import @baton/skill/register --test`.
 */
import { register } from "node:module";

register("./loader.mjs", import.meta.url);
