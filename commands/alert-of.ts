import { AlertIdValue } from '../views/ids.ts';

/** The alert a button is about; undefined for a button of another version of farmhand. */
export const alertOfButton = (action: { readonly value?: string | undefined }): string | undefined =>
  AlertIdValue.safeParse(action.value).data;
