import type { TicketMove } from '../../core/tickets/ticket-move.ts';
import type { ChangeRule } from '../model/parts/change-rule.ts';
import type { Verdict } from '../model/parts/glass.ts';
import type { Instance } from '../model/parts/instance.ts';
import type { TicketMoves, TicketPolicy } from '../model/parts/ticket-life.ts';
import { environmentName } from '../model/rules/controlled.ts';

/** What is said of the tickets of all rebuilds, and otherwise for those of a rule. */
export interface TicketKeys {
  readonly fields?: Readonly<Record<string, string | number | readonly string[]>> | undefined;
  readonly change_request?: ChangeRule | undefined;
  readonly transitions?: TicketMoves | undefined;
  readonly ticket_closed?: TicketPolicy['closed'] | undefined;
  readonly ticket_deleted?: TicketPolicy['deleted'] | undefined;
  readonly ticket_moved?: TicketPolicy['moved'] | undefined;
  readonly unreachable?: TicketPolicy['unreachable'] | undefined;
}

export interface TicketRule extends TicketKeys {
  /** Names; `*` at the end stands for any ending. */
  readonly instances: readonly string[];
  readonly tenants: readonly string[];
  /** Absent: all. */
  readonly environments?: readonly string[] | undefined;
  readonly project?: string | undefined;
  readonly issue_type?: string | undefined;
  readonly labels?: readonly string[] | undefined;
}

/** As `jira:` of the config has it. */
export interface TicketRules extends TicketKeys {
  /** How often a ticket is looked at while its rebuild runs; ms. */
  readonly look_every?: number | undefined;
  readonly rules?: readonly TicketRule[] | undefined;
  readonly review_task?: ReviewTaskKeys | undefined;
}

/** The task that asks for the review of a broken glass. Where it names another project or type, the fields are its own. */
export interface ReviewTaskKeys {
  readonly as?: 'own' | 'linked' | 'sub_task' | undefined;
  readonly project?: string | undefined;
  readonly issue_type?: string | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly fields?: TicketKeys['fields'];
  readonly link_type?: string | undefined;
  readonly transitions?: { readonly [V in Verdict]?: TicketMove | undefined } | undefined;
}

type Place = Pick<Instance, 'name' | 'tenant' | 'environment'>;

/** Pure: the rule for the rebuilds of this instance: the first that fits. */
const ticketRuleFor = <R extends Pick<TicketRule, 'instances' | 'tenants' | 'environments'>>(
  rules: readonly R[] | undefined,
  instance: Place,
): R | undefined =>
  rules?.find(
    ({ instances, tenants, environments = ['*'] }) =>
      isOne(instances, instance.name) &&
      isOne(tenants, instance.tenant) &&
      isOne(environments, environmentName(instance)),
  );

/** Pure: what is demanded of a change request: by the rule, else of all. */
export const changeRuleFor = (all: TicketRules, instance: Place): ChangeRule | undefined =>
  (ticketRuleFor(all.rules, instance) ?? all).change_request ?? all.change_request;

/** Pure: what the ticket of a rebuild of this instance is raised as. */
export const ticketFormFor = (
  all: TicketRules & Required<Pick<TicketRule, 'project' | 'issue_type' | 'labels'>>,
  instance: Place,
) => {
  const rule = ticketRuleFor(all.rules, instance);
  return {
    project: rule?.project ?? all.project ?? '',
    issueType: rule?.issue_type ?? all.issue_type ?? '',
    labels: [...(all.labels ?? []), ...(rule?.labels ?? [])],
    fields: { ...all.fields, ...rule?.fields },
  };
};

/** Pure: what the review task of a rebuild of this instance is raised as. `otherwise`: where there is no ticket to be a sub-task of. */
export const taskFormFor = (
  all: TicketRules & Required<Pick<TicketRule, 'project' | 'issue_type' | 'labels'>>,
  instance: Place,
) => {
  const ticket = ticketFormFor(all, instance);
  const { as = 'own', project, issue_type, labels = [], fields, link_type } = all.review_task ?? {};
  const other = as === 'sub_task' || project !== undefined || issue_type !== undefined;
  return {
    as,
    project: as === 'sub_task' ? ticket.project : (project ?? ticket.project),
    issueType: issue_type ?? (as === 'sub_task' ? 'Sub-task' : ticket.issueType),
    otherwise: ticket.issueType,
    labels: [...ticket.labels, ...labels],
    fields: { ...(other ? {} : ticket.fields), ...fields },
    link: link_type ?? 'Relates',
  };
};

/** Pure: what becomes of the ticket of a rebuild of this instance. */
export const ticketPolicyFor = (all: TicketRules, instance: Place): TicketPolicy => {
  const rule: TicketKeys = ticketRuleFor(all.rules, instance) ?? {};
  return {
    moves: { ...all.transitions, ...rule.transitions },
    closed: rule.ticket_closed ?? all.ticket_closed ?? 'tell',
    deleted: rule.ticket_deleted ?? all.ticket_deleted ?? 'tell',
    moved: rule.ticket_moved ?? all.ticket_moved ?? 'leave',
    unreachable: rule.unreachable ?? all.unreachable ?? 'queue',
    lookEvery: all.look_every ?? 60_000,
  };
};

const isOne = (patterns: readonly string[], name: string): boolean =>
  patterns.some((pattern) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  );
