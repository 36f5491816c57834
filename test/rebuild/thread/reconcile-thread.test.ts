import { describe, expect, test } from 'vitest';
import { noCardWords } from '../../../src/rebuild/messages/notes.ts';
import { cardContent } from '../../../src/rebuild/thread/card-content.ts';
import { reconcileThread } from '../../../src/rebuild/thread/reconcile-thread.ts';
import type { CardMethod } from '../../fakes/rebuilds/cards.ts';
import { cardWorld, Killed } from './card-world.ts';

const lost = { ok: false, kind: 'ambiguous', error: 'socket hang up' } as const;
const down = { ok: false, kind: 'unavailable', error: 'connect ECONNREFUSED' } as const;
const limited = { ok: false, kind: 'rate_limited', retryAfterMs: 7_000 } as const;
const refused = (error: string) => ({ ok: false, kind: 'refused', error }) as const;

type World = Awaited<ReturnType<typeof cardWorld>>;

/** One root that shows the present state, and every note once, in order. */
const expectTold = async ({ cards, record, id }: World, notes: readonly number[]): Promise<void> => {
  const rebuild = await record();
  expect(cards.roots(id).map(({ channel, ts, shows }) => [channel, ts, shows])).toEqual([
    [rebuild.card.channel, rebuild.card.ts, cardContent(rebuild)],
  ]);
  expect(cards.notes(id)).toEqual(notes);
  expect(rebuild.card.notes).toEqual([]);
  expect(rebuild.card.posting).toBeUndefined();
};

const methods = ({ cards }: World): readonly CardMethod[] => cards.calls.map(({ method }) => method);

