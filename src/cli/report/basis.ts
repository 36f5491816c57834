import { counted } from '../../core/text.ts';
import { dayAndTime } from '../../core/time/clock-words.ts';
import type { Report } from '../../report/report.ts';

/** What of the time that was asked for is not on record any more: said first, since it makes figures too small. */
export const missingLines = ({ reach, period, before }: Report): readonly string[] => {
  const at = (ms: number): string => dayAndTime(ms, period.zone);
  return [
    ...(reach.alerts > period.from
      ? [
          `NOT WHOLE: alerts that were over before ${at(reach.alerts)} are off record (alerts.retention), and in no figure here.`,
        ]
      : before.alerts
        ? []
        : [`Of the time before, alerts are off record (alerts.retention): nothing to compare with.`]),
    ...(reach.rebuilds > period.from
      ? [
          `NOT WHOLE: rebuilds that were over before ${at(reach.rebuilds)} may be off record (rebuilds.retention), and are in no figure then.`,
        ]
      : []),
    ...(reach.freezes !== undefined && reach.freezes > period.from
      ? [
          `NOT WHOLE: only the last 100 freezes are kept; those that ended before ${at(reach.freezes)} are not listed.`,
        ]
      : []),
  ];
};

/** What the figures are made of, and what they cannot say. */
export const basisLines = (report: Report): readonly string[] => {
  const { reach, period, alerts, rebuilds, people, own } = report;
  const at = (ms: number): string => dayAndTime(ms, period.zone);
  const bad = Object.entries(reach.unreadable).map(([kind, count]) => counted(count, `${kind} record`));
  const cuts = [
    ...(alerts.journalsCut > 0 ? [counted(alerts.journalsCut, 'alert')] : []),
    ...(rebuilds.journalsCut > 0 ? [counted(rebuilds.journalsCut, 'rebuild')] : []),
  ];
  return [
    `Records reach back to ${at(reach.alerts)} for alerts, ${at(reach.rebuilds)} for rebuilds, as the config keeps them now. ` +
      `The oldest on record ended: alert ${reach.oldestAlert === undefined ? 'none' : at(reach.oldestAlert)}, rebuild ${reach.oldestRebuild === undefined ? 'none' : at(reach.oldestRebuild)}.`,
    ...(bad.length > 0 ? [`Cannot be read, and is in no figure: ${bad.join(', ')}.`] : []),
    ...(reach.gone > 0 ? [`${counted(reach.gone, 'record')} that a list names: not there any more.`] : []),
    ...(cuts.length > 0
      ? [`The journals of ${cuts.join(' and ')} lost lines to their limit: what these said is not counted.`]
      : []),
    `Not in here, since it is only elsewhere: changes of the config and its tiers, refused and denied requests (the audit: farmhand audit export), gaps in Kafka's offsets (metrics).`,
    ...(people
      ? []
      : [
          'No person is named; --people names those who took alerts, asked and approved, and says their reasons.',
        ]),
    ...(own ? [] : ["farmhand's dead letters and losses are of the whole installation: no tier sees them."]),
    'docs/report.md says how each figure is counted.',
  ];
};
