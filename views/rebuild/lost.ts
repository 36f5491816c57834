import type { LostName } from '../../src/rebuild/model/lost.ts';
import { dotted } from '../blocks.ts';
import type { ViewContext } from '../context.ts';
import { code, inline } from '../escape.ts';
import { ownLink, permalink } from '../links.ts';
import { localTime } from '../words.ts';

/** A rebuild whose record was lost, and what a person does about it; mrkdwn. */
export const lostLines = (lost: LostName, ctx: Pick<ViewContext, 'teamUrl'>): string => {
  const link = permalink(ctx, lost.channel, lost.ts);
  const name = inline(lost.instance, 80);
  const title = dotted(`🧯 *${name}*`, ownLink(link, lost.id) ?? code(lost.id, 90), whatIs[lost.is]);
  if (lost.is === 'unclear') {
    return `${title}\nIts card does not say whether it had ended. Nothing is held for it; \`/dcr start ${name}\` says what is up.`;
  }
  return `${title}, since ${localTime(lost.since)}\nNothing is changed in its cluster until a person decides: \`/dcr start ${name}\` shows what is there and adopts it; \`/dcr recovery done ${name} WHY\` says that it is over.`;
};

const whatIs = {
  gone: 'in flight when records were lost',
  behind: 'in flight, and only an older copy of its record came back',
  unclear: 'perhaps in flight when records were lost',
} as const satisfies Record<LostName['is'], string>;
