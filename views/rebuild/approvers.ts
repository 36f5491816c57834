import type { ApproverMessage, MayApprove } from '../../src/rebuild/approvers/message.ts';
import { pendingOf } from '../../src/rebuild/model/approval.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { code, inline } from '../escape.ts';
import { who } from '../words.ts';

const namedAtMost = 12;

/** Who can approve what waits, and whether they were told; undefined where nothing waits, or it is not known yet. */
export const approversText = (rebuild: Rebuild): string | undefined => {
  const { approvers, messages = [], plan } = rebuild;
  const wish = pendingOf(rebuild)?.wish;
  if (!approvers || approvers.wish !== wish) return undefined;
  const text = mayApproveText(approvers, plan.instance.name, approvers.count);
  if (approvers.count === 0 || approvers.untold === 'off') return text;
  if (approvers.untold === 'many') {
    return `${text} They are too many to be told one by one: ask one of them.`;
  }
  const asked = messages.filter(
    (message) => message.wish === wish && !message.closing && message.user !== undefined,
  );
  const inChannels = messages.filter((message) => message.wish === wish && message.user === undefined);
  return [text, told(asked), channelsText(inChannels)].filter((part) => part !== '').join(' ');
};

const told = (asked: readonly ApproverMessage[]): string => {
  if (asked.length === 0) return '';
  const missed = asked.filter(({ state, error }) => state !== 'open' && error !== undefined);
  if (missed.length > 0) {
    const names = missed
      .slice(0, namedAtMost)
      .map(({ user = '', error = '' }) => `${who({ id: user })} (${code(error, 60)})`);
    return `⚠️ Slack did not let farmhand tell ${names.join(', ')}: ask them here.`;
  }
  if (asked.some(({ state }) => state !== 'open')) return '';
  return asked.length === 1 ? 'They got a direct message.' : 'Each of them got a direct message.';
};

/** Where it was asked for, and where Slack did not let farmhand ask. */
const channelsText = (asked: readonly ApproverMessage[]): string => {
  const names = (all: readonly ApproverMessage[]) =>
    all.map(({ channel = '' }) => `<#${channel}>`).join(', ');
  const missed = asked.filter(({ state }) => state === 'failed');
  const there = asked.filter(({ state, closing }) => state === 'open' && !closing);
  return [
    ...(there.length > 0 ? [`Asked for in ${names(there)}, too.`] : []),
    ...(missed.length > 0
      ? [
          `⚠️ Slack takes no messages of farmhand in ${names(missed)} (${code(missed[0]?.error ?? '', 60)}): invite it there.`,
        ]
      : []),
  ].join(' ');
};

/** Who could approve it, or that nobody can, and what to do then. `count`: of all, where `people` are the first ones. */
export const mayApproveText = (
  { people, roles, unknown }: MayApprove,
  instance: string,
  count = people.length,
): string => {
  const untold =
    unknown.length === 0
      ? ''
      : ` Slack does not say enough of ${unknown
          .slice(0, 6)
          .map((id) => code(id, 30))
          .join(', ')}; it is asked again.`;
  if (count > 0) {
    const named = people.slice(0, namedAtMost).map((id) => who({ id }));
    const left = count - named.length;
    return `👥 Can be approved by ${named.join(', ')}${left > 0 ? ` and ${left} more` : ''}.${untold}`;
  }
  if (untold !== '') return `⚠️ Who can approve it is not known yet.${untold}`;
  const why =
    roles.length === 0
      ? `no role allows to approve rebuilds of ${inline(instance, 80)}`
      : `nobody but those who asked holds ${roles.map((role) => inline(role, 40)).join(' or ')}`;
  return `⚠️ *Nobody can approve it*: ${why}. Give somebody the role (\`access\` in farmhand.yml), or withdraw it.`;
};
