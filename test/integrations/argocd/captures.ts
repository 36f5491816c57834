import { readdirSync, readFileSync } from 'node:fs';
import { readApplication } from '../../../src/integrations/argocd/application.ts';
import {
  type ArrivalInput,
  commitsToRelate,
  decideArrival,
  type Relation,
} from '../../../src/integrations/argocd/arrival.ts';
import type { ArrivalDecision } from '../../../src/integrations/argocd/arrival-words.ts';

/** Statuses of Argo CD 3.5.4's controller on a real API server, as they were. */
const folder = new URL('../../fixtures/argocd-3.5.4/', import.meta.url);

export const captures = (): readonly string[] =>
  readdirSync(folder).filter((name) => !name.startsWith('seq-'));

export const capture = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));

interface Step {
  readonly at: string;
  readonly object?: unknown;
  readonly statefulSet?: { readonly replicas: number };
}
/** What was seen one after another: the Application, or its set. */
export const sequence = (name: string): readonly Step[] =>
  JSON.parse(readFileSync(new URL(name, folder), 'utf8'));

/** ms of a time of day on the day of the captures. */
export const onTheDay = (time: string): number => Date.parse(`2026-11-28T${time}Z`);

export interface Ask extends Partial<Omit<ArrivalInput, 'application'>> {
  readonly commit: string;
  readonly live: number | undefined;
  /** Commits that do not have ours. All others do, as far as they are commits. */
  readonly older?: readonly string[];
}

/** What farmhand makes of an Application, for our number 3 of the set `s`, an hour after the commit. */
export const judge = (raw: unknown, { older = [], ...ask }: Ask): ArrivalDecision => {
  const application = readApplication(raw);
  const repository = { name: 'example/deployments', branch: 'main' };
  const known = new Set(commitsToRelate(application, ask.repository ?? repository));
  const relation = (revision: string): Relation => {
    if (revision === ask.commit) return 'covers';
    if (!known.has(revision)) return 'unknown';
    return older.some((each) => revision.startsWith(each)) ? 'before' : 'covers';
  };
  return decideArrival({
    name: 'system6',
    application,
    repository,
    file: 'instances/system6.yaml',
    path: ['replicas'],
    wanted: 3,
    set: { namespace: namespaceIn(raw), name: 's' },
    relation,
    now: onTheDay('01:30:00'),
    committedAt: onTheDay('00:30:00'),
    ...ask,
  });
};

const namespaceIn = (raw: unknown): string => readApplication(raw).destination.namespace;
