import { actionIds, blockIds } from '../../../views/ids.ts';

/** What Slack sends of the form of a silence. */
export const filledSilence = (choice: string | null, custom: string | null, reason: string | null) => ({
  [blockIds.silenceDuration]: {
    [actionIds.silenceDuration]: {
      type: 'static_select',
      selected_option: choice === null ? null : { value: choice },
    },
  },
  [blockIds.silenceCustom]: { [actionIds.silenceCustom]: { type: 'plain_text_input', value: custom } },
  [blockIds.silenceReason]: { [actionIds.silenceReason]: { type: 'plain_text_input', value: reason } },
});
