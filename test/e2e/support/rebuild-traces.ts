import type { World } from '../../../sandbox/world/world.ts';
import type { JournalEntry } from '../../../src/core/journal.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { hands } from '../../conformance/jira/hand.ts';

/** What a rebuild has left in the world: each list has one line for every time that something was done there. */
export interface Traces {
  /** `farmers 0 → 6`, as the cluster saw it, whoever did it. */
  readonly scales: readonly string[];
  /** `farmers 0 → 6`, as committed, by the key in the trailer. */
  readonly commits: readonly string[];
  /** Keys of the orders that the engine took; those that it had already are left out. */
  readonly orders: readonly string[];
  readonly mostAway: number;
  /** Keys of the issues that carry its label. */
  readonly tickets: readonly string[];
  /** `system6-20261120-1#7` of each comment on them. */
  readonly comments: readonly string[];
  /** What the evidence table of each says of its state. */
  readonly states: readonly string[];
  /** Files attached to them; of a hash in a name only that it is there. */
  readonly files: readonly string[];
  /** Roots that stand in Slack. */
  readonly roots: readonly string[];
  /** `system6-20261120-1#7` of each reply. */
  readonly replies: readonly string[];
}

export const tracesOf = async (world: World, rebuild: Rebuild): Promise<Traces> => {
  const { rebuilds } = world;
  if (!rebuilds) throw new Error('a world without rebuilds');
  const { id, plan, card } = rebuild;
  const { instance } = plan;
  const sets = new Map([
    [instance.farmerSet, 'farmers'],
    [instance.synchronizerSet, 'synchronizer'],
  ]);
  const { texts } = hands[world.jira.kind];
  const issues = world.jira.issues().filter(({ labels }) => labels.includes(`farmhand-rebuild-${id}`));
  const messages = (await world.slack.control.messages(card.channel)).filter(
    ({ deleted, ephemeralTo }) => !deleted && ephemeralTo === undefined,
  );
  const idOf = (message: (typeof messages)[number]): string | undefined => {
    const payload = message.metadata?.['event_payload'] as { readonly id?: string } | undefined;
    return payload?.id;
  };
  const roots = messages.filter((message) => message.threadTs === undefined && idOf(message) === id);
  return {
    scales: rebuilds.cluster.control
      .scales()
      .filter(({ namespace, set }) => namespace === instance.namespace && sets.has(set))
      .map(({ manager, set, from, to }) => `${sets.get(set)} ${from} → ${to} by ${manager}`),
    commits: (await rebuilds.repository.commits(instance.source.file)).flatMap(({ message }) => {
      const key = new RegExp(`^Farmhand-Change: (${id}/.*)$`, 'm').exec(message)?.[1];
      const what = /: (.*) \(rebuild/.exec(message)?.[1];
      return key === undefined ? [] : [`${what} as ${key}`];
    }),
    orders: rebuilds.engine
      .orders()
      .filter(({ rebuild: of, already }) => of === id && !already)
      .map(({ key }) => key),
    mostAway: rebuilds.engine.mostAway(instance.name),
    tickets: issues.map(({ key }) => key),
    comments: issues.flatMap(({ comments }) =>
      comments.map(({ body }) => texts(body).findLast((text) => text.startsWith(`${id}#`)) ?? 'no key'),
    ),
    states: issues.map(({ description }) => {
      const shown = texts(description);
      // Of the facts: the table of steps has a column of that name.
      const at = shown.findLastIndex((text, i) => text === 'State' && shown[i + 1] !== 'Began');
      return (shown[at + 1] ?? 'none').replace(/,.*/s, '');
    }),
    files: issues.flatMap(({ attachments }) =>
      attachments.map(({ name }) => name.replace(/-[0-9a-f]{12}\./, '-….')),
    ),
    roots: roots.map(({ ts }) => ts),
    replies: messages
      .filter((message) => message.threadTs !== undefined && roots.some(({ ts }) => ts === message.threadTs))
      .flatMap((message) => idOf(message) ?? []),
  };
};

/**
 * Everything that is not as it must be after a rebuild that ran from start to release, a sentence each; empty when
 * all is well. `farmers`: how many it ran with, and nobody scaled on the way.
 */
export const wrongWith = (
  rebuild: Rebuild,
  traces: Traces,
  journal: readonly JournalEntry[],
  farmers: number,
): readonly string[] => {
  const wrong: string[] = [];
  const expect = (what: string, found: readonly string[], expected: readonly string[]): void => {
    if (JSON.stringify(found) === JSON.stringify(expected)) return;
    wrong.push(`${rebuild.id}, ${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
  };
  const { id, plan, card, ticket } = rebuild;
  const who = plan.instance.way === 'gitops' ? 'argocd-controller' : 'farmhand';
  const scales = [
    'synchronizer 0 → 1',
    `farmers 0 → ${farmers}`,
    `farmers ${farmers} → 0`,
    'synchronizer 1 → 0',
  ];
  const keys = ['synchronizer/1', 'farmers/1', 'farmers/2', 'synchronizer/2'].map((key) => `${id}/${key}`);
  expect('phase', [rebuild.phase], ['released']);
  expect(
    'steps',
    rebuild.steps.map(({ name, state }) => `${name} ${state}`),
    rebuild.steps.map(({ name }) => `${name} done`),
  );
  expect(
    'scales',
    traces.scales,
    scales.map((scale) => `${scale} by ${who}`),
  );
  expect(
    'commits',
    traces.commits.toReversed(),
    plan.instance.way === 'gitops' ? scales.map((scale, i) => `${scale} as ${keys[i]}`) : [],
  );
  expect(
    'orders',
    traces.orders.filter((key) => key !== `${id}/history/1`),
    ['rebuild', 'write', ...plan.instance.frontends].map((what) => `${id}/${what}/1`),
  );
  if (traces.mostAway > 1) wrong.push(`${id}: ${traces.mostAway} frontends were away at once`);
  expect('tickets', traces.tickets, [ticket.key ?? 'the one on record']);
  expect('comments', traces.comments.toSorted(byNumber), numbered(id, ticket.count));
  expect('states in descriptions', traces.states, ['Finished']);
  const files = [`${id}-evidence-….zip`, `${id}-journal-….json`, `${id}.png`];
  expect('files', traces.files.toSorted(), files);
  if (traces.comments.length > 10) {
    wrong.push(`${id}: ${traces.comments.length} comments are more than anybody reads`);
  }
  expect('roots', traces.roots, [card.ts ?? 'the one on record']);
  expect('replies', traces.replies.toSorted(byNumber), [...new Set(traces.replies)].toSorted(byNumber));
  if (traces.replies.toSorted(byNumber).at(-1) !== `${id}#${card.noteCount}`) {
    wrong.push(`${id}: the thread ends before note ${card.noteCount}`);
  }
  // Once each: a step that was begun, a change that was made, the end.
  const count = (what: string): number => journal.filter((line) => line.what === what).length;
  expect('scales in the journal', [`${count('scaled')}`], ['4']);
  expect('ends in the journal', [`${count('released')}`], ['1']);
  expect(
    'open changes',
    rebuild.effects.filter(({ state }) => state !== 'done').map(({ key, state }) => `${key} ${state}`),
    [],
  );
  return wrong;
};

const numberOf = (key: string): number => Number(key.split('#')[1]);
const byNumber = (a: string, b: string): number => numberOf(a) - numberOf(b);
const numbered = (id: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${id}#${i + 1}`);
