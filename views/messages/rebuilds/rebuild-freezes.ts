import type { Freeze } from '../../../src/rebuild/model/rules/freezes.ts';
import { type Message, section } from '../../blocks.ts';
import { paragraph } from '../../escape.ts';
import { freezeLines } from '../../rebuild/freezes.ts';

/** What was frozen or thawed, what that holds, and what goes on. The first sentence is the answer. */
export const freezeAnswer = (verb: 'freeze' | 'thaw', [first = '', ...more]: readonly string[]): Message => {
  const mark = verb === 'freeze' ? '❄️' : '🌤️';
  return {
    text: `${mark} ${first}`,
    blocks: [
      section([`${mark} *${paragraph(first, 600)}*`, ...more.map((line) => paragraph(line, 900))].join('\n')),
    ],
  };
};

/** An answer about an instance, with what people have frozen of it before it. */
export const withFreezes = (answer: Message, freezes: readonly Freeze[]): Message => {
  const lines = freezes.map((freeze) => section(freezeLines(freeze)));
  return {
    ...answer,
    blocks: [...lines, ...answer.blocks],
    ...(answer.rich && { rich: [...lines, ...answer.rich] }),
  };
};
