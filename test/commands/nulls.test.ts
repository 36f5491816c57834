import { expect, test } from 'vitest';
import { actionIds, blockIds, callbackIds } from '../../views/ids.ts';
import { withEachNull } from '../support/each-null.ts';
import { anAlert } from '../views/support/builders.ts';
import { click, homeClick, homeOpened, mention, reply, slash, submit, suggestion } from './payloads.ts';
import { slackWorld } from './slack-world.ts';

const text = (value: string) => ({ value });
const choice = (value: string) => ({ selected_option: { value } });

const bodies: readonly (readonly [string, Record<string, unknown>])[] = [
  ['a click', click(actionIds.acknowledge)],
  ['a click in App Home', homeClick(actionIds.acknowledge, anAlert().id)],
  ['/alerts', slash('')],
  ['/dcr', slash('status', { command: '/dcr' })],
  ['a reply', reply('ack')],
  ['a mention', mention('<@U0BOT> help')],
  ['App Home', homeOpened()],
  ['a search', suggestion(actionIds.startInstance, 'lab')],
  [
    'the silence form',
    submit(JSON.stringify({ alert: anAlert().id, channel: 'C01ALERTS' }), callbackIds.silence, {
      [blockIds.silenceDuration]: { [actionIds.silenceDuration]: choice('2h') },
      [blockIds.silenceCustom]: { [actionIds.silenceCustom]: text('') },
      [blockIds.silenceReason]: { [actionIds.silenceReason]: text('known') },
    }),
  ],
  [
    'the start form',
    submit(JSON.stringify({ channel: 'C0DCR' }), callbackIds.rebuildStart, {
      [blockIds.startInstance]: { [actionIds.startInstance]: choice('lab1') },
      [blockIds.startForced]: { [actionIds.startForced]: { selected_options: [] } },
      [blockIds.startFarmers]: { [actionIds.startFarmers]: text('4') },
      [blockIds.startReason]: { [actionIds.startReason]: text('stale') },
    }),
  ],
];

/** Without these nobody sent it, or there is no form: nothing is done, and Slack tells the person. */
const nobody = (body: unknown): boolean =>
  typeof body === 'object' &&
  body !== null &&
  (['user', 'view'] as const).some((key) => Reflect.get(body, key) === null);

/** A form of another shape is answered with a reference, as any failure is. */
const told = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'ZodError' || error.name === 'FarmhandError');

test.each(bodies)('%s, with one field at a time null, makes no listener fail for it', async (_name, body) => {
  const failed: string[] = [];
  for (const spoilt of withEachNull(body)) {
    const world = slackWorld();
    await world.process(spoilt as Record<string, unknown>).catch((error: unknown) => {
      // What is of no kind that Bolt knows is not handed on, and not acknowledged.
      const isKnown = String(error).includes('not acknowledged') || nobody(spoilt);
      if (!isKnown) failed.push(`${String(error)} ${JSON.stringify(spoilt)}`);
    });
    for (const { level, data } of world.logged) {
      const error = typeof data === 'object' && data !== null && 'error' in data ? data.error : undefined;
      if (level === 'error' && !told(error)) failed.push(`${String(error)} ${JSON.stringify(spoilt)}`);
    }
    const wrote = JSON.stringify(world.calls);
    if (/"(user|channel|thread_ts)":null/.test(wrote)) failed.push(`said ${wrote}`);
  }
  expect(failed).toEqual([]);
});
