import type { AuditActor, AuditRecord } from '../../../src/audit/record.ts';
import { counted } from '../../../src/core/text.ts';
import type { AuditRead } from '../../../src/rebuild/ports/audit-read.ts';
import { context, type Message, section } from '../../blocks.ts';
import type { ViewContext } from '../../context.ts';
import { code, inline, paragraph } from '../../escape.ts';
import { recordWords } from '../../evidence/record-words.ts';
import { ownLink, permalink } from '../../links.ts';
import { fitted, titled } from '../../trail.ts';
import { localTime, who, withMentions } from '../../words.ts';

/** Who asked, who approved, what was changed, what was refused, how it ended, and whether all of that can be trusted. */
export const auditAnswer = (read: AuditRead, ctx: ViewContext): Message => {
  const { rebuild, records, head, verified } = read;
  const text = `🧾 The audit of the rebuild ${rebuild.id}: ${counted(records.length, 'record')}`;
  const { card } = rebuild;
  const link = card.ts === undefined ? undefined : permalink(ctx, card.channel, card.ts);
  const of = (take: (record: AuditRecord) => boolean) => records.filter(take);
  return {
    text,
    blocks: [
      section(`*🧾 The audit of the rebuild* ${code(rebuild.id, 90)}`),
      ...titled('Asked and approved', fitted(of(isAsked).map(lineOf), 2200)),
      ...titled('Changed', fitted(changesOf(records), 2800)),
      ...titled('Refused or denied', fitted(of(isRefused).map(lineOf), 1500)),
      ...titled(
        'Decided by farmhand',
        fitted(of(({ type }) => type === 'decision').map(lineOf), 1200, 'newest'),
      ),
      section(
        `${verified.whole ? '✅ Verified just now' : '❌ *Not whole*'}: ${paragraph(verified.says, 900)}\n${packLine(read)}`,
      ),
      ...context(
        `Head: record ${head.seq} ${code(head.hash, hashRoom)}`,
        ownLink(link, 'Its thread'),
        'That you read this is on record.',
      ),
    ],
  };
};

/** A SHA-256 in full, to be compared, with the ticks around it. */
const hashRoom = 70;

/** A glass that is broken or reviewed as well; that it closes by itself is nobody’s deed. */
const isAsked = ({ type, command }: AuditRecord): boolean =>
  type === 'command' || type === 'approval' || (type === 'break_glass' && command !== undefined);
const isRefused = ({ type }: AuditRecord): boolean => type === 'command_refused' || type === 'command_denied';

const timeOf = ({ time_utc }: AuditRecord): string => localTime(Date.parse(time_utc));

const person = (actor: AuditActor): string => who(actor);

const lineOf = (record: AuditRecord): string => {
  const { actor, authz, why } = record;
  const role = authz?.role === undefined ? '' : `, as ${inline(authz.role, 60)}`;
  const because =
    isAsked(record) && why?.reason !== undefined ? `\n      because: ${paragraph(why.reason, 300)}` : '';
  return `• ${timeOf(record)} ${person(actor)}${role}: ${withMentions(paragraph(recordWords(record), 500))}${because}`;
};

/** One line for each change that was begun, with what came of it. */
const changesOf = (records: readonly AuditRecord[]): readonly string[] =>
  records
    .filter(({ type }) => type === 'change_intent')
    .map((intent) => {
      const outcome = records.findLast(
        ({ type, action_id }) => type === 'change_outcome' && action_id === intent.action_id,
      );
      const what = recordWords(intent).replace(/^About to change: /, '');
      const ended = outcome?.outcome ?? 'no outcome yet';
      const glass = intent.correlation?.['glass'];
      const under = glass === undefined ? '' : `, under broken glass ${glass}`;
      const wish = intent.on_behalf_of ? ` for ${person(intent.on_behalf_of)}` : '';
      return `${ended === 'done' || ended === 'already' ? '•' : '❗'} ${timeOf(intent)} ${paragraph(what, 300)}${wish}${under}: ${inline(ended, 40)}`;
    });

const packLine = ({ pack }: AuditRead): string => {
  const { name, hash, to, error } = pack;
  const where = to === 'direct' ? 'in your direct messages with me' : 'in the thread of the rebuild';
  return error === undefined
    ? `📎 The evidence pack is ${where}: ${code(name, 120)} (SHA-256 ${code(hash, hashRoom)}).`
    : `📎 The evidence pack could not be shared: ${paragraph(error, 300)}. Try again, or have it made with \`farmhand audit export\`.`;
};
