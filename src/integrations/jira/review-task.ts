import { taskTitle } from '../../rebuild/messages/rules/review-task.ts';
import type { Glass } from '../../rebuild/model/parts/glass.ts';
import type { Rebuild } from '../../rebuild/model/rebuild.ts';
import type { TicketResult } from '../../rebuild/ports/ports.ts';
import { taskFormFor } from '../../rebuild/ticket/ticket-rules.ts';
import type { JiraApi, JiraConfig } from './client/jira-api.ts';
import { webAddress } from './documents/document.ts';
import { labelOf, labelsOf, summaryOf } from './documents/issue-fields.ts';
import { reviewDocument } from './documents/review-document.ts';
import { aside } from './life.ts';
import { filledForm, moreFields } from './more-fields.ts';
import type { IssueRaiser } from './raise-issue.ts';

interface Shell {
  readonly api: JiraApi;
  readonly config: JiraConfig;
  readonly raiser: IssueRaiser;
  readonly safe: ((text: string) => string) | undefined;
}

/** How soon it is looked again whether the ticket is there that the task belongs to; ms. */
const parentWithin = 5_000;

/**
 * The task that asks for the review of a broken glass: one issue, known by the label `farmhand-review-<id>-<n>`; a
 * sub-task of the rebuild's ticket, linked to it, or by itself, as the config says.
 */
export const raiseReviewTask = (
  { api, config, raiser, safe }: Shell,
  rebuild: Rebuild,
  glass: Glass,
  thread: string | undefined,
  mayExist: boolean,
): Promise<TicketResult> =>
  aside(async () => {
    const form = filledForm(taskFormFor(config, rebuild.plan.instance), rebuild);
    const { ticket } = rebuild;
    if (form.as !== 'own' && ticket.state === 'wanted') {
      const error = 'The review task waits for the ticket of the rebuild, which it belongs to.';
      return { ok: false, kind: 'retry', error, retryAfterMs: parentWithin };
    }
    // A ticket that is not there, or was given up, holds up no review: the task stands by itself.
    const parent = ticket.state === 'open' ? ticket.key : undefined;
    const subTask = form.as === 'sub_task' && parent !== undefined;
    const issueType = form.as === 'sub_task' && !subTask ? form.otherwise : form.issueType;
    const more = await moreFields(api, config, { ...form, issueType }, 'fields of jira.review_task');
    if ('ok' in more) return more;
    const label = labelOf(`review-${rebuild.id}-${glass.n}`);
    const url = thread === undefined ? undefined : webAddress(thread);
    const since = glass.task?.doubt?.since;
    const raised = await raiser.raise({
      label,
      property: { rebuild: rebuild.id, glass: glass.n },
      fields: {
        project: { key: form.project },
        issuetype: { name: issueType },
        summary: summaryOf(taskTitle(rebuild, glass)),
        labels: labelsOf(label, ...form.labels, 'farmhand-review', rebuild.plan.instance.name),
        description: reviewDocument(rebuild, glass, url, api.measure, safe),
        ...more,
        ...(subTask && { parent: { key: parent } }),
      },
      ...(url !== undefined && {
        page: { globalId: `farmhand-thread=${label}`, url, title: 'Slack thread of the rebuild' },
      }),
      ...(mayExist && { mayExist, ...(since !== undefined && { doubtSince: since }) }),
    });
    // The same link once more is none: Jira keeps one of each kind between two issues.
    if (raised.ok && form.as === 'linked' && parent !== undefined)
      await api.link(form.link, raised.id, parent);
    return raised;
  });
