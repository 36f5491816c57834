import { findIssue, type Issue, statuses, type World } from './world.ts';

/** What people do to tickets in the browser, which farmhand has to notice. */
export interface JiraPeople {
  /** Moves a ticket, whatever the workflow offers farmhand. */
  move(key: string, status: string, by: string): void;
  edit(
    key: string,
    change: { readonly summary?: string; readonly labels?: readonly string[] },
    by: string,
  ): void;
  remove(key: string): void;
}

export const peopleOf = (world: World): JiraPeople => {
  const of = (key: string): Issue => {
    const issue = findIssue(world, key);
    if (!issue) throw new Error(`there is no ticket ${key}`);
    return issue;
  };
  const note = (issue: Issue, by: string, field: string, from: string, to: string) => {
    issue.updatedAt = world.now();
    issue.history.push({ at: world.now(), by, field, from, to });
  };
  return {
    move: (key, name, by) => {
      const issue = of(key);
      const status = statuses.find((one) => one.name === name);
      if (!status) throw new Error(`there is no status ${name}`);
      note(issue, by, 'status', issue.status.name, name);
      issue.status = status;
    },
    edit: (key, { summary, labels }, by) => {
      const issue = of(key);
      if (summary !== undefined) {
        note(issue, by, 'summary', issue.summary, summary);
        issue.summary = summary;
      }
      if (labels !== undefined) {
        note(issue, by, 'labels', issue.labels.join(' '), labels.join(' '));
        issue.labels = labels;
      }
    },
    remove: (key) => {
      world.issues.splice(world.issues.indexOf(of(key)), 1);
      world.removed += 1;
    },
  };
};
