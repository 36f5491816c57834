import type { ArgoApplication } from './application.ts';
import { rulesInTheWay, type SetNamed } from './ignored.ts';
import { overrideOf } from './override.ts';

interface Shown {
  readonly application: ArgoApplication;
  readonly name: string;
  readonly set: SetNamed;
  /** The values file, and where in it the number stands. */
  readonly file: string;
  readonly path: readonly string[];
}

/** Which rule or value of the Application keeps a number from the cluster, and what to do; undefined: none that it shows. */
export const falselySynced = ({ application, name, set, file, path }: Shown): string | undefined => {
  const rules = rulesInTheWay(application, set);
  if (rules.length > 0) {
    const which = rules.map(({ says }) => says).join(' and ');
    return `In the way is ${which} of ${name}: replicas are left out of its comparison. Take ${rules.length > 1 ? 'them' : 'it'} out, or change the instance directly (change: kubernetes).`;
  }
  const override = overrideOf(application, file, path, set.name);
  return override === undefined
    ? undefined
    : `In the way is ${override}: it counts before ${file}. Take it out, or change the number there.`;
};
