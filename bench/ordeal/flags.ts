import { parseArgs } from 'node:util';

export interface OrdealFlags {
  /** Events a second. */
  readonly rate: number;
  /** Of each phase. */
  readonly seconds: number;
  readonly seed: number;
  readonly only: readonly string[];
  readonly logs?: string;
  readonly help: boolean;
}

export type FlagsRead =
  | { readonly ok: true; readonly flags: OrdealFlags }
  | { readonly ok: false; readonly problems: readonly string[] };

const bounds = { rate: [1, 5_000], seconds: [1, 3_600], seed: [0, 2 ** 31] } as const;

/** Every problem at once, before anything is started. `phases`: the names that `--only` may hold a word of. */
export const readOrdealFlags = (args: readonly string[], phases: readonly string[]): FlagsRead => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        rate: { type: 'string', default: '200' },
        seconds: { type: 'string', default: '25' },
        seed: { type: 'string', default: '1' },
        only: { type: 'string', multiple: true, default: [] },
        logs: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const { only, logs, help } = values;
    const numbers = { rate: Number(values.rate), seconds: Number(values.seconds), seed: Number(values.seed) };
    const problems = [
      ...(['rate', 'seconds', 'seed'] as const).flatMap((name) => {
        const [least, most] = bounds[name];
        const fits = Number.isInteger(numbers[name]) && numbers[name] >= least && numbers[name] <= most;
        return fits ? [] : [`--${name} ${values[name]}: must be a whole number from ${least} to ${most}`];
      }),
      ...only
        .filter((word) => !phases.some((name) => name.includes(word)))
        .map((word) => `--only ${word}: no phase has that in its name; there are ${phases.join(', ')}`),
    ];
    if (problems.length > 0) return { ok: false, problems };
    return { ok: true, flags: { ...numbers, only, help, ...(logs !== undefined && { logs }) } };
  } catch (error) {
    return { ok: false, problems: [error instanceof Error ? error.message : String(error)] };
  }
};
