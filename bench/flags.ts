import { parseArgs } from 'node:util';

export interface BenchFlags<N extends string> {
  readonly only: readonly N[];
  readonly quick: boolean;
  readonly json: string;
  /** A ref of this repository: the build before. */
  readonly against: string | undefined;
  /** Whether Alertmanager is measured beside farmhand. */
  readonly peer: boolean;
  /** How often all of it is measured. */
  readonly rounds: number;
}

/** Reads the flags; help and mistakes end the program with words, before anything is started. */
export const readFlags = <const N extends string>(
  args: readonly string[],
  names: readonly N[],
): BenchFlags<N> => {
  const usage = `npm run bench -- [--only NAME]… [--quick] [--rounds N] [--against REF]
                    [--peer alertmanager] [--json FILE]

  --only NAME   one of ${names.join(', ')}; may be given more than once (default: all)
  --quick       shorter, and less exact
  --rounds N    each case so many times, by turns: medians, and the lowest and highest (default: 1)
  --against REF the same of another state of this repository, in the same run (what runs farmhand as a process)
  --peer alertmanager
                the same alerts through an Alertmanager, in the same run (thread, flood): the one that FARMHAND_ALERTMANAGER
                names, or built from its Go module, or the one on PATH
  --json FILE   where the figures go as well (default: test-results/bench.json)
  --help        this text`;
  const stop = (text: string, code: number): never => {
    (code === 0 ? console.log : console.error)(text);
    process.exit(code);
  };
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string', multiple: true, default: [] },
        quick: { type: 'boolean', default: false },
        against: { type: 'string' },
        peer: { type: 'string' },
        rounds: { type: 'string', default: '1' },
        json: { type: 'string', default: 'test-results/bench.json' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) stop(usage, 0);
    const known = names.filter((name) => values.only.includes(name));
    const unknown = values.only.filter((name) => !names.some((other) => other === name));
    if (unknown.length > 0) stop(`There is no case ${unknown.join(', ')}.\n\n${usage}`, 1);
    const { peer } = values;
    if (peer !== undefined && peer !== 'alertmanager') stop(`There is no peer ${peer}.\n\n${usage}`, 1);
    const rounds = Number(values.rounds);
    if (!Number.isInteger(rounds) || rounds < 1) {
      stop(`--rounds is a whole number from 1 on, and not ${values.rounds}.\n\n${usage}`, 1);
    }
    return {
      only: values.only.length > 0 ? known : names,
      quick: values.quick,
      json: values.json,
      against: values.against,
      peer: peer !== undefined,
      rounds,
    };
  } catch (error) {
    return stop(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`, 1);
  }
};
