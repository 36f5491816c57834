import type { Declaration } from '../../src/region/region.ts';
import { context, type Message, section } from '../blocks.ts';
import { inline } from '../escape.ts';

/** What people read where it is said which region works; farmhand reads what travels beside it. */
export const regionDeclared = ({ region, by, why }: Pick<Declaration, 'region' | 'by' | 'why'>): Message => {
  const title = `Region ${inline(region, 80)} works from now on`;
  return {
    text: `🌍 ${title}`,
    blocks: [
      section(`🌍 *${title}*\n${inline(why, 1_000)}`),
      ...context(
        `Promoted by ${inline(by, 80)} with farmhand promote. Every other region stops by itself. Do not remove this message: farmhand reads it.`,
      ),
    ],
  };
};
