/** What policy bars of a command, whoever asks for it. */
import type { RebuildCommand } from '../command.ts';
import type { WiderOrder } from '../parts/orders.ts';
import type { Rebuild } from '../rebuild.ts';
import { controlsOf } from './controlled.ts';
import { type Bound, type Controls, stricter, type TypedVerb } from './rules.ts';
import { type Frozen, frozenNow } from './windows.ts';

export type FrozenVerb = 'scale' | 'override' | 'resume' | 'retry' | 'approve';

/** Why policy bars it. */
export type RuleBar =
  /** `breakers`: who may break the glass, as people are told. */
  | {
      readonly code: 'frozen';
      readonly verb: FrozenVerb;
      readonly frozen: Frozen;
      readonly instance: string;
      readonly breakers: readonly string[];
    }
  | { readonly code: 'farmers_limit'; readonly farmers: number; readonly limit: Bound }
  /** One order changes more than the rule allows: from `least` to `most` farmers it would be within it. */
  | {
      readonly code: 'change_limit';
      readonly from: number;
      readonly to: number;
      readonly share: Bound;
      readonly least: number;
      readonly most: number;
    }
  | {
      readonly code: 'name_not_typed';
      readonly what: TypedVerb;
      readonly instance: string;
      readonly typed?: string;
    };

/** What bars are judged by. */
export interface Ruling {
  /** By the config of now; undefined: no policy. */
  readonly controls: Controls | undefined;
  readonly breakers: readonly string[];
  readonly now: number;
}

/** Why an order may not be given now, by windows and limits; a broken glass bars none of it. */
export const orderBar = (
  rebuild: Rebuild,
  order: WiderOrder | { readonly verb: 'resume' },
  { controls, breakers, now }: Ruling,
): RuleBar | undefined => {
  const frozen = frozenNow(controls, now);
  const instance = rebuild.plan.instance.name;
  if (frozen) return { code: 'frozen', verb: order.verb, frozen, instance, breakers };
  return order.verb === 'scale' ? limitBar(rebuild, order.farmers, controls) : undefined;
};

/** A window lets a step be tried again; what people froze does not. */
export const retryBar = (rebuild: Rebuild, { controls, breakers, now }: Ruling): RuleBar | undefined => {
  const frozen = frozenNow(controls, now);
  return frozen?.freezes
    ? { code: 'frozen', verb: 'retry', frozen, instance: rebuild.plan.instance.name, breakers }
    : undefined;
};

const limitBar = (rebuild: Rebuild, to: number, controls: Controls | undefined): RuleBar | undefined => {
  const { limits } = controls ? stricter(controlsOf(rebuild), controls) : controlsOf(rebuild);
  const { farmers, change } = limits;
  const { target, wanted, seen } = rebuild.farmers;
  if (farmers && to > farmers.value && to >= target) {
    return { code: 'farmers_limit', farmers: to, limit: farmers };
  }
  if (!change || to === target) return undefined;
  // Of those that are there: orders in quick succession do not add up to what none of them may ask for.
  const ready = wanted > 0 ? (seen?.ready ?? target) : target;
  const from = to > target ? Math.min(ready, target) : Math.max(ready, target);
  // One more or one fewer is always within it: a share of little would let nothing move.
  const may = Math.max(1, Math.floor(from * change.value));
  return Math.abs(to - from) <= may
    ? undefined
    : { code: 'change_limit', from, to, share: change, least: Math.max(1, from - may), most: from + may };
};

/** Why what would be approved must not be approved now: it could not be done, or not in time. */
export const approvalBar = (
  rebuild: Rebuild,
  begun: boolean,
  kind: 'plan' | 'change',
  { controls, breakers, now }: Ruling,
): RuleBar | undefined => {
  const frozen = frozenNow(controls, now);
  // What a window finds under way goes on, so it may be agreed to.
  if (!frozen || (kind === 'plan' && begun && !frozen.freezes)) return undefined;
  return { code: 'frozen', verb: 'approve', frozen, instance: rebuild.plan.instance.name, breakers };
};

/** Where the name of the instance must be typed and was not. A broken glass does not change that. */
export const typedBar = (
  rebuild: Rebuild,
  command: RebuildCommand,
  controls: Controls | undefined,
): RuleBar | undefined => {
  const what = destroys(rebuild, command);
  const { typedName } = controls ? stricter(controlsOf(rebuild), controls) : controlsOf(rebuild);
  if (what === undefined || !typedName.includes(what)) return undefined;
  const { name: instance } = rebuild.plan.instance;
  const typed = 'typed' in command ? command.typed?.trim() : undefined;
  if (typed === instance) return undefined;
  return { code: 'name_not_typed', what, instance, ...(typed !== undefined && typed !== '' && { typed }) };
};

/** What a command destroys, by the name that `typed_name` has for it. */
const destroys = ({ farmers, synchronizer }: Rebuild, command: RebuildCommand): TypedVerb | undefined => {
  if (command.verb === 'cancel') return farmers.wanted + synchronizer.wanted > 0 ? 'cancel' : undefined;
  if (command.verb !== 'override') return undefined;
  const { kind } = command;
  return kind === 'force' || kind === 'skip_step' || kind === 'drop_guardian' ? kind : undefined;
};
