import type { JournalEntry } from '../../core/journal.ts';
import type { Ticket, TicketEntry } from '../../rebuild/model/parts/told.ts';
import type { Rebuild } from '../../rebuild/model/rebuild.ts';
import type { RebuildId } from '../../rebuild/model/rebuild-id.ts';
import type { EvidencePort, TicketResult } from '../../rebuild/ports/ports.ts';
import { createJiraApi } from './adapter.ts';
import { explainComment } from './client/explain-comment.ts';
import { explainDescription } from './client/explain-description.ts';
import type { JiraApi, JiraConfig } from './client/jira-api.ts';
import { JiraFault } from './client/jira-fault.ts';
import { type ClosingDeps, prepareClosing } from './closing.ts';
import { commentDocument, commentKey } from './documents/comment-document.ts';
import { madeSafe, webAddress } from './documents/document.ts';
import { type IssueFields, labelOf, labelsOf, summaryOf } from './documents/issue-fields.ts';
import { rebuildDocument, rebuildPart } from './documents/rebuild-document.ts';
import { partName } from './documents/rebuild-facts.ts';
import { findComment } from './find-comment.ts';
import { aside, lookAtTicket, moveTicket } from './life.ts';
import { formOf, moreFields } from './more-fields.ts';
import { browseUrl, createIssueRaiser, type JiraDeps } from './raise-issue.ts';
import { raiseReviewTask } from './review-task.ts';

export interface JiraEvidenceDeps extends JiraDeps {
  /** Draws the PNG that goes with the closing report. */
  readonly chart?: (rebuild: Rebuild) => Promise<Uint8Array>;
  /** Goes along as a file with the closing report. */
  readonly journal?: (id: RebuildId) => Promise<readonly JournalEntry[]>;
  /** The same; `until`: when the closing report was written; ms. */
  readonly pack?: ClosingDeps['pack'];
  /** Takes out of a text what no ticket may hold. What is checked later is made safe before, not on its way to Jira. */
  readonly safe?: (text: string) => string;
}

/**
 * The ticket of a rebuild: one issue, known by the label `farmhand-rebuild-<id>`, and a comment for each
 * entry, known by its last line. Nothing is written a second time before it was looked for.
 */
export const createJiraEvidence = (config: JiraConfig, deps: JiraEvidenceDeps): EvidencePort => {
  const { http, now = Date.now } = deps;
  const raiser = createIssueRaiser(config, deps);
  const api = createJiraApi(config, http, now);
  return {
    raise: async (rebuild, thread, mayExist) => {
      const label = labelOf(`rebuild-${rebuild.id}`);
      const url = thread === undefined ? undefined : webAddress(thread);
      const doubtSince = rebuild.ticket.doubt?.since;
      const more = await moreFields(api, config, formOf(config, rebuild), 'fields of jira or of its rule');
      if ('ok' in more) return more;
      return raiser.raise({
        label,
        property: { rebuild: rebuild.id, plan: rebuild.plan.hash },
        fields: { ...fieldsOf(rebuild, label, url, { api, config, deps }), ...more },
        ...(url !== undefined && {
          page: { globalId: `farmhand-thread=${label}`, url, title: 'Slack thread of the rebuild' },
        }),
        ...(rebuild.ticket.gone && { gone: rebuild.ticket.gone }),
        ...(mayExist && { mayExist, ...(doubtSince !== undefined && { doubtSince }) }),
      });
    },
    comment: async (rebuild, ticket, entry, mayExist) => {
      if (ticket.key === undefined) throw new TypeError('the rebuild has no ticket to comment on');
      try {
        return await comment({ api, config, deps }, rebuild, { ...ticket, key: ticket.key }, entry, mayExist);
      } catch (error) {
        if (error instanceof JiraFault) return explainComment(error, ticket.key, config);
        throw error;
      }
    },
    look: (_, ticket) => aside(() => lookAtTicket(api, keyOf(ticket), ticket.seen)),
    move: (_, ticket, move) => aside(() => moveTicket(api, keyOf(ticket), move)),
    raiseTask: (rebuild, glass, thread, mayExist) =>
      raiseReviewTask({ api, config, raiser, safe: deps.safe }, rebuild, glass, thread, mayExist),
    describe: async (rebuild, ticket, thread, ifAbsent) => {
      const { key } = ticket;
      if (key === undefined) throw new TypeError('the rebuild has no ticket to describe');
      const url = thread === undefined ? undefined : webAddress(thread);
      try {
        return await describe({ api, config, deps }, rebuild, key, url, ifAbsent);
      } catch (error) {
        if (error instanceof JiraFault) return explainDescription(error, key, config);
        throw error;
      }
    },
  };
};

const keyOf = ({ key }: Ticket): string => {
  if (key === undefined) throw new TypeError('the rebuild has no ticket');
  return key;
};

const fieldsOf = (
  rebuild: Rebuild,
  label: string,
  thread: string | undefined,
  { api, config, deps }: Shell,
): IssueFields => ({
  project: { key: formOf(config, rebuild).project },
  issuetype: { name: formOf(config, rebuild).issueType },
  summary: summaryOf(`Distributed Cache Rebuild of ${rebuild.plan.instance.name} (${rebuild.id})`),
  labels: labelsOf(label, ...formOf(config, rebuild).labels, 'farmhand-rebuild', rebuild.plan.instance.name),
  description: rebuildDocument(rebuild, thread, api.measure, deps.safe),
});

interface Shell {
  readonly api: JiraApi;
  readonly config: JiraConfig;
  readonly deps: JiraEvidenceDeps;
}

const comment = async (
  { api, config, deps }: Shell,
  rebuild: Rebuild,
  ticket: Ticket & { readonly key: string },
  entry: TicketEntry,
  mayExist: boolean,
): Promise<TicketResult> => {
  const closing =
    entry.kind === 'closing' ? await prepareClosing({ ...deps, api }, rebuild, entry, ticket.key) : undefined;
  const found = mayExist
    ? (await findComment(api, ticket.key, commentKey(rebuild, entry), entry.at))?.id
    : undefined;
  const blocks = commentDocument(rebuild, entry, api.measure, closing?.lines);
  const id = found ?? (await api.comment(ticket.key, deps.safe ? madeSafe(blocks, deps.safe) : blocks));
  await closing?.close();
  return { ok: true, id, url: `${browseUrl(config, ticket.key)}?focusedCommentId=${id}` };
};

/** Reads the description before it is written: all that is not farmhand's part is sent back as it is. */
const describe = async (
  { api, config, deps }: Shell,
  rebuild: Rebuild,
  key: string,
  thread: string | undefined,
  ifAbsent: 'append' | 'leave',
): Promise<TicketResult> => {
  const there = await api.description(key, partName(rebuild));
  const done = {
    ok: true,
    id: key,
    url: browseUrl(config, key),
    ...(!there.placed && { absent: true as const }),
  } as const;
  if (!there.placed && ifAbsent === 'leave') return done;
  const room = { max: there.room, measure: api.measure };
  const part = rebuildPart(rebuild, thread, room, deps.safe);
  if (!part) {
    const error = `The description of ${key} is full with what others wrote: farmhand’s evidence table has no room there.`;
    return { ok: false, kind: 'refused', error };
  }
  await there.write(part);
  return done;
};
