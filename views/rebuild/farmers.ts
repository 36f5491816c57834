import { capital, counted } from '../../src/core/text.ts';
import { type TroubleGroup, troubleGroups } from '../../src/rebuild/messages/troubles.ts';
import type { PodTrouble, SeenPods } from '../../src/rebuild/model/parts/workloads.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { hasEnded } from '../../src/rebuild/model/record.ts';
import { dotted } from '../blocks.ts';
import { code, inline } from '../escape.ts';

const mostTroubles = 3;

const troubleWords: Readonly<Record<PodTrouble['kind'], string>> = {
  pending: 'pending',
  unschedulable: 'no node to run on',
  crash_loop: 'crash loop',
  not_ready: 'not ready',
  terminating: 'terminating',
  image: 'no image',
  failed: 'failed',
};

/** Farmers ready of those wanted, the synchronizer, and what keeps pods from being ready: three reasons at most. */
export const podLines = (rebuild: Rebuild): string[] => {
  if (hasEnded(rebuild)) return [];
  const { farmers, synchronizer } = rebuild;
  const counts = capital(dotted(farmerCount(rebuild), synchronizerWord(rebuild)));
  return [
    ...(counts === '' ? [] : [counts]),
    ...troubles(farmers.wanted > 0 ? farmers.seen : undefined, synchronizer.seen),
  ];
};

const farmerCount = ({ farmers, progress }: Rebuild): string => {
  const { wanted, target, minimum, seen } = farmers;
  if (wanted === 0) {
    const left = seen?.pods ?? 0;
    return left > 0 ? `🌾 ${counted(left, 'farmer')} still going` : '';
  }
  const ready = seen?.ready ?? 0;
  const figures = `🌾 Farmers *${ready}* of *${wanted}* ready`;
  const joined = progress?.of === 'rebuild' && progress.farmers !== undefined ? progress.farmers : undefined;
  return [
    figures,
    ready < minimum ? `at least ${minimum} needed` : undefined,
    target === wanted ? undefined : `${target} asked for`,
    joined === undefined || joined === ready ? undefined : `${joined} take part`,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
};

const synchronizerWord = ({ synchronizer, phase }: Rebuild): string | undefined => {
  const { wanted, seen, guardian } = synchronizer;
  if (wanted === 0) return (seen?.pods ?? 0) > 0 && phase !== 'running' ? 'synchronizer going' : undefined;
  const name = guardian ? '🛡️ Guardian' : 'synchronizer';
  return seen === undefined ? undefined : `${name} ${seen.ready > 0 ? 'ready' : 'not ready yet'}`;
};

const troubles = (farmers: SeenPods | undefined, synchronizer: SeenPods | undefined): string[] => {
  const all = troubleGroups([...(synchronizer?.troubles ?? []), ...(farmers?.troubles ?? [])]);
  const left = all.slice(mostTroubles).reduce((sum, { more }) => sum + 1 + more, 0);
  return [
    ...all.slice(0, mostTroubles).map((group) => `↳ ${troubleLine(group)}`),
    ...(left > 0 ? [`↳ and ${left} more`] : []),
  ];
};

const troubleLine = ({ pod, more, kind, says }: TroubleGroup): string => {
  const word = troubleWords[kind];
  const reason = inline(says, 160);
  const why = reason.toLowerCase().startsWith(word) ? reason : dashed(word, reason);
  return `${code(pod, 80)}${more > 0 ? ` and ${more} more` : ''}: ${why}`;
};

const dashed = (word: string, reason: string): string => (reason === '' ? word : `${word} – ${reason}`);
