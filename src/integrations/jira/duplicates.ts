import type { JiraApi } from './client/jira-api.ts';
import { JiraFault } from './client/jira-fault.ts';
import type { FoundIssue, JiraTransition } from './client/schema.ts';
import { paragraph } from './documents/document.ts';

/**
 * Retires `loser`, a second ticket of the same alert: says so in a comment, closes it where its workflow allows,
 * and links it to `winner`. The link comes last and marks it as dealt with. Returns one sentence on how it went.
 */
export const retireDuplicate = async (api: JiraApi, loser: FoundIssue, winner: string): Promise<string> => {
  const settled = loser.fields.issuelinks.some(
    (link) => link.type.name === 'Duplicate' && link.outwardIssue?.key === winner,
  );
  if (settled) return `${loser.key} is linked as its duplicate`;
  try {
    await api.comment(loser.key, [
      paragraph(
        `farmhand raised this ticket twice, because an answer of Jira was lost. Work goes on in ${winner}; nothing needs to be done here.`,
      ),
    ]);
    const closed = await close(api, loser);
    await api.link('Duplicate', loser.key, winner);
    return `${loser.key} was raised as well; it is linked as its duplicate${closed ? ' and closed' : ', but its workflow let farmhand not close it'}`;
  } catch (error) {
    if (!(error instanceof JiraFault)) throw error;
    return `${loser.key} was raised as well and could not be retired (${error.says}); close it as a duplicate`;
  }
};

const close = async (api: JiraApi, issue: FoundIssue): Promise<boolean> => {
  if (issue.fields.status.statusCategory.key === 'done') return true;
  const id = closingTransition(await api.transitions(issue.key));
  if (id === undefined) return false;
  await api.transition(issue.key, id);
  return true;
};

/** A transition to a `done` status that asks for nothing; one that is named like "duplicate" first. */
export const closingTransition = (transitions: readonly JiraTransition[]): string | undefined => {
  const open = transitions.filter(
    (t) =>
      t.to.statusCategory.key === 'done' &&
      Object.values(t.fields).every((field) => !field.required || field.hasDefaultValue),
  );
  return (open.find((t) => /duplicate|cancel|won.?t|declin|reject/i.test(t.name)) ?? open[0])?.id;
};
