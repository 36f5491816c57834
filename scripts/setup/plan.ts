import type { Part, PartId, Purpose } from './parts.ts';

export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** `apt` as root, `apt` through a sudo that asks nothing, or not at all. */
  readonly apt: 'root' | 'sudo' | 'needs-password' | 'absent';
  readonly go: boolean;
  readonly ci: boolean;
  readonly has: (command: string) => boolean;
}

export interface Step {
  readonly parts: readonly Part[];
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Unmet {
  readonly part: Part;
  /** What the person can do, one line. */
  readonly advice: string;
}

const met = (part: Part, machine: Machine): boolean =>
  part.commands.every((anyOf) => anyOf.some((command) => machine.has(command)));

const aptLine = (packages: readonly string[]): string =>
  `apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')}`;

const adviceFor = (part: Part, machine: Machine): string => {
  if (part.id === 'slack') {
    return machine.platform === 'linux' && machine.arch === 'x64'
      ? 'npm ci --include=optional'
      : `it is published for Linux on x64 only, and this is ${machine.platform} on ${machine.arch}: docker compose up`;
  }
  if (machine.platform === 'darwin' && part.brew) return `brew install ${part.brew}`;
  if (part.apt.length > 0 && machine.apt === 'needs-password') return `sudo sh -c '${aptLine(part.apt)}'`;
  if (part.build && machine.go) return `npm run setup -- ${part.id}`;
  if (part.build && !part.brew) return `install Go, then npm run setup -- ${part.id}`;
  return `install ${part.commands.map(([first]) => first).join(' and ')} with your package manager`;
};

/** The parts that are not there, each with what the person can do about it. */
export const unmetOf = (wanted: readonly Part[], machine: Machine): readonly Unmet[] =>
  wanted.filter((part) => !met(part, machine)).map((part) => ({ part, advice: adviceFor(part, machine) }));

/**
 * The commands that bring the absent parts of `wanted`: pure, so that a test can look at every kind of machine.
 * `asked` are parts named by a person; only those (and CI) take the minutes that building from Go source costs.
 */
export const installSteps = (
  wanted: readonly Part[],
  asked: ReadonlySet<PartId>,
  machine: Machine,
  dirOf: (part: Part) => string,
): readonly Step[] => {
  const absent = wanted.filter((part) => !met(part, machine));
  const canApt = machine.apt === 'root' || machine.apt === 'sudo';
  const byApt = canApt ? absent.filter((part) => part.apt.length > 0) : [];
  const built = absent.filter((part) => part.build && machine.go && (machine.ci || asked.has(part.id)));
  const sudo = machine.apt === 'sudo' ? ['sudo', '-n'] : [];
  const shell = [...sudo, 'env', 'DEBIAN_FRONTEND=noninteractive', 'sh', '-c'];
  return [
    ...(byApt.length === 0
      ? []
      : [{ parts: byApt, command: [...shell, aptLine(byApt.flatMap((part) => part.apt))] }]),
    ...built.map((part) => buildStep(part, dirOf(part))),
  ];
};

const buildStep = (part: Part, dir: string): Step => {
  const { version = '', go, script = '' } = part.build ?? {};
  return go === undefined
    ? { parts: [part], command: ['bash', script, dir, version] }
    : { parts: [part], command: ['go', 'install', `${go}@v${version}`], env: { GOBIN: dir } };
};

export const wantedFor = (purpose: Purpose, all: readonly Part[]): readonly Part[] =>
  all.filter((part) => part.neededFor.includes(purpose));
