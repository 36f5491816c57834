import { cut, oneLine } from '../../core/text.ts';
import type { ArgoApplication, Source } from './application.ts';
import { list, part, text, texts } from './untyped.ts';

/** What in the sources of an Application may set the number of a set over the head of our file; people find it by that. */
export const overrideOf = (
  { sources }: Pick<ArgoApplication, 'sources'>,
  file: string,
  path: readonly string[],
  set: string,
): string | undefined => {
  for (const source of sources) {
    const found = inHelm(source, file, path) ?? inKustomize(source, set);
    if (found !== undefined) return found;
  }
  return undefined;
};

const inHelm = ({ raw }: Source, file: string, path: readonly string[]): string | undefined => {
  const helm = part(raw, 'helm');
  const key = path.join('.');
  const last = path.at(-1) ?? '';
  const names = [...list(helm, 'parameters'), ...list(helm, 'fileParameters')].map((each) =>
    text(each, 'name'),
  );
  const parameter = names.find((name) => name === key) ?? names.find((name) => name.endsWith(last));
  if (parameter !== undefined) return `the Helm parameter ${cut(oneLine(parameter), 60)} of the Application`;
  if (part(helm, 'valuesObject', ...path) !== undefined) return `helm.valuesObject.${key} of the Application`;
  if (mentions(JSON.stringify(part(helm, 'valuesObject')), last)) {
    return `helm.valuesObject of the Application, which sets ${last}`;
  }
  if (mentions(text(helm, 'values'), last)) return `helm.values of the Application, which sets ${last}`;
  const files = texts(helm, 'valueFiles');
  const ours = files.findLastIndex((each) => isFile(each, file));
  const after = ours < 0 ? undefined : files[ours + 1];
  if (after !== undefined)
    return `perhaps ${cut(oneLine(after), 80)}, a values file that counts after ${file}`;
  return undefined;
};

const mentions = (words: string | undefined, key: string): boolean =>
  words !== undefined && key !== '' && words.includes(key);

/** `$values/instances/a.yaml`, `../instances/a.yaml` and `a.yaml` all may be `instances/a.yaml`. */
const isFile = (named: string, file: string): boolean => {
  const bare = named
    .replace(/^\$[^/]+\//, '')
    .replace(/^(\.\.?\/)+/, '')
    .replace(/^\//, '');
  return file === bare || file.endsWith(`/${bare}`) || bare.endsWith(`/${file}`);
};

const inKustomize = ({ raw }: Source, set: string): string | undefined => {
  const kustomize = part(raw, 'kustomize');
  if (list(kustomize, 'replicas').some((each) => text(each, 'name') === set)) {
    return `kustomize.replicas of the Application, which names ${set}`;
  }
  const patched = list(kustomize, 'patches').some((each) => mentions(text(each, 'patch'), 'replicas'));
  return patched ? 'kustomize.patches of the Application, which set replicas' : undefined;
};
