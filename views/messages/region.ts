import { formatDuration } from '../../src/core/duration.ts';
import type { Declaration } from '../../src/region/region.ts';
import { context, type Message, section } from '../blocks.ts';
import { inline } from '../escape.ts';

/** What the one who promotes knows besides. */
export interface DeclaredBeside {
  /** The region that stops. */
  readonly before?: string | undefined;
  /** When the one before has surely stopped, from now on; ms. */
  readonly beginsAfter: number;
}

/** What people read where it is said which region works; farmhand reads what travels beside it. */
export const regionDeclared = (
  { region, by, why }: Pick<Declaration, 'region' | 'by' | 'why'>,
  { before, beginsAfter }: DeclaredBeside,
): Message => {
  const [name, other] = [inline(region, 80), before !== undefined && inline(before, 80)];
  const title = `Region ${name} works from now on${other ? `, and ${other} no more` : ''}`;
  const wait = formatDuration(beginsAfter);
  const course = other
    ? `${other} stops by itself, also where nobody reaches it. ${name} begins ${wait} from now, when ${other} has surely stopped: until then nothing is posted or changed.`
    : `${name} begins ${wait} from now. Every other region stands by.`;
  return {
    text: `🌍 ${title}`,
    blocks: [
      section(`🌍 *${title}*\n${inline(why, 1_000)}`),
      ...context(
        `${course} Promoted by ${inline(by, 80)} with farmhand promote. Do not remove this message, and write nothing here: farmhand reads it.`,
      ),
    ],
  };
};
