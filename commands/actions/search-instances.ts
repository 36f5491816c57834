import type { Middleware, SlackOptionsMiddlewareArgs } from '@slack/bolt';
import { messageOf } from '../../src/errors.ts';
import { instanceOptions } from '../../views/modals/rebuild-forms.ts';
import { inTime } from '../deadline.ts';
import type { RebuildSurface } from '../deps.ts';

/** Slack takes at most a hundred, and waits three seconds for them. */
const most = 100;
const searchMs = 2_000;

/** What is typed into the start form's instance: names that begin with it first, then those that hold it. */
export const searchInstances =
  (deps: RebuildSurface): Middleware<SlackOptionsMiddlewareArgs<'block_suggestion'>> =>
  async ({ ack, options, payload }) => {
    const typed = (payload.value ?? options.value ?? '').trim().toLowerCase();
    const names = await inTime(deps.rebuilds.instances.names(), searchMs).catch((error: unknown) => {
      deps.log.warn({ error: messageOf(error) }, 'the names of the instances could not be looked up');
      return undefined;
    });
    const known = names?.ok ? names.value : [];
    const begins = known.filter((name) => name.startsWith(typed));
    const holds = known.filter((name) => !name.startsWith(typed) && name.includes(typed));
    await ack({ options: instanceOptions([...begins, ...holds].slice(0, most)) });
  };
