import type { EnvironmentOfValues } from '../../access/check.ts';
import { type AccessRules, noAccess } from '../../access/decide-access.ts';
import { inTime } from '../../core/deadline.ts';
import type { InstancesPort } from '../../rebuild/ports/ports.ts';
import type { AppContext } from '../shared/context.ts';

/** A click waits this long for the values of an instance that are not at hand; ms. */
const valuesWithin = 900;

/** What access is decided on: the rules in force now, and what instances' values say. */
export const accessPlaces = (context: AppContext, instances: Pick<InstancesPort, 'get'> | undefined) => ({
  rules: (): AccessRules => context.config().access ?? noAccess,
  ...(instances && { valuesOf: (name: string) => inTime(valuesWithin, () => valuesOf(instances, name)) }),
});

/** Of a name that is no instance nothing else is said, so the config alone counts. */
const valuesOf = async (
  instances: Pick<InstancesPort, 'get'>,
  name: string,
): Promise<EnvironmentOfValues> => {
  const found = await instances.get(name);
  if (found.ok) return found.instance;
  return found.kind === 'unknown' ? {} : undefined;
};
