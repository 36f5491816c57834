import { parseDuration } from '../../core/duration.ts';
import { stepDeadlines } from '../schema/step-deadlines.ts';
import type { ConfigFinding } from './issues.ts';

/** A duration of the config by its path, with what holds where it is left out; a test holds these to the schema. */
interface Key {
  readonly path: readonly string[];
  readonly fallback?: string;
}

interface Relation {
  readonly less: Key;
  readonly more: Key;
  /** What would happen otherwise. */
  readonly why: string;
}

const key = (path: string, fallback?: string): Key => ({
  path: path.split('.'),
  ...(fallback !== undefined && { fallback }),
});
const limit = key('rebuilds.limit', '14d');
const within = (less: Key, why: string): Relation => ({ less, more: limit, why });

/** Durations that no single key can be judged by: the first must not be longer than the second. */
export const relations: readonly Relation[] = [
  {
    less: key('rebuilds.poll', '5s'),
    more: key('rebuilds.idle_poll', '30s'),
    why: 'a rebuild that moves would be looked at less often than one that rests',
  },
  {
    less: key('rebuilds.idle_poll', '30s'),
    more: key('rebuilds.stall', '30m'),
    why: 'progress is looked at only that often, so it would always count as a stall',
  },
  within(key('rebuilds.stall', '30m'), 'no stall would be noticed before the rebuild has to end'),
  within(key('rebuilds.target'), 'it could not be reached'),
  within(key('rebuilds.intervention', '30m'), 'the rebuild would end before its question does'),
  ...Object.entries(stepDeadlines).map(([step, { usual }]) =>
    within(key(`rebuilds.deadlines.${step}`, usual), 'the rebuild would end before its step does'),
  ),
  {
    less: limit,
    more: key('audit.keep', '400d'),
    why: 'records of a rebuild would be cut off while it is in flight',
  },
  {
    less: key('rebuilds.retention'),
    more: key('audit.keep', '400d'),
    why: 'the rebuild would be on record, and its evidence would not',
  },
  {
    less: key('dead_letters.max_age', '30d'),
    more: key('dead_letters.remember_replays', '400d'),
    why: 'one that was replayed would look as if nobody had',
  },
  {
    less: key('alerts.refire_window', '4h'),
    more: key('alerts.retention', '30d'),
    why: 'the alert would be forgotten before it could fire again in its thread',
  },
];

/** Pairs of durations that contradict each other; each finding names both keys. Of what is not valid by itself nothing is said. */
export const relationChecks = (root: unknown): ConfigFinding[] =>
  [...relations, ...byEnvironment(root)].flatMap(({ less, more, why }): ConfigFinding[] => {
    const [shorter, longer] = [textAt(root, less), textAt(root, more)];
    const [a, b] = [parseDuration(shorter ?? ''), parseDuration(longer ?? '')];
    if (a === undefined || b === undefined || a <= b) return [];
    // Told at the one that is in the file, so that there is a line to go to.
    const [at, word, other, than] = isWritten(root, less)
      ? ([less, 'longer', more, longer] as const)
      : ([more, 'shorter', less, shorter] as const);
    const self = at === less ? shorter : longer;
    const message = `is ${self}, which is ${word} than ${other.path.join('.')} (${than}): ${why}`;
    return [{ path: [...at.path], message }];
  });

/** Environments with a retention of their own. */
const byEnvironment = (root: unknown): readonly Relation[] => {
  const each = valueAt(root, ['rebuilds', 'retention_in']);
  const names = typeof each === 'object' && each !== null ? Object.keys(each) : [];
  return names.map((name) => ({
    less: { path: ['rebuilds', 'retention_in', name] },
    more: key('audit.keep', '400d'),
    why: 'the rebuild would be on record, and its evidence would not',
  }));
};

const isWritten = (root: unknown, { path }: Key): boolean => valueAt(root, path) !== undefined;

/** Without rebuilds there is nothing to compare of them; every other group is in force where it is not there, too. */
const textAt = (root: unknown, { path, fallback }: Key): string | undefined => {
  if (path[0] === 'rebuilds' && valueAt(root, ['rebuilds']) === undefined) return undefined;
  const value = valueAt(root, path) ?? fallback;
  return typeof value === 'string' ? value.trim() : undefined;
};

const valueAt = (root: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (value, name) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, name)
        ? Reflect.get(value, name)
        : undefined,
    root,
  );
