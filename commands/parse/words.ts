import type { RebuildCommand } from '../../src/rebuild/model/command.ts';

/** A word of what somebody typed: a run without white space, or a part in quotes. */
export interface Word {
  readonly text: string;
  readonly quoted: boolean;
  /** Where it begins in the text, so that a reason can be taken as it was written. */
  readonly start: number;
  readonly end: number;
}

const closing: Readonly<Record<string, string>> = {
  '"': '"“”',
  '“': '"”“',
  '„': '"“”',
  '«': '»',
  '‘': "’'",
  "'": "'’",
};

/**
 * The words of `text`; what stands in quotes, also typographic ones, is one word. A quote only opens where a word
 * begins or after `=`, so an apostrophe is a letter; one that is never closed is a letter too.
 */
export const wordsOf = (text: string): readonly Word[] => {
  const words: Word[] = [];
  let at = 0;
  while (at < text.length) {
    const start = at;
    if (/\s/.test(text[at] as string)) {
      at++;
      continue;
    }
    let [out, quoted] = ['', false];
    while (at < text.length && !/\s/.test(text[at] as string)) {
      const end = out === '' || out.endsWith('=') ? quoteEnd(text, at) : undefined;
      if (end === undefined) out += text[at++];
      else {
        out += text.slice(at + 1, end);
        quoted = true;
        at = end + 1;
      }
    }
    words.push({ text: out, quoted, start, end: at });
  }
  return words;
};

const quoteEnd = (text: string, at: number): number | undefined => {
  const ends = closing[text[at] as string];
  if (ends === undefined) return undefined;
  for (let i = at + 1; i < text.length; i++) {
    // The end of a quoted part is followed by white space: `'customer's'` ends at the last one.
    if (ends.includes(text[i] as string) && (i + 1 === text.length || /\s/.test(text[i + 1] as string)))
      return i;
  }
  return undefined;
};

/** Slack escapes these three, and nothing else, in what people type. */
export const unescaped = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** A reason as it was written, without what leads to it: `because`, a colon, quotes around the whole. */
export const asReason = (text: string): string => {
  const bare = text
    .trim()
    .replace(/^(?:because|(?:--|—)?reason)\b[\s:=,]*/i, '')
    .replace(/^[\s:,–—-]+/, '')
    .trim();
  const [word, ...more] = wordsOf(bare);
  return word?.quoted && more.length === 0 ? word.text.trim() : bare;
};

export const longestReason = 500;

/** `approve`, or `approve 5f2c8a0d`: the code that stands beside what is to be approved. Undefined for anything else. */
export const approveWords = (rest: string): Extract<RebuildCommand, { verb: 'approve' }> | undefined => {
  const code = rest.trim().replaceAll('`', '').toLowerCase();
  if (code === '') return { verb: 'approve' };
  return /^[0-9a-f]{8,64}$/.test(code) ? { verb: 'approve', hash: code } : undefined;
};

/** `… --confirm system6` at the end of a reason: the name of the instance, typed where policy wants that of what destroys. */
export const confirmed = (said: string): { readonly reason: string; readonly typed?: string } => {
  const [, reason = '', typed] = /^([\s\S]*?)\s*(?:--|[—–])confirm[=\s]+(\S+)$/i.exec(said.trim()) ?? [];
  return typed === undefined ? { reason: said } : { reason, typed };
};
