/** Shorter than this and a value cannot be told from an ordinary word. */
const shortestSecret = 6;
/** A run of base64 shorter than this may be anything. */
const shortestCore = 7;

/**
 * Every form in which a secret may come back in the text of another system: as it is, percent- and form-encoded,
 * escaped for JSON and HTML, in hex, and within any base64 (a Basic login is base64 of `user:token`, so the token may
 * begin at any of three places). Of a secret of several lines, such as a private key, each line by itself as well.
 * Longest first: a form that contains another goes as a whole.
 */
export const formsOf = (secret: string): readonly string[] => {
  const parts = [secret, ...linesOf(secret)].filter((part) => part.length >= shortestSecret);
  return [...new Set(parts.flatMap(formsOfOne))].sort((a, b) => b.length - a.length);
};

const linesOf = (secret: string): readonly string[] =>
  secret.includes('\n') ? secret.split(/\r?\n/).filter((line) => line.length >= 24) : [];

const formsOfOne = (secret: string): readonly string[] => {
  const hex = Buffer.from(secret, 'utf8').toString('hex');
  // Slack escapes three of the five that HTML does.
  const texts = [secret, escapedIn(secret, /[&<>]/g), escapedIn(secret, /[&<>"']/g)];
  const escaped = [...texts, ...texts.map(jsonEscaped)];
  return [...escaped, ...escaped.flatMap(inAddresses), hex, hex.toUpperCase(), ...base64Cores(secret)];
};

const jsonEscaped = (text: string): string => JSON.stringify(text).slice(1, -1);

/** Percent-encoded once and twice, and as a form has it. */
const inAddresses = (text: string): readonly string[] => {
  const percent = encodeURIComponent(text.toWellFormed());
  const form = new URLSearchParams({ s: text }).toString().slice(2);
  const twice = [encodeURIComponent(percent), encodeURIComponent(form)];
  return [percent, lowerEscapes(percent), form, lowerEscapes(form), ...twice];
};

const lowerEscapes = (text: string): string => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escapedIn = (text: string, chars: RegExp): string =>
  text.replace(chars, (char) => entities[char] ?? char);

/** The part of base64 that depends on the secret alone, whatever stands before and behind it. */
const base64Cores = (secret: string): readonly string[] =>
  [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret, 'utf8')]);
    const core = bytes
      .toString('base64')
      .slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6));
    if (core.length < shortestCore) return [];
    return [core, core.replaceAll('+', '-').replaceAll('/', '_'), encodeURIComponent(core)];
  });
