import type { Middleware, SlackOptionsMiddlewareArgs } from '@slack/bolt';
import { messageOf } from '../../../src/core/errors.ts';
import type { Person } from '../../../src/core/person.ts';
import { instanceOptions } from '../../../views/modals/rebuild-forms.ts';
import { inTime } from '../../deadline.ts';
import type { RebuildSurface } from '../../deps.ts';
import { deniedBecause } from '../../rebuilds/visible.ts';

/** Slack takes at most a hundred, and waits three seconds for them. */
const most = 100;
const searchMs = 2_000;

/** Those that a person may plan or start a rebuild of: names tell what customers there are. */
const namesFor = async (deps: RebuildSurface, by: Person, typed: string): Promise<readonly string[]> => {
  const names = await deps.rebuilds.instances.names();
  const fitting = names.ok ? names.value.filter((name) => name.includes(typed)) : [];
  const denied = await Promise.all(fitting.map((name) => deniedBecause(deps, by, ['start', 'plan'], name)));
  return fitting.filter((_, i) => denied[i] === undefined);
};

/** What is typed into the start form's instance: names that begin with it first, then those that hold it. */
export const searchInstances =
  (deps: RebuildSurface): Middleware<SlackOptionsMiddlewareArgs<'block_suggestion'>> =>
  async ({ ack, body, client, options, payload }) => {
    const typed = (payload.value ?? options.value ?? '').trim().toLowerCase();
    const person = deps.people.person(client, body.user.id);
    const known = (await inTime(namesOr(deps, person, typed), searchMs)) ?? [];
    const begins = known.filter((name) => name.startsWith(typed));
    const holds = known.filter((name) => !name.startsWith(typed));
    await ack({ options: instanceOptions([...begins, ...holds].slice(0, most)) });
  };

const namesOr = async (
  deps: RebuildSurface,
  person: Promise<Person>,
  typed: string,
): Promise<readonly string[]> => {
  try {
    return await namesFor(deps, await person, typed);
  } catch (error) {
    deps.log.warn({ error: messageOf(error) }, 'the names of the instances could not be looked up');
    return [];
  }
};
