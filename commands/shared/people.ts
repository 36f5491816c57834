import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import { inTime } from '../../src/core/deadline.ts';
import { messageOf } from '../../src/core/errors.ts';
import type { Person, Via } from '../../src/core/person.ts';
import type { Log } from '../../src/observability/log.ts';
import { plain } from '../../views/escape.ts';

/** The people who speak to farmhand, by the names that colleagues and auditors know them by. */
export interface People {
  /**
   * Who asks. Where Slack does not say in time: by the name in Slack's request, or by the id alone.
   * Never fails: a name is not worth holding up a command.
   */
  person(client: webApi.WebClient, asked: Asked): Promise<Person>;
  /** What Slack says of `id`; undefined where it does not say in time and had not said within the last day. */
  profile(client: webApi.WebClient, id: string): Promise<Profile | undefined>;
}

/** Who asks for something, as Slack's request says. */
export interface Asked {
  readonly id: string;
  readonly name?: string | undefined;
  readonly via: Via;
}

/** A person as Slack knows them (`users.info`). */
export interface Profile {
  readonly name?: string;
  /** Absent where they have none, or farmhand may not read it (`users:read.email`). */
  readonly email?: string;
  /** Their own workspace. */
  readonly team?: string;
  /** Their Enterprise organisation. */
  readonly organisation?: string;
  /** Let into single channels, or a few. */
  readonly guest: boolean;
  /** From another organisation, through Slack Connect. */
  readonly stranger: boolean;
  /** Deactivated. */
  readonly gone: boolean;
  /** How their clocks go; a name of the tz database. */
  readonly zone?: string;
  /** A program, and no person. */
  readonly bot?: true;
}

interface Known {
  readonly until: number;
  /** Never rejects; undefined when Slack did not say. */
  readonly profile: Promise<Profile | undefined>;
  /** What was said last, and when. */
  readonly last?: { readonly profile: Profile; readonly at: number };
}

const remembered = 1_000;
const knownForMs = 3_600_000;
const unknownForMs = 60_000;
/** What Slack said counts for as long as this while it does not answer: on-call work goes on in its outages. */
const trustedForMs = 86_400_000;
const longest = 80;

/** Looks people up once an hour. `deadlineMs`: how long a command waits for it; default 800. */
export const createPeople = (
  { now, log }: { readonly now: () => number; readonly log: Log },
  deadlineMs: number = 800,
): People => {
  // A Map keeps the order of insertion: the oldest come first.
  const people = new Map<string, Known>();

  const remember = (id: string, known: Known): void => {
    people.delete(id);
    people.set(id, known);
    const oldest = people.keys().next().value;
    if (people.size > remembered && oldest !== undefined) people.delete(oldest);
  };

  const lookedUp = (client: webApi.WebClient, id: string): Promise<Profile | undefined> => {
    const before = people.get(id);
    if (before && before.until > now()) return before.profile;
    const last = before?.last && now() - before.last.at < trustedForMs ? before.last : undefined;
    const profile = lookUp(client, id).then(
      (found) => {
        remember(id, { until: now() + knownForMs, profile, last: { profile: found, at: now() } });
        return found;
      },
      (error: unknown) => {
        log.warn({ user: id, error: messageOf(error) }, 'a person could not be looked up in Slack');
        const old = last?.profile;
        remember(id, { until: now() + unknownForMs, profile: Promise.resolve(old), ...(last && { last }) });
        return old;
      },
    );
    remember(id, { until: now() + knownForMs, profile, ...(last && { last }) });
    return profile;
  };

  /** What is known when Slack takes its time. */
  const inTimeOrLast = async (client: webApi.WebClient, id: string): Promise<Profile | undefined> =>
    (await inTime(deadlineMs, () => lookedUp(client, id))) ?? people.get(id)?.last?.profile;

  return {
    profile: inTimeOrLast,
    person: async (client, { id, name: given, via }) => {
      const { name = given, team, email } = (await inTimeOrLast(client, id)) ?? {};
      return {
        id,
        ...(typeof name === 'string' && name !== '' && { name }),
        ...(team !== undefined && { team }),
        ...(email !== undefined && { email }),
        via,
      };
    },
  };
};

const lookUp = async (client: webApi.WebClient, id: string): Promise<Profile> => {
  const { user } = await client.users.info({ user: id });
  // The types promise what Slack leaves out, and Slack sends null.
  const found = User.parse(user);
  // The full name where there is one: a display name may be anything.
  const names = [found.profile?.real_name, found.real_name, found.profile?.display_name, found.name];
  const name = names.map((each) => plain(each ?? '', longest)).find((each) => each !== '');
  const organisation = found.enterprise_user?.enterprise_id ?? found.enterprise_id;
  const email = plain(found.profile?.email ?? '', 254).toLowerCase();
  return {
    ...(name !== undefined && { name }),
    ...(email.includes('@') && { email }),
    ...(found.team_id && { team: found.team_id }),
    ...(organisation && { organisation }),
    guest: found.is_restricted === true || found.is_ultra_restricted === true,
    stranger: found.is_stranger === true,
    gone: found.deleted === true,
    ...(found.tz && { zone: found.tz }),
    ...(found.is_bot && { bot: true }),
  };
};

const text = z.string().nullish();
const flag = z.boolean().nullish();
const User = z.object({
  name: text,
  real_name: text,
  team_id: text,
  enterprise_id: text,
  enterprise_user: z.object({ enterprise_id: text }).nullish(),
  profile: z.object({ real_name: text, display_name: text, email: text }).nullish(),
  is_restricted: flag,
  is_ultra_restricted: flag,
  is_stranger: flag,
  deleted: flag,
  is_bot: flag,
  tz: text,
});
