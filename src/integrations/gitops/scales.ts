import { cut, oneLine } from '../../core/text.ts';
import type { WorkloadRole } from '../../rebuild/model/parts/workloads.ts';
import type { EffectResult, ScalePort, ScaleRequest } from '../../rebuild/ports/ports.ts';
import type { Applications, LiveSets } from '../argocd/applications.ts';
import { createArrival } from './arrival.ts';
import { createBlame } from './blame.ts';
import type { Fault } from './fault.ts';
import { type GitCommit, type Repository, short } from './repository.ts';
import { commitMessage, keyIn, pathOf, subjectOf } from './values/message.ts';
import { readNumber, withNumber } from './values/number.ts';

export interface GitopsSettings {
  readonly now?: () => number;
}

/** How often a file that changed in between is read and written again, at once. */
const tries = 3;
/** Commits of the file among which an earlier try of the same change is looked for. */
const lookBack = 100;
/** What was read longer ago is read again before it is written: a worker may have slept in between. ms */
const freshFor = 30_000;

/** Scales by a commit to the deployment repository; Argo CD does the rest. */
export const createGitopsScales = (
  repository: Repository,
  applications: Applications,
  sets: LiveSets,
  { now = Date.now }: GitopsSettings = {},
): ScalePort => {
  /** Looks for the change by its key, then makes it. */
  const attempt = async (request: ScaleRequest): Promise<EffectResult | 'again'> => {
    const { instance, role, from, to } = request;
    const place = instance.gitops;
    if (!place) return refused(`${instance.name} is not changed by commits (change: gitops)`);
    const started = now();
    // The file first: then the newest of the commits has the number that was read, and not an older one.
    const file = await repository.file(place.file);
    const commits = await repository.commits(place.file, lookBack);
    if (!commits.ok) return untouched(commits.fault);
    const own = commits.value.find(({ message }) => keyIn(message) === request.key);
    if (own) return done(own, true);
    if (!file.ok) return untouched(file.fault);
    if (!file.value) {
      return refused(
        `there is no ${place.file} in ${repository.name} on ${repository.branch}, or the token may not see it`,
      );
    }
    const number = readNumber(place.file, file.value.bytes, pathOf(place, role));
    if (!number.ok) return refused(number.error);
    const newest = commits.value[0];
    if (number.value === to) {
      return newest
        ? done(newest, true)
        : untouched({ kind: 'broken', says: `GitHub has no commit of ${place.file}.` });
    }
    if (number.value !== from) return conflict(request, number.value, newest);
    if (now() - started > freshFor) return 'again';

    const written = await repository.put({
      path: place.file,
      sha: file.value.sha,
      bytes: withNumber(number, to),
      message: commitMessage(request),
    });
    if (written.ok) {
      const { commit, url } = written.value;
      return { ok: true, already: false, id: commit, ...(url !== undefined && { url }) };
    }
    switch (written.fault.kind) {
      case 'stale':
        return 'again';
      case 'lost':
      case 'broken':
        return afterDoubt(request, place.file, written.fault);
      default:
        return untouched(written.fault);
    }
  };

  const afterDoubt = async (request: ScaleRequest, file: string, fault: Fault): Promise<EffectResult> => {
    const commits = await repository.commits(file, lookBack);
    const own = commits.ok ? commits.value.find(({ message }) => keyIn(message) === request.key) : undefined;
    if (own) return done(own, false);
    const looked = commits.ok
      ? 'The commit was not found afterwards'
      : 'Whether the commit was made could not be seen';
    return {
      ok: false,
      kind: 'unknown',
      error: `${fault.says} ${looked}; it is looked for again before it is made again.`,
      ...(fault.retryAfterMs !== undefined && { retryAfterMs: fault.retryAfterMs }),
    };
  };

  return {
    async scale(request) {
      for (let n = 1; n <= tries; n++) {
        const result = await attempt(request);
        if (result !== 'again') return result;
      }
      return {
        ok: false,
        kind: 'retry',
        error: `${request.instance.gitops?.file ?? 'The values file'} changed each time before it could be written. Nothing was committed; it is tried again.`,
      };
    },
    committed: async ({ gitops }) => {
      if (!gitops) return { ok: true, value: undefined };
      const file = await repository.file(gitops.file);
      if (!file.ok) return { ok: false, error: file.fault.says };
      const commits = await repository.commits(gitops.file, 1);
      if (!commits.ok) return { ok: false, error: commits.fault.says };
      const [newest] = commits.value;
      if (!file.value || !newest) return { ok: true, value: undefined };
      const { bytes } = file.value;
      const numberOf = (role: WorkloadRole): number | undefined => {
        const read = readNumber(gitops.file, bytes, pathOf(gitops, role));
        return read.ok ? read.value : undefined;
      };
      const [farmers, synchronizer] = [numberOf('farmer'), numberOf('synchronizer')];
      return {
        ok: true,
        value: {
          ...(farmers !== undefined && { farmers }),
          ...(synchronizer !== undefined && { synchronizer }),
          commit: `${short(newest.sha)} “${cut(oneLine(subjectOf(newest.message)), 120)}”`,
        },
      };
    },
    arrived: createArrival(repository, applications, sets, now),
    blame: createBlame(repository),
  };
};

const done = ({ sha, url }: GitCommit, already: boolean): EffectResult => ({
  ok: true,
  already,
  id: sha,
  ...(url !== undefined && { url }),
});

const refused = (why: string): EffectResult => ({
  ok: false,
  kind: 'refused',
  error: `Nothing was committed: ${why}.`,
});

const conflict = (
  { instance, role, from, to }: ScaleRequest,
  found: number,
  newest?: GitCommit,
): EffectResult => {
  const what = role === 'farmer' ? 'farmers' : 'the synchronizer';
  const who = newest
    ? ` The file was changed last by ${newest.author} (${short(newest.sha)}: ${subjectOf(newest.message)}).`
    : '';
  return {
    ok: false,
    kind: 'conflict',
    error: `Nothing was committed: ${instance.gitops?.file} says ${found} for ${what}, neither ${from} nor ${to}.${who}`,
  };
};

/** What a fault means before anything was written, or when GitHub surely did not write. */
const untouched = ({ kind, says, retryAfterMs }: Fault): EffectResult => {
  const error = `${says} Nothing was committed.`;
  switch (kind) {
    case 'not_sent':
    case 'lost':
    case 'broken':
    case 'limited':
    case 'stale':
      return { ok: false, kind: 'retry', error, ...(retryAfterMs !== undefined && { retryAfterMs }) };
    case 'unauthorised':
    case 'forbidden':
    case 'missing':
    case 'protected':
    case 'refused':
      return { ok: false, kind: 'refused', error };
  }
};
