import { InvalidArgumentError, Option } from 'commander';
import { type ProcessRole, processRoles } from '../app/shared/run-options.ts';
import { parseDuration } from '../core/duration.ts';
import { momentIn } from '../core/utc.ts';
import { type OffsetRange, rangeIn } from '../intake/replay/span.ts';
import { parseRoles } from './serve.ts';

/** `--config FILE`, or FARMHAND_CONFIG, or `farmhand.yml`. */
export const configOption = (env: Readonly<Record<string, string | undefined>>): Option =>
  new Option('-c, --config <file>', 'config file; also FARMHAND_CONFIG').default(
    env['FARMHAND_CONFIG'] || 'farmhand.yml',
  );

/** A repeatable `--label name=value`. */
export const pairsOption = (flags: string, description: string): Option =>
  new Option(flags, `${description}; repeatable`).argParser(pair).default({}, 'none');

const pair = (text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Write name=value.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
};

/** A whole number from 1 on. */
export const countOf = (text: string): number => {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (count < 1) throw new InvalidArgumentError('Write a whole number from 1 to 999999.');
  return count;
};

/** From 0 on. */
export const countFromNone = (text: string): number => (text === '0' ? 0 : countOf(text));

const perUnit = { s: 1, m: 60, min: 60, h: 3_600, d: 86_400, w: 604_800 } as const;

/** How many a second: `500/h`, `0.5/s`. */
export const eventRateOf = (text: string): number => {
  const [, count, unit] = /^(\d+(?:\.\d+)?)\/(s|m|min|h|d|w)$/.exec(text) ?? [];
  const rate = Number(count) / perUnit[unit as keyof typeof perUnit];
  if (!(rate > 0))
    throw new InvalidArgumentError('Write how many in which time: 500/h, 20/min, 3/s, 4000/d.');
  return rate;
};

/** ms, more than 0. */
export const durationOf = (text: string): number => {
  const ms = parseDuration(text);
  if (ms === undefined || ms <= 0) throw new InvalidArgumentError('Write a time: 30m, 4h, 3d.');
  return ms;
};

/** `50%` as 0.5. */
export const shareOf = (text: string): number => {
  const [, percent] = /^(\d{1,4}(?:\.\d+)?)\s*%$/.exec(text) ?? [];
  if (percent === undefined) throw new InvalidArgumentError('Write a share: 50%.');
  return Number(percent) / 100;
};

/** At most all of it. */
export const partOf = (text: string): number => {
  const share = shareOf(text);
  if (share > 1) throw new InvalidArgumentError('Write a share of at most 100%.');
  return share;
};

/** A day or a moment, in UTC where nothing else is said; ms. */
export const momentOf = (text: string): number => {
  const at = momentIn(text);
  if (at === undefined) throw new InvalidArgumentError('Write 2026-11-20, or 2026-11-20T21:49Z.');
  return at;
};

/** A repeatable `alerts/0@100-200`. */
export const offsetsOf = (
  text: string,
  before: readonly Omit<OffsetRange, 'life'>[] = [],
): readonly Omit<OffsetRange, 'life'>[] => {
  const read = rangeIn(text);
  if (read === undefined)
    throw new InvalidArgumentError('Write topic/partition@first-end, such as alerts/0@100-200.');
  return [...before, read];
};

/** A repeatable name. */
export const severalOf = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  text,
];

export const rolesOption = (): Option =>
  new Option('-r, --role <roles>', `all, or some of ${processRoles.join(', ')}, with commas between`)
    .argParser(role)
    .default(new Set(processRoles), 'all');

const role = (text: string): ReadonlySet<ProcessRole> => {
  const parsed = parseRoles(text);
  if (!parsed)
    throw new InvalidArgumentError(`Write all, or some of ${processRoles.join(', ')}, with commas between.`);
  return parsed;
};
