import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { unreviewedOf } from '../../src/rebuild/model/rules/controlled.ts';
import { context, type ModalView, plainText, section } from '../blocks.ts';
import { code, inline } from '../escape.ts';
import { actionIds, blockIds, callbackIds, modalTitles, type RebuildModalContext } from '../ids.ts';
import { closedLead, glassFacts } from '../rebuild/glass.ts';
import { modal, option } from './rebuild-forms.ts';

/** What was done under the broken glass, whether that was in order, and what the reviewer found. */
export const reviewModal = (rebuild: Rebuild, where: RebuildModalContext): ModalView => ({
  ...modal(callbackIds.rebuildReview, modalTitles.review, 'Put on record', { ...where, rebuild: rebuild.id }),
  blocks: [
    section(`*${inline(rebuild.plan.instance.name, 80)}* · ${code(rebuild.id, 90)}`),
    ...unreviewedOf(rebuild)
      .slice(-5)
      .map((glass) => section([closedLead(glass), ...glassFacts(glass)].join('\n'))),
    {
      type: 'input',
      block_id: blockIds.reviewVerdict,
      label: plainText('Was it in order?', 100),
      element: {
        type: 'radio_buttons',
        action_id: actionIds.reviewVerdict,
        options: [
          option('In order: it was needed, and nothing more was done', 'in_order'),
          option('Not in order: it must be followed up', 'objected'),
        ],
      },
    },
    {
      type: 'input',
      block_id: blockIds.reviewSays,
      label: plainText('What you found', 100),
      element: {
        type: 'plain_text_input',
        action_id: actionIds.reviewSays,
        multiline: true,
        max_length: 500,
      },
      hint: plainText('Auditors read it: what you looked at, and why it was needed or not.', 200),
    },
    ...context('It is on record under your name: in the thread, the ticket, its review task and the audit.'),
  ],
});
