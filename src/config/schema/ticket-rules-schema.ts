import { z } from 'zod';
import { section } from './fields.ts';

const readable = (text: string): boolean => {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
};

const changeRequest = section({
  required: z.boolean().default(true).describe('Nothing is started without its number'),
  pattern: z
    .string()
    .min(1)
    .refine(readable, { error: 'is not a regular expression' })
    .default('^CHG[0-9]{7}$')
    .describe('What its number looks like; a regular expression'),
});

/** What may be said of the tickets of all rebuilds, and otherwise for those of a rule. */
export const ticketKeys = {
  change_request: changeRequest
    .optional()
    .describe('The number of a change request that a rebuild is started with: `change=CHG0012345`'),
};

const pattern = z
  .string()
  .regex(/^[^\s*]+\*?$|^\*$/, { error: 'must be a name, a beginning such as system*, or *' });

/** Which rebuilds a rule is for, and what their tickets are. */
export const ticketRule = section({
  instances: z.array(pattern).min(1).default(['*']).describe('For which instances; * for all'),
  tenants: z.array(pattern).min(1).default(['*']).describe('For which tenants; * for all'),
  ...ticketKeys,
});
