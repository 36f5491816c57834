import type { webApi } from '@slack/bolt';
import type { Person } from '../src/alerts/alert.ts';
import { messageOf } from '../src/errors.ts';
import type { Log } from '../src/observability/log.ts';
import { plain } from '../views/escape.ts';
import { inTime } from './deadline.ts';

/** The people who speak to farmhand, by the names that colleagues and auditors know them by. */
export interface People {
  /**
   * Who `id` is. Where Slack does not say in time: by `given` (the name in Slack's request), or by the id alone.
   * Never fails: a name is not worth holding up a command.
   */
  person(client: webApi.WebClient, id: string, given?: string): Promise<Person>;
}

interface Known {
  readonly until: number;
  /** Never rejects; undefined when Slack did not say. */
  readonly name: Promise<string | undefined>;
}

const remembered = 1_000;
const knownForMs = 3_600_000;
const unknownForMs = 60_000;
const longest = 80;

/** Looks names up once an hour and person. `deadlineMs`: how long a command waits for one; default 500. */
export const createPeople = (
  { now, log }: { readonly now: () => number; readonly log: Log },
  deadlineMs: number = 500,
): People => {
  // A Map keeps the order of insertion: the oldest come first.
  const people = new Map<string, Known>();

  const remember = (id: string, known: Known): void => {
    people.delete(id);
    people.set(id, known);
    const oldest = people.keys().next().value;
    if (people.size > remembered && oldest !== undefined) people.delete(oldest);
  };

  const nameOf = (client: webApi.WebClient, id: string): Promise<string | undefined> => {
    const before = people.get(id);
    if (before && before.until > now()) return before.name;
    const name = lookUp(client, id).catch((error: unknown) => {
      log.warn({ user: id, error: messageOf(error) }, "a person's name could not be looked up");
      const old = before?.name ?? Promise.resolve(undefined);
      remember(id, { until: now() + unknownForMs, name: old });
      return old;
    });
    remember(id, { until: now() + knownForMs, name });
    return name;
  };

  return {
    person: async (client, id, given) => {
      const name = (await inTime(nameOf(client, id), deadlineMs)) ?? given;
      return name === undefined || name === '' ? { id } : { id, name };
    },
  };
};

/** The full name where there is one: a display name may be anything. */
const lookUp = async (client: webApi.WebClient, id: string): Promise<string | undefined> => {
  const { user } = await client.users.info({ user: id });
  const names = [user?.profile?.real_name, user?.real_name, user?.profile?.display_name, user?.name];
  return names.map((name) => plain(name ?? '', longest)).find((name) => name !== '');
};
