/** Markup that is safe to send. Made by `html` only: what is put into it is escaped unless it is markup itself. */
export interface Markup {
  readonly markup: string;
}

type Part = string | number | Markup | readonly Markup[];

export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Markup => ({
  markup: strings.map((text, index) => text + partOf(parts[index] ?? '')).join(''),
});

const partOf = (part: Part): string => {
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  return 'markup' in part ? part.markup : part.map((one) => one.markup).join('');
};

export const nothing: Markup = { markup: '' };

const escapeHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
