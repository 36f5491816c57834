import { hasEnded } from '../../src/rebuild/edit.ts';
import type { PodTrouble, Rebuild, SeenPods } from '../../src/rebuild/rebuild.ts';
import { dotted } from '../blocks.ts';
import { code, inline } from '../escape.ts';
import { farmersWord } from './words.ts';

const mostTroubles = 3;

const troubleWords: Readonly<Record<PodTrouble['kind'], string>> = {
  pending: 'is pending',
  unschedulable: 'finds no node',
  crash_loop: 'is in a crash loop',
  not_ready: 'is not ready',
  terminating: 'is terminating',
  image: 'cannot get its image',
  failed: 'failed',
};

/** Farmers ready of those wanted, the synchronizer, and at most three pods in trouble with the reason. */
export const podLines = (rebuild: Rebuild): string[] => {
  if (hasEnded(rebuild)) return [];
  const { farmers, synchronizer } = rebuild;
  const counts = dotted(farmerCount(rebuild), synchronizerWord(rebuild));
  return [
    ...(counts === '' ? [] : [counts]),
    ...troubles(farmers.wanted > 0 ? farmers.seen : undefined, synchronizer.seen),
  ];
};

const farmerCount = ({ farmers, progress }: Rebuild): string => {
  const { wanted, target, minimum, seen } = farmers;
  if (wanted === 0) {
    const left = seen?.pods ?? 0;
    return left > 0 ? `🌾 ${farmersWord(left)} still going` : '';
  }
  const ready = seen?.ready ?? 0;
  const figures = `🌾 Farmers *${ready}* of *${wanted}* ready`;
  const counted = progress?.of === 'rebuild' && progress.farmers !== undefined ? progress.farmers : undefined;
  return [
    figures,
    ready < minimum ? `at least ${minimum} needed` : undefined,
    target === wanted ? undefined : `${target} asked for`,
    counted === undefined || counted === ready ? undefined : `${counted} take part`,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
};

const synchronizerWord = ({ synchronizer, phase }: Rebuild): string | undefined => {
  const { wanted, seen, guardian } = synchronizer;
  if (wanted === 0) return (seen?.pods ?? 0) > 0 && phase !== 'running' ? 'synchronizer going' : undefined;
  const name = guardian ? '🛡️ guardian' : 'synchronizer';
  return seen === undefined ? undefined : `${name} ${seen.ready > 0 ? 'ready' : 'not ready yet'}`;
};

const troubles = (farmers: SeenPods | undefined, synchronizer: SeenPods | undefined): string[] => {
  const all = [...(synchronizer?.troubles ?? []), ...(farmers?.troubles ?? [])];
  const left = all.length - mostTroubles;
  return [
    ...all.slice(0, mostTroubles).map(({ pod, kind, says }) => {
      const reason = inline(says, 160);
      return `↳ ${code(pod, 80)} ${troubleWords[kind]}${reason === '' ? '' : `: ${reason}`}`;
    }),
    ...(left > 0 ? [`↳ and ${left} more`] : []),
  ];
};