describe('the root', () => {
  test('is posted once, and then left alone while nothing changes', async () => {
    const world = await cardWorld();
    expect(await world.pass()).toBeUndefined();
    expect(await world.pass()).toBeUndefined();
    await expectTold(world, []);
    expect(methods(world)).toEqual(['postCard']);
    expect((await world.store.journal(world.id)).map(({ what }) => what)).toEqual(['thread_open']);
  });

  test('nothing happens when there is no such rebuild, or no channel took it', async () => {
    const world = await cardWorld({ card: { channel: 'C0DCR', state: 'failed', notes: [], noteCount: 0 } });
    expect(await world.pass()).toBeUndefined();
    expect(methods(world)).toEqual([]);
  });

  test('whose answer was lost is looked up, not posted again', async () => {
    const world = await cardWorld();
    world.cards.faults.push({ method: 'postCard', when: 'after', result: lost });
    expect(await world.pass()).toBe(2_000);
    await world.settle();
    await expectTold(world, []);
    expect(methods(world)).toEqual(['postCard', 'find', 'updateCard']);
  });

  test('that never arrived is posted again, after it was looked for', async () => {
    const world = await cardWorld();
    world.cards.faults.push({ method: 'postCard', when: 'before', result: lost });
    await world.settle();
    await expectTold(world, []);
    expect(methods(world).slice(0, 3)).toEqual(['postCard', 'find', 'postCard']);
  });

  test('that arrives after another was posted in its place is removed', async () => {
    const world = await cardWorld();
    world.cards.faults.push({ method: 'postCard', when: 'late', result: lost });
    expect(await world.pass()).toBe(2_000);
    world.clock.now += 2_000;
    await world.pass();
    world.cards.deliverLate();
    expect(world.cards.roots(world.id).length).toBe(2);
    world.clock.now += 60_000;
    await world.pass();
    await expectTold(world, []);
  });

  test('that arrives three quarters of an hour after another was posted in its place is removed', async () => {
    const world = await cardWorld();
    world.cards.faults.push({ method: 'postCard', when: 'late', result: lost });
    await world.pass();
    for (const ms of [2_000, 90_000, 600_000, 2_000_000]) {
      world.clock.now += ms;
      await world.pass();
    }
    world.cards.deliverLate();
    expect(world.cards.roots(world.id).length).toBe(2);
    await world.settle();
    await expectTold(world, []);
    expect((await world.record()).card).not.toHaveProperty('doubt');
    expect((await world.store.journal(world.id)).filter(({ what }) => what === 'healed')).toHaveLength(1);
  });

  test('that arrived before Slack was away for hours is removed when it is back', async () => {
    const world = await cardWorld();
    world.cards.faults.push({ method: 'postCard', when: 'late', result: lost });
    await world.pass();
    world.clock.now += 2_000;
    await world.pass();
    world.cards.deliverLate();
    const outage = { method: 'find', when: 'before', result: down, times: 1_000 } as const;
    world.cards.faults.push({ ...outage });
    for (let minutes = 0; minutes < 300; minutes += 1) {
      world.clock.now += 60_000;
      await world.pass();
    }
    for (const fault of world.cards.faults) fault.times = 0;
    await world.settle();
    await expectTold(world, []);
  });

  test('that was claimed before a long sleep is not posted again because one look-up failed', async () => {
    const world = await cardWorld();
    world.cards.faults.push({ method: 'postCard', when: 'after', result: lost });
    await world.pass();
    world.clock.now += 7_200_000;
    world.cards.faults.push({ method: 'find', when: 'before', result: down });
    await world.settle();
    await expectTold(world, []);
    expect(methods(world)).toEqual(['postCard', 'find', 'find', 'updateCard']);
  });

  test('that is one too many is removed when Slack is back', async () => {
    const world = await cardWorld();
    world.cards.faults.push({ method: 'postCard', when: 'late', result: lost });
    world.cards.faults.push({ method: 'remove', when: 'before', result: down, times: 3 });
    await world.pass();
    world.clock.now += 2_000;
    await world.pass();
    world.cards.deliverLate();
    await world.settle();
    await expectTold(world, []);
  });

  test('that arrives after another could not be posted is found, however that ended', async () => {
    const world = await cardWorld();
    world.cards.faults.push({ method: 'postCard', when: 'late', result: lost });
    world.cards.faults.push({ method: 'postCard', when: 'before', result: down });
    await world.pass();
    world.clock.now += 2_000;
    await world.pass();
    world.cards.deliverLate();
    await world.settle();
    await expectTold(world, []);
    expect(methods(world)).toEqual([
      'postCard',
      'find',
      'postCard',
      'find',
      'updateCard',
      ...['find', 'updateCard'],
      ...['find', 'updateCard'],
      ...['find', 'updateCard'],
    ]);
  });

  test('of a worker that died after the claim is looked up when the claim is old, and posted', async () => {
    const world = await cardWorld();
    world.cards.before = async () => {
      world.cards.before = async () => {};
      throw new Killed();
    };
    await expect(world.pass()).rejects.toThrow(Killed);
    expect(await world.pass()).toBe(90_000);
    world.clock.now += 90_000;
    await world.pass();
    expect(methods(world)).toEqual(['postCard', 'find', 'postCard']);
    await expectTold(world, []);
  });

  test('waits longer and longer while Slack is down, and holds nothing else up', async () => {
    const world = await cardWorld();
    world.cards.faults.push({ method: 'postCard', when: 'before', result: down, times: 7 });
    const waits: (number | undefined)[] = [];
    for (let i = 0; i < 7; i++) {
      const again = (await world.pass()) ?? 0;
      waits.push(again);
      world.clock.now += again;
    }
    expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    expect(await world.pass()).toBeUndefined();
    await expectTold(world, []);
    expect((await world.record()).card.tries).toBeUndefined();
  });

  test('waits for its turn, and as long as Slack says', async () => {
    const world = await cardWorld();
    world.pace.granted = false;
    expect(await world.pass()).toBe(700);
    world.pace.granted = true;
    world.cards.faults.push({ method: 'postCard', when: 'before', result: limited });
    expect(await world.pass()).toBe(7_000);
    expect(world.holds).toEqual(['post C0DCR 7000']);
    await world.settle();
    await expectTold(world, []);
  });

  test('goes to the next channel when its own refuses it; and is given up when none is left', async () => {
    const world = await cardWorld();
    world.cards.faults.push({ method: 'postCard', when: 'before', result: refused('is_archived') });
    await world.settle();
    await expectTold(world, []);
    expect(world.cards.messages.map(({ channel }) => channel)).toEqual(['C0ELSE']);

    const nowhere = await cardWorld();
    nowhere.cards.faults.push({
      method: 'postCard',
      when: 'before',
      result: refused('channel_not_found'),
      times: 9,
    });
    expect(await nowhere.settle()).toBe(0);
    expect((await nowhere.record()).card).toEqual({
      channel: 'C0ELSE',
      state: 'failed',
      error: noCardWords({ code: 'no_channel', error: 'channel_not_found' }),
      notes: [],
      noteCount: 0,
    });
    expect((await nowhere.store.journal(nowhere.id)).map(({ why }) => why)).toEqual([
      'C0DCR: channel_not_found; next C0ELSE',
      'C0ELSE: channel_not_found; next none',
    ]);
  });

  test('deleted by somebody, is posted again once, and says so; not a second time', async () => {
    const world = await cardWorld();
    await world.settle();
    world.cards.delete((await world.record()).card.ts ?? '');
    world.clock.now += 60_000;
    await world.note('one more', 'U0ALICE');
    await world.settle();
    await expectTold(world, [1, 2]);
    const { card } = await world.record();
    expect(card.noteCount).toBe(2);
    world.cards.delete(card.ts ?? '');
    await world.change((rebuild) => ({ ...rebuild, phase: 'cancelling' }));
    await world.settle();
    expect((await world.record()).card).toMatchObject({
      state: 'failed',
      error: noCardWords({ code: 'deleted_twice', error: 'message_not_found' }),
    });
  });
});

