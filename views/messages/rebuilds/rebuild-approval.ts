import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { type Message, section } from '../../blocks.ts';
import type { ViewContext } from '../../context.ts';
import { rebuildStatus } from './rebuild-status.ts';

const leads = {
  unseen: '🔏 Nothing was approved yet. Read what it would be; the button below approves exactly that.',
  stale:
    '♻️ Nothing was approved: what you saw is not what is asked for any more. This is what is asked for now.',
} as const;

/** All that would be approved, for one person, with the button that approves it. */
export const approvalAnswer = (rebuild: Rebuild, why: keyof typeof leads, ctx: ViewContext): Message => {
  const { blocks } = rebuildStatus(rebuild, ctx);
  return { text: leads[why], blocks: [section(leads[why]), ...blocks] };
};
