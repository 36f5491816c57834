import type { Alert } from '../../src/alerts/model/alert.ts';
import { line, ownLine } from '../../src/core/journal.ts';
import { createAlertFigures } from '../../src/report/alert-figures.ts';
import { createChanges } from '../../src/report/changes.ts';
import { type PeriodAsked, periodOf } from '../../src/report/period.ts';
import { createRebuildFigures } from '../../src/report/rebuild-figures.ts';
import type { Report } from '../../src/report/report.ts';
import { anAlert } from './alert.ts';
import { hours, minutes } from './event.ts';
import { aRebuild, aScaleUp } from './rebuild.ts';

const madeAt = Date.UTC(2026, 10, 23, 9);

/** Of a week with everything in it; what is called `name` came from outside. */
export const aReport = (over: Partial<Report> = {}, name = 'Latency', asked: PeriodAsked = {}): Report => {
  const read = periodOf(asked, madeAt);
  if ('problems' in read) throw new Error(read.problems.join(' '));
  const { period } = read;
  const { people = false } = over;
  const alerts = [createAlertFigures(period, people), createAlertFigures(period.before, false)] as const;
  const rebuilds = [period, period.before].map((span) =>
    createRebuildFigures(span, { cost: 2.5, currency: 'USD' }),
  );
  const changes = createChanges(period, people);
  const of = (usual: string): string => (name === 'Latency' ? usual : name);
  const began = (n: number): number => period.before.from + hours(1) + n * hours(30);
  for (let n = 0; n < 11; n++) {
    const alert: Alert = anAlert({
      ...{
        name,
        route: of('services'),
        labels: { service: of('checkout') },
        severity: n % 3 === 0 ? 'critical' : 'warning',
      },
      thread: { state: 'open', ts: '1.1', at: 0, shown: '' },
    });
    const journal = [
      ownLine(began(n), 'opened'),
      ownLine(began(n) + 1_500, 'thread_open'),
      ...(n % 2 ? [line(began(n) + minutes(n), `${of('Ann Ash')} (U0ANN)`, 'ack')] : []),
      ownLine(began(n) + minutes(20), 'nobody_reacts'),
      ...(n % 4 ? [ownLine(began(n) + hours(n), 'resolved')] : []),
      ownLine(began(n) + minutes(30), 'ticket_failed', name),
    ];
    for (const each of alerts) each.add(alert, journal);
  }
  const by = { id: 'U0ANN', name: of('Ann Ash'), as: { role: 'sre', through: 'S0SRE' } };
  const rebuild = aRebuild({
    ...{ at: began(6), by, phase: 'failed', endedAt: began(6) + hours(20) },
    effects: [
      aScaleUp({ state: 'done', at: began(6) + hours(1), endedAt: began(6) + hours(1) }),
      aScaleUp({ state: 'failed', at: began(6) + hours(9) }),
    ],
    overrides: [{ n: 1, kind: 'skip_step', by, at: began(6) + hours(3), reason: name, step: 'history' }],
    end: { at: began(6) + hours(20), by, reason: of('too few farmers came up'), step: 'farmers', errors: [] },
  });
  const journal = [
    line(began(6), 'U0ANN', 'approve'),
    ownLine(began(6) + hours(2), 'ask_too_few_farmers'),
    line(began(6) + hours(3), 'U0ANN', 'override_skip_step'),
  ];
  for (const each of rebuilds) each.add(rebuild, journal);
  changes.ofRebuild(rebuild, journal);
  changes.ofFreeze({ n: 1, by, at: began(7), reason: name, instance: of('system6') });
  const [now, before] = rebuilds.map((each) => each.figures());
  if (!now || !before) throw new Error('two are made');
  return {
    version: 1,
    ...{ period, madeAt, people, alerts: alerts[0].figures(), rebuilds: now, changes: changes.list() },
    before: { alerts: alerts[1].figures(), rebuilds: before },
    own: { deadLetters: [['bad_json', 2]], deadLetterTopic: 'alerts-dead', lostThreads: 0, lostRebuilds: 0 },
    reach: {
      ...{ alerts: madeAt - hours(24 * 30), rebuilds: madeAt - hours(24 * 400) },
      ...{ oldestAlert: madeAt - hours(24 * 20), unreadable: { alert: 1 }, gone: 0 },
    },
    ...over,
  };
};
