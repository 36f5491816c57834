import type { Act, Due } from './acts.ts';

export interface Silence {
  readonly channel: string;
  readonly from: number;
  readonly to: number;
}

/** Of everything that was due: the longest time within it in which its channel showed nothing at all. */
export const longestSilence = (dues: readonly Due[], acts: readonly Act[]): readonly Silence[] => {
  const byChannel = Map.groupBy(acts, ({ channel }) => channel);
  const times = new Map([...byChannel].map(([channel, all]) => [channel, all.map(({ at }) => at)]));
  const last = acts.at(-1)?.at ?? 0;
  return dues.map(({ channel, from, until }) => {
    const shown = times.get(channel) ?? [];
    const to = Number.isFinite(until) ? until : Math.max(from, last);
    let longest: Silence = { channel, from, to: from };
    let before = from;
    for (let i = firstAfter(shown, from); before < to; i++) {
      const at = Math.min(shown[i] ?? to, to);
      if (at - before > longest.to - longest.from) longest = { channel, from: before, to: at };
      before = at;
    }
    return longest;
  });
};

/** Where the first of them stands that is later; `times` are sorted. */
const firstAfter = (times: readonly number[], at: number): number => {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) > at) high = middle;
    else low = middle + 1;
  }
  return low;
};
