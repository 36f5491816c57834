/**
 * Plain text as wiki text that Jira Data Center shows as just that text: no markup, macro, link, mention, image or
 * smiley comes of it. What must not even be seen by the renderer's first passes (macros, links, cells of tables) is an
 * entity: they run before backslashes are looked at, and the last pass leaves entities as they are
 * (atlassian-renderer, `BackslashEscapeRendererComponent`, `HtmlEscapeRendererComponent`). Everything else has a
 * backslash, which people can read in an editor and in a mail.
 */
export const escapeWiki = (line: string): string =>
  line
    .replace(/[\\{}[\]|]|&(?=[#\p{L}\p{N}])|:(?![\s\d]|$)/gu, entity)
    // Between letters or digits a hyphen begins and ends nothing: names and dates stay readable.
    .replace(/(?<![A-Za-z0-9])-|-(?![A-Za-z0-9])/g, '\\-')
    .replace(/\?(?=\?)|(?<=\?)\?/g, '\\?')
    .replace(/(?<!&)#|[*_+^~!()@]/g, '\\$&')
    .replace(/^(\s*)(h(?=[1-6]\.)|b(?=q\.))/, (_, space: string, letter: string) => space + entity(letter));

const entity = (char: string): string => (char === '&' ? '&amp;' : `&#${char.charCodeAt(0)};`);

/** What is shown of one line of wiki text, as far as farmhand writes it: without its markup, escapes resolved. */
export const wikiPlain = (line: string): string =>
  line
    .replace(/^\s*h[1-6]\.\s+/, '')
    .replace(/(?<!\\)\[((?:\\.|[^[\]|\\])*)\|[^[\]|]*\]/g, '$1')
    // Jira's own editor writes a mark within a word so: {*}bold{*}.
    .replace(/\{([*_])\}/g, '')
    .replace(/\\\\(?=\s|$)|\\(.)|[|*_]/g, (_, escaped: string | undefined) => escaped ?? '')
    .replace(/&#(\d{1,6});|&(amp|nbsp|lt|gt|quot);/g, (whole, code?: string, name?: string) =>
      code === undefined
        ? (named[name ?? ''] ?? whole)
        : String.fromCodePoint(Math.min(Number(code), 0x10ffff)),
    );

const named: Readonly<Record<string, string>> = { amp: '&', nbsp: ' ', lt: '<', gt: '>', quot: '"' };
