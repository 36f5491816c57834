import { holdersByName, noAccess } from '../../access/decide-access.ts';
import { contactWords } from '../../access/denials.ts';
import { instancesOf, tierOfInstance } from '../../access/tiers.ts';
import type { InstanceTier } from '../../rebuild/commands/rebuild-service-deps.ts';
import type { Instance } from '../../rebuild/model/parts/instance.ts';
import { environmentName } from '../../rebuild/model/rules/controlled.ts';
import { freezesOf } from '../../rebuild/model/rules/freezes.ts';
import { type Controls, controlsFor } from '../../rebuild/model/rules/rules.ts';
import type { FreezeStore } from '../../rebuild/ports/freeze-store.ts';
import type { AppContext } from '../shared/context.ts';

/** What `policy:` asks of an instance by the config in force now, and what people have frozen of it. */
export const controlsNow =
  ({ config }: AppContext, freezes: Pick<FreezeStore, 'known'>): ((instance: Instance) => Controls) =>
  (instance) => {
    const controls = controlsFor(config().policy, instance.name, environmentName(instance));
    const known = freezes.known();
    // Not read yet: nothing is known of any, which is not the same as none.
    return known ? { ...controls, freezes: freezesOf(known, instance.name) } : controls;
  };

/** Whose an instance is by the config in force now, and how many of its tier's rebuilds may be in flight. */
export const tierOfNow =
  ({ config }: AppContext): ((instance: string) => InstanceTier | undefined) =>
  (instance) => {
    const { tiers } = config();
    if (tiers.list.length === 0) return undefined;
    const tier = tierOfInstance(tiers, instance);
    const limit = tiers.list.find(({ name }) => name === tier)?.limits.rebuilds_in_flight;
    return {
      name: tier,
      has: (other) => tierOfInstance(tiers, other) === tier,
      ...(limit !== undefined && { limit: { tier, limit, ...instancesOf(tiers, tier) } }),
    };
  };

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

const slackId = /^[UWS](?=[A-Z0-9]*\d)[A-Z0-9]{2,20}$/;

/**
 * Whom to mention where a rebuild of an instance needs an answer, as Slack ids: the contacts of the roles that may
 * override; of a role without one the groups that hold it, else its people.
 */
export const answerersOf =
  ({ config }: Pick<AppContext, 'config'>): ((instance: Instance) => readonly string[]) =>
  (instance) => {
    const rules = config().access ?? noAccess;
    const environments = [environmentName(instance)];
    const { roles } = holdersByName(rules, { verb: 'override', instance: instance.name, environments });
    const holding = (by: Readonly<Record<string, readonly string[]>>, role: string) =>
      Object.entries(by).flatMap(([id, held]) => (held.includes(role) ? [id] : []));
    const whom = rules.roles
      .filter(({ name }) => roles.includes(name))
      .flatMap(({ name, contact = '' }) => {
        if (slackId.test(contact)) return [contact];
        const groups = holding(rules.groups, name);
        return groups.length > 0 ? groups : holding(rules.users, name);
      });
    return [...new Set(whom)].slice(0, mentionedAtMost);
  };

/** More people than this are a channel, not a page. */
const mentionedAtMost = 10;
