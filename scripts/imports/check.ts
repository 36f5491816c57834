import { fileOf, packageOf } from './files.ts';
import type { Import, SourceFacts } from './read.ts';
import { type Area, areas, packageHomes, typeHomes } from './rules.ts';

const isIn = (path: string, prefixes: readonly string[] | undefined): boolean =>
  prefixes?.some((prefix) => path.startsWith(prefix)) ?? false;

const areaOf = (path: string): Area | undefined => areas.find((each) => isIn(path, each.of));

const packageProblem = (path: string, area: Area, name: string, typeOnly: boolean): string | undefined => {
  if (name.startsWith('node:')) {
    const allowed = Array.isArray(area.node) ? area.node.includes(name) : area.node === true;
    return allowed ? undefined : `${area.name} may not use ${name}; take it as a port or as data`;
  }
  const homes = packageHomes[name];
  if (!homes) return `${name} has no home; name it in scripts/imports/rules.ts or do without`;
  if (isIn(path, homes) || (typeOnly && isIn(path, typeHomes[name]))) return undefined;
  return `${name} may only be used in ${homes.join(', ')}`;
};

const importProblem = (path: string, area: Area, each: Import): string | undefined => {
  const target = fileOf(path, each.specifier);
  if (target === undefined) {
    return packageProblem(path, area, packageOf(each.specifier) ?? each.specifier, each.typeOnly);
  }
  if (isIn(target, area.values)) {
    const impure = area.pure && !each.typeOnly && areaOf(target)?.pure === false;
    return impure ? `${area.name} is pure, and ${target} is not` : undefined;
  }
  if (each.typeOnly && isIn(target, area.types)) return undefined;
  const typesAllowed = isIn(target, area.types);
  return `${area.name} may import ${typesAllowed ? 'only types of' : 'nothing of'} ${target}`;
};

/** Every import or impure use of a production file that the rules forbid, as `path:line: message`. */
export const violations = (tree: ReadonlyMap<string, SourceFacts>): readonly string[] =>
  [...tree].flatMap(([path, facts]) => {
    const area = areaOf(path);
    if (!area) return [`${path}:1: belongs to no area; name its folder in scripts/imports/rules.ts`];
    const imports = facts.imports.flatMap((each) => {
      const problem = importProblem(path, area, each);
      return problem ? [`${path}:${each.line}: ${problem}`] : [];
    });
    const impure = area.pure ? facts.impure : [];
    return [
      ...imports,
      ...impure.map(({ what, line }) => `${path}:${line}: ${area.name} is pure; pass ${what} in as data`),
    ];
  });

/** Each import cycle once, types included, as the list of its files. */
export const cycles = (tree: ReadonlyMap<string, SourceFacts>): readonly (readonly string[])[] =>
  cyclesIn(new Map([...tree].map(([path, facts]) => [path, targetsOf(path, facts, tree)])));

/** Each import cycle between rooms once, types included: every room can be read without the ones above it. */
export const roomCycles = (tree: ReadonlyMap<string, SourceFacts>): readonly (readonly string[])[] =>
  cyclesBetween(tree, roomOf);

/** The same between all folders, those within a room, too. */
export const folderCycles = (tree: ReadonlyMap<string, SourceFacts>): readonly (readonly string[])[] =>
  cyclesBetween(tree, (path) => path.split('/').slice(0, -1).join('/'));

const cyclesBetween = (
  tree: ReadonlyMap<string, SourceFacts>,
  placeOf: (path: string) => string,
): readonly (readonly string[])[] => {
  const edges = new Map<string, string[]>();
  for (const [path, facts] of tree) {
    const place = placeOf(path);
    const to = targetsOf(path, facts, tree).map(placeOf);
    edges.set(place, [...(edges.get(place) ?? []), ...to.filter((other) => other !== place)]);
  }
  return cyclesIn(edges);
};

/** `src/alerts`, `src/integrations/kafka`, `views`. */
const roomOf = (path: string): string => {
  const depth = path.startsWith('src/integrations/') ? 3 : path.startsWith('src/') ? 2 : 1;
  return path.split('/').slice(0, -1).slice(0, depth).join('/');
};

const targetsOf = (
  path: string,
  { imports }: SourceFacts,
  tree: ReadonlyMap<string, SourceFacts>,
): readonly string[] =>
  imports.flatMap(({ specifier }) => {
    const target = fileOf(path, specifier);
    return target !== undefined && tree.has(target) ? [target] : [];
  });

const cyclesIn = (edges: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] => {
  const done = new Set<string>();
  const found: string[][] = [];
  const visit = (node: string, trail: readonly string[]): void => {
    const at = trail.indexOf(node);
    if (at >= 0) {
      found.push(trail.slice(at));
      return;
    }
    if (done.has(node)) return;
    for (const target of edges.get(node) ?? []) visit(target, [...trail, node]);
    done.add(node);
  };
  for (const node of edges.keys()) visit(node, []);
  return found;
};

/** What the rules name and nothing is: prefixes that no file has, and homes that do not use their package. */
export const staleRules = (tree: ReadonlyMap<string, SourceFacts>): readonly string[] => {
  const paths = [...tree.keys()];
  const prefixes = areas.flatMap(({ of, values, types }) => [...of, ...values, ...types]);
  const unused = (homes: typeof packageHomes) =>
    Object.entries(homes).flatMap(([name, folders]) =>
      folders
        .filter((folder) => !paths.some((path) => path.startsWith(folder) && uses(tree.get(path), name)))
        .map((folder) => `${folder} does not use ${name}`),
    );
  return [
    ...[...new Set(prefixes)]
      .filter((prefix) => !paths.some((path) => path.startsWith(prefix)))
      .map((prefix) => `no file lies at ${prefix}`),
    ...unused(packageHomes),
    ...unused(typeHomes),
  ];
};

const uses = (facts: SourceFacts | undefined, name: string): boolean =>
  facts?.imports.some(({ specifier }) => packageOf(specifier) === name) ?? false;
