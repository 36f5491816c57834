import type { ArgoApplication } from './application.ts';
import type { FalseArrival } from './arrival-words.ts';
import type { GlobalRule } from './global-rules.ts';
import { globalRulesInTheWay, rulesInTheWay, type SetNamed } from './ignored.ts';
import { overrideOf } from './override.ts';

interface Shown {
  readonly application: ArgoApplication;
  readonly name: string;
  readonly set: SetNamed;
  /** The values file, and where in it the number stands. */
  readonly file: string;
  readonly path: readonly string[];
  /** The rules of `argocd-cm`; undefined where they were not looked at. */
  readonly global?: readonly GlobalRule[];
}

/** Which rule or value of the Application, or else of Argo CD's settings, keeps a number from the cluster. */
export const falselySynced = ({ application, name, set, file, path, global }: Shown): FalseArrival => {
  const which = rulesInTheWay(application, set).map(({ says }) => says);
  if (which.length > 0) return { by: 'rules', which, name };
  const override = overrideOf(application, file, path, set.name);
  if (override !== undefined) return { by: 'override', which: override, file };
  const everywhere = globalRulesInTheWay(global ?? [], set).map(({ says }) => says);
  return everywhere.length > 0
    ? { by: 'global_rules', which: everywhere }
    : { by: 'unknown', looked: global !== undefined };
};
