import type { World } from '../../../sandbox/world/world.ts';
import { channels } from './scene.ts';

/** What the roots of alerts say that stand in their channel, by the series of the alert. */
export const rootTexts = async (world: World): Promise<ReadonlyMap<string, readonly string[]>> => {
  const texts = new Map<string, string[]>();
  for (const { deleted, threadTs, metadata, text } of await world.slack.control.messages(channels.alerts)) {
    const { id } = (metadata?.['event_payload'] ?? {}) as { readonly id?: string };
    const isRoot = !deleted && threadTs === undefined && metadata?.['event_type'] === 'farmhand_alert';
    if (!isRoot || id === undefined) continue;
    const series = id.slice(0, 16);
    texts.set(series, [...(texts.get(series) ?? []), text]);
  }
  return texts;
};
