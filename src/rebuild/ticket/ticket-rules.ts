import type { ChangeRule } from '../model/parts/change-rule.ts';
import type { Instance } from '../model/parts/instance.ts';

/** What is said of the tickets of all rebuilds, and otherwise for those of a rule. */
export interface TicketKeys {
  readonly change_request?: ChangeRule | undefined;
}

export interface TicketRule extends TicketKeys {
  /** Names; `*` at the end stands for any ending. */
  readonly instances: readonly string[];
  readonly tenants: readonly string[];
}

/** As `jira:` of the config has it. */
export interface TicketRules extends TicketKeys {
  readonly rules?: readonly TicketRule[] | undefined;
}

/** Pure: what is said of the ticket of a rebuild of this instance. The first rule that is for it counts, before what is said of all. */
export const ticketKeysFor = (all: TicketRules, instance: Pick<Instance, 'name' | 'tenant'>): TicketKeys => {
  const rule = all.rules?.find(
    ({ instances, tenants }) => isOne(instances, instance.name) && isOne(tenants, instance.tenant),
  );
  return { change_request: rule?.change_request ?? all.change_request };
};

const isOne = (patterns: readonly string[], name: string): boolean =>
  patterns.some((pattern) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  );
