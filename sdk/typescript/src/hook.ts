/** `@hook` */
import type { HandoffContext, Outcome } from "./context.ts";
import { declaring, place } from "./declared.ts";
import { choice, given, kebab, suggestion } from "./names.ts";
import type { HookAnswer } from "./patch.ts";

/** What may be said of a hook. */
export interface HookSettings {
  /** The method's name in lower case with hyphens, if it says nothing. */
  name?: string;
  /** The doc comment, if it says nothing. */
  description?: string;
  /** Lower runs earlier. */
  order?: number;
  /** Only handoffs to these agents. */
  targets?: readonly string[];
  /** `observe`: what it returns is not used. */
  access?: "amend" | "observe";
  /** What becomes of the handoff when the hook fails. */
  onFailure?: "refuse" | "continue";
  /** `own`: handoffs that this skill chose. `all`: everybody's, a grant. */
  handoffs?: "own" | "all";
}

type Before = (this: any, handoff: HandoffContext) => HookAnswer | Promise<HookAnswer>;
type After = (this: any, handoff: HandoffContext, outcome: Outcome) => HookAnswer | Promise<HookAnswer>;
type Decorator<M> = (method: M, context: ClassMethodDecoratorContext) => void;

const KEYS = ["name", "description", "order", "targets", "access", "onFailure", "handoffs"];
const POINTS = { before_handoff: "before-handoff", after_handoff: "after-handoff" };

/** Runs when a handoff is prepared. */
export function hook(point: "before_handoff", settings?: HookSettings): Decorator<Before>;
/** Runs when the target has answered, or failed. */
export function hook(point: "after_handoff", settings?: HookSettings): Decorator<After>;
export function hook(point: keyof typeof POINTS, settings: HookSettings = {}): Decorator<any> {
  return (_, context) => {
    const where = place("hook", context, settings, KEYS);
    if (!Object.hasOwn(POINTS, point)) {
      throw new TypeError(`${where}: unknown point: ${suggestion(String(point), Object.keys(POINTS))}`);
    }
    declaring(context).hooks.push({
      member: context.name,
      name: settings.name === undefined ? kebab(String(context.name)) : given(settings.name, where),
      point: POINTS[point],
      order: settings.order ?? 0,
      targets: [...(settings.targets ?? [])],
      access: choice(settings.access, ["amend", "observe"], "amend", where),
      onFailure: choice(
        settings.onFailure,
        ["refuse", "continue"],
        point === "before_handoff" ? "refuse" : "continue",
        where,
      ),
      handoffs: choice(settings.handoffs, ["own", "all"], "own", where),
      description: settings.description ?? "",
      extra: [],
    });
  };
}
