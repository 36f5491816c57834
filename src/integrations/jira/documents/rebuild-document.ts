import { formatDuration } from '../../../core/duration.ts';
import { inFull } from '../../../core/person.ts';
import { cut, oneLine, plain } from '../../../core/text.ts';
import { utc } from '../../../core/utc.ts';
import type { Rebuild } from '../../../rebuild/model/rebuild.ts';
import { type AdfDocument, adfTable, document, grid, heading, paragraph, type Row } from './adf.ts';
import { maxDescription } from './ticket-document.ts';

/** How long one text may be, tried in this order until the document fits; and how many changes and warnings. */
const limits = [
  { text: 4_000, lines: 100 },
  { text: 1_000, lines: 50 },
  { text: 300, lines: 20 },
  { text: 100, lines: 10 },
] as const;

/** What an auditor reads: who asked for what and why, what will be changed, and where it can be followed. */
export const rebuildDocument = (
  rebuild: Rebuild,
  thread: string | undefined,
  max: number = maxDescription,
): AdfDocument => {
  const tried = limits.map((limit) => build(rebuild, thread, limit));
  const fits = tried.find((one) => JSON.stringify(one).length <= max);
  return fits ?? document([paragraph(cut(factsOf(rebuild, thread).map(rowWords).join('\n'), 1_000))]);
};

const rowWords = ({ name, value }: Row): string => `${name}: ${cut(plain(value), 60)}`;

const build = (
  rebuild: Rebuild,
  thread: string | undefined,
  limit: { readonly text: number; readonly lines: number },
): AdfDocument => {
  const { changes, warnings, instance } = rebuild.plan;
  let shortened = false;
  const shorten = (text: string): string => {
    const whole = plain(text);
    shortened ||= whole.length > limit.text;
    return cut(whole, limit.text);
  };
  const few = <T>(all: readonly T[]): readonly T[] => {
    shortened ||= all.length > limit.lines;
    return all.slice(0, limit.lines);
  };
  const content = [
    paragraph(
      shorten(
        `Distributed Cache Rebuild of ${instance.name}, asked for by ${oneLine(inFull(rebuild.by))}: ${rebuild.reason}`,
      ),
    ),
    adfTable(factsOf(rebuild, thread).map((row) => ({ ...row, value: shorten(row.value) }))),
    heading('What will be changed'),
    changes.length === 0
      ? paragraph('Nothing')
      : grid(
          ['What', 'Where', 'From', 'To'],
          few(changes).map(({ what, where, from, to }) => [
            shorten(what),
            shorten(where),
            shorten(from),
            shorten(to),
          ]),
        ),
    ...(warnings.length === 0
      ? []
      : [heading('Warnings'), ...few(warnings).map((warning) => paragraph(shorten(warning)))]),
  ];
  const footer = `Every change, override and error of the rebuild follows as a comment, each with its number.${
    shortened ? ' Shortened to fit into a ticket: farmhand’s record of the rebuild has it in full.' : ''
  }`;
  return document([...content, paragraph(footer, [{ type: 'em' }])]);
};

const factsOf = (rebuild: Rebuild, thread: string | undefined): readonly Row[] => {
  const { plan } = rebuild;
  const { instance } = plan;
  const target = plan.targetMs === undefined ? '' : `, to be done within ${formatDuration(plan.targetMs)}`;
  return [
    { name: 'Rebuild', value: rebuild.id },
    { name: 'Instance', value: `${instance.name}, tenant ${instance.tenant}` },
    { name: 'Where', value: `Cluster ${instance.cluster}, namespace ${instance.namespace}` },
    { name: 'Changed by', value: wayWords[instance.way] },
    { name: 'Engine', value: plan.engine },
    { name: 'Forced', value: plan.forced ? 'yes' : 'no' },
    { name: 'Farmers', value: `${plan.farmers}, ${plan.farmersFrom}; starts with at least ${plan.minimum}` },
    {
      name: 'Expected',
      value: `${plan.expected ? `${formatDuration(plan.expected.ms)} (${plan.expected.from})` : 'not known'}${target}`,
    },
    { name: 'Requested by', value: oneLine(inFull(rebuild.by)) },
    { name: 'Requested at', value: utc(rebuild.at, 'seconds') },
    { name: 'Reason', value: rebuild.reason },
    {
      name: 'Approval',
      value: instance.approval ? 'of a second person, before anything is touched' : 'not required',
    },
    ...(rebuild.alert === undefined ? [] : [{ name: 'Alert', value: rebuild.alert }]),
    { name: 'Plan', value: plan.hash },
    { name: 'Values', value: `${instance.source.file} at ${instance.source.revision}` },
    ...(thread === undefined ? [] : [{ name: 'Slack thread', value: 'Open the thread', url: thread }]),
  ];
};

const wayWords = {
  kubernetes: 'Kubernetes, directly (scale)',
  gitops: 'a commit to the deployment repository, synced by Argo CD',
} as const;
