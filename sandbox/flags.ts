import { parseArgs } from 'node:util';

export interface SandboxFlags {
  readonly kafka: 'auto' | 'never' | 'always';
  /** Alerts come by themselves. */
  readonly alerts: boolean;
  /** With a simulated cluster to rebuild caches on. */
  readonly rebuilds: boolean;
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
  --no-kafka       send events over HTTP even where Kafka could run
  --kafka          insist on Kafka: fail where it cannot run
  --for SECONDS    stop by itself after that time
  --help           this text

While it runs: s a storm, f a flapping alert, r everything resolves, p a pause of 5 minutes, q stop.
1 to 5 are troubles for a running rebuild: kill a farmer, kill the synchronizer, freeze, break DNS, revert a scale.`;

/** Flags, or what is wrong with them and how it is written. */
export const parseFlags = (
  args: readonly string[],
): { readonly flags: SandboxFlags } | { readonly help: true } | { readonly problems: readonly string[] } => {
  try {
    const { values } = parseArgs({
      args: [...args],
      allowNegative: true,
      options: {
        alerts: { type: 'boolean', default: true },
        rebuilds: { type: 'boolean', default: true },
        kafka: { type: 'boolean' },
        speed: { type: 'string', default: '1' },
        seed: { type: 'string', default: '1' },
        for: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return { help: true };
    const numbers = { speed: Number(values.speed), seed: Number(values.seed), for: Number(values.for ?? 1) };
    const problems = [
      ...(numbers.speed > 0 && numbers.speed <= 1000
        ? []
        : [`--speed: ${values.speed} is not between 0 and 1000`]),
      ...(Number.isInteger(numbers.seed) ? [] : [`--seed: ${values.seed} is not a whole number`]),
      ...(numbers.for > 0 ? [] : [`--for: ${values.for} is not a number of seconds`]),
    ];
    if (problems.length > 0) return { problems };
    return {
      flags: {
        kafka: values.kafka === undefined ? 'auto' : values.kafka ? 'always' : 'never',
        alerts: values.alerts,
        rebuilds: values.rebuilds,
        speed: numbers.speed,
        seed: numbers.seed,
        ...(values.for !== undefined && { forMs: numbers.for * 1000 }),
      },
    };
  } catch (error) {
    return { problems: [error instanceof Error ? error.message : String(error)] };
  }
};
