import { type Message, wordsFrom } from '../../core/message.ts';
import { counted } from '../../core/text.ts';

interface Named {
  /** Of the Alertmanager. */
  readonly name: string;
}
interface Matched extends Named {
  /** How many labels of the alert the silence does not go by. */
  readonly left: number;
}

const leftWords = ({ left }: Matched): string =>
  left === 0
    ? ''
    : `${left} of its labels ${left === 1 ? 'is' : 'are'} too long or oddly written for farmhand to match, so the silence goes by the others. `;

const effects = {
  /** `others`: alerts that it silences besides. */
  silenced: (facts: Matched & { readonly others: number }) => {
    const { name, others } = facts;
    const also =
      others > 0 ? `, and ${others} other alert${others === 1 ? '' : 's'} with the same labels` : '';
    return `Alertmanager ${name} lists it as silenced${also}. ${leftWords(facts)}`.trim();
  },
  /** Of a group. */
  all_silenced: ({ name, count }: Named & { readonly count: number }) =>
    `Alertmanager ${name} lists ${counted(count, 'alert')} as silenced`,
  not_silenced: (facts: Matched) =>
    `Alertmanager ${facts.name} lists this alert as firing and not silenced: notifications go on. ${leftWords(facts)}Make one there that fits`,
  not_listed: ({ name }: Named) =>
    `Alertmanager ${name} does not list this alert at the moment, so whether it is silenced could not be seen`,
  /** It is not known to be the one that sent the alert. */
  elsewhere: ({ name }: Named) =>
    `Alertmanager ${name} does not know this alert: it came from another one. Add that one to alertmanagers in farmhand.yml, with its external_url`,
  unseen: ({ error }: { readonly error: string }) =>
    `Whether the alert is silenced now could not be seen: ${error}`,
  held_back: () =>
    'Whether the alert is silenced now could not be seen: it is held back there at the moment, and the list names no silence',
} satisfies Record<string, (facts: never) => string>;

/** What was seen of a silence after it was made. */
export type SeenEffect = Message<typeof effects>;

/** A sentence for people. */
export const effectWords: (effect: SeenEffect) => string = wordsFrom(effects);
