import { z } from 'zod';
import { duration, section } from './fields.ts';

const id = /^[UWS][A-Z0-9]{2,}$/;

/**
 * Whom to mention, and when, while nobody reacts.
 *
 * @param since what the steps are counted from, as a sentence begins
 * @param words what may stand in place of the Slack id of a person or user group
 */
export const notifySteps = (since: string, words: readonly string[]) => {
  const mention = z.string().refine((text) => id.test(text) || words.includes(text), {
    error: `must be the id of a person (U0123ABCD) or user group (S0123ABCD), or ${words.join(' or ')}`,
  });
  return z
    .array(
      section({
        after: duration(since, {
          min: '0s',
          max: '30d',
          why: 'by then somebody should have been told',
        }),
        mention: z
          .array(mention)
          .min(1)
          .max(10)
          .describe('Slack ids of people and user groups, or one of the words'),
      }),
    )
    .max(10)
    .refine((steps) => steps.every(({ after }, i) => i === 0 || after > (steps[i - 1]?.after ?? 0)), {
      error: 'each step must come later than the one before it',
    });
};
