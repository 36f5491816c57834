import type { Mutant } from '../alerts/mutants.ts';

const barred = 'src/rebuild/model/rules/barred.ts';
const controlled = 'src/rebuild/model/rules/controlled.ts';
const held = 'src/rebuild/model/rules/held.ts';
const windows = 'src/rebuild/model/rules/windows.ts';
const breaks = 'I7';

/** Planted bugs in what policy bars: the simulator must notice each of them. */
export const policyMutants: readonly Mutant[] = [
  {
    name: 'a window bars scaling alone',
    breaks,
    file: barred,
    find: "if (frozen) return { code: 'frozen', verb: order.verb,",
    replace: "if (frozen && order.verb === 'scale') return { code: 'frozen', verb: order.verb,",
  },
  {
    name: 'a window begins late',
    breaks,
    file: windows,
    find: 'span.from <= at && at < span.to',
    replace: 'span.from + 900_000 <= at && at < span.to',
  },
  {
    name: 'a window is of UTC whatever its zone',
    breaks,
    file: windows,
    find: "from: momentAt(start, zone, 'first'),\n    to: momentAt(end, zone, 'last'),",
    replace: 'from: start + zone.length * 0,\n    to: end,',
  },
  {
    name: 'a window over the end of the week is none',
    breaks,
    file: windows,
    find: '[-week, 0, week].map',
    replace: '[0].map',
  },
  {
    name: 'a start is not asked of windows',
    breaks,
    file: 'src/rebuild/commands/ruled.ts',
    find: 'return frozen && {',
    replace: 'return frozen && frozen.names.length > 99 && {',
  },
  {
    name: 'what was started before a window begins in it',
    breaks,
    file: held,
    find: "  return frozen\n    ? { code: 'frozen', frozen }\n    : overLimit(rebuild",
    replace: "  return frozen && at < 0\n    ? { code: 'frozen', frozen }\n    : overLimit(rebuild",
  },
  {
    name: 'a few farmers over the limit',
    breaks,
    file: barred,
    find: 'to > farmers.value && to >= target',
    replace: 'to > farmers.value + 3 && to >= target',
  },
  {
    name: 'one order changes twice as much as it may',
    breaks,
    file: barred,
    find: 'Math.abs(to - from) <= may',
    replace: 'Math.abs(to - from) <= may * 2',
  },
  {
    name: 'those who confirm at once all start',
    breaks,
    file: 'src/rebuild/commands/ruled.ts',
    find: 'return request.glass || !limits.inFlight ? undefined',
    replace: 'return request.glass || !limits.inFlight || request.instance !== "" ? undefined',
  },
  {
    name: 'more farmers need nobody',
    breaks,
    file: controlled,
    find: "needs.includes(code === 'farmers' ? 'raise' : 'override')",
    replace: "code !== 'farmers' && needs.includes('override')",
  },
  {
    name: 'overrides need nobody',
    breaks,
    file: controlled,
    find: "needs.includes(code === 'farmers' ? 'raise' : 'override')",
    replace: "code === 'farmers' && needs.includes('raise')",
  },
  {
    name: 'fewer farmers need nobody',
    breaks,
    file: controlled,
    find: 'return farmers < Math.min(least, rebuild.farmers.target)',
    replace: 'return farmers < Math.min(least - 3, rebuild.farmers.target)',
  },
  {
    name: 'many small orders add up to few farmers',
    breaks,
    file: controlled,
    find: 'const most = mostOf(rebuild);',
    replace: 'const most = rebuild.farmers.target;',
  },
  {
    name: 'a start that policy asks two people for needs one',
    breaks,
    file: controlled,
    find: '[...new Set([...ofValues, ...twoPeople])] : twoPeople;',
    replace: "[...new Set([...ofValues, ...twoPeople])] : twoPeople.filter((verb) => verb !== 'start');",
  },
  {
    name: 'a broken glass lasts longer than it says',
    breaks,
    file: controlled,
    find: 'return open !== undefined && now < open.until;',
    replace: 'return open !== undefined && now < open.until + 1_800_000;',
  },
  {
    name: 'a broken glass is everybody’s',
    breaks,
    file: controlled,
    find: 'glassHolds(rebuild, now) && openGlass(rebuild)?.by.id === id;',
    replace: 'glassHolds(rebuild, now) && id.length > 0;',
  },
  {
    name: 'a broken glass is never closed',
    breaks,
    file: 'src/rebuild/reconcile/guarded.ts',
    find: 'return open && now >= open.until ?',
    replace: 'return open && now < 0 ?',
  },
];
