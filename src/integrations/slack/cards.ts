import type { Message } from '../../../views/blocks.ts';
import { rebuildNoteKey } from '../../../views/ids.ts';
import { inTime } from '../../core/deadline.ts';
import { messageOf } from '../../core/errors.ts';
import { inTurn } from '../../core/time/in-turn.ts';
import { classicForms } from '../../delivery/block-forms.ts';
import type { PostKey } from '../../delivery/slack-result.ts';
import type { Log } from '../../observability/log.ts';
import type { RebuildNote } from '../../rebuild/model/parts/told.ts';
import type { Rebuild } from '../../rebuild/model/rebuild.ts';
import { hasEnded } from '../../rebuild/model/record.ts';
import { memoryOf } from '../../rebuild/ports/memory.ts';
import type { CardPort } from '../../rebuild/ports/ports.ts';
import { packMemory } from './card-memory.ts';
import { createPosts, type PostsDeps } from './posts.ts';
import { uploadOnce } from './uploads.ts';

/** How rebuilds look: `views/`, bound to the view context by the app. */
export interface CardViews {
  card(rebuild: Rebuild): Message;
  notes(rebuild: Rebuild, notes: readonly RebuildNote[]): Message;
  /** An SVG. */
  chart(rebuild: Rebuild): string;
  /** The chart in words, for those who do not see it. Plain text. */
  chartText(rebuild: Rebuild): string;
}

export interface SlackCardsDeps extends PostsDeps {
  readonly views: CardViews;
  /** `src/integrations/chart/png.ts`. */
  readonly png: (svg: string) => Promise<Uint8Array>;
  readonly log: Log;
  /** Default: `chartPatience`; ms. */
  readonly patience?: number;
}

/** Nearly every chart is there within this; what takes longer goes on by itself, and is lost with the process. ms */
const chartPatience = 1_000;
/** Each keeps a record, 30 KB: where a thousand rebuilds pass a milestone at once, the others are told in words only. */
const chartsAtMost = 300;

/**
 * Rebuilds as Slack threads: the card is the root, notes are replies, charts are files among them. Charts are drawn and shared
 * one at a time, and nothing waits for one that takes long.
 */
export const createSlackCards = (cardDeps: SlackCardsDeps): CardPort => {
  const { views, png, log, patience = chartPatience, ...deps } = cardDeps;
  const { post, update, find, remove } = createPosts(deps);

  /** The card shows the curves then, and is kept up to date; the picture comes with the report, with all that happened. */
  const onCard = (rebuild: Rebuild): boolean =>
    (deps.forms ?? classicForms).takes('data_visualization') &&
    views.card(rebuild).rich?.some(({ type }) => type === 'data_visualization') === true;

  const share = inTurn((rebuild: Rebuild, threadTs: string, name: string) =>
    uploadOnce(deps.web, {
      channel: rebuild.card.channel,
      threadTs,
      name,
      title: `Rebuild ${rebuild.id}`,
      alt: views.chartText(rebuild),
      content: () => png(views.chart(rebuild)),
    }),
  );
  let waiting = 0;

  /** The text stands already: a chart that cannot be drawn or shared is a loss, and no failure. */
  const addChart = async (rebuild: Rebuild, ts: string, notes: readonly RebuildNote[]): Promise<void> => {
    const note = notes.findLast(({ chart }) => chart);
    if (!note || (onCard(rebuild) && !hasEnded(rebuild))) return;
    const name = `${rebuild.id}-${note.n}.png`;
    waiting += 1;
    try {
      if (waiting > chartsAtMost) throw new Error(`${chartsAtMost} others wait to be drawn`);
      await share(rebuild, ts, name);
    } catch (error) {
      log.warn({ rebuild: rebuild.id, file: name, reason: messageOf(error) }, 'chart not shared');
    } finally {
      waiting -= 1;
    }
  };

  return {
    postCard: (rebuild) =>
      post(rebuild.card.channel, cardKey(rebuild), views.card(rebuild), { told: tells(rebuild) }),
    updateCard: (rebuild, ts) =>
      update(rebuild.card.channel, ts, cardKey(rebuild), views.card(rebuild), tells(rebuild)),
    postNotes: async (rebuild, ts, notes) => {
      const key = rebuildNoteKey(rebuild.id, notes.at(-1)?.n ?? 0);
      const result = await post(rebuild.card.channel, key, views.notes(rebuild, notes), {
        threadTs: ts,
        broadcast: notes.some(({ kind }) => kind === 'glass'),
      });
      if (result.ok) await inTime(patience, () => addChart(rebuild, ts, notes));
      return result;
    },
    find: async (rebuild, through, sinceMs) => {
      const { channel, ts, notes } = rebuild.card;
      if (through === 0) return find(channel, cardKey(rebuild), sinceMs);
      const result = await find(channel, rebuildNoteKey(rebuild.id, through), sinceMs, ts);
      // Its answer was lost, so nobody has got to its chart.
      if (result.ok && result.value.length > 0 && ts !== undefined) {
        const said = notes.filter(({ n }) => n <= through);
        await inTime(patience, () => addChart(rebuild, ts, said));
      }
      return result;
    },
    remove,
  };
};

const tells = (rebuild: Rebuild): readonly object[] => packMemory(memoryOf(rebuild));

const cardKey = ({ id }: Rebuild): PostKey => ({ kind: 'rebuild', id });
