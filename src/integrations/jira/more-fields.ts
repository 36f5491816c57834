import { inFull } from '../../core/person.ts';
import { fillNames, type TicketName } from '../../core/tickets/named-templates.ts';
import type { Rebuild } from '../../rebuild/model/rebuild.ts';
import { environmentName } from '../../rebuild/model/rules/controlled.ts';
import { ticketFormFor } from '../../rebuild/ticket/ticket-rules.ts';
import type { JiraApi, JiraConfig } from './client/jira-api.ts';
import { JiraFault } from './client/jira-fault.ts';
import { type FieldValue, type GivenFields, shapedFields } from './custom-fields.ts';
import type { IssueResult } from './raise-issue.ts';

/** What a ticket is raised as, with the fields that the config adds. */
export interface TicketForm {
  readonly project: string;
  readonly issueType: string;
  readonly fields: GivenFields;
}

/** What the rule of its instance says the ticket is raised as, filled. */
export const formOf = (
  config: JiraConfig,
  rebuild: Rebuild,
): TicketForm & { readonly labels: readonly string[] } =>
  filledForm(ticketFormFor(config, rebuild.plan.instance), rebuild);

/** With what the rebuild knows in place of its templates. */
export const filledForm = <F extends TicketForm>(form: F, rebuild: Rebuild): F => ({
  ...form,
  fields: filledOf(form.fields, rebuild),
});

/**
 * The fields that the config adds, in the form that Jira's description of the create screen asks for; or why there is
 * no ticket. Asks Jira only where there are any. `where`: where the config says them.
 */
export const moreFields = async (
  api: JiraApi,
  { kind }: Pick<JiraConfig, 'kind'>,
  form: TicketForm,
  where: string,
): Promise<{ readonly more?: Readonly<Record<string, unknown>> } | Extract<IssueResult, { ok: false }>> => {
  const { project, issueType } = form;
  const fields = withoutEmpty(form.fields);
  if (Object.keys(fields).length === 0) return {};
  try {
    const type = (await api.issueTypes(project)).find(
      ({ name }) => name.toLowerCase() === issueType.toLowerCase(),
    );
    // What is wrong with the type itself is said when the ticket is created.
    if (!type) return {};
    const screen = await api.createFields(project, type.id);
    const forms = { rich: api.rich, person: kind === 'cloud' ? 'accountId' : 'name' } as const;
    const { fields: more, problems } = shapedFields(fields, screen, forms);
    if (problems.length === 0) return { more };
    const words = problems.map(({ field, message }) => `${field} ${message}`).join('; ');
    const error = `The ticket was not raised: in ${project}, ${issueType}, ${words}. Put ${where} right.`;
    return { ok: false, kind: 'refused', error };
  } catch (fault) {
    if (!(fault instanceof JiraFault)) throw fault;
    const { retryable, says, retryAfterMs } = fault;
    return {
      ...{ ok: false, kind: retryable ? 'retry' : 'refused', error: `Jira: ${says}` },
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    };
  }
};

/** A field without a value is not sent: Jira refuses an empty one where it is a choice. */
const withoutEmpty = (fields: GivenFields): GivenFields =>
  Object.fromEntries(
    Object.entries(fields)
      .map(
        ([name, value]) =>
          [name, typeof value === 'object' ? value.filter((one) => one !== '') : value] as const,
      )
      .filter(([, value]) => value !== '' && (typeof value !== 'object' || value.length > 0)),
  );

const filledOf = (fields: GivenFields, rebuild: Rebuild): GivenFields => {
  const { plan, id, reason, by, alert } = rebuild;
  const { name, tenant, cluster, namespace } = plan.instance;
  const values: Partial<Record<TicketName, string>> = {
    ...{
      'instance.name': name,
      'instance.tenant': tenant,
      'instance.environment': environmentName(plan.instance),
    },
    ...{ 'instance.cluster': cluster, 'instance.namespace': namespace },
    ...{ 'rebuild.id': id, 'rebuild.reason': reason, 'rebuild.engine': plan.engine },
    ...{ 'rebuild.farmers': String(plan.farmers), 'rebuild.by': inFull(by) },
    ...(plan.change !== undefined && { change: plan.change }),
    ...(alert !== undefined && { alert }),
  };
  const fill = (value: FieldValue): FieldValue => {
    if (typeof value === 'number') return value;
    return typeof value === 'string' ? fillNames(value, values) : value.map((one) => fillNames(one, values));
  };
  return Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, fill(value)]));
};
