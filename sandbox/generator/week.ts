import { type Beat, flapping, lasting } from './beat.ts';
import { instances, type Rule, rules, type Service, serviceNamed, services } from './catalogue.ts';
import { type CacheNews, fault, type Report } from './fault.ts';
import { type Random, randomFrom } from './random.ts';
import { storm } from './storm.ts';

/** A day of the sandbox's week, in ms at normal speed. */
export const dayMs = 180_000;

/** What a rebuild is for; the sandbox's route proposes one. */
const outdated = (instance: string): CacheNews => ({
  kind: 'cache',
  instance,
  event: 'CacheOutdated',
  severity: 'error',
  text: 'Its frontends serve a cache that is 9 days behind; queries over the last week go to the backend.',
});

const lost = (instance: string): CacheNews => ({
  kind: 'cache',
  instance,
  event: 'FrontendWithoutCache',
  severity: 'critical',
  text: 'A frontend came back without its cache and reads everything from the backend.',
});

const deploy = (service: Service, version: string): Report => ({
  kind: 'report',
  key: `deploy-${service.name}`,
  title: `Deploy of ${service.name} ${version} failed`,
  text: 'Step 3 of 5 timed out: 2 of 8 new pods did not become ready. The old version still serves.',
  severity: 'warning',
  service,
});

/** The first day is written by hand: it is what a newcomer sees. */
const opening = (random: Random): readonly Beat[] => [
  ...lasting(fault(rules.HighErrorRate, serviceNamed('checkout'), 12), 800, 20_000),
  ...lasting(fault(rules.PodCrashLooping, serviceNamed('payments'), 5, 3), 2_200, 110_000),
  ...lasting(fault(rules.CertificateExpiresSoon, serviceNamed('accounts'), 13), 4_200, 170_000),
  ...flapping(fault(rules.KafkaConsumerLag, serviceNamed('search'), 18), 9_000, 4, 6_000),
  ...lasting(outdated('system6'), 14_000, 175_000),
  ...lasting(deploy(serviceNamed('catalog'), '2.41.0'), 27_500, 165_000),
  { atMs: 28_500, what: 'repeats' },
  { atMs: 50_000, what: 'poison' },
  ...storm(serviceNamed('orders'), 60_000, random),
  // In the middle of it, somebody else's only alert: it must not wait behind the storm.
  ...lasting(fault(rules.HighErrorRate, serviceNamed('payments'), 31), 66_000, 100_000),
];

const day = (number: number, random: Random): readonly Beat[] => {
  const weekend = number >= 5;
  const from = number * dayMs;
  const incidents = Array.from({ length: weekend ? 2 : random.between(5, 9) }, () => incident(from, random));
  const instance = random.pick(instances);
  return [
    ...incidents.flat(),
    ...(weekend
      ? []
      : lasting(deploy(random.pick(services), `2.4${number}.1`), from + 40_000, from + 130_000)),
    ...(number % 2 === 1 ? lasting(outdated(instance), from + 60_000, from + 120_000) : []),
    ...(number === 2 ? lasting(lost(random.pick(instances)), from + 80_000, from + 140_000) : []),
    ...(number === 2
      ? flapping(fault(rules.HighLatency, serviceNamed('catalog'), 9, 4), from + 20_000, 6, 9_000)
      : []),
    ...(number === 4 ? storm(serviceNamed('accounts'), from + 50_000, random) : []),
    { atMs: from + random.between(30_000, 150_000), what: 'repeats' },
    ...(number === 3 ? [{ atMs: from + 90_000, what: 'poison' } as const] : []),
  ];
};

const usual: readonly [Rule, ...Rule[]] = [
  rules.HighErrorRate,
  rules.HighLatency,
  rules.PodCrashLooping,
  rules.KafkaConsumerLag,
  rules.DiskWillFillIn4Hours,
  rules.ConnectionPoolExhausted,
];

const incident = (from: number, random: Random): readonly Beat[] => {
  const rule = random.pick(usual);
  const service = random.pick(services);
  const pod = rule.per === 'pod' ? random.between(1, service.pods) : 0;
  const start = from + random.between(5_000, 120_000);
  return lasting(
    fault(rule, service, random.between(3, 40), pod),
    start,
    start + random.between(12_000, 50_000),
  );
};

/** A week of one seed, in order of time from 0: the same beats for the same seed. Lasts `7 * dayMs`. */
export const beatsOfWeek = (seed: number): readonly Beat[] => {
  const random = randomFrom(seed);
  const days = Array.from({ length: 6 }, (_, i) => day(i + 1, random));
  return [...opening(random), ...days.flat()].toSorted((a, b) => a.atMs - b.atMs);
};
