import { inFull } from '../../core/person.ts';
import { fillNames, type TicketName } from '../../core/tickets/named-templates.ts';
import type { Rebuild } from '../../rebuild/model/rebuild.ts';
import { ticketFormFor } from '../../rebuild/ticket/ticket-rules.ts';
import type { JiraApi, JiraConfig } from './client/jira-api.ts';
import { type FieldValue, type GivenFields, shapedFields } from './custom-fields.ts';

/** What the rule of its instance says the ticket is raised as. */
export const formOf = (config: JiraConfig, { plan }: Rebuild): ReturnType<typeof ticketFormFor> =>
  ticketFormFor(config, plan.instance);

/**
 * The fields that the config adds, in the form that Jira's description of the create screen asks for; or what is wrong
 * with them. Asks Jira only where there are any. @throws JiraFault
 */
export const moreFields = async (
  api: JiraApi,
  config: JiraConfig,
  rebuild: Rebuild,
): Promise<{ readonly more?: Readonly<Record<string, unknown>> } | { readonly problems: string }> => {
  const { project, issueType, fields } = formOf(config, rebuild);
  if (Object.keys(fields).length === 0) return {};
  const type = (await api.issueTypes(project)).find(
    ({ name }) => name.toLowerCase() === issueType.toLowerCase(),
  );
  // What is wrong with the type itself is said when the ticket is created.
  if (!type) return {};
  const screen = await api.createFields(project, type.id);
  const forms = { rich: api.rich, person: config.kind === 'cloud' ? 'accountId' : 'name' } as const;
  const { fields: more, problems } = shapedFields(filledOf(fields, rebuild), screen, forms);
  if (problems.length === 0) return { more };
  const words = problems.map(({ field, message }) => `${field} ${message}`).join('; ');
  return {
    problems: `The ticket was not raised: in ${project}, ${issueType}, ${words}. Put fields of jira or of its rule right.`,
  };
};

const filledOf = (fields: GivenFields, rebuild: Rebuild): GivenFields => {
  const { plan, id, reason, by, alert } = rebuild;
  const { name, tenant, cluster, namespace } = plan.instance;
  const values: Partial<Record<TicketName, string>> = {
    ...{ 'instance.name': name, 'instance.tenant': tenant },
    ...{ 'instance.cluster': cluster, 'instance.namespace': namespace },
    ...{ 'rebuild.id': id, 'rebuild.reason': reason, 'rebuild.engine': plan.engine },
    ...{ 'rebuild.farmers': String(plan.farmers), 'rebuild.by': inFull(by) },
    ...(plan.change !== undefined && { change: plan.change }),
    ...(alert !== undefined && { alert }),
  };
  const fill = (value: FieldValue): FieldValue => {
    if (typeof value === 'number') return value;
    return typeof value === 'string'
      ? fillNames(value, values)
      : value.map((one) => fillNames(one, values)).filter((one) => one !== '');
  };
  // A field without a value is not sent: Jira refuses an empty one where it is a choice.
  return Object.fromEntries(
    Object.entries(fields)
      .map(([field, value]) => [field, fill(value)] as const)
      .filter(([, value]) => value !== ''),
  );
};
