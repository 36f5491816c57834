/**
 * Everything that comes from an alert or a person passes through here before Slack sees it. Afterwards it cannot
 * mention, link, format, reorder or hide anything, and fits its place.
 */

/* Control and format characters: bidirectional marks, zero-width ones … but for the joiner that emoji need. */
const invisible = /(?!\n)\p{Cc}|(?!\u200d)\p{Cf}/gu;
const plainAscii = /^[ -~]*$/;
const ellipsis = '…';

/** Without control, bidirectional and invisible characters; line ends are `\n`, tabs are spaces. */
export const clean = (text: string): string =>
  plainAscii.test(text)
    ? text
    : text
        .toWellFormed()
        .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
        .replaceAll('\t', ' ')
        .replace(invisible, '');

/** On one line: every run of white space is one space. */
export const oneLine = (text: string): string => clean(text).replace(/\s+/gu, ' ').trim();

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** At most `max` UTF-16 units, whole graphemes, `…` at the end when something was left out; each passed through `map`. */
const cutTo = (text: string, max: number, map: (part: string) => string): string => {
  if (text.length <= max) {
    const whole = map(text);
    if (whole.length <= max) return whole;
  }
  let out = '';
  // One grapheme may be split by this slice: it lies beyond the limit anyway.
  for (const { segment } of graphemes.segment(text.slice(0, max + 1))) {
    const part = map(segment);
    if (out.length + part.length > max - ellipsis.length) break;
    out += part;
  }
  return max < 1 ? '' : out.trimEnd() + ellipsis;
};

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escapeEntities = (text: string): string => text.replace(/[&<>]/g, (char) => entities[char] ?? char);

/**
 * mrkdwn has no escape for its own marks, so those that could format become look-alikes: * ` ~ always, _ where a
 * word begins or ends, and the colon that would close an emoji name. Exact text is shown in code, or as plain text.
 */
const defuse = (text: string): string =>
  text
    .replaceAll('*', '∗')
    .replaceAll('`', 'ˋ')
    .replaceAll('~', '∼')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, 'ˍ')
    .replace(/:(?=[\w+'-]*[a-z][\w+'-]*:)/gi, '∶');

// A label of a megabyte costs no more than one of a few kilobytes.
const bounded = (text: string, max: number): string => text.slice(0, max * 8 + 1000);

/** Plain text for `plain_text` objects, on one line. */
export const plain = (text: string, max: number): string =>
  cutTo(oneLine(bounded(text, max)), max, (part) => part);

/** Untrusted text as inert mrkdwn on one line. */
export const inline = (text: string, max: number): string =>
  cutTo(defuse(oneLine(bounded(text, max))), max, escapeEntities);

/** Untrusted text as inert mrkdwn that keeps its line breaks (never more than one empty line). */
export const paragraph = (text: string, max: number): string =>
  cutTo(
    defuse(
      clean(bounded(text, max))
        .replace(/\n\s*\n\s*/g, '\n\n')
        .trim(),
    ),
    max,
    escapeEntities,
  );

/** Untrusted text in a code span: exact, but for back-ticks. */
export const code = (text: string, max: number): string => {
  const inner = cutTo(oneLine(bounded(text, max)).replaceAll('`', 'ˋ'), max - 2, escapeEntities);
  return `\`${inner === '' ? ' ' : inner}\``;
};
