import type { Config } from '../../config/schema/schema.ts';
import type { Problem } from '../../core/errors.ts';
import { isTemplate } from '../../core/tickets/named-templates.ts';
import { taskFormFor } from '../../rebuild/ticket/ticket-rules.ts';
import type { Http } from '../http-client/call.ts';
import { createJiraApi } from './adapter.ts';
import type { JiraApi, JiraConfig } from './client/jira-api.ts';
import { JiraFault } from './client/jira-fault.ts';
import { kindName } from './client/kind.ts';
import type { CreateField } from './client/schema.ts';
import { addressWarnings, askSite, siteProblem } from './client/site.ts';
import { fieldNamed, type GivenFields, ownFields, shapedFields } from './custom-fields.ts';

/** What tickets are raised as; `path` is where the config says so. */
export interface TicketTarget {
  readonly path: string;
  readonly project: string;
  readonly issueType: string;
  /** It is raised as a sub-task. */
  readonly subTask?: boolean;
  /** What is set besides, as the config says it. */
  readonly fields?: GivenFields;
  /** Of an alert: more fields are said in `jira.alert_fields`, or by its route. */
  readonly alert?: true;
}

export interface JiraCheck {
  /** No ticket can be raised until these are put right. */
  readonly problems: readonly Problem[];
  /** Tickets can be raised, and something less will not work. */
  readonly warnings: readonly Problem[];
  /** Jira did not answer, so no more is known: no reason to stop. */
  readonly unreachable?: string;
}

/** What the routes raise tickets as. */
export const ticketTargets = (
  jira: Pick<JiraConfig, 'project' | 'issue_type' | 'alert_fields'>,
  routes: Config['routes'],
): readonly TicketTarget[] =>
  routes.flatMap((route, i) =>
    route.actions.flatMap((action, j): readonly TicketTarget[] => {
      if (typeof action === 'string' || !('ticket' in action)) return [];
      const { project = jira.project, issue_type: issueType = jira.issue_type, fields } = action.ticket;
      const path = `routes[${i}].actions[${j}].ticket`;
      return [{ path, project, issueType, fields: { ...jira.alert_fields, ...fields }, alert: true }];
    }),
  );

const needed = ['BROWSE_PROJECTS', 'CREATE_ISSUES'];
const useful = ['LINK_ISSUES', 'ADD_COMMENTS', 'EDIT_ISSUES', 'CREATE_ATTACHMENTS', 'TRANSITION_ISSUES'];

/**
 * Looks whether tickets can be raised: login, projects, issue types, create screens, permissions. `targets` are the
 * projects and issue types of routes; those of `jira` itself are always checked, and those of its rules, unless there are
 * no `rebuilds`. Changes nothing in Jira.
 */
export const checkJira = async (
  config: JiraConfig,
  deps: { readonly http: Http; readonly now?: () => number; readonly rebuilds?: boolean },
  targets: readonly TicketTarget[] = [],
): Promise<JiraCheck> => {
  const { now = Date.now } = deps;
  const api = createJiraApi(config, deps.http, now);
  const { rebuilds = true } = deps;
  const own = { path: 'jira', project: config.project, issueType: config.issue_type };
  // A person may raise one for any alert.
  const ofAlerts = { ...own, fields: config.alert_fields ?? {}, alert: true } as const;
  const ofRules = (config.rules ?? []).map(({ project, issue_type, fields }, i) => ({
    path: `jira.rules[${i}]`,
    project: project ?? config.project,
    issueType: issue_type ?? config.issue_type,
    fields: { ...config.fields, ...fields },
  }));
  // Where it names nothing it is as the ticket; for each rule with a project of its own, too.
  const tasks = [{}, ...(config.rules ?? [])].map((rule) => {
    const ruled = { ...config, rules: [{ ...rule, instances: ['*'], tenants: ['*'], environments: ['*'] }] };
    const { as, project, issueType, fields } = taskFormFor(ruled, { name: '', tenant: '' });
    return {
      ...{ path: 'jira.review_task', project, issueType, fields },
      ...(as === 'sub_task' && { subTask: true }),
    };
  });
  const ofRebuilds = [{ ...own, fields: config.fields ?? {} }, ...ofRules, ...tasks];
  const all = [...(rebuilds ? ofRebuilds : []), ofAlerts, ...targets];
  const person = config.kind === 'cloud' ? 'accountId' : 'name';
  try {
    const site = await askSite(config, deps.http, now);
    const wrong = siteProblem(site, config);
    if (wrong) return { problems: [wrong], warnings: [] };
    await api.whoAmI();
    const problems: Problem[] = [];
    const warnings: Problem[] = [...addressWarnings(site, config)];
    for (const target of distinct(all)) {
      const found = await checkTarget(api, target, person);
      problems.push(...found.problems);
      warnings.push(...found.warnings);
    }
    return { problems: each(problems), warnings: each(warnings) };
  } catch (error) {
    if (!(error instanceof JiraFault)) throw error;
    if (error.retryable) return { problems: [], warnings: [], unreachable: error.says };
    return { problems: [loginProblem(error, config)], warnings: [] };
  }
};

