import { cut, oneLine } from '../../core/text.ts';
import type { ScalePort } from '../../rebuild/ports/ports.ts';
import { type GitCommit, type Repository, short } from './repository.ts';
import { keyIn, pathOf, subjectOf } from './values/message.ts';
import { readNumber } from './values/number.ts';

/** Commits looked at, each a call. */
const atMost = 15;

/** Who committed the number that now stands in the values file; undefined when farmhand did. */
export const createBlame =
  (repository: Repository): ScalePort['blame'] =>
  async ({ gitops }, role) => {
    if (!gitops) return { ok: true, value: undefined };
    const commits = await repository.commits(gitops.file, atMost);
    if (!commits.ok) return { ok: false, error: commits.fault.says };
    let now: number | undefined;
    let last: GitCommit | undefined;
    let found = commits.value.length < atMost;
    for (const commit of commits.value) {
      const file = await repository.file(gitops.file, commit.sha);
      if (!file.ok) return { ok: false, error: file.fault.says };
      const number = file.value && readNumber(gitops.file, file.value.bytes, pathOf(gitops, role));
      const value = number?.ok ? number.value : undefined;
      if (last !== undefined && value !== now) {
        found = true;
        break;
      }
      [now, last] = [value, commit];
      // A commit of farmhand's is only ever about the number.
      if (keyIn(commit.message) !== undefined && roleOf(commit.message) === role) break;
    }
    if (!found || last === undefined || keyIn(last.message) !== undefined)
      return { ok: true, value: undefined };
    return {
      ok: true,
      value: {
        who: cut(oneLine(last.author), 80),
        what: `commit ${short(last.sha)}: ${subjectOf(last.message)}`,
      },
    };
  };

const roleOf = (message: string) =>
  subjectOf(message).includes(': synchronizer ') ? 'synchronizer' : 'farmer';
