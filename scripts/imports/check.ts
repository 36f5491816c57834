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
export const cycles = (tree: ReadonlyMap<string, SourceFacts>): readonly (readonly string[])[] => {
  const done = new Set<string>();
  const found: string[][] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) {
      found.push(trail.slice(at));
      return;
    }
    if (done.has(path)) return;
    for (const { specifier } of tree.get(path)?.imports ?? []) {
      const target = fileOf(path, specifier);
      if (target !== undefined && tree.has(target)) visit(target, [...trail, path]);
    }
    done.add(path);
  };
  for (const path of tree.keys()) visit(path, []);
  return found;
};
