import type { ArgoApplication, IgnoreRule } from './application.ts';
import { matchesGlob } from './glob.ts';
import type { GlobalRule } from './global-rules.ts';

/** A StatefulSet, and who owns its `spec.replicas`. */
export interface SetNamed {
  readonly namespace: string;
  readonly name: string;
  /** Field managers that own `spec.replicas`, where that is known. */
  readonly writers?: readonly string[];
}

/** A rule that leaves `spec.replicas` of a set out of the comparison, and how people find it. */
export interface RuleInTheWay {
  readonly says: string;
}

/**
 * The rules of an Application's own that leave the replicas of a set out. Only to say what is in the way: whether
 * something is, the number in the cluster tells.
 */
export const rulesInTheWay = (
  { ignored }: Pick<ArgoApplication, 'ignored'>,
  set: SetNamed,
): readonly RuleInTheWay[] =>
  ignored.flatMap((rule, index) => {
    if (!isAbout(rule, set)) return [];
    const what = whatOf(rule, set);
    return what === undefined ? [] : [{ says: `spec.ignoreDifferences[${index}] (${what})` }];
  });

/** The same of the rules that hold for all Applications. */
export const globalRulesInTheWay = (rules: readonly GlobalRule[], set: SetNamed): readonly RuleInTheWay[] =>
  rules.flatMap((rule) => {
    const what = isAbout(rule, set) ? whatOf(rule, set) : undefined;
    return what === undefined ? [] : [{ says: `${rule.key} (${what})` }];
  });

/** Groups and kinds may be globs; names and namespaces are exact, and none means all. */
const isAbout = ({ group, kind, name, namespace }: IgnoreRule, set: SetNamed): boolean =>
  matchesGlob(group, 'apps') &&
  matchesGlob(kind, 'StatefulSet') &&
  (name === '' || name === set.name) &&
  (namespace === '' || namespace === set.namespace);

const whatOf = (rule: IgnoreRule, { writers }: SetNamed): string | undefined => {
  const pointer = rule.jsonPointers.find((each) =>
    ['', '/', '/spec', '/spec/replicas'].includes(each.trim()),
  );
  if (pointer !== undefined) return `jsonPointers: ${pointer}`;
  const expression = rule.jqPathExpressions.find(takesReplicas);
  if (expression !== undefined) return `jqPathExpressions: ${expression.trim()}`;
  const manager = rule.managers.find((each) => writers === undefined || writers.includes(each));
  return manager === undefined ? undefined : `managedFieldsManagers: ${manager}`;
};

/** `.spec.replicas` in any spelling, or all of `.spec`; what is of the status or of a template is something else. */
const takesReplicas = (expression: string): boolean => {
  const plain = expression
    .replace(/\\u([0-9a-fA-F]{4})/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replace(/\s+/g, '')
    .replace(/\.?\[["']([\w-]+)["']\]/g, '.$1')
    .replace(/\.["']([\w-]+)["']/g, '.$1')
    .replace(/\?/g, '');
  if (/^(\.|\.\.|\.spec|\.\[\]|\.spec\[\]|\.spec\.\[\])$/.test(plain)) return true;
  return /(^|\W)replicas($|\W)/.test(plain.replace(/\.?status[.|]+\.?replicas/g, ''));
};
