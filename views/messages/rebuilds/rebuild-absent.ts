import { type Message, wordsFrom } from '../../../src/core/message.ts';

const absences = {
  not_on_record: ({ id }: { readonly id: string }) =>
    `There is no rebuild ${id} on record. Nothing was changed. /dcr list shows those there are.`,
  /** `last`: its id; `status`: how it ended. */
  ended: ({
    instance,
    last,
    status,
  }: {
    readonly instance: string;
    readonly last: string;
    readonly status: string;
  }) =>
    `${instance} has no rebuild in flight. Nothing was changed. The last one, ${last}, has ended: ${status}.`,
  never_begun: ({ instance }: { readonly instance: string }) =>
    `${instance} has no rebuild in flight. Nothing was changed. /dcr start ${instance} plans one.`,
  /** Which instances there are is not known now. */
  perhaps_unknown: ({ instance }: { readonly instance: string }) =>
    `${instance} has no rebuild in flight. Nothing was changed. /dcr list shows those there are.`,
  no_instance: ({ instance, near }: { readonly instance: string; readonly near?: string | undefined }) =>
    `There is no instance ${instance}. Nothing was changed.${near === undefined ? '' : ` Did you mean ${near}?`}`,
} satisfies Record<string, (facts: never) => string>;

/** Why there is no rebuild such as a person meant. */
export type Absence = Message<typeof absences>;

/** Plain text, whole sentences. */
export const absenceWords: (absence: Absence) => string = wordsFrom(absences);
