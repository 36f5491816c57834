import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One move of a state machine; `from` is `(new)` where a record begins. */
export interface StateMove {
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

const machines = [
  { title: 'The thread of an alert', file: 'src/alerts/model/alert.ts', type: 'Thread' },
  { title: 'A rebuild', file: 'src/rebuild/model/status.ts', type: 'RebuildStatus' },
] as const;

const row = /^ \* {4,}(.+?) → (.+?) {2,}(.+)$/;

/**
 * The moves that the comment above `type` tells, a line each: `from → to`, two spaces or more, and why.
 * @throws Error when there is no such comment: a diagram of nothing would be believed.
 */
export const movesOf = (source: string, type: string): readonly StateMove[] => {
  const [before] = source.split(new RegExp(`^export (?:type|interface) ${type}\\b`, 'm'));
  const comment = before?.slice(before.lastIndexOf('/**')) ?? '';
  const moves = comment.split('\n').flatMap((line) => {
    const [, from, to, why] = row.exec(line) ?? [];
    return from && to && why ? [{ from, to, why }] : [];
  });
  if (moves.length === 0) throw new Error(`no moves are told above ${type}`);
  return moves;
};

/** The moves of the two machines, as the sources tell them. */
export const movesIn = (type: (typeof machines)[number]['type']): readonly StateMove[] => {
  const machine = machines.find((each) => each.type === type);
  const path = fileURLToPath(new URL(`../${machine?.file}`, import.meta.url));
  return movesOf(readFileSync(path, 'utf8'), type);
};

/** A state's name as Mermaid takes it. */
const idOf = (state: string): string => (state === '(new)' ? '[*]' : state.replaceAll(' ', '_'));

/** A Mermaid diagram of the moves. */
export const diagram = (moves: readonly StateMove[]): string => {
  const states = new Set(moves.flatMap(({ from, to }) => [from, to]));
  const named = [...states].filter((state) => state.includes(' ') && state !== '(new)');
  return [
    'stateDiagram-v2',
    ...named.map((state) => `  state "${state}" as ${idOf(state)}`),
    ...moves.map(({ from, to, why }) => `  ${idOf(from)} --> ${idOf(to)}: ${why.replaceAll(/[:;]/g, ',')}`),
  ].join('\n');
};

/** `docs/states.md`: generated, so that a diagram is never older than the code. */
export const statesDoc = (): string =>
  [
    '# States',
    '',
    'Generated from the comments above the types (`node scripts/generate.ts`). Tests hold these moves equal to what the',
    'code does: `test/alerts/thread-moves.test.ts` and `test/simulator/rebuild/moves.test.ts`.',
    '',
    ...machines.flatMap(({ title, file, type }) => [
      `## ${title}`,
      '',
      `\`${type}\` in [\`${file}\`](../${file}).`,
      '',
      '```mermaid',
      diagram(movesIn(type)),
      '```',
      '',
    ]),
  ].join('\n');
