import type { ArgoApplication } from './application.ts';
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

/** Which rule or value of the Application, or else of Argo CD's settings, keeps a number from the cluster, and what to do; undefined: none that it shows. */
export const falselySynced = ({ application, name, set, file, path, global }: Shown): string | undefined => {
  const rules = rulesInTheWay(application, set);
  if (rules.length > 0) {
    const which = rules.map(({ says }) => says).join(' and ');
    return `In the way is ${which} of ${name}: replicas are left out of its comparison. Take ${rules.length > 1 ? 'them' : 'it'} out, or change the instance directly (change: kubernetes).`;
  }
  const override = overrideOf(application, file, path, set.name);
  if (override !== undefined) {
    return `In the way is ${override}: it counts before ${file}. Take it out, or change the number there.`;
  }
  const everywhere = globalRulesInTheWay(global ?? [], set);
  return everywhere.length === 0
    ? undefined
    : `In the way is ${everywhere.map(({ says }) => says).join(' and ')} in argocd-cm: replicas are left out of every comparison. Narrow it there, or change the instance directly (change: kubernetes).`;
};
