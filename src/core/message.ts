/**
 * Words apart from what decides: whoever decides answers a code and facts, and a table of functions makes the words of
 * them, one a code.
 */

/** What a table of messages can say: a code of it, with the facts that its words are made of. */
export type Message<Table> = {
  readonly [Code in keyof Table]: Table[Code] extends () => unknown
    ? { readonly code: Code }
    : Table[Code] extends (facts: infer Facts) => unknown
      ? { readonly code: Code } & Facts
      : never;
}[keyof Table];

/** Turns the messages of a table into its words. */
export const wordsFrom =
  <Words, Table extends Readonly<Record<string, (facts: never) => Words>>>(table: Table) =>
  (message: Message<Table> & { readonly code: keyof Table }): ReturnType<Table[keyof Table]> => {
    // A message has the facts that the function of its code takes: `Message` says so.
    const words = table[message.code] as unknown as (facts: unknown) => ReturnType<Table[keyof Table]>;
    return words(message);
  };

type Of<Answer, Code> = Answer extends { readonly code: infer Own }
  ? Code extends Own
    ? Answer
    : never
  : never;

/** Turns an answer into words whose codes are the decider's own: there the table has the type of the answer, not the answer that of the table. */
export const wordsFor =
  <Answer extends { readonly code: string }, Words = string>(
    table: {
      readonly [Code in Answer['code']]: (facts: Of<Answer, Code>) => Words;
    },
  ) =>
  (answer: Answer): Words => {
    // An answer has the facts that the function of its code takes.
    const words = table[answer.code as Answer['code']] as (facts: Answer) => Words;
    return words(answer);
  };