describe('updates', () => {
  const opened = async () => {
    const world = await cardWorld();
    await world.settle();
    world.cards.calls.length = 0;
    return world;
  };
  const step = (says: string) => (world: World) =>
    world.change((rebuild) => ({
      ...rebuild,
      steps: rebuild.steps.map((each) => (each.name === 'history' ? { ...each, says } : each)),
    }));

  test('come at most every ten seconds, with the newest state', async () => {
    const world = await opened();
    for (const says of ['1', '2', '3']) {
      world.clock.now += 1_000;
      await step(says)(world);
      expect(await world.pass()).toBe(10_000 - Number(says) * 1_000);
    }
    await world.settle();
    await expectTold(world, []);
    expect(world.cards.messages[0]?.updates).toBe(1);
  });

  test('nothing happens when what changed is not shown', async () => {
    const world = await opened();
    world.clock.now += 60_000;
    await world.change((rebuild) => ({ ...rebuild, driveAt: world.clock.now + 5 }));
    expect(await world.pass()).toBeUndefined();
    expect(methods(world)).toEqual([]);
  });

  test('after a person’s command come at once, before its note, and at most once a second', async () => {
    const world = await opened();
    world.clock.now += 1_500;
    world.pace.granted = false;
    await step('asked')(world);
    await world.note('pausing', 'U0ALICE');
    // Only the note waits for its turn.
    expect(await world.pass()).toBe(700);
    world.pace.granted = true;
    expect(await world.pass()).toBeUndefined();
    expect(methods(world)).toEqual(['updateCard', 'postNotes']);
    world.clock.now += 300;
    await step('asked again')(world);
    await world.note('resumed', 'U0ALICE');
    expect(await world.pass()).toBe(700);
    world.clock.now += 700;
    expect(await world.pass()).toBeUndefined();
    expect(methods(world)).toEqual(['updateCard', 'postNotes', 'updateCard', 'postNotes']);
    await expectTold(world, [1, 2]);
  });

  test('whose answer was lost are made again, and once more when they can no longer come late', async () => {
    const world = await opened();
    world.clock.now += 60_000;
    await step('new')(world);
    world.cards.faults.push({ method: 'updateCard', when: 'late', result: lost });
    expect(await world.pass()).toBe(2_000);
    world.clock.now += 2_000;
    await step('newer')(world);
    await world.pass();
    world.cards.deliverLate();
    expect(world.cards.messages[0]?.shows).not.toBe(cardContent(await world.record()));
    await world.settle();
    await expectTold(world, []);
  });

  test('that were under way when their worker died are made again', async () => {
    const world = await opened();
    world.clock.now += 60_000;
    await step('new')(world);
    await world.change(({ card, ...rest }) => ({ ...rest, card: { ...card, shown: 'updating claim-x' } }));
    await world.settle();
    await expectTold(world, []);
  });

  test('that Slack does not take as they are wait for something else to show', async () => {
    const world = await opened();
    world.clock.now += 60_000;
    await step('odd')(world);
    world.cards.faults.push({ method: 'updateCard', when: 'before', result: refused('invalid_blocks') });
    expect(await world.pass()).toBeUndefined();
    await step('well')(world);
    await world.settle();
    await expectTold(world, []);
    expect((await world.store.journal(world.id)).map(({ what }) => what)).toContain('card_refused');
  });

  test.each(['cant_update_message', 'edit_window_closed', 'restricted_action', 'a_word_of_tomorrow'])(
    'that Slack refuses with %s leave the card where it is, and that is told once',
    async (error) => {
      const world = await opened();
      const { ts } = (await world.record()).card;
      world.cards.faults.push({ method: 'updateCard', when: 'before', result: refused(error), times: 3 });
      for (const says of ['1', '2', '3']) {
        world.clock.now += 60_000;
        await step(says)(world);
        await world.settle();
      }
      const { card } = await world.record();
      expect([card.state, card.channel, card.ts, card.stays, card.noteCount]).toEqual([
        'open',
        'C0DCR',
        ts,
        true,
        1,
      ]);
      expect(world.cards.messages.filter(({ channel }) => channel === 'C0ELSE')).toEqual([]);
      world.clock.now += 60_000;
      await step('4')(world);
      await world.settle();
      await expectTold(world, [1]);
      expect((await world.record()).card).not.toHaveProperty('stays');
    },
  );

  test.each(['thread_locked', 'cannot_reply_to_message', 'restricted_action_thread_locked'])(
    'a reply that is refused with %s moves nothing: the journal keeps it',
    async (error) => {
      const world = await opened();
      world.cards.faults.push({ method: 'postNotes', when: 'before', result: refused(error) });
      await world.note('unsaid');
      await world.settle();
      expect((await world.record()).card).toMatchObject({ state: 'open', channel: 'C0DCR', notes: [] });
      expect((await world.store.journal(world.id)).map(({ what }) => what)).toContain('notes_refused');
    },
  );

  test('of a channel that was archived move the thread, and say so there', async () => {
    const world = await opened();
    world.clock.now += 60_000;
    await step('new')(world);
    world.cards.faults.push({ method: 'updateCard', when: 'before', result: refused('is_archived') });
    await world.settle();
    expect(world.cards.notes(world.id)).toEqual([1]);
    expect((await world.record()).card).toMatchObject({ channel: 'C0ELSE', state: 'open' });
  });

  test('what a port throws is told, and looked into like a lost answer', async () => {
    const world = await opened();
    const told: unknown[] = [];
    const deps = { ...world.deps, onDefect: (error: unknown) => told.push(error) };
    world.clock.now += 60_000;
    await step('new')(world);
    world.cards.before = async () => {
      world.cards.before = async () => {};
      throw new TypeError('cannot be rendered');
    };
    expect(await reconcileThread(deps, world.id)).toBe(2_000);
    expect(told).toEqual([new TypeError('cannot be rendered')]);
    await world.settle();
    await expectTold(world, []);
  });
});

