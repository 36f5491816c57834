import { expect, test } from 'vitest';
import { type ArrivalDecision, sayArrival } from '../../../src/integrations/argocd/arrival-words.ts';
import { minutes } from '../../builders/event.ts';

type Blocked = Extract<ArrivalDecision, { state: 'blocked' }>['why'];
type Waiting = Extract<ArrivalDecision, { state: 'waiting' }>['why'];

const commit = 'da179c6f4696fdf81d2495aeb57d4449e266c154';
const other = 'c7371ea0cb6e382b3b93a8eb53441f5ba9eed67b';
const name = 'system6';
const repository = { name: 'acme/deployments', branch: 'main' };
const place = { name, at: other, commit, repository };
const sync = { name, at: [commit], retries: 0, said: '' };
const seen = { set: 's', name, commit, live: 0, wanted: 3 };
const falsely = { code: 'false_arrival', set: 's', commit, live: 0, wanted: 3 } as const;
const synced = 'Argo CD calls s Synced at da179c6, and it still has 0 replicas, not 3.';

test.each<[Blocked, string]>([
  [
    { code: 'no_application', name, namespace: 'argocd', cluster: 'den', instance: 'system7' },
    'there is no Argo CD Application system6 in argocd of cluster den. Name it in the values of system7 (argocd.application).',
  ],
  [
    { code: 'deleting', name },
    'Application system6 is being deleted. Make it again, or change the instance directly (change: kubernetes).',
  ],
  [
    { code: 'skipped', name },
    'Application system6 is passed over by Argo CD (annotation argocd.argoproj.io/skip-reconcile: "true"). Take the annotation off.',
  ],
  [
    { code: 'window', name, project: 'default', window: 'deny, "0 22 * * *" for 8h' },
    'a sync window of project default holds system6 back: deny, "0 22 * * *" for 8h. It goes on when the window is over; or sync it by hand where the window allows that (manualSync).',
  ],
  [
    { code: 'comparison', name, why: 'errors', said: 'ComparisonError: connection\nrefused.' },
    'Argo CD cannot compare system6: ComparisonError: connection refused. Put right what it names; it looks again by itself.',
  ],
  [
    { code: 'comparison', name, why: 'hydrator', said: 'no such file.' },
    "Argo CD's hydrator failed for system6: no such file. Put right what it names.",
  ],
  [
    { code: 'comparison', name, why: 'unknown' },
    'Argo CD calls system6 Unknown: it cannot tell what the cluster should be like. Look at its conditions, and at the repo server.',
  ],
  [
    { code: 'elsewhere', ...place },
    'Argo CD is at c7371ea, whose history has no da179c6: does system6 follow main of acme/deployments, and was that branch rewritten?',
  ],
  [
    { code: 'stale', name, lateMs: minutes(8), last: { agoMs: minutes(9), sync: 'Synced', health: '' } },
    'Argo CD last compared system6 9m ago, and what it says (Synced, nothing) is from then; the commit is 8m old. Can its repo server reach the repository, and does its controller run? Ask it to look: argocd app get system6 --refresh.',
  ],
  [
    { code: 'stale', name, lateMs: minutes(8) },
    'Argo CD has never compared system6; the commit is 8m old. Can its repo server reach the repository, and does its controller run? Ask it to look: argocd app get system6 --refresh.',
  ],
  [
    { code: 'not_followed', ...place, comparedMs: minutes(1) },
    'Argo CD compared system6 1m ago, and is still at c7371ea, which is older than da179c6. Does system6 follow the branch main of acme/deployments (targetRevision)?',
  ],
  [
    { code: 'not_followed', ...place, at: 'v1.2' },
    'Argo CD names the revision v1.2 for system6, no commit of acme/deployments. Does it follow the branch main of that repository?',
  ],
  [
    { code: 'no_set', name, commit, set: { name: 's', namespace: 'd1' }, sync: 'OutOfSync', health: '' },
    'there is no StatefulSet s in namespace d1, although Argo CD has compared system6 with da179c6 (OutOfSync, no health). Is it in the manifests of system6?',
  ],
  [
    { code: 'not_managed', name, set: 's' },
    'StatefulSet s is not among the resources of Application system6, so no commit changes it. Is it the right Application (argocd.application), and does its manifest have a kind?',
  ],
  [
    { ...falsely, why: { by: 'rules', which: ['spec.ignoreDifferences[0] (jsonPointers: /spec)'], name } },
    `${synced} In the way is spec.ignoreDifferences[0] (jsonPointers: /spec) of system6: replicas are left out of its comparison. Take it out, or change the instance directly (change: kubernetes).`,
  ],
  [
    { ...falsely, why: { by: 'rules', which: ['one', 'two'], name } },
    `${synced} In the way is one and two of system6: replicas are left out of its comparison. Take them out, or change the instance directly (change: kubernetes).`,
  ],
  [
    { ...falsely, why: { by: 'override', which: 'helm.values of the Application', file: 'a.yaml' } },
    `${synced} In the way is helm.values of the Application: it counts before a.yaml. Take it out, or change the number there.`,
  ],
  [
    { ...falsely, why: { by: 'global_rules', which: ['one', 'two'] } },
    `${synced} In the way is one and two in argocd-cm: replicas are left out of every comparison. Narrow it there, or change the instance directly (change: kubernetes).`,
  ],
  [
    { ...falsely, why: { by: 'unknown', looked: false } },
    `${synced} No rule or value of the Application itself says why: look for resource.customizations.ignoreDifferences in argocd-cm, for a values file that counts after this one, and for .argocd-source.yaml; or somebody changed the set since.`,
  ],
  [
    { ...falsely, why: { by: 'unknown', looked: true } },
    `${synced} No rule or value of the Application says why, and none in argocd-cm: look for a values file that counts after this one, and for .argocd-source.yaml; or somebody changed the set since.`,
  ],
  [
    { code: 'manual', name, commit },
    'Argo CD has not applied da179c6: the automatic sync of system6 is off. Sync it: argocd app sync system6.',
  ],
  [
    { code: 'changed_since', ...seen },
    'Argo CD applied da179c6, and s was changed since: it has 0, not 3. Without self-heal Argo CD leaves it so until the next commit. Sync it: argocd app sync system6.',
  ],
  [
    { code: 'sync_failed', ...sync, retries: 1, said: 'denied request' },
    "Argo CD's sync of da179c6 failed (tried again once): denied request. It does not try this commit again by itself; any newer commit to the repository makes it try. Put right what it names, then: argocd app sync system6.",
  ],
  [
    { code: 'sync_failed', ...sync },
    "Argo CD's sync of da179c6 failed: without a word. It does not try this commit again by itself; any newer commit to the repository makes it try. Put right what it names, then: argocd app sync system6.",
  ],
  [
    { code: 'busy', ...sync, commit, at: [other, 'v1'], forMs: minutes(4), retries: 5, said: 'denied' },
    'Argo CD is still busy with c7371ea and v1 for 4m (tried again 5 times): denied. da179c6 waits until that is over. To free it: argocd app terminate-op system6; it then takes the newest commit.',
  ],
  [
    { code: 'busy', ...sync, commit, at: [], forMs: 0 },
    'Argo CD is still busy with an older commit. da179c6 waits until that is over. To free it: argocd app terminate-op system6; it then takes the newest commit.',
  ],
  [
    { code: 'sync_denied', at: [commit], retries: 2, said: 'denied request' },
    "Argo CD's sync of da179c6 is refused (tried again 2 times): denied request. Argo CD tries again by itself for some minutes. Put right what it names.",
  ],
  [
    { code: 'sync_hangs', ...sync, forMs: minutes(6), said: 'waiting for s' },
    'Argo CD has been at the sync of da179c6 for 6m: waiting for s. Put right what it waits for, or end it: argocd app terminate-op system6.',
  ],
])('what only a person gets further: %o', (why, says) => {
  expect(sayArrival({ state: 'blocked', why })).toEqual({ state: 'blocked', code: why.code, says });
});

test.each<[Waiting, string]>([
  [{ code: 'busy', at: [other] }, 'Argo CD is still busy with c7371ea'],
  [{ code: 'syncs', at: [commit], said: '' }, 'Argo CD syncs da179c6'],
  [{ code: 'syncs', at: [commit], said: 'waiting for s' }, 'Argo CD syncs da179c6: waiting for s'],
  [
    { code: 'foreign', ...place, at: 'v1.2' },
    'Argo CD names the revision v1.2 for system6, no commit of acme/deployments',
  ],
  [{ code: 'hydrated', commit }, 'Argo CD has hydrated da179c6, and not compared the cluster with that yet'],
  [{ code: 'not_seen', commit }, 'Argo CD has not seen da179c6 yet'],
  [{ code: 'settling', commit, set: 's', live: 0 }, 'Argo CD calls it Synced at da179c6; s still has 0'],
  [{ code: 'not_applied', commit }, 'Argo CD has not applied da179c6 yet'],
])('what comes by itself: %o', (why, says) => {
  expect(sayArrival({ state: 'waiting', why })).toEqual({ state: 'waiting', says });
});
