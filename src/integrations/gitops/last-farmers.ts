import type { InstancesPort } from '../../rebuild/ports/ports.ts';
import { type GitCommit, type Repository, short } from './repository.ts';
import { farmersIn } from './values/message.ts';
import { readNumber } from './values/number.ts';

/** Commits looked at; and how many of them are read, where their messages say nothing. */
const atMost = { messages: 100, files: 12 } as const;

/** How many farmers the last rebuild used, by the commits of the values file: by their messages, else by the number. */
export const createLastFarmers =
  (repository: Repository, now: () => number): InstancesPort['lastFarmers'] =>
  async ({ name, source, gitops }) => {
    const commits = await repository.commits(gitops?.file ?? source.file, atMost.messages);
    if (!commits.ok) return { ok: false, error: commits.fault.says };
    for (const commit of commits.value) {
      const said = farmersIn(commit.message);
      if (said?.instance !== name || said.to === 0) continue;
      return {
        ok: true,
        value: { farmers: said.to, from: `as in the last rebuild (${words(commit, now())})` },
      };
    }
    if (!gitops) return { ok: true, value: undefined };
    for (const commit of commits.value.slice(0, atMost.files)) {
      const file = await repository.file(gitops.file, commit.sha);
      if (!file.ok) return { ok: false, error: file.fault.says };
      const number = file.value && readNumber(gitops.file, file.value.bytes, gitops.farmersPath);
      if (!number?.ok || number.value === 0) continue;
      return {
        ok: true,
        value: { farmers: number.value, from: `as committed last (${words(commit, now())})` },
      };
    }
    return { ok: true, value: undefined };
  };

/** `commit 3f2a91c, 12 Nov` */
const words = ({ sha, at }: GitCommit, now: number): string =>
  at === 0 ? `commit ${short(sha)}` : `commit ${short(sha)}, ${dayOf(at, now)}`;

const dayOf = (at: number, now: number): string =>
  new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
    ...(now - at > 300 * 86_400_000 && { year: 'numeric' }),
  }).format(at);
