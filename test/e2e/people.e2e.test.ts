import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { actionIds, blockIds, callbackIds } from '../../views/ids.ts';
import { buttonsOf, channels, nora, openScene, readable, type Scene, sam, unpaced } from './support/scene.ts';
import { until } from './support/until.ts';
import { alertIdOf, webhook } from './support/webhook.ts';

interface SeenSilence {
  readonly id: string;
  readonly status: { readonly state: string };
  readonly endsAt: string;
  readonly matchers: readonly { readonly name: string; readonly value: string }[];
}

// What people do is the same, however Slack reaches farmhand.
describe.each(['socket', 'http'] as const)('people, over %s', (slackMode) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene({ ...unpaced, slackMode, searchPath: process.env['PATH'] ?? '' });
  });
  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]();
  });

  const fire = async (name: string) => {
    await scene.client.send(webhook({ name }));
    const id = alertIdOf({ name });
    return { id, root: await scene.root(id) };
  };
  /** What a person was told and nobody else saw, oldest first. */
  const toldTo = async (user: string, about: string) =>
    (await scene.world.slack.control.messages(channels.alerts))
      .filter((message) => message.ephemeralTo === user && readable(message).includes(about))
      .map(({ text }) => text);

  test('fault row 19: two people acknowledge at once: one has it, the other is told who was first', async () => {
    const { id, root } = await fire('Contested');
    await Promise.all([scene.click(root, sam, 'acknowledge'), scene.click(root, nora, 'acknowledge')]);
    await scene.rootSaying(id, /Acknowledged/);
    const alert = await scene.client.alert(id);
    const first = alert?.acknowledged?.by.id;
    expect([sam, nora]).toContain(first);
    const second = first === sam ? nora : sam;
    await scene.told(first ?? '', /You have \*Contested\* now/);
    await scene.told(second, new RegExp(`<@${first}> acknowledged this first, at .* Nothing was changed`));
    await scene.threadSays(root, `👀 *${first === sam ? 'Sam' : 'Nora'} (SRE)* has it`);
  });

  test('fault row 19: a double click has one effect, and so has an envelope that Slack sends again', async () => {
    const { id, root } = await fire('Twice');
    await Promise.all([scene.click(root, sam, 'acknowledge'), scene.click(root, sam, 'acknowledge')]);
    await scene.world.slack.control.resend('interactive');
    await scene.rootSaying(id, /Acknowledged/);
    await scene.told(sam, /\*Twice\*/);
    await scene.ledger.atRest();
    expect(await scene.thread(root)).toEqual(['👀 *Sam (SRE)* has it']);
    for (const text of await toldTo(sam, '*Twice*'))
      expect(text).toMatch(/^👀 You (already )?have \*Twice\*/);
  });

  test('what was taken can be given back, and taken by somebody else', async () => {
    const { id, root } = await fire('GivenBack');
    await scene.click(root, sam, 'acknowledge');
    const taken = await scene.rootSaying(id, /Acknowledged/);
    await scene.click(taken, nora, 'unacknowledge');
    const free = await scene.rootSaying(id, /Nobody has it yet/);
    await scene.click(free, nora, 'acknowledge');
    expect(readable(await scene.rootSaying(id, /Acknowledged/))).toContain(`<@${nora}> has it`);
    await scene.ledger.atRest();
    expect(await scene.thread(root)).toEqual([
      '👀 *Sam (SRE)* has it',
      '👐 *Nora (SRE)* gave it back: nobody has it now',
      '👀 *Nora (SRE)* has it',
    ]);
  });

  test('what is given to somebody is theirs: they are mentioned once, and the record says who gave it to them', async () => {
    const { id, root } = await fire('Given');
    const { control } = scene.world.slack;
    const say = (text: string) =>
      control.say({ channel: channels.alerts, user: sam, text, thread_ts: root.ts });
    await say(`assign <@${nora}>`);
    expect(readable(await scene.rootSaying(id, /Acknowledged/))).toContain(`<@${nora}> has it`);
    await scene.told(sam, new RegExp(`<@${nora}> has \\*Given\\* now`));
    await scene.ledger.atRest();
    expect(await scene.thread(root)).toEqual([
      `assign <@${nora}>`,
      `👉 <@${nora}> has it now: *Sam (SRE)* gave it to them`,
    ]);
    const journal = await scene.client.journal(id);
    expect(journal.at(-1)).toMatchObject({
      who: `Sam (SRE) (${sam})`,
      what: 'assign',
      why: `to Nora (SRE) (${nora})`,
    });
    await say('assign <@U0NOBODY1>');
    await scene.told(sam, /cannot be given to them\. Nothing was changed/);
    expect((await scene.client.alert(id))?.acknowledged).toMatchObject({
      by: { id: nora },
      assigned_by: { id: sam },
    });
  });

  test('a stale button is answered, and changes nothing', async () => {
    const { id, root } = await fire('Stale');
    await scene.click(root, sam, 'acknowledge');
    await scene.rootSaying(id, /Acknowledged/);
    await scene.client.send(webhook({ name: 'Stale', status: 'resolved' }));
    const over = await scene.rootSaying(id, /Resolved/);
    const details = { channel: over.channel, user: nora, ts: over.ts, action_id: actionIds.ticket };
    await scene.world.slack.control.click({ ...details, stale_value: 'no alert!' });
    await scene.told(nora, /from another version of farmhand\. Nothing was changed/);
    await scene.world.slack.control.click({ ...details, stale_value: '0123456789abcdef-gone' });
    await scene.told(nora, /no longer on record, so nothing was changed/);
    expect(scene.world.jira.issues()).toEqual([]);
  });

  test('Silence… makes a silence in Alertmanager, for exactly this alert', async () => {
    const { id, root } = await fire('Noisy');
    await scene.click(root, sam, 'silence');
    const { control } = scene.world.slack;
    const form = async () => (await control.modals()).at(-1)?.['callback_id'] === callbackIds.silence;
    await until('the form', form, (there) => there);
    const values = (custom: string, reason: string) => ({
      [blockIds.silenceDuration]: { [actionIds.silenceDuration]: { type: 'static_select' } },
      [blockIds.silenceCustom]: {
        [actionIds.silenceCustom]: { type: 'plain_text_input', value: custom },
      },
      [blockIds.silenceReason]: {
        [actionIds.silenceReason]: { type: 'plain_text_input', value: reason },
      },
    });
    expect(await control.submit({ user: sam, values: values('soon', '') })).toMatchObject({
      result: 'errors',
    });
    expect(await control.submit({ user: sam, values: values('90m', 'node is replaced') })).toEqual({
      result: 'closed',
    });
    const silenced = await scene.rootSaying(id, /Silenced/);
    expect(readable(silenced)).toContain('node is replaced');
    const silences = await silencesOf('Noisy');
    expect(silences).toHaveLength(1);
    expect(silences[0]?.status.state).toBe('active');
    expect(Date.parse(silences[0]?.endsAt ?? '') - Date.now()).toBeLessThanOrEqual(90 * 60_000);
    expect(silences[0]?.matchers.map(({ name, value }) => `${name}=${value}`).sort()).toEqual([
      'alertname=Noisy',
      'service=checkout',
      'severity=critical',
    ]);
    expect(buttonsOf(silenced)).not.toContain(actionIds.silence);
    await control.say({
      channel: channels.alerts,
      user: nora,
      text: 'silence 1h because me too',
      thread_ts: silenced.ts,
    });
    await scene.told(nora, /<@U0SRE1> has silenced this until .* Nothing was changed/);
    expect(await silencesOf('Noisy')).toHaveLength(1);
  });

  test('Raise ticket, clicked by two people: one issue, with the alert in it', async () => {
    const { id, root } = await fire('Ticketed');
    await Promise.all([scene.click(root, sam, 'ticket'), scene.click(root, nora, 'ticket')]);
    const shown = await scene.rootSaying(id, /OPS-1/);
    expect(buttonsOf(shown)).toContain(actionIds.openTicket);
    expect(buttonsOf(shown)).not.toContain(actionIds.ticket);
    const said = await until(
      'the note',
      () => scene.thread(root),
      (lines) => lines.length > 0,
    );
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^🎫 Ticket <http.*\/browse\/OPS-1\|OPS-1>, asked for by/);
    const [issue, ...more] = scene.world.jira.issues();
    expect(more).toEqual([]);
    expect(issue?.key).toBe('OPS-1');
    const document = JSON.stringify(issue);
    for (const part of ['"type":"doc"', 'Ticketed is broken', 'checkout', '/archives/C0ALERTS/']) {
      expect(document).toContain(part);
    }
    const { control } = scene.world.slack;
    const answers = await control.waitForMessages(
      channels.alerts,
      (all) =>
        all.filter((one) => one.ephemeralTo !== undefined && /ticket|OPS-1/i.test(one.text)).length >= 2,
    );
    expect(answers.some(({ text }) => /A ticket for \*Ticketed\* is being raised/.test(text))).toBe(true);
  });

  test('words in the thread do the same; talk does nothing', async () => {
    const { id, root } = await fire('Talked');
    await scene.say(root, nora, 'should I ack this one?');
    await scene.say(root, sam, 'status');
    await scene.told(sam, /Firing.*Talked/s);
    await scene.say(root, sam, 'ack');
    await scene.rootSaying(id, /Acknowledged/);
    await scene.say(root, sam, 'why');
    expect(await scene.told(sam, /Why Talked is where it is/)).toContain('(default)');
    await scene.say(root, sam, 'help');
    await scene.told(sam, /How to talk to farmhand/);
    await scene.say(root, sam, 'silence 2h because the disk is swapped');
    const silenced = await scene.rootSaying(id, /Silenced until/);
    expect(readable(silenced)).toContain('the disk is swapped');
    expect(await silencesOf('Talked')).toHaveLength(1);
    expect((await scene.client.alert(id))?.silence?.by.id).toBe(sam);
  });

  test('a mention does what it says in a thread, and tells how to talk elsewhere', async () => {
    const { id, root } = await fire('Mentioned');
    const { control } = scene.world.slack;
    await control.mention({ channel: channels.alerts, user: nora, text: 'ack', thread_ts: root.ts });
    await scene.rootSaying(id, /Acknowledged/);
    await control.mention({ channel: channels.alerts, user: nora, text: 'ack' });
    await scene.told(nora, /This is not the thread of an alert/);
    await control.mention({ channel: channels.alerts, user: nora, text: 'akc', thread_ts: root.ts });
    await scene.told(nora, /I know: status, ack/);
  });

  test('/alerts lists what is open, and why an alert is where it is', async () => {
    const { id } = await fire('Listed');
    const { control } = scene.world.slack;
    const ask = (text: string) =>
      control.command({ channel: channels.sre, user: sam, command: '/alerts', text });
    await ask('');
    expect(await scene.told(sam, /firing/, channels.sre)).toContain('Listed');
    await ask(`why ${id.slice(0, 8)}`);
    expect(await scene.told(sam, /Why Listed is where it is/, channels.sre)).toContain('#C0ALERTS');
    await ask('why zzzz');
    await scene.told(sam, /No alert, or more than one, begins with/, channels.sre);
    await ask('critical service=nowhere');
    await scene.told(sam, /nowhere/, channels.sre);
  });

  test('a list of five is acknowledged by one yes, and clicked twice each of them still once', async () => {
    const labels = { service: `bulk-${slackMode}` };
    const five = [1, 2, 3, 4, 5].map((n) => ({ name: `Bulk${n}`, labels }));
    await scene.client.send(webhook(...five));
    const ids = five.map(alertIdOf);
    const roots = await Promise.all(ids.map((id) => scene.root(id)));
    const { control } = scene.world.slack;
    const text = `service=${labels.service}`;
    await control.command({ channel: channels.sre, user: sam, command: '/alerts', text });
    const seen = (words: RegExp) => scene.shown(sam, words, channels.sre);
    await scene.click(await seen(/^5 alerts firing for service=bulk/), sam, 'acknowledgeList');
    const question = await seen(/^Acknowledge 5 alerts for/);
    await Promise.all([
      scene.click(question, sam, 'acknowledgeListed'),
      scene.click(question, sam, 'acknowledgeListed'),
    ]);
    await Promise.all(ids.map((id) => scene.rootSaying(id, /Acknowledged/)));
    await scene.ledger.quiet();
    for (const [i, root] of roots.entries()) {
      expect(await scene.thread(root)).toEqual(['👀 *Sam (SRE)* has it']);
      const journal = await scene.client.journal(ids[i] ?? '');
      expect(journal.filter(({ what }) => what === 'ack')).toHaveLength(1);
    }
  });

  test('Details… shows every label, and the trail', async () => {
    const { root } = await fire('Detailed');
    await scene.click(root, sam, 'details');
    const { control } = scene.world.slack;
    const shown = async () => JSON.stringify((await control.modals()).at(-1) ?? {});
    const text = await until('the details', shown, (seen) => seen.includes('What was done'));
    for (const part of ['alertname', 'Detailed is broken', 'Why this route', 'Why this thread']) {
      expect(text).toContain(part);
    }
    await control.closeModal(sam);
  });

  const silencesOf = async (alertname: string): Promise<readonly SeenSilence[]> => {
    const filter = encodeURIComponent(`alertname="${alertname}"`);
    const answer = await fetch(`${scene.world.alertmanager.url}/api/v2/silences?filter=${filter}`);
    return (await answer.json()) as readonly SeenSilence[];
  };
});
