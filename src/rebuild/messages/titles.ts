import type { Effect } from '../model/parts/effect-state.ts';
import type { Frontend } from '../model/parts/progress.ts';
import type { PodTrouble } from '../model/parts/workloads.ts';
import { troubleGroups } from './troubles.ts';

/** How a change reads. Plain text. */
export const effectTitle = (effect: Effect): string => {
  switch (effect.kind) {
    case 'scale': {
      const what = effect.role === 'farmer' ? 'farmers' : 'synchronizer';
      return `${what} ${effect.from} → ${effect.to}`;
    }
    case 'run': {
      const what = { history: 'history update', rebuild: 'rebuild', write: 'writing the caches' }[effect.run];
      return effect.recover ? `${what}, from the cache file` : what;
    }
    case 'propagate':
      return `caches to ${effect.frontend}`;
    case 'stop_run':
      return 'stopping the run';
    default:
      return effect satisfies never;
  }
};

/** What a frontend does: it follows its name. */
export const frontendWords: Readonly<Record<Frontend['state'], string>> = {
  waiting: 'is next',
  taking: 'takes the caches',
  restarting: 'restarts',
  ready: 'is ready',
  failed: 'has failed',
  skipped: 'is left out',
};

const most = 3;

/** `system6-dcr-farmer-1 and 6 more: 0/6 nodes are available`, three reasons at most. Plain text without a full stop. */
export const troubleText = (troubles: readonly PodTrouble[]): string => {
  const groups = troubleGroups(troubles);
  const told = groups
    .slice(0, most)
    .map(({ pod, more, says }) => `${pod}${more > 0 ? ` and ${more} more` : ''}: ${bare(says)}`);
  return [...told, ...(groups.length > most ? ['others for other reasons'] : [])].join('; ');
};

/** Without the full stop that Kubernetes may end with: the sentence goes on, or brings its own. */
const bare = (says: string): string => says.replace(/[.\s]+$/, '');
