import { z } from 'zod';

/** What can go wrong with a call, on command. The oldest rule that fits a call and is not used up takes it. */
export const Fault = z.strictObject({
  /** A regular expression on `METHOD /path`; default: every call. */
  match: z.string().default(''),
  effect: z.enum([
    /** The connection is cut before anything is done. */
    'drop_before',
    /** It is done, and the connection is cut instead of an answer. */
    'drop_after',
    /** Nothing is done and no answer comes. */
    'hang_before',
    /** It is done, and no answer comes. */
    'hang_after',
    /** `status`, `headers` and `body` are answered and nothing is done. */
    'answer_before',
    /** It is done, and `status`, `headers` and `body` are answered instead. */
    'answer_after',
    /** It is done after `delay_ms`. */
    'delay',
  ]),
  status: z.int().min(200).max(599).default(500),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().default(''),
  delay_ms: z.int().min(0).max(600_000).default(0),
  /** How many calls it takes; default: one. */
  times: z.int().min(1).default(1),
});
export type Fault = z.infer<typeof Fault>;
export type FaultInput = z.input<typeof Fault>;

export interface FaultList {
  add(fault: FaultInput): void;
  clear(): void;
  /** The fault for this call, counted as used. */
  take(call: string): Fault | undefined;
}

export const createFaults = (): FaultList => {
  let rules: { fault: Fault; left: number }[] = [];
  return {
    add(input) {
      const fault = Fault.parse(input);
      rules.push({ fault, left: fault.times });
    },
    clear() {
      rules = [];
    },
    take(call) {
      const rule = rules.find((r) => new RegExp(r.fault.match).test(call));
      if (!rule) return undefined;
      rule.left--;
      if (rule.left === 0) rules = rules.filter((r) => r !== rule);
      return rule.fault;
    },
  };
};
