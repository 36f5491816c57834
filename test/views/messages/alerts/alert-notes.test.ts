import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Note } from '../../../../src/alerts/model/alert.ts';
import { alertNotes } from '../../../../views/messages/alerts/alert-notes.ts';
import { aNote, ana, ben, minute, someFacts, start, viewContext } from '../../support/builders.ts';
import { hostileFacts, hostileNotes } from '../../support/hostile.ts';
import { readable } from '../../support/read.ts';
import { problemsOf } from '../../support/slack-rules.ts';

const ctx = viewContext();
const facts = someFacts({ silence: { by: ben, until: start + 120 * minute, reason: 'x' } });
const told = (...notes: Partial<Note>[]): string[] =>
  readable(
    alertNotes(
      facts,
      notes.map((note, i) => aNoteAlone({ n: i + 1, ...note })),
      ctx,
    ).blocks,
  )[0]?.split('\n') ?? [];

const aNoteAlone = ({ by, ...over }: Partial<Note>): Note => {
  const { by: _, ...note } = aNote(over);
  return { ...note, ...(by && { by }) };
};

test.each<[Partial<Note>, string]>([
  [{ kind: 'acknowledged', by: ana }, '👀 *ana* has it · 14:14'],
  [
    { kind: 'assigned', by: ana, text: 'ben', to: ['U02BEN'], more: 'all 5 that fire' },
    '👉 <@U02BEN> has it now: *ana* gave it to them (all 5 that fire) · 14:14',
  ],
  [{ kind: 'assigned', by: ana, text: 'ben' }, '👉 *ana* gave it to *ben* · 14:14'],
  [
    { kind: 'unacknowledged', by: ben, text: 'was with ana' },
    '👐 *ben* gave it back: nobody has it now · 14:14',
  ],
  [{ kind: 'resolved' }, '✅ Resolved · 14:14'],
  [{ kind: 'refired' }, '🔁 Fired again · 14:14'],
  [{ kind: 'refired', times: 12 }, '🔁 Fired again 12× · 14:14'],
  [{ kind: 'resolved', times: 3 }, '✅ Resolved after firing again 3× · 14:14'],
  [{ kind: 'severity', text: 'warning → critical' }, '📈 Severity changed: warning → critical · 14:14'],
  [
    { kind: 'silenced', by: ben, text: 'deploy' },
    '🔕 Silenced until 2026-11-20 16:13 by *ben*: deploy · 14:14',
  ],
  [
    { kind: 'silenced', by: ben, text: 'deploy', more: 'Alertmanager main lists it as silenced.' },
    '🔕 Silenced until 2026-11-20 16:13 by *ben*: deploy. Alertmanager main lists it as silenced · 14:14',
  ],
  [
    {
      kind: 'silence_misses',
      by: ben,
      text: 'deploy',
      more: 'Alertmanager main lists this alert as firing and not silenced: notifications go on. Make one there that fits',
    },
    '⚠️ A silence was made, asked for by *ben*, and it does not silence this alert. Alertmanager main lists this alert as firing and not silenced: notifications go on. Make one there that fits · 14:14',
  ],
  [
    { kind: 'root_stays', text: 'edit_window_closed' },
    '⚠️ Slack does not let farmhand change the first message of this thread any more (edit_window_closed). It may show an older state: what changes is told here, and `status` shows how it is now. · 14:14',
  ],
  [
    { kind: 'ticket', by: ana, text: 'OPS-1', url: 'https://jira.example/browse/OPS-1' },
    '🎫 Ticket <https://jira.example/browse/OPS-1|OPS-1>, asked for by *ana* · 14:14',
  ],
  [
    {
      kind: 'ticket_stays',
      text: 'OPS-1',
      more: 'it stays To Do: its workflow has no way from To Do to Gone',
    },
    '⚠️ Ticket OPS-1 was told, and was not moved. It stays To Do: its workflow has no way from To Do to Gone · 14:14',
  ],
  [{ kind: 'ticket', text: 'OPS-1' }, '🎫 Ticket OPS-1 · 14:14'],
  [
    { kind: 'ticket', text: 'OPS-1', more: 'one for 3 alerts: service=checkout' },
    '🎫 Ticket OPS-1. One for 3 alerts: service=checkout · 14:14',
  ],
  [{ kind: 'api_task', text: 'bounce: 42', url: 'https://evil.example/' }, '⚙️ bounce: 42 · 14:14'],
  [
    { kind: 'rebuild', text: 'during rebuild system6-20261120-1' },
    '🚜 During rebuild system6-20261120-1 · 14:14',
  ],
  [
    { kind: 'rebuild_proposed', text: 'a rebuild of system6' },
    '🚜 The route proposes a rebuild of system6. Nothing is touched before somebody starts it. · 14:14',
  ],
  [
    { kind: 'nobody_reacts', since: start + minute, to: ['S01ONCALL', 'U0BEN1'] },
    '🔔 <!subteam^S01ONCALL> <@U0BEN1> please look at this · 14:14',
  ],
  [
    { kind: 'nobody_reacts', since: start - 30 * minute - 1, to: ['channel'] },
    '🔔 <!channel> nobody has acknowledged this for 31m · 14:14',
  ],
  [{ kind: 'nobody_reacts', since: start - 9 * minute }, '🔔 Nobody had acknowledged this for 10m · 14:14'],
  [
    { kind: 'still_open', since: start + minute - 240 * minute, to: ['U0BEN1'] },
    '⏰ <@U0BEN1> you have had this for 4h, and it still fires · 14:14',
  ],
  [
    { kind: 'still_open', since: start - 240 * minute },
    '⏰ It still fired long after it was acknowledged · 14:14',
  ],
  [{ kind: 'action_failed', text: 'ticket: 400' }, '⚠️ Given up: ticket: 400 · 14:14'],
])('one sentence for %j', (note, expected) => {
  expect(told(note)).toEqual([expected]);
});

