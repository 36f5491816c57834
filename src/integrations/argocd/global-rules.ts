import { parse } from 'yaml';
import type { IgnoreRule } from './application.ts';
import { part, text, texts } from './untyped.ts';

/** A rule of `argocd-cm`, which holds for all Applications. */
export interface GlobalRule extends IgnoreRule {
  /** Where people find it: the key, and within `resource.customizations` its kind. */
  readonly key: string;
}

const all = 'resource.customizations';
const single = `${all}.ignoreDifferences.`;

/**
 * Total: what the ConfigMap `argocd-cm` leaves out of comparisons, from its one big map of kinds and from its keys for a
 * kind or for all (Argo CD's operator manual, “Diffing customization”). What is no YAML there is no rule.
 */
export const readGlobalRules = (raw: unknown): readonly GlobalRule[] => {
  const data = part(raw, 'data');
  if (typeof data !== 'object' || data === null) return [];
  return Object.keys(data).flatMap((key) => {
    const value = yaml(text(data, key));
    if (key === all) return ofMap(value);
    if (!key.startsWith(single)) return [];
    return [ruleOf(key, kindOf(key.slice(single.length)), value)];
  });
};

/** `apps/StatefulSet: {ignoreDifferences: "jsonPointers: …"}`, and so on. */
const ofMap = (value: unknown): readonly GlobalRule[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.keys(value).flatMap((kind) => {
        const said = part(value, kind, 'ignoreDifferences');
        if (said === undefined) return [];
        const [group, name] = kind.includes('/') ? kind.split('/', 2) : ['', kind];
        return [
          ruleOf(
            `${all}, ${kind}`,
            { group: group ?? '', kind: name ?? '' },
            typeof said === 'string' ? yaml(said) : said,
          ),
        ];
      });

/** `all`, or group and kind with `_` between them. */
const kindOf = (name: string): { readonly group: string; readonly kind: string } => {
  if (name === 'all') return { group: '*', kind: '*' };
  const at = name.lastIndexOf('_');
  return { group: name.slice(0, Math.max(0, at)), kind: name.slice(at + 1) };
};

const ruleOf = (
  key: string,
  about: { readonly group: string; readonly kind: string },
  value: unknown,
): GlobalRule => ({
  key,
  ...about,
  name: '',
  namespace: '',
  jsonPointers: texts(value, 'jsonPointers'),
  jqPathExpressions: texts(value, 'jqPathExpressions'),
  managers: texts(value, 'managedFieldsManagers'),
});

const yaml = (said: string): unknown => {
  try {
    return parse(said);
  } catch {
    return undefined;
  }
};
