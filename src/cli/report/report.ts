import { existsSync, writeFileSync } from 'node:fs';
import type { ReportWish } from '../../app/records/report.ts';
import { loadConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema/schema.ts';
import { ConfigError, FarmhandError } from '../../core/errors.ts';
import { didYouMean } from '../../core/nearest.ts';
import { type PeriodAsked, periodOf } from '../../report/period.ts';
import type { Report } from '../../report/report.ts';
import { type ExitCode, exitCodes } from '../terminal/failure.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { reportCsv } from './csv.ts';
import { reportMarkdown } from './markdown.ts';
import { reportText } from './text.ts';

export interface ReportDeps {
  readonly makeReport: (config: Config, wish: ReportWish) => Promise<Report>;
  /** For Ctrl-C. */
  readonly events: {
    on(event: string, listener: (value: unknown) => void): unknown;
    off(event: string, listener: (value: unknown) => void): unknown;
  };
}

export interface ReportOptions extends PeriodAsked {
  readonly config: string;
  readonly tier?: string;
  readonly people?: boolean;
  readonly format: string;
  readonly out?: string;
}

const formats = ['text', 'markdown', 'json', 'csv'] as const;
type Format = (typeof formats)[number];

/** Says what happened in a time. @throws FarmhandError with everything that is wrong with what was asked for */
export const runReport = async (
  options: ReportOptions,
  terminal: Terminal,
  deps: ReportDeps,
): Promise<ExitCode> => {
  const now = terminal.now();
  const asked = periodOf(options, now);
  const format = formats.find((each) => each === options.format);
  const { tier, people = false, out } = options;
  const problems = [
    ...('problems' in asked ? asked.problems : []),
    ...(format ? [] : [`--format ${options.format}: write one of ${formats.join(', ')}.`]),
    ...(out !== undefined && existsSync(out) ? [`--out ${out} is there already: name a new file.`] : []),
  ];
  const config = configOr(options, terminal, problems);
  problems.push(...tierProblems(tier, config));
  if ('problems' in asked || format === undefined || problems.length > 0) throw refused(problems);
  const report = await stoppable(deps, (signal) =>
    deps.makeReport(config, {
      ...{ period: asked.period, people, now, signal, onRead: standing(terminal) },
      ...(tier !== undefined && { tier }),
    }),
  );
  const text = written(report, format, out === undefined ? terminal.style : (_, plain) => plain);
  if (out === undefined) terminal.out(text);
  else {
    writeFileSync(out, `${text}\n`, { flag: 'wx' });
    terminal.out(`${terminal.style('green', '✓')} ${out} has the report.`);
  }
  return exitCodes.ok;
};

/** Where flags are wrong as well as the config, both are said. */
const configOr = (
  { config: file }: ReportOptions,
  { env, readFile, err }: Terminal,
  problems: readonly string[],
): Config => {
  try {
    return loadConfig({ file, env, readFile, secretsFor: { uses: ['redis'] } });
  } catch (error) {
    if (error instanceof ConfigError && problems.length > 0) err(refused(problems).message);
    throw error;
  }
};

const tierProblems = (tier: string | undefined, { tiers }: Config): readonly string[] => {
  if (tier === undefined) return [];
  const names = tiers.list.map(({ name }) => name);
  if (names.length === 0)
    return ['--tier needs tiers.list in the config: without it everybody sees everything.'];
  if (names.includes(tier)) return [];
  return [`--tier ${tier} is not in tiers.list (${names.join(', ')})${didYouMean(tier, names)}`];
};

const refused = (problems: readonly string[]): FarmhandError =>
  new FarmhandError('invalid', ['No report was made:', ...problems.map((each) => `  ${each}`)].join('\n'));

const stoppable = async <T>(
  { events }: ReportDeps,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const stopped = new AbortController();
  const stop = () => stopped.abort(new FarmhandError('stopped', 'Stopped. No report was made.'));
  for (const signal of ['SIGINT', 'SIGTERM']) events.on(signal, stop);
  try {
    return await work(stopped.signal);
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM']) events.off(signal, stop);
  }
};

/** How often it is said how far it is; ms. */
const standingEvery = 5_000;

const standing = ({ now, err, style }: Terminal): ((records: number) => void) => {
  let said = now();
  return (records) => {
    if (now() - said < standingEvery) return;
    said = now();
    err(style('dim', `${records.toLocaleString('en')} records read`));
  };
};

const written = (report: Report, format: Format, style: Terminal['style']): string => {
  switch (format) {
    case 'text':
      return reportText(report, style);
    case 'markdown':
      return reportMarkdown(report);
    case 'json':
      return JSON.stringify(report, undefined, 2);
    case 'csv':
      return reportCsv(report);
    default:
      return format satisfies never;
  }
};