test('a person without a name is mentioned', () => {
  expect(told({ by: { id: 'U01ANA' } })).toEqual(['👀 <@U01ANA> has it · 14:14']);
});

test('flapping is told once', () => {
  const at = (n: number): number => start + n * minute;
  expect(
    told(
      ...Array.from({ length: 12 }, (_, i) => [
        { kind: 'refired' as const, at: at(2 * i) },
        { kind: 'resolved' as const, at: at(2 * i + 1) },
      ]).flat(),
    ),
  ).toEqual(['✅ Resolved now: fired again 12× and resolved 12× · 14:13 to 14:36']);
  expect(told({ kind: 'refired', at: at(0) }, { kind: 'refired', at: at(3) })).toEqual([
    '🔁 Firing now: fired again 2× · 14:13 to 14:16',
  ]);
});

test('the same said again is counted, something else is not', () => {
  expect(told({ by: ana }, { by: ana }, { by: ben })).toEqual([
    '👀 *ana* has it · 14:14 (2×)',
    '👀 *ben* has it · 14:14',
  ]);
});

test('of very many changes the newest ten are told', () => {
  const lines = told(...Array.from({ length: 14 }, (_, i) => ({ kind: 'severity' as const, text: `${i}` })));
  expect(lines).toHaveLength(11);
  expect([lines[0], lines.at(-1)]).toEqual([
    '… 4 earlier changes: see Details…',
    '📈 Severity changed: 13 · 14:14',
  ]);
});

test('the reply carries its key', () => {
  const message = alertNotes(facts, [aNote({ n: 4 }), aNote({ n: 5 })], ctx);
  expect(message.blocks.map((block) => block.block_id)).toEqual(['note:689b55798b76c552-mi80s0g0#5']);
});

test('whatever a note says, Slack takes the reply and nothing in it is active', () => {
  fc.assert(
    fc.property(hostileFacts, hostileNotes, (any, notes) => {
      const safe = { ...any, id: '689b55798b76c552-mi80s0g0' };
      const trusted = notes.flatMap(({ kind, url }) =>
        kind === 'ticket' && url !== undefined && URL.canParse(url) ? [new URL(url).hostname] : [],
      );
      expect(problemsOf(alertNotes(safe, notes, ctx), ctx, trusted)).toEqual([]);
    }),
  );
});

test('what has just happened needs no time: the reply has its own', () => {
  const at = (ms: number): string | undefined =>
    readable(alertNotes(someFacts(), [aNote({ at: ctx.now - ms })], ctx).blocks)[0];
  expect([at(60_000), at(60_001), at(-60_001)]).toEqual([
    '👀 *ana* has it',
    '👀 *ana* has it · 14:17',
    '👀 *ana* has it · 14:19',
  ]);
});

test('a proposed rebuild can be started from its reply; only the newest plan, and only by a real draft', () => {
  const note = (n: number, draft: string): Note =>
    aNoteAlone({ n, kind: 'rebuild_proposed', text: 'x', draft });
  const buttons = (...notes: Note[]) =>
    alertNotes(facts, notes, ctx).blocks.flatMap((block) =>
      block.type === 'actions' ? block.elements.map((e) => ('value' in e ? [e.action_id, e.value] : [])) : [],
    );
  expect(buttons(note(1, 'route-1'), note(2, 'route-2'))).toEqual([
    ['rebuild.confirm', 'route-2'],
    ['rebuild.start', `alert:${facts.id}`],
  ]);
  expect(buttons(note(1, 'not a draft'))).toEqual([]);
});
