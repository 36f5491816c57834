import { z } from 'zod';
import { actionIds, blockIds } from '../../views/ids.ts';
import { wholeDuration } from '../parse/duration.ts';

/** What Slack hands over of the silence modal's inputs. */
const SilenceForm = z.object({
  [blockIds.silenceDuration]: z.object({
    [actionIds.silenceDuration]: z.object({
      selected_option: z.object({ value: z.string().nullish() }).nullish(),
    }),
  }),
  [blockIds.silenceCustom]: z.object({
    [actionIds.silenceCustom]: z.object({ value: z.string().nullish() }),
  }),
  [blockIds.silenceReason]: z.object({
    [actionIds.silenceReason]: z.object({ value: z.string().nullish() }),
  }),
});

export type ParsedSilence =
  | { readonly ok: true; readonly durationMs: number; readonly reason: string }
  /** By block id, all at once: Slack shows each below its input. */
  | { readonly ok: false; readonly errors: Record<string, string> };

/** Reads the silence modal. Throws when the inputs are not those of this modal. */
export const parseSilenceForm = (values: unknown): ParsedSilence => {
  const form = SilenceForm.parse(values);
  const chosen = form[blockIds.silenceDuration][actionIds.silenceDuration].selected_option?.value ?? '';
  const custom = form[blockIds.silenceCustom][actionIds.silenceCustom].value?.trim() ?? '';
  const reason = form[blockIds.silenceReason][actionIds.silenceReason].value?.trim() ?? '';
  const duration = wholeDuration(custom === '' ? chosen : custom);
  const at = custom === '' ? blockIds.silenceDuration : blockIds.silenceCustom;
  const errors = {
    ...(duration.ok ? {} : { [at]: duration.problem }),
    ...(reason === '' ? { [blockIds.silenceReason]: 'Say why, for the next person on call.' } : {}),
  };
  return duration.ok && reason !== '' ? { ok: true, durationMs: duration.ms, reason } : { ok: false, errors };
};
