import { cut, plain } from '../../../core/text.ts';
import { taskAsks, taskFacts } from '../../../rebuild/messages/rules/review-task.ts';
import type { Glass } from '../../../rebuild/model/parts/glass.ts';
import type { Rebuild } from '../../../rebuild/model/rebuild.ts';
import { type Blocks, facts, heading, type Measure, madeSafe, maxText, paragraph } from './document.ts';

/** What a reviewer reads first: who broke the glass, why, until when, and what is asked of them. */
export const reviewDocument = (
  rebuild: Rebuild,
  glass: Glass,
  thread: string | undefined,
  measure: Measure,
  safe: (text: string) => string = (text) => text,
): Blocks => {
  const made = (most: number): Blocks =>
    madeSafe(
      [
        paragraph(
          'The glass was broken for a distributed cache rebuild. What is done under it is to be reviewed.',
        ),
        facts([
          ...taskFacts(rebuild, glass).map(([name, value]) => ({ name, value: cut(plain(value), most) })),
          ...(thread === undefined ? [] : [{ name: 'Slack thread', value: 'Open the thread', url: thread }]),
        ]),
        heading('What is asked of the reviewer'),
        ...taskAsks(rebuild).map((text) => paragraph(text)),
        paragraph('Times are UTC.', 'em'),
      ],
      safe,
    );
  const whole = made(4_000);
  return measure(whole) <= maxText ? whole : made(200);
};
