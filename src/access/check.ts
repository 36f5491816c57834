import type { AccessPort } from './access.ts';
import {
  type AccessRules,
  decideAccess,
  groupsThatMatter,
  inNoGroup,
  type Membership,
} from './decide-access.ts';

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
    const wish = { user: by.id, verb, instance };
    const own = decideAccess(now, inNoGroup, wish);
    const among = groupsThatMatter(now, wish);
    if (own.allowed || among.length === 0) return own;
    const unknown: Membership = { member: new Set(), unknown: new Set(among) };
    return decideAccess(now, await groupsOf(by.id, among).catch(() => unknown), wish);
  },
});
