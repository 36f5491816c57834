import type { Profile } from './people.ts';

/** `slack.members` of the config: whom farmhand listens to besides the members of its workspace. */
export interface MemberRules {
  readonly guests: boolean;
  /** Ids of other workspaces (`T…`) or organisations (`E…`). */
  readonly teams: readonly string[];
}

/** Why somebody is not listened to. `unknown`: Slack did not say who they are, and unknown is outside. */
export type Outside = 'elsewhere' | 'guest' | 'gone' | 'unknown';

/**
 * Why a person is outside; undefined for a member. `home` is the workspace that farmhand belongs to, `team` the one
 * that Slack names in its request, `profile` what Slack says of the person (`users.info`). Every team that is named
 * has to be one of those allowed, and one has to be named.
 */
export const outsideBecause = (
  home: string | undefined,
  team: string | undefined,
  profile: Profile | undefined,
  rules: MemberRules,
): Outside | undefined => {
  if (home === undefined || profile === undefined) return 'unknown';
  if (profile.gone) return 'gone';
  const allowed = new Set([home, ...rules.teams]);
  const theirs = profile.organisation !== undefined && allowed.has(profile.organisation);
  const teams = [team, profile.team].filter((id) => id !== undefined);
  if (teams.length === 0 && !theirs) return 'unknown';
  if (!theirs && !teams.every((id) => allowed.has(id))) return 'elsewhere';
  // Of another organisation, whatever team Slack names: only a team or organisation of the config lets them in.
  const invited = [profile.team, profile.organisation].some(
    (id) => id !== undefined && rules.teams.includes(id),
  );
  if (profile.stranger && !invited) return 'elsewhere';
  return profile.guest && !rules.guests ? 'guest' : undefined;
};
