import type { Config } from '../schema/schema.ts';
import type { ConfigFinding } from './issues.ts';

/** What the watchdog needs of other sections; `seen`: secrets were looked up. */
export const watchdogChecks = (
  { watchdog, kafka }: Pick<Config, 'watchdog' | 'kafka'>,
  seen: boolean,
): ConfigFinding[] => {
  if (!watchdog) return [];
  const found: ConfigFinding[] = [];
  const add = (key: string, message: string) => found.push({ path: ['watchdog', key], message });
  const { topic, interval, late, ping_url: url } = watchdog;
  if (!kafka) {
    found.push({ path: ['watchdog'], message: 'sends its canary through Kafka: it needs a kafka section' });
  } else if (topic !== undefined && !kafka.topics.some(({ name }) => name === topic)) {
    add('topic', `is none of kafka.topics: ${topic} is not read, so no canary would come back`);
  }
  if (late < 3 * interval) {
    add(
      'late',
      'must be at least three times watchdog.interval: a canary that is well is up to two of them old',
    );
  }
  if (seen && url && !/^https?:\/\/\S+$/.test(url.reveal())) add('ping_url', 'must be an http(s) URL');
  return found;
};
