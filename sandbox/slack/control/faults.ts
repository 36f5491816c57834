import { z } from 'zod';

const seconds = z.int().min(0).max(3600);
const ms = z.int().min(0).max(600_000);

const Effect = z.discriminatedUnion('kind', [
  /** Done at Slack; the connection is cut instead of an answer. */
  z.strictObject({ kind: z.literal('accept_then_drop') }),
  /** Not done; the connection is cut. */
  z.strictObject({ kind: z.literal('drop_before') }),
  /** Done (or not, with `forward: false`), and no answer ever comes. */
  z.strictObject({ kind: z.literal('hang'), forward: z.boolean().default(true) }),
  z.strictObject({ kind: z.literal('delay'), before_ms: ms.default(0), after_ms: ms.default(0) }),
  /** An HTTP error with an empty JSON body; done at Slack with `forward: true`. */
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(400).max(599),
    forward: z.boolean().default(false),
  }),
  /** What a proxy or Slack's edge answers in trouble: a web page. */
  z.strictObject({
    kind: z.literal('html'),
    status: z.int().min(200).max(599).default(503),
    forward: z.boolean().default(false),
  }),
  /** `{ok: false, error}` with status 200; done at Slack with `forward: true`. */
  z.strictObject({
    kind: z.literal('error'),
    error: z.string().min(1),
    forward: z.boolean().default(false),
  }),
  z.strictObject({ kind: z.literal('rate_limited'), retry_after_s: seconds.default(1) }),
]);

/** What is to go wrong. The oldest fault that fits a call and is not used up takes it. */
export const Fault = z.strictObject({
  /** `chat.postMessage`, or `*` for every method. `response_url` means posts to response URLs. */
  method: z.string().min(1).default('*'),
  channel: z.string().optional(),
  /** A piece of the arguments as JSON: an alert id, a word of the text. */
  contains: z.string().optional(),
  /** So many fitting calls pass first. */
  skip: z.int().min(0).default(0),
  /** How many calls it takes; default one. */
  times: z.int().min(1).default(1),
  effect: Effect,
});
export type Fault = z.output<typeof Fault>;
export type FaultInput = z.input<typeof Fault>;
export type FaultEffect = z.output<typeof Effect>;

/** While it lasts, every call meets it: cut connections, Slack's web page of regret, or silence. */
export const Outage = z.enum(['off', 'drop', 'html', 'hang']);
export type Outage = z.output<typeof Outage>;

export interface Faults {
  add(fault: Fault): number;
  remove(id: number): boolean;
  clear(): void;
  outage(mode: Outage): void;
  /** The effect that this call meets, counted as used. */
  take(method: string, channel: string, args: string): FaultEffect | undefined;
  /** Faults that have not taken all their calls yet. */
  pending(): number;
}

const outages: Readonly<Record<Outage, FaultEffect | undefined>> = {
  off: undefined,
  drop: { kind: 'drop_before' },
  html: { kind: 'html', status: 503, forward: false },
  hang: { kind: 'hang', forward: false },
};

export const createFaults = (): Faults => {
  let rules: { readonly id: number; readonly fault: Fault; skip: number; left: number }[] = [];
  let mode: Outage = 'off';
  let ids = 0;
  return {
    add: (fault) => {
      ids++;
      rules.push({ id: ids, fault, skip: fault.skip, left: fault.times });
      return ids;
    },
    remove: (id) => {
      const before = rules.length;
      rules = rules.filter((rule) => rule.id !== id);
      return rules.length < before;
    },
    clear: () => {
      rules = [];
      mode = 'off';
    },
    outage: (next) => {
      mode = next;
    },
    take: (method, channel, args) => {
      if (outages[mode]) return outages[mode];
      const rule = rules.find(
        ({ fault }) =>
          (fault.method === '*' || fault.method === method) &&
          (fault.channel === undefined || fault.channel === channel) &&
          (fault.contains === undefined || args.includes(fault.contains)),
      );
      if (!rule) return undefined;
      if (rule.skip > 0) {
        rule.skip--;
        return undefined;
      }
      rule.left--;
      if (rule.left === 0) rules = rules.filter((other) => other !== rule);
      return rule.fault.effect;
    },
    pending: () => rules.length,
  };
};
