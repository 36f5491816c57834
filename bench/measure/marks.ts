import { readFile } from 'node:fs/promises';
import type { Post } from '../load/stub.ts';

export interface Part {
  readonly part: string;
  /** ms */
  readonly times: readonly number[];
}

/** The way of an event, cut where the probe has marked it. */
const cuts = [
  ['broker: produced, fetched', 'produced', 'received'],
  // Mostly one write: the lane is opened by it, and the post claimed.
  ['record: read, decided, durable, its post claimed', 'received', 'posting:done'],
  ['Slack: rendered, sent, received', 'posting:done', 'arrived'],
] as const;

/** `file`: what probe.ts wrote. */
export const partsOfMarks = async (
  file: string,
  sentAt: ReadonlyMap<string, number>,
  posts: readonly Post[],
): Promise<readonly Part[]> => {
  const marks = new Map<string, Map<string, number>>();
  for (const line of (await readFile(file, 'utf8')).split('\n')) {
    const { series, what, at } = JSON.parse(line) as { series: string; what: string; at: number };
    const of = marks.get(series) ?? new Map<string, number>();
    marks.set(series, of);
    if (!of.has(what)) of.set(what, at);
  }
  const whole = posts.flatMap(({ series, at }) => {
    const of = marks.get(series);
    const produced = sentAt.get(series);
    return of && produced !== undefined ? [new Map([...of, ['arrived', at], ['produced', produced]])] : [];
  });
  return cuts.map(([part, from, to]) => ({
    part,
    times: whole.map((of) => (of.get(to) ?? Number.NaN) - (of.get(from) ?? Number.NaN)),
  }));
};