describe('notes', () => {
  const opened = async (...texts: readonly string[]) => {
    const world = await cardWorld();
    await world.settle();
    for (const text of texts) await world.note(text);
    world.cards.calls.length = 0;
    return world;
  };

  test('are said in one reply a pass, fifteen at most', async () => {
    const world = await opened(...Array.from({ length: 17 }, (_, i) => `note ${i + 1}`));
    await world.settle();
    await expectTold(
      world,
      Array.from({ length: 17 }, (_, i) => i + 1),
    );
    expect(methods(world)).toEqual(['postNotes', 'postNotes']);
  });

  test('whose answer was lost are found; what was added meanwhile follows', async () => {
    const world = await opened('one', 'two');
    world.cards.faults.push({ method: 'postNotes', when: 'after', result: lost });
    await world.pass();
    await world.note('three');
    await world.settle();
    await expectTold(world, [1, 2, 3]);
  });

  test('that never arrived are said again', async () => {
    const world = await opened('one');
    world.cards.faults.push({ method: 'postNotes', when: 'before', result: lost });
    world.cards.faults.push({ method: 'find', when: 'before', result: down });
    await world.settle();
    await expectTold(world, [1]);
    expect(methods(world)).toEqual(['postNotes', 'find', 'find', 'postNotes']);
  });

  test('that Slack does not take stay in the journal, and do not hold up those that follow', async () => {
    const world = await opened('odd');
    world.cards.faults.push({ method: 'postNotes', when: 'before', result: refused('msg_too_long') });
    await world.pass();
    await world.note('well');
    await world.settle();
    await expectTold(world, [2]);
    expect((await world.store.journal(world.id)).find(({ what }) => what === 'notes_refused')?.why).toBe(
      'msg_too_long: odd',
    );
  });

  test('are said by one of two workers that come at once', async () => {
    const world = await opened('one');
    await Promise.all([world.pass(), world.pass()]);
    await world.settle();
    await expectTold(world, [1]);
  });
});
