import { parseSync, Visitor } from 'oxc-parser';

export interface Import {
  readonly specifier: string;
  /** Nothing of it is left at run time. */
  readonly typeOnly: boolean;
  readonly line: number;
}

export interface ImpureUse {
  /** As written in the rule: `Date.now`, `new Date()`, `Math.random`, `process.env`. */
  readonly what: string;
  readonly line: number;
}

export interface SourceFacts {
  readonly imports: readonly Import[];
  /** Names that other files may import, types included. */
  readonly exports: readonly string[];
  readonly impure: readonly ImpureUse[];
}

const impureMembers: Readonly<Record<string, readonly string[]>> = {
  Date: ['now'],
  Math: ['random'],
  performance: ['now'],
  process: ['env', 'hrtime'],
  crypto: ['randomUUID', 'getRandomValues'],
};
const impureCalls = new Set(['randomUUID', 'randomBytes', 'randomInt', 'setTimeout', 'setInterval', 'fetch']);

/** What a TypeScript file imports, and where it asks the clock, chance, or the environment. Throws on syntax errors. */
export const readSource = (path: string, source: string): SourceFacts => {
  const { module, program, errors } = parseSync(path, source, { sourceType: 'module' });
  const [error] = errors;
  if (error) throw new Error(`${path}: ${error.message}`);
  const lineOf = (offset: number): number => source.slice(0, offset).split('\n').length;
  const unquoted = (text: string): string => text.replace(/^['"`]|['"`]$/g, '');

  const imports: Import[] = [
    ...module.staticImports.map(({ moduleRequest, entries, start }) => ({
      specifier: moduleRequest.value,
      typeOnly: entries.length > 0 && entries.every((entry) => entry.isType),
      line: lineOf(start),
    })),
    ...module.staticExports.flatMap(({ entries, start }) => {
      const [from] = entries.flatMap((entry) => entry.moduleRequest ?? []);
      const typeOnly = entries.every((entry) => entry.isType);
      return from ? [{ specifier: from.value, typeOnly, line: lineOf(start) }] : [];
    }),
    ...module.dynamicImports.map(({ moduleRequest, start }) => ({
      specifier: unquoted(source.slice(moduleRequest.start, moduleRequest.end)),
      typeOnly: false,
      line: lineOf(start),
    })),
  ];

  const exports = module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ exportName }) => exportName.name ?? []),
  );

  const impure: ImpureUse[] = [];
  const found = (what: string, start: number) => impure.push({ what, line: lineOf(start) });
  new Visitor({
    MemberExpression: (node) => {
      if (node.object.type !== 'Identifier' || node.property.type !== 'Identifier') return;
      const { object, property } = node;
      if (impureMembers[object.name]?.includes(property.name))
        found(`${object.name}.${property.name}`, node.start);
    },
    NewExpression: (node) => {
      if (node.callee.type === 'Identifier' && node.callee.name === 'Date' && node.arguments.length === 0)
        found('new Date()', node.start);
    },
    CallExpression: (node) => {
      if (node.callee.type !== 'Identifier') return;
      if (node.callee.name === 'Date') found('Date()', node.start);
      if (impureCalls.has(node.callee.name)) found(`${node.callee.name}()`, node.start);
    },
  }).visit(program);
  return { imports, exports, impure };
};