const loginProblem = (fault: JiraFault, config: JiraConfig): Problem => {
  if (fault.kind === 'unauthorised' || fault.kind === 'forbidden') {
    return {
      path: config.kind === 'cloud' ? 'jira.api_token' : 'jira.personal_access_token',
      message: `Jira does not accept it${config.kind === 'cloud' ? ` for ${config.email}` : ''} (${fault.says}); create a new token, they expire`,
    };
  }
  const path =
    config.kind === 'cloud' ? '' : '; has it a context path, such as https://jira.example.com/jira?';
  return {
    path: 'jira.host',
    message: `does not answer like a ${kindName[config.kind]} site (${fault.says})${path}`,
  };
};

const distinct = (targets: readonly TicketTarget[]): readonly TicketTarget[] => {
  const first = new Map<string, TicketTarget>();
  for (const target of targets) {
    const { project, issueType, fields = {}, alert = false, subTask = false } = target;
    const key = JSON.stringify([project, issueType, fields, alert, subTask]);
    if (!first.has(key)) first.set(key, target);
  }
  return [...first.values()];
};

/** What is the same for tickets of alerts and of rebuilds is said once. */
const each = (found: readonly Problem[]): readonly Problem[] => [
  ...new Map(found.map((one) => [JSON.stringify(one), one])).values(),
];

const checkTarget = async (
  api: JiraApi,
  target: TicketTarget,
  person: 'accountId' | 'name',
): Promise<{ problems: readonly Problem[]; warnings: readonly Problem[] }> => {
  const { path, project, issueType } = target;
  const types = await api.issueTypes(project).catch((error: unknown) => {
    if (error instanceof JiraFault && (error.kind === 'missing' || error.kind === 'refused'))
      return undefined;
    throw error;
  });
  if (types === undefined || types.length === 0) {
    const message = `there is no project ${project} that this account can see and create tickets in`;
    return { problems: [{ path: `${path}.project`, message }], warnings: [] };
  }
  const lacking = await api.missingPermissions(project, [...needed, ...useful]);
  const problems: Problem[] = lacking
    .filter((name) => needed.includes(name))
    .map((name) => ({ path: `${path}.project`, message: `the account lacks ${name} in ${project}` }));
  const warnings: Problem[] = lacking
    .filter((name) => useful.includes(name))
    .map((name) => ({ path: `${path}.project`, message: `the account lacks ${name} in ${project}` }));
  const type = types.find((t) => t.name.toLowerCase() === issueType.toLowerCase());
  const { subTask = false } = target;
  if (!type || type.subtask !== subTask) {
    const usable = types.filter((t) => t.subtask === subTask).map((t) => t.name);
    const message = `${issueType} is no ${subTask ? 'type of sub-tasks' : 'issue type'} of ${project}; ${usable.length === 0 ? 'it has none' : `use one of ${usable.join(', ')}`}`;
    return { problems: [...problems, { path: `${path}.issue_type`, message }], warnings };
  }
  return { problems: [...problems, ...(await screenProblems(api, target, type.id, person))], warnings };
};

const lineToAdd = ({ path, alert }: TicketTarget, field: CreateField): string => {
  const where = path === 'jira' && alert ? 'jira.alert_fields' : `${path}.fields`;
  const what = alert ? 'tickets of alerts' : 'tickets of rebuilds';
  return `, or add ${where}: { ${JSON.stringify(field.name)}: … }${choices(field)} for ${what}`;
};

/** What it may be, where Jira says that. */
const choices = ({ allowedValues = [] }: CreateField): string =>
  allowedValues.length === 0
    ? ''
    : `, one of ${allowedValues.map(({ name, value }) => name ?? value ?? '').join(', ')}`;

const screenProblems = async (
  api: JiraApi,
  target: TicketTarget,
  typeId: string,
  person: 'accountId' | 'name',
): Promise<readonly Problem[]> => {
  const { path, project, issueType, subTask, fields: given = {}, alert } = target;
  const fields = await api.createFields(project, typeId);
  const absent = ownFields.slice(0, 3).filter((id) => !fields.some((field) => field.fieldId === id));
  const set = new Set(Object.keys(given).flatMap((name) => fieldNamed(fields, name)?.fieldId ?? []));
  const extra = fields.filter(
    (f) =>
      f.required &&
      !f.hasDefaultValue &&
      !ownFields.includes(f.fieldId) &&
      !(subTask && f.fieldId === 'parent') &&
      !set.has(f.fieldId),
  );
  const { problems } = shapedFields(given, fields, { rich: (text) => text, person, isOpen: isTemplate });
  return [
    ...absent.map((id) => ({
      path: `${path}.issue_type`,
      message: `${issueType} of ${project} has no ${id} on its create screen; farmhand must set it`,
    })),
    ...extra.map((field) => ({
      path: `${path}.issue_type`,
      message: `${issueType} of ${project} requires ${field.name} (${field.fieldId}), which farmhand does not set; make it optional or give it a default${lineToAdd(target, field)}`,
    })),
    ...problems.map(({ field, message }) => ({
      path: `${path === 'jira' && alert ? 'jira.alert_fields' : `${path}.fields`}.${field}`,
      message,
    })),
  ];
};
