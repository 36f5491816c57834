import { parseArgs } from 'node:util';
import { didYouMean } from '../src/core/nearest.ts';

export interface SandboxFlags {
  readonly kafka: 'auto' | 'never' | 'always';
  /** Alerts come by themselves. */
  readonly alerts: boolean;
  /** With a simulated cluster to rebuild caches on. */
  readonly rebuilds: boolean;
  readonly jira: 'cloud' | 'data_center';
  readonly speed: number;
  readonly seed: number;
  /** Ends by itself after so many ms; for tests. */
  readonly forMs?: number;
}

export const help = `farmhand sandbox: a whole world on this machine, nothing of it reachable from outside.

  --no-alerts      start everything, and let no alerts come
  --no-rebuilds    without the simulated cluster, its engine and the deployment repository
  --speed N        how fast the week goes by; 1 is a week in 21 minutes (default 1)
  --seed N         another week (default 1)
  --jira KIND      cloud, or data-center (default cloud)
  --no-kafka       send events over HTTP even where Kafka could run
  --kafka          insist on Kafka: fail where it cannot run
  --for SECONDS    stop by itself after that time
  --help           this text

While it runs: s a storm, f a flapping alert, r everything resolves, p a pause of 5 minutes, q stop.
1 to 5 are troubles for a running rebuild: kill a farmer, kill the synchronizer, freeze, break DNS, revert a scale.`;

export type ParsedFlags =
  | { readonly flags: SandboxFlags }
  | { readonly help: true }
  /** Every problem at once. */
  | { readonly problems: readonly string[] };

const options = {
  alerts: { type: 'boolean' },
  rebuilds: { type: 'boolean' },
  kafka: { type: 'boolean' },
  jira: { type: 'string' },
  speed: { type: 'string' },
  seed: { type: 'string' },
  for: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;
type Name = keyof typeof options;
const isName = (name: string): name is Name => Object.hasOwn(options, name);
const spellings = Object.entries(options).flatMap(([name, { type }]) =>
  type === 'boolean' && name !== 'help' ? [`--${name}`, `--no-${name}`] : [`--${name}`],
);

/** Flags, or what is wrong with them and how it is written. */
export const parseFlags = (args: readonly string[]): ParsedFlags => {
  const { tokens } = parseArgs({
    args: [...args],
    options,
    allowNegative: true,
    strict: false,
    tokens: true,
  });
  const problems: string[] = [];
  const found = new Map<Name, string | boolean>();
  // What stands behind a flag that is not known was perhaps its value.
  const values = new Set(
    tokens.flatMap((token) => (token.kind === 'option' && !isName(token.name) ? token.index + 1 : [])),
  );
  for (const token of tokens) {
    if (token.kind === 'positional' && !values.has(token.index)) {
      problems.push(`“${token.value}”: the sandbox takes flags only`);
    }
    if (token.kind !== 'option') continue;
    const negative = /^--no-/.test(token.rawName);
    const name = negative ? token.name.replace(/^no-/, '') : token.name;
    const value = token.value?.startsWith('--') ? undefined : token.value;
    const taken = isName(name) ? valueGiven(name, token.rawName, negative, value) : undefined;
    if (!isName(name) || taken === undefined) {
      problems.push(`${token.rawName}: there is no such flag${didYouMean(token.rawName, spellings)}`);
    } else if (typeof taken === 'object') problems.push(taken.problem);
    else if (found.has(name) && found.get(name) !== taken) problems.push(`--${name} is given twice`);
    else found.set(name, taken);
  }
  if (found.has('help')) return { help: true };
  const number = (name: 'speed' | 'seed' | 'for', fits: (n: number) => boolean, wanted: string): number => {
    const text = found.get(name) ?? '1';
    const n = Number(text);
    if (!fits(n)) problems.push(`--${name}: ${text} is not ${wanted}`);
    return n;
  };
  const speed = number('speed', (n) => n > 0 && n <= 1000, 'between 0 and 1000');
  const seed = number('seed', Number.isSafeInteger, 'a whole number');
  const seconds = number('for', (n) => n > 0 && n < 2_000_000, 'a number of seconds');
  const jira = found.get('jira') ?? 'cloud';
  if (jira !== 'cloud' && jira !== 'data-center') {
    problems.push(`--jira: ${jira} is not cloud or data-center`);
  }
  if (problems.length > 0) return { problems };
  const kafka = found.get('kafka');
  return {
    flags: {
      kafka: kafka === undefined ? 'auto' : kafka ? 'always' : 'never',
      alerts: found.get('alerts') !== false,
      rebuilds: found.get('rebuilds') !== false,
      jira: jira === 'cloud' ? 'cloud' : 'data_center',
      speed,
      seed,
      ...(found.has('for') && { forMs: seconds * 1000 }),
    },
  };
};

/** What was given for a flag; undefined where it is no flag in this form: `--no-speed`. */
const valueGiven = (
  name: Name,
  rawName: string,
  negative: boolean,
  value: string | undefined,
): string | boolean | { readonly problem: string } | undefined => {
  if (options[name].type === 'boolean') {
    return value === undefined ? !negative : { problem: `${rawName} takes no value` };
  }
  if (negative) return undefined;
  return value === undefined || value === '' ? { problem: `${rawName} needs a value` } : value;
};
