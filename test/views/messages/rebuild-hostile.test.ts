import fc from 'fast-check';
import { expect, test } from 'vitest';
import { homeView } from '../../../views/home/home.ts';
import {
  commandAnswer,
  dcrHelp,
  dcrMisunderstoodAnswer,
  lookingAnswer,
  nothingAnswer,
  rebuildEndedAnswer,
  rebuildGoneAnswer,
  refusalAnswer,
  refusedAnswer,
  replyMisunderstoodAnswer,
  startedAnswer,
  tooSlowAnswer,
} from '../../../views/messages/rebuilds/rebuild-answers.ts';
import { approverMessage } from '../../../views/messages/rebuilds/rebuild-approver.ts';
import { rebuildCard } from '../../../views/messages/rebuilds/rebuild-card.ts';
import { doctorAnswer } from '../../../views/messages/rebuilds/rebuild-doctor.ts';
import { historyAnswer, rebuildList } from '../../../views/messages/rebuilds/rebuild-lists.ts';
import { rebuildNotes } from '../../../views/messages/rebuilds/rebuild-notes.ts';
import { planAnswer } from '../../../views/messages/rebuilds/rebuild-plan.ts';
import { approverReminder } from '../../../views/messages/rebuilds/rebuild-review.ts';
import { rebuildStatus } from '../../../views/messages/rebuilds/rebuild-status.ts';
import { orderModal, overrideModal, startModal } from '../../../views/modals/rebuild-forms.ts';
import { hostileAlert, hostileText } from '../support/hostile.ts';
import {
  hostileDraft,
  hostileFindings,
  hostileRebuild,
  hostileRebuildNotes,
} from '../support/hostile-rebuild.ts';
import { inState, rebuildContext } from '../support/rebuilds.ts';
import { problemsOf } from '../support/slack-rules.ts';

const ctx = rebuildContext();
const trusted = ['jira.example', 'acme.slack.com'];
const numRuns = 60;
const texts = fc.array(hostileText, { maxLength: 20 });
const several = fc.array(hostileRebuild, { maxLength: 14 });

const direct = { n: 1, user: 'U0BOB', wish: 'a wish', at: 0, state: 'open' } as const;
const ofGlass = { n: 1, channel: 'C0APP', wish: 'glass 1', glass: 1, at: 0, state: 'open' } as const;

/** Fault row 46: whatever a person, a cluster, a values file or the engine says, Slack takes it, and nothing in it is active. */
test('cards and status', () => {
  fc.assert(
    fc.property(hostileRebuild, (rebuild) => {
      expect(problemsOf(rebuildCard(rebuild, ctx), ctx, trusted)).toEqual([]);
      expect(problemsOf(rebuildStatus(rebuild, ctx), ctx, trusted)).toEqual([]);
      expect(problemsOf(approverMessage(rebuild, direct, undefined, ctx), ctx, trusted)).toEqual([]);
      const { by, reason, at } = rebuild;
      const glass = { n: 1, by, reason, at, until: at + 1, endedAt: at + 1, did: [reason, reason] };
      const broken = { ...rebuild, glass: [glass] };
      expect(problemsOf(rebuildCard(broken, ctx), ctx, trusted)).toEqual([]);
      expect(problemsOf(approverMessage(broken, ofGlass, undefined, ctx), ctx, trusted)).toEqual([]);
      expect(problemsOf(approverReminder(broken, true, ctx), ctx, trusted)).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

test('notes', () => {
  fc.assert(
    fc.property(hostileRebuildNotes, (notes) => {
      expect(problemsOf(rebuildNotes(inState.running(), notes, ctx), ctx, trusted)).toEqual([]);
    }),
    { numRuns },
  );
});

test('plans', () => {
  fc.assert(
    fc.property(hostileDraft, texts, (draft, says) => {
      expect(problemsOf(planAnswer(draft, says), ctx, trusted)).toEqual([]);
    }),
    { numRuns },
  );
});

test('lists and histories', () => {
  const journal = fc.array(
    fc.record({ at: fc.nat(), who: hostileText, what: hostileText, why: hostileText }),
    {
      maxLength: 60,
    },
  );
  fc.assert(
    fc.property(several, journal, hostileText, (rebuilds, entries, hidden) => {
      const list = { flight: rebuilds, failed: rebuilds, recent: rebuilds, hidden };
      expect(problemsOf(rebuildList(list, ctx), ctx, trusted)).toEqual([]);
      const rebuild = rebuilds[0] ?? inState.failed();
      expect(problemsOf(historyAnswer({ rebuild, rebuilds, journal: entries }), ctx, trusted)).toEqual([]);
    }),
    { numRuns: 30 },
  );
});

test('findings', () => {
  fc.assert(
    fc.property(hostileText, hostileFindings, (instance, findings) => {
      expect(problemsOf(doctorAnswer({ ok: true, instance, findings }), ctx, trusted)).toEqual([]);
    }),
    { numRuns },
  );
});

test('App Home', () => {
  fc.assert(
    fc.property(
      several,
      fc.array(hostileAlert, { maxLength: 14 }),
      fc.boolean(),
      hostileText,
      (rebuilds, alerts, more, hidden) => {
        const view = homeView(
          { inFlight: [...rebuilds, ...rebuilds], failed: rebuilds, recent: rebuilds, alerts, more, hidden },
          ctx,
        );
        expect(problemsOf(view, ctx, trusted)).toEqual([]);
      },
    ),
    { numRuns: 30 },
  );
});

test('answers', () => {
  fc.assert(
    fc.property(hostileRebuild, texts, hostileText, fc.boolean(), (rebuild, says, text, yes) => {
      const refused = { ok: false, code: 'not_now', says, rebuild } as const;
      const lines = [{ usage: text, does: text }];
      for (const message of [
        refusedAnswer(says),
        refusalAnswer(refused, ctx),
        commandAnswer({ ok: true, changed: yes, says: text, rebuild }, ctx),
        startedAnswer({ ok: true, rebuild, already: yes }, ctx),
        lookingAnswer(text),
        tooSlowAnswer(text),
        nothingAnswer(text),
        rebuildGoneAnswer(text),
        rebuildEndedAnswer(rebuild),
        dcrMisunderstoodAnswer(says, text),
        replyMisunderstoodAnswer(says, text),
        dcrHelp('anywhere', lines, lines),
      ]) {
        expect(problemsOf(message, ctx, trusted)).toEqual([]);
      }
    }),
    { numRuns },
  );
});

test('forms', () => {
  const where = { channel: 'C0DCR' };
  const steps = [{ name: 'rebuild', title: 'Rebuild' }] as const;
  fc.assert(
    fc.property(hostileRebuild, hostileText, (rebuild, reason) => {
      for (const modal of [
        startModal({ instance: 'system6', forced: true, farmers: 24, about: reason }, where),
        orderModal({ verb: 'scale', rebuild }, where),
        orderModal({ verb: 'pause', rebuild }, where),
        orderModal({ verb: 'cancel', rebuild }, where),
        overrideModal({ rebuild, offered: ['skip_step', 'force'], steps }, where),
      ]) {
        expect(problemsOf(modal, ctx, trusted)).toEqual([]);
      }
    }),
    { numRuns },
  );
});
