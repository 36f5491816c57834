import type { RootFacts } from '../../../src/alerts/thread/root-facts.ts';
import { bySeverity, type Severity } from '../../../src/core/severity.ts';
import { counted } from '../../../src/core/text.ts';
import { dotted } from '../../blocks.ts';
import { inline } from '../../escape.ts';
import { localTime, severityMark, severityWord, who } from '../../words.ts';

type GroupPart = NonNullable<RootFacts['group']>;

/** How many, the worst first: `*400 firing*: 🚨 380 critical, ⚠️ 20 warning · 12 resolved`. */
export const groupCounts = (group: GroupPart): string => {
  const { firing, resolved, only } = group;
  if (only) return only.about === '' ? '' : `One alert so far: ${inline(only.about, 150)}`;
  if (firing === 0) return `All ${counted(resolved, 'alert')} resolved`;
  return dotted(
    `*${firing.toLocaleString('en')} firing*: ${severityCounts(group)}`,
    resolved > 0 && `${resolved.toLocaleString('en')} resolved`,
  );
};

const severityCounts = ({ severities }: GroupPart): string =>
  (Object.entries(severities) as [Severity, number][])
    .sort(([a], [b]) => bySeverity(a, b))
    .map(
      ([severity, count]) =>
        `${severityMark(severity)} ${count.toLocaleString('en')} ${severityWord(severity)}`,
    )
    .join(', ');

/** What its members have in common, beside its name and what stands in the headline. */
export const groupPlace = ({ by }: GroupPart, subject: RootFacts['subject']): string => {
  const shown = new Set(['alertname', 'name', 'severity', 'tier', ...subject.map(({ label }) => label)]);
  const others = Object.entries(by).filter(([name, value]) => !shown.has(name) && value !== '');
  return dotted(...others.slice(0, 5).map(([name, value]) => `${inline(name, 40)} ${inline(value, 80)}`));
};

export const groupOwner = ({ status, ack, group }: RootFacts): string | undefined => {
  if (!group || status === 'resolved') return undefined;
  const { acknowledged, firing, fresh } = group;
  if (ack) {
    const has = `${who(ack.by)} has it since ${localTime(ack.at, 'time')}`;
    return fresh === 0 ? has : `${has}, and nobody has the *${fresh.toLocaleString('en')} new since*`;
  }
  return acknowledged === 0
    ? undefined
    : `${acknowledged.toLocaleString('en')} of ${firing.toLocaleString('en')} acknowledged`;
};
