import type { ArgoApplication, Revisions, Source } from './application.ts';

export interface RepositoryNamed {
  /** `owner/name` */
  readonly name: string;
  readonly branch: string;
}

/** `owner/name` of `https://…`, `ssh://…` and `git@host:…`, in small letters; '' where it has no such form. */
const nameIn = (url: string): string =>
  /([^/:]+\/[^/]+?)(?:\.git)?\/*$/.exec(url.trim().replace(/[?#].*$/, ''))?.[1]?.toLowerCase() ?? '';

const follows = ({ targetRevision }: Source, branch: string): boolean =>
  ['', 'HEAD', branch, `refs/heads/${branch}`].includes(targetRevision);

/** Places of the sources that are our repository; those on our branch where there are any. */
export const ownSources = (
  { sources }: Pick<ArgoApplication, 'sources'>,
  { name, branch }: RepositoryNamed,
): readonly number[] => {
  const own = sources.flatMap(({ repoUrl }, index) =>
    nameIn(repoUrl) === name.toLowerCase() ? [index] : [],
  );
  const onBranch = own.filter((index) => sources[index] !== undefined && follows(sources[index], branch));
  return onBranch.length > 0 ? onBranch : own;
};

/**
 * The commits of our repository among `revisions`, which are in the order of the sources. Where no source is known to be
 * ours (a mirror has another address) each of them may be.
 */
export const ownRevisions = (
  application: Pick<ArgoApplication, 'sources'>,
  repository: RepositoryNamed,
  { one, many }: Revisions,
): readonly string[] => {
  if (many.length === 0) return one === '' ? [] : [one];
  const own = ownSources(application, repository);
  return (own.length > 0 ? own.flatMap((index) => many[index] ?? []) : many).filter(
    (revision) => revision !== '',
  );
};

export const isCommit = (revision: string): boolean => /^[0-9a-f]{40,64}$/.test(revision);
