/** `Skill` and `@skill`: what every skill extends, and who it is. */
import { agents, type Agents } from "./agents.ts";
import { clock, type Clock } from "./clock.ts";
import { config, type Config } from "./config.ts";
import { conversation, type Conversation } from "./conversation.ts";
import { declaring, type Identity } from "./declared.ts";
import { discovery, type Discovery } from "./discovery.ts";
import { handoffs, type Handoffs } from "./handoffs.ts";
import { http, type Http } from "./http.ts";
import { log, type Log } from "./log.ts";
import { Memory } from "./memory.ts";
import { given, known } from "./names.ts";
import { payments, type Payments } from "./payments.ts";
import { random, type Random } from "./random.ts";
import { storage, type Storage } from "./storage.ts";
import { tickets, type Tickets } from "./tickets.ts";

/**
 * What a skill extends. Its fields are what it remembers of one conversation;
 * the capabilities are members, and what it uses of them is what it imports.
 */
export abstract class Skill {
  /** Lines for the operator. */
  get log(): Log { return log; }
  /** What the operator configured for this skill. */
  get config(): Config { return config; }
  /** The turn's time, which stands still. */
  get clock(): Clock { return clock; }
  /** Chance, from a seed on record. */
  get random(): Random { return random; }
  /** Messages, metadata and the user's profile. */
  get conversation(): Conversation { return conversation; }
  /** Who there is, and asking them. */
  get agents(): Agents { return agents; }
  /** The agents for what somebody wants. */
  get discovery(): Discovery { return discovery; }
  /** Requests that wait for a person. */
  get tickets(): Tickets { return tickets; }
  /** Values that outlive the conversation. */
  get storage(): Storage { return storage; }
  /** What answers cost, and charging the turn's user. */
  get payments(): Payments { return payments; }
  /** The conversation's handoffs, past and under way. */
  get handoffs(): Handoffs { return handoffs; }
  /** Web servers that the operator has named. */
  get http(): Http { return http; }
  /** What this object remembers. */
  get state(): Memory { return new Memory(this); }
}

type Type = abstract new () => Skill;
type Decorator = (type: Type, context: ClassDecoratorContext) => void;

const KEYS = ["name", "version", "description", "stateVersion", "depends", "config"];

/** Who the skill is; without it, its class's name in lower case with hyphens. */
export function skill(type: Type, context: ClassDecoratorContext): void;
export function skill(settings?: Identity): Decorator;
export function skill(first: Identity | Type = {}, context?: ClassDecoratorContext): void | Decorator {
  if (context) return;
  const settings = first as Identity;
  return (type, context) => {
    const where = `@skill on \`${context.name ?? "a class"}\``;
    known(settings, KEYS, where);
    if (settings.name !== undefined) given(settings.name, where);
    if (settings.stateVersion !== undefined && !(Number.isInteger(settings.stateVersion) && settings.stateVersion > 0)) {
      throw new TypeError(`${where}: \`stateVersion\` counts from 1`);
    }
    if (!(type.prototype instanceof Skill)) throw new TypeError(`${where}: write \`class ${type.name} extends Skill\``);
    declaring(context).identity = settings;
  };
}
