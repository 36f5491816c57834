import { parseDuration } from '../../core/duration.ts';
import { isObject } from '../../core/json.ts';
import type { ConfigFinding } from './issues.ts';
import { isPresent, type RawGroup } from './raw.ts';

/** Where the file leaves them out; a test holds these to the schema. */
export const usualWatchdog = { interval: '1m', late: '5m' } as const;

/** What the watchdog needs of other sections. Works on data that may have problems of its own. */
export const watchdogChecks = (root: RawGroup): ConfigFinding[] => {
  const { watchdog, kafka } = root;
  if (!isObject(watchdog)) return [];
  const found: ConfigFinding[] = [];
  const add = (key: string, message: string) => found.push({ path: ['watchdog', key], message });
  const { topic } = watchdog;
  if (!isPresent(kafka)) {
    found.push({ path: ['watchdog'], message: 'sends its canary through Kafka: it needs a kafka section' });
  } else if (typeof topic === 'string' && isObject(kafka) && Array.isArray(kafka['topics'])) {
    const read = kafka['topics'].some((one) => isObject(one) && one['name'] === topic);
    if (!read) add('topic', `is none of kafka.topics: ${topic} is not read, so no canary would come back`);
  }
  const [interval, late] = (['interval', 'late'] as const).map((key) =>
    parseDuration(String(watchdog[key] ?? usualWatchdog[key])),
  );
  if (interval !== undefined && late !== undefined && late < 3 * interval) {
    add(
      'late',
      'must be at least three times watchdog.interval: a canary that is well is up to two of them old',
    );
  }
  return found;
};
