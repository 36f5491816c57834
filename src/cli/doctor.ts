import type { ExamineAll } from '../app/doctor/examine-all.ts';
import {
  type DoctorReport,
  type Finding,
  type FindingState,
  finding,
  verdictOf,
} from '../app/doctor/finding.ts';
import type { ProcessRole } from '../app/shared/run-options.ts';
import { readConfig } from '../config/load.ts';
import { sharedDefaultsWarning } from '../config/own-names.ts';
import { secretsOf } from '../config/schema/secret.ts';
import { ConfigError } from '../core/errors.ts';
import { counted } from '../core/text.ts';
import { createRedactor } from '../observability/redact.ts';
import { type ExitCode, exitCodes } from './terminal/failure.ts';
import type { Style, Terminal } from './terminal/terminal.ts';

export interface DoctorDeps {
  readonly examineAll: ExamineAll;
}

interface DoctorCommand {
  readonly config: string;
  readonly json?: boolean;
  /** Seconds for each part. */
  readonly timeout: number;
  /** A channel where a person presses a button, and for how many seconds it is waited for. */
  readonly click?: string;
  readonly wait?: number;
  /** Of which processes: with the secrets that these have, and no others. */
  readonly role: ReadonlySet<ProcessRole>;
  readonly version: string;
}

const exitOf: Readonly<Record<FindingState, ExitCode>> = {
  ok: exitCodes.ok,
  warn: exitCodes.ok,
  fail: exitCodes.failed,
  unknown: exitCodes.unknown,
  skipped: exitCodes.ok,
};

/** Looks at everything that `serve` needs, and tells each finding with its fix. */
export const runDoctor = async (
  options: DoctorCommand,
  terminal: Terminal,
  deps: DoctorDeps,
): Promise<ExitCode> => {
  const findings = await findingsOf(options, terminal, deps);
  const report: DoctorReport = {
    farmhand: options.version,
    at: new Date(terminal.now()).toISOString(),
    config: options.config,
    verdict: verdictOf(findings),
    findings,
  };
  terminal.out(options.json ? JSON.stringify(report, null, 2) : textOf(report, terminal.style));
  return exitOf[report.verdict];
};

const findingsOf = async (
  { config: file, timeout, click, wait = 60, role: roles }: DoctorCommand,
  { env, readFile, now, err }: Terminal,
  { examineAll }: DoctorDeps,
): Promise<readonly Finding[]> => {
  try {
    const { config, sharedDefaults } = readConfig({ file, env, readFile, secretsFor: { roles } });
    const redactor = createRedactor();
    for (const secret of secretsOf(config)) redactor.registerSecret(secret.reveal());
    const found = await examineAll(config, {
      ...{ deadlineMs: timeout * 1000, now, safe: redactor.text, env, roles },
      ...(click !== undefined && { click: { channel: click, waitMs: wait * 1000, tell: err } }),
    });
    const shared = sharedDefaultsWarning(sharedDefaults);
    return shared === undefined ? found : [...found, finding('config', 'warn', shared)];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, message }) => finding('config', 'fail', `${path}: ${message}`));
  }
};

const marks: Readonly<Record<FindingState, readonly [string, Style]>> = {
  ok: ['✓', 'green'],
  warn: ['!', 'yellow'],
  fail: ['✗', 'red'],
  unknown: ['?', 'yellow'],
  skipped: ['–', 'dim'],
};

const textOf = ({ findings, verdict }: DoctorReport, style: Terminal['style']): string => {
  const lines = findings.flatMap(({ check, state, says, fix }) => {
    const [mark, colour] = marks[state];
    const line = `${style(colour, mark)} ${style('bold', check)}  ${says}`;
    return fix === undefined ? [line] : [line, `    → ${fix}`];
  });
  return [...lines, '', endOf(findings, verdict)].join('\n');
};

const endOf = (findings: readonly Finding[], verdict: FindingState): string => {
  const count = (state: FindingState): number => findings.filter((one) => one.state === state).length;
  switch (verdict) {
    case 'fail':
      return `${counted(count('fail'), 'problem')}: farmhand would not do all of its work.`;
    case 'unknown':
      return `Nothing is known to fail; ${count('unknown')} could not be looked at.`;
    case 'warn':
      return `farmhand can do its work; ${counted(count('warn'), 'warning')}.`;
    default:
      return 'Everything is as farmhand needs it.';
  }
};
