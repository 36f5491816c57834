import { type Beat, lasting } from './beat.ts';
import { type Rule, rules, type Service, services } from './catalogue.ts';
import { fault } from './fault.ts';
import type { Random } from './random.ts';

/**
 * One cause, hundreds of alerts: a database or node goes, and every service that needs it complains, pod by pod.
 * They come within some ten seconds and go within two minutes.
 */
export const storm = (cause: Service, from: number, random: Random): readonly Beat[] => {
  const root = fault(random.pick([rules.DatabasePrimaryDown, rules.NodeNotReady]), cause, 0);
  const end = from + 70_000 + random.between(0, 10_000);
  const hit = services.filter((service) => service.tier !== 'gold' || service.name === cause.name);
  const follows = hit.flatMap((service) => [
    ...lasting(
      fault(rules.HighErrorRate, service, random.between(5, 60)),
      from + random.between(1500, 5000),
      end,
    ),
    ...perPod(rules.ConnectionPoolExhausted, service, from + 1000, end, random),
    ...perPod(rules.HighLatency, service, from + 2000, end, random),
    ...perPod(rules.PodCrashLooping, service, from + 4000, end, random),
  ]);
  return [...lasting(root, from, end - 10_000), ...follows];
};

/** The pods of a service in two or three waves: Alertmanager groups what fires within its `group_wait`. */
const perPod = (rule: Rule, service: Service, from: number, end: number, random: Random): readonly Beat[] => {
  const waves = [random.between(0, 2000), random.between(2500, 6000), random.between(6500, 9000)] as const;
  return Array.from({ length: service.pods * 2 }, (_, i) => {
    const ends = random.pick([end, end + 15_000, end + 30_000]);
    return lasting(fault(rule, service, random.between(3, 20), i + 1), from + random.pick(waves), ends);
  }).flat();
};
