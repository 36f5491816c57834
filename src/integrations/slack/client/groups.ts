import type { WebClient } from '@slack/web-api';
import type { Membership } from '../../../access/decide-access.ts';
import { withDeadline } from '../../../core/deadline.ts';
import { messageOf } from '../../../core/errors.ts';
import type { Log } from '../../../observability/log.ts';
import { platformError } from './identity.ts';

export interface UserGroups {
  /** Which of the groups `among` the person is in. Never fails: what Slack did not tell in time is `unknown`. */
  groupsOf(user: string, among: readonly string[]): Promise<Membership>;
  /** Who is in a group; undefined when Slack did not tell in time. Never fails. */
  membersOf(group: string): Promise<ReadonlySet<string> | undefined>;
}

export interface UserGroupsOptions {
  readonly web: WebClient;
  /** ms since the epoch. */
  readonly now: () => number;
  readonly log: Log;
  /** How long a list of members counts, ms; 10,000. A right that was taken away may be used for this long. */
  readonly rememberMs?: number;
  /** How long a click waits for Slack, ms; 2,000. */
  readonly timeoutMs?: number;
}

interface Known {
  readonly at: number;
  readonly members: ReadonlySet<string>;
}

/** Looks members of user groups up at the moment of the click: one call a group at a time, however many click. */
export const createUserGroups = (options: UserGroupsOptions): UserGroups => {
  const { web, now, log, rememberMs = 10_000, timeoutMs = 2_000 } = options;
  const known = new Map<string, Known>();
  const asking = new Map<string, Promise<ReadonlySet<string>>>();

  const ask = async (group: string): Promise<ReadonlySet<string>> => {
    const at = now();
    try {
      const { users } = await withDeadline(timeoutMs, () => web.usergroups.users.list({ usergroup: group }));
      const members = new Set(users ?? []);
      known.set(group, { at, members });
      return members;
    } catch (error) {
      // A group that is not there (any more) has no members: that is an answer.
      if (platformError(error) !== 'no_such_subteam') throw error;
      log.warn({ group }, 'access names a user group that Slack does not know');
      known.set(group, { at, members: new Set() });
      return new Set();
    } finally {
      asking.delete(group);
    }
  };

  const membersOf = (group: string): Promise<ReadonlySet<string>> => {
    const before = known.get(group);
    if (before && now() - before.at < rememberMs) return Promise.resolve(before.members);
    const asked = asking.get(group) ?? ask(group);
    asking.set(group, asked);
    return asked;
  };

  const told = (group: string): Promise<ReadonlySet<string> | undefined> =>
    membersOf(group).catch((error: unknown) => {
      log.warn({ group, error: messageOf(error) }, 'members of a user group could not be looked up');
      return undefined;
    });

  return {
    membersOf: told,
    groupsOf: async (user, among) => {
      const [member, unknown] = [new Set<string>(), new Set<string>()];
      const looked = among.map(async (group) => {
        const members = await told(group);
        if (!members) unknown.add(group);
        else if (members.has(user)) member.add(group);
      });
      await Promise.all(looked);
      return { member, unknown };
    },
  };
};
