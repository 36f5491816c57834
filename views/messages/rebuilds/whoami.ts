import type { Rights } from '../../../src/access/rights.ts';
import { context, type Message, section } from '../../blocks.ts';
import { code, inline } from '../../escape.ts';
import { fitted } from '../../trail.ts';
import { mentionOf } from '../../words.ts';
import { ownTiersWords } from '../own-tiers.ts';

/** A name that no instance has; `near`: the one that was perhaps meant. */
export interface Stranger {
  readonly instance: string;
  readonly near?: string;
}

/** `/dcr whoami`: what the person may do and why, what they may not, and whom to ask. Only they see it. */
export const whoamiAnswer = (
  { place, may, mayNot, unknown, tiers }: Rights,
  user: string,
  stranger?: Stranger,
): Message => {
  const title = place
    ? `👤 *What you may do with ${inline(place.instance, 60)}*${belongs(place.environments)}`
    : '👤 *What you may do*';
  const granted = may.map(({ role, through, verbs }) => {
    const where = place ? '' : scopeOf(role);
    const why = through === user ? 'given to you' : `through ${mentionOf(through)}`;
    return `✅ *${inline(role.name, 60)}*${where}, ${why}: ${listed(verbs)}`;
  });
  const refused = mayNot.map(({ verbs, ask }) =>
    ask.length === 0
      ? `🚫 ${listed(verbs)}: nobody may, no role allows it`
      : `🚫 ${listed(verbs)}: ask ${ask.map(asked).join(' or ')}`,
  );
  const untold = unknown.map((group) => mentionOf(group)).join(', ');
  const no = stranger
    ? [
        `⚠️ There is no instance ${inline(stranger.instance, 60)}${stranger.near === undefined ? '.' : `; did you mean ${inline(stranger.near, 60)}?`} This is what would hold for that name:`,
      ]
    : [];
  const lines = fitted(
    [
      title,
      ...(tiers ? [ownTiersWords(tiers)] : []),
      ...no,
      ...(tiers?.elsewhere
        ? ['🚫 nothing: it is of a tier that you are not in, and no role counts there']
        : granted.length > 0
          ? granted
          : ['✅ nothing so far']),
      ...refused,
    ],
    2900,
  );
  return {
    text: lines.join('\n'),
    blocks: [
      section(lines.join('\n')),
      ...context(
        untold === ''
          ? undefined
          : `⚠️ Slack did not tell whether you are in ${untold}: not counted. Ask again in a minute.`,
        may.some(({ verbs }) => verbs.includes('approve'))
          ? 'You cannot approve what you asked for. A role that somebody asked through does not count for approving the same rebuild.'
          : undefined,
        place ? undefined : `For one instance: ${code('/dcr whoami system6', 40)}`,
      ),
    ],
  };
};

const belongs = (environments: NonNullable<Rights['place']>['environments']): string =>
  environments.length === 0
    ? ''
    : environments === 'unknown'
      ? ' (its values cannot be read just now: only roles for all environments count)'
      : ` (${environments.map((each) => inline(each, 60)).join(', ')})`;

const scopeOf = ({ environments, instances }: Rights['may'][number]['role']): string => {
  const named = (all: readonly string[]) => all.map((each) => inline(each, 60)).join(', ');
  const where = environments.includes('*') ? '' : ` in ${named(environments)}`;
  return `${where}${instances.includes('*') ? '' : ` on ${named(instances)}`}`;
};

const listed = (verbs: readonly string[]): string => verbs.map((verb) => inline(verb, 40)).join(', ');

const asked = ({ name, contact }: Rights['mayNot'][number]['ask'][number]): string =>
  contact === undefined
    ? `somebody with *${inline(name, 60)}*`
    : `${mentionOf(contact)} (*${inline(name, 60)}*)`;
