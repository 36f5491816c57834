/** Of package-lock.json what tells a licence. */
export interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly license?: string; readonly dev?: boolean }>
  >;
}

export interface Licensed {
  readonly name: string;
  readonly version: string;
  /** As its package says, mostly an SPDX expression. */
  readonly licence: string;
}

/** Give it away, change it, name who made it. */
const permissive = new Set([
  ...[
    '0BSD',
    'Apache-2.0',
    'BlueOak-1.0.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'CC0-1.0',
    'ISC',
    'MIT',
    'MIT-0',
  ],
  ...['PSF-2.0', 'Python-2.0', 'Unlicense', 'Zlib'],
]);

/** What binds changed files of the package itself; farmhand changes none. */
const ofItsFiles = new Set(['MPL-2.0']);

/**
 * Never: what asks for the source of all that it is linked with or served by, what forbids a use, and what gives no right at all.
 */
const denied =
  /^(AGPL|GPL|LGPL|SSPL|EUPL|OSL|CPAL|RPL|BUSL|Elastic|Confluent|Commons-Clause|CC-BY-NC|CC-BY-ND|PolyForm|JSON$|UNLICENSED)/i;

/** Whose package names no SPDX licence, and which somebody has read: the licence is held to the word, so that a change is seen. */
const read: Readonly<Record<string, string>> = {
  // Bitstream Vera's and Arev's: use and embed freely, do not sell the fonts by themselves.
  'dejavu-fonts-ttf': 'SEE LICENSE IN README.md AND LICENSE',
};

/** What is wrong with a licence, in words; undefined: nothing. Of `A OR B` one has to do, of `A AND B` both. */
export const against = ({ name, licence }: Pick<Licensed, 'name' | 'licence'>): string | undefined => {
  if (read[name] === licence) return undefined;
  const bare = licence.trim().replace(/^\((.*)\)$/, '$1');
  const alternatives = bare.split(/\s+OR\s+/);
  if (alternatives.length > 1) {
    const found = alternatives.map((each) => against({ name, licence: each }));
    return found.every((problem) => problem !== undefined) ? found[0] : undefined;
  }
  for (const each of bare.split(/\s+AND\s+/)) {
    const id = each.replace(/\s+WITH\s+.*$/, '').replace(/[()]/g, '');
    if (permissive.has(id) || ofItsFiles.has(id)) continue;
    if (denied.test(id)) return `${id} is denied: another package, or farmhand may not be given away with it`;
    return `${id === '' ? 'no licence' : id} is not known: read it, and name it in scripts/bundle/licence-rules.ts`;
  }
  return undefined;
};

/** What farmhand runs with, each version once, without what only development needs. */
export const licensed = ({ packages }: Lock): readonly Licensed[] => {
  const found = Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && !dev)
    .map(([path, { version = '', license = '' }]) => ({
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      ...{ version, licence: license },
    }));
  const once = new Map(found.map((each) => [`${each.name}@${each.version}`, each]));
  return [...once.values()].toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
};

/** The report: how many of each licence, then each package with its own. */
export const licenceReport = (all: readonly Licensed[]): string => {
  const counts = [...Map.groupBy(all, ({ licence }) => licence || 'none')]
    .map(([licence, of]) => [of.length, licence] as const)
    .toSorted(([a, x], [b, y]) => b - a || x.localeCompare(y, 'en'));
  return [
    `${all.length} packages, by what their package.json says (texts: THIRD-PARTY-LICENSES.txt in the image)`,
    '',
    ...counts.map(([count, licence]) => `${String(count).padStart(5)}  ${licence}`),
    '',
    ...all.map(({ name, version, licence }) => `${name} ${version}: ${licence || 'none'}`),
    '',
  ].join('\n');
};
