import { createHash } from 'node:crypto';
import type { ConfigFinding } from './checks/issues.ts';
import { groupIn, isPresent, textIn } from './checks/raw.ts';

/** What no two installations may share, and the value it has where a config does not say it. */
const names = [
  { section: 'redis', key: 'prefix', usual: 'farmhand', ending: '' },
  { section: 'kafka', key: 'group_id', usual: 'farmhand', ending: '' },
  { section: 'kafka', key: 'dead_letter_topic', usual: 'farmhand-dead-letters', ending: '-dead-letters' },
] as const;

/** Those that `data` leaves to the usual values; of Kafka only where there is a kafka section. */
const leftOut = (data: unknown): readonly (typeof names)[number][] => {
  const root = groupIn(data);
  return names.filter(({ section, key }) => {
    const there = section === 'redis' || isPresent(root[section]);
    return there && !isPresent(groupIn(root[section])[key]);
  });
};

/** The paths of what is left to values that any other installation has as well. */
export const sharedDefaults = (data: unknown): readonly string[] =>
  leftOut(data).map(({ section, key }) => `${section}.${key}`);

/**
 * An installation that `data`, the file, names says what is its own. Nothing follows from the name: a name that is added or
 * changed would leave records and offsets behind, without a word. Nothing is asked of one that only its chart names, or nobody: it goes on with
 * what it has had, and is told.
 */
export const ownNameChecks = (data: unknown): ConfigFinding[] => {
  const name = textIn(groupIn(groupIn(data)['installation'])['name']);
  if (name === undefined) return [];
  const own = ownNameOf(name);
  return leftOut(data).map(({ section, key, usual, ending }) => ({
    path: [section, key],
    message:
      `is missing: an installation with a name shares it with no other. A new one: ${key}: ${own}${ending}. ` +
      `One that has run without this line goes on with what it has: ${key}: ${usual}`,
  }));
};

/** What people are told whose config leaves `paths` to what others have as well. */
export const sharedDefaultsWarning = (paths: readonly string[]): string | undefined =>
  paths.length === 0
    ? undefined
    : 'Any other installation would have the same names as this one, and of two on one Redis or Kafka one does not start. ' +
      `Write down what is not said, as it is now: ${names
        .map(({ section, key, usual }) => [`${section}.${key}`, usual] as const)
        .filter(([path]) => paths.includes(path))
        .map((pair) => pair.join(': '))
        .join(', ')}`;

/** A name as the beginning of keys, groups and topics; another name gives another one. At most 32 characters. */
const ownNameOf = (name: string): string => {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-');
  if (plain === name && name.length <= 23) return `farmhand-${name}`;
  const short = createHash('sha256').update(name).digest('hex').slice(0, 6);
  return `farmhand-${plain.slice(0, 16)}-${short}`;
};
