import { formatDuration } from '../../core/duration.ts';
import { utc } from '../../core/utc.ts';
import type { CachesTable } from '../model/caches.ts';
import type { Frontend } from '../model/parts/progress.ts';

const stateWords: Readonly<Record<Frontend['state'], string>> = {
  waiting: 'not begun',
  taking: 'takes them',
  restarting: 'restarts',
  ready: 'has them',
  failed: 'failed',
  skipped: 'skipped',
};

/** Writing and propagation as one table, its headers first. Plain text. */
export const cachesTable = ({ write, frontends }: CachesTable): readonly (readonly string[])[] => [
  ['Caches', 'State', 'Began', 'Ended', 'Took'],
  [
    'Written to S3',
    write.attempt > 1 ? `${write.state}, ${write.attempt} attempts` : write.state,
    ...times(write.startedAt, write.endedAt),
  ],
  ...frontends.map(({ name, state, says, since, readyAt }) => [
    name,
    says === undefined || state === 'ready' ? stateWords[state] : `${stateWords[state]}: ${says}`,
    ...times(since, state === 'ready' ? readyAt : undefined),
  ]),
];

const times = (began: number | undefined, ended: number | undefined): readonly string[] => [
  began === undefined ? '–' : utc(began, 'seconds'),
  ended === undefined ? '–' : utc(ended, 'seconds'),
  began === undefined || ended === undefined ? '–' : formatDuration(ended - began),
];
