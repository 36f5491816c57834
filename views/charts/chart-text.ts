import { span } from '../../src/core/duration.ts';
import { counted } from '../../src/core/text.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { endedAt } from '../../src/rebuild/model/record.ts';
import { statusOfRebuild } from '../../src/rebuild/model/status.ts';
import { plain } from '../escape.ts';
import { percentage } from '../rebuild/words.ts';

/** What the chart shows, for those who do not see it. Plain text. */
export const chartText = (rebuild: Rebuild, now: number): string => {
  const last = rebuild.progress?.samples.at(-1);
  const until = rebuild.phase === 'running' ? now : endedAt(rebuild);
  const far = last
    ? `progress reached ${percentage(last.percent)} with ${counted(last.ready, 'farmer')} ready`
    : 'no progress has been seen yet';
  const text = `Chart of rebuild ${rebuild.id}, ${statusOfRebuild(rebuild)}: ${far}, ${span(until - rebuild.at)} after it began.`;
  return plain(text, 500);
};
