const unseen = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\ufeff\ufffe\uffff]/gu;

/**
 * Text of another system as plain text: well-formed, without control characters and without the marks that turn
 * the reading direction (they can make a text look like another one). Line breaks and tabs stay.
 */
export const plain = (text: string): string =>
  text.toWellFormed().replace(/\r\n?/g, '\n').replace(unseen, '');

/** What nearly every line is not: then it stays as it is, and nothing is copied. */
const notOneLine = /[^\x20-\x7e]| {2}|^ | $/;

/** `text` on one line. */
export const oneLine = (text: string): string =>
  notOneLine.test(text) ? plain(text).replace(/\s+/g, ' ').trim() : text;

/** `text` in at most `max` UTF-16 units, ending in `…` when it was cut; never half a character. */
export const cut = (text: string, max: number): string => {
  if (text.length <= max) return text;
  const head = text.slice(0, Math.max(0, max - 1));
  const last = head.charCodeAt(head.length - 1);
  return `${last >= 0xd800 && last <= 0xdbff ? head.slice(0, -1) : head}…`;
};

/** `1 farmer`, `2,000 farmers`. */
export const counted = (n: number, noun: string): string =>
  `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`;
/** With a full stop, where it has no end of its own: something follows it. */
export const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** With a capital at its beginning. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Longer texts are worked out each time: what is remembered is bounded in bytes, too. */
const rememberedAtMost = 500;

/**
 * `work` of a text, remembered for the texts that come again and again. Only for what depends on the text alone. When
 * `atMost` are known all are forgotten: whoever sends a new text each time costs no more than without.
 */
export const remembering = <T>(work: (text: string) => T, atMost: number): ((text: string) => T) => {
  const known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined || text.length > rememberedAtMost) return before ?? work(text);
    const result = work(text);
    if (known.size >= atMost) known.clear();
    known.set(text, result);
    return result;
  };
};

/** Characters of a person's note on a root message. */
export const longestNote = 300;
