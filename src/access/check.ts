import type { AccessDecision, AccessPort, AccessVerdict, HoldersPort } from './access.ts';
import {
  type AccessRequest,
  type AccessRules,
  decideAccess,
  groupsThatMatter,
  holdersByName,
  inNoGroup,
  type Membership,
} from './decide-access.ts';
import { denialWords } from './denials.ts';

export interface AccessDeps {
  /** The rules in force now. */
  rules(): AccessRules;
  /** Which of the groups `among` the person is in. May fail: then it is not known of any. */
  groupsOf(user: string, among: readonly string[]): Promise<Membership>;
}

/** Asks Slack only for groups that matter for what is asked, and only when the person's own roles do not allow it. */
export const createAccess = ({ rules, groupsOf }: AccessDeps): AccessPort => ({
  check: async (by, verb, instance) => {
    const now = rules();
    const request = { user: by.id, verb, instance };
    const own = decideAccess(now, inNoGroup, request);
    const among = groupsThatMatter(now, request);
    if (own.allowed || among.length === 0) return said(own, request);
    const unknown: Membership = { member: new Set(), unknown: new Set(among) };
    return said(decideAccess(now, await groupsOf(by.id, among).catch(() => unknown), request), request);
  },
});

const said = (decision: AccessDecision, { verb, instance }: AccessRequest): AccessVerdict => {
  if (decision.allowed) return decision;
  const { code, roles } = decision;
  return { ...decision, says: denialWords({ code, roles, verb, instance }) };
};

/** `membersOf`: of a user group; undefined when Slack does not say. */
export const createHolders = ({
  rules,
  membersOf,
}: {
  rules(): AccessRules;
  membersOf(group: string): Promise<ReadonlySet<string> | undefined>;
}): HoldersPort => ({
  holders: async (verb, instance) => {
    const now = rules();
    const request = { verb, instance };
    const { roles, users } = holdersByName(now, request);
    const all = new Set(users);
    const unknown: string[] = [];
    const looked = groupsThatMatter(now, request).map(async (group) => {
      const members = await membersOf(group).catch(() => undefined);
      if (!members) unknown.push(group);
      else for (const user of members) all.add(user);
    });
    await Promise.all(looked);
    return { users: [...all].sort(), roles, unknown: unknown.sort() };
  },
});
