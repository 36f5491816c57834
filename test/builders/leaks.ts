/**
 * Whether `secret` can be read out of `text`: as it stands, or after undoing percent-encoding, a form, JSON, HTML, hex or
 * base64. It decodes what it finds, and so does not share the way in which farmhand looks for secrets.
 */
export const leaks = (text: string, secret: string): boolean =>
  readings(text, 2).some((reading) => reading.includes(secret));

const readings = (text: string, depth: number): readonly string[] => {
  if (depth === 0) return [text];
  const undone = [percent(text), percent(text.replaceAll('+', ' ')), json(text), html(text)];
  const decoded = [...runs(text, /[A-Za-z0-9+/_-]{8,}/g, base64), ...runs(text, /[0-9a-fA-F]{8,}/g, hex)];
  return [text, ...new Set(undone)].flatMap((each) => readings(each, depth - 1)).concat(decoded);
};

const runs = (text: string, like: RegExp, decode: (run: string) => readonly string[]): readonly string[] =>
  [...text.matchAll(like)].flatMap(([run]) => decode(run));

const percent = (text: string): string =>
  text.replace(/(?:%[0-9a-fA-F]{2})+/g, (codes) =>
    Buffer.from(codes.replaceAll('%', ''), 'hex').toString('utf8'),
  );
const json = (text: string): string => text.replace(/\\(["\\/])/g, '$1');
const html = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
const base64 = (run: string): readonly string[] =>
  [0, 1, 2, 3].map((at) => Buffer.from(run.slice(at), 'base64').toString('utf8'));
const hex = (run: string): readonly string[] =>
  [0, 1].map((at) => Buffer.from(run.slice(at), 'hex').toString('utf8'));
