import type { FoundComment, JiraApi } from './client/jira-api.ts';

/** Jira's clock and farmhand's may differ by this much; ms. */
const clockSlack = 600_000;
const pageSize = 100;

/** The comment that ends with `lastLine`; looks through all that are not older than `since` (ms), the newest first. */
export const findComment = async (
  api: Pick<JiraApi, 'comments'>,
  ticket: string,
  lastLine: string,
  since: number,
): Promise<FoundComment | undefined> => {
  for (let startAt = 0; ; startAt += pageSize) {
    const page = await api.comments(ticket, startAt);
    const found = page.find((comment) => comment.lastLine === lastLine);
    if (found) return found;
    const oldest = page.at(-1);
    if (page.length < pageSize || !oldest || Date.parse(oldest.created) < since - clockSlack)
      return undefined;
  }
};
