import { holdersByName, noAccess } from '../../access/decide-access.ts';
import { contactWords } from '../../access/denials.ts';
import type { Instance } from '../../rebuild/model/parts/instance.ts';
import { environmentName } from '../../rebuild/model/rules/controlled.ts';
import { type Controls, controlsFor } from '../../rebuild/model/rules/rules.ts';
import type { AppContext } from '../shared/context.ts';

/** What `policy:` asks of an instance by the config in force now. */
export const controlsOfConfig =
  ({ config }: AppContext): ((instance: Instance) => Controls) =>
  (instance) =>
    controlsFor(config().policy, instance.name, environmentName(instance));

/** Roles that may break the glass for an instance, each with whom to ask. */
export const breakersOf =
  ({ config }: Pick<AppContext, 'config'>): ((instance: Instance) => readonly string[]) =>
  (instance) => {
    const rules = config().access ?? noAccess;
    const environments = [environmentName(instance)];
    const { roles } = holdersByName(rules, { verb: 'break_glass', instance: instance.name, environments });
    return rules.roles.flatMap(({ name, contact }) =>
      roles.includes(name) ? [contact === undefined ? name : `${name} (ask ${contactWords(contact)})`] : [],
    );
  };
