import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { hasEnded } from '../../src/rebuild/model/record.ts';
import type { Freeze } from '../../src/rebuild/model/rules/freezes.ts';
import { lastEnd } from '../../src/rebuild/model/rules/freezes.ts';
import { code, inline } from '../escape.ts';
import { localTime, throughRole, who } from '../words.ts';

const untilText = ({ until }: Pick<Freeze, 'until'>): string =>
  until === undefined ? 'until somebody thaws it' : `until ${localTime(until)}`;

export const placeText = ({ instance }: Freeze): string =>
  instance === undefined ? 'All instances are frozen' : `${inline(instance, 80)} is frozen`;

/** A freeze on a line or two, for App Home and lists: what, by whom, until when, why, and how it ends. */
export const freezeLines = (freeze: Freeze): string => {
  const { by, at, reason, instance = 'all' } = freeze;
  return [
    `❄️ *${placeText(freeze)}* by ${who(by)}${throughRole(by)} *${untilText(freeze)}*, since ${localTime(at)}: ${inline(reason, 300)}`,
    `Nothing is started, scaled or taken down; what is up stays up. To end it: ${code(`/dcr thaw ${instance} <why>`, 120)}`,
  ].join('\n');
};

const shownAtMost = 4;

/** On the card: who froze it, until when and why; and what that means for it. */
export const frozenText = (rebuild: Rebuild): string | undefined => {
  const { frozen, phase } = rebuild;
  if (!frozen || hasEnded(rebuild)) return undefined;
  const left = frozen.by.length - shownAtMost;
  const by = frozen.by
    .slice(0, shownAtMost)
    .map(
      (freeze) =>
        `❄️ *Frozen* by ${who(freeze.by)}${throughRole(freeze.by)} *${untilText(freeze)}*${freeze.instance === undefined ? ' (all instances)' : ''}: ${inline(freeze.reason, 300)}`,
    );
  return [
    ...by,
    ...(left > 0 ? [`… and ${left} more`] : []),
    phase === 'running'
      ? 'Nothing is begun until then. Its farm stays up and computes; frozen time does not count towards any limit.'
      : 'What is up is taken down after that.',
  ].join('\n');
};

/** For lists and App Home, in a few words. */
export const frozenWord = ({ frozen }: Rebuild, person = who): string | undefined => {
  const [first, ...more] = frozen?.by ?? [];
  if (!first || !frozen) return undefined;
  const until = lastEnd(frozen.by);
  const others = more.length > 0 ? ` and ${more.length} more` : '';
  return `❄️ *frozen* by ${person(first.by)}${others} ${untilText(until === undefined ? {} : { until })}: ${inline(first.reason, 120)}`;
};
