import { formatDuration } from '../../../core/duration.ts';
import { inFull } from '../../../core/person.ts';
import { oneLine } from '../../../core/text.ts';
import { utc } from '../../../core/utc.ts';
import { inRole, unprovenWords } from '../../../rebuild/messages/authority.ts';
import type { EvidenceRow, TicketCheckpoint } from '../../../rebuild/model/parts/told.ts';
import type { Rebuild } from '../../../rebuild/model/rebuild.ts';
import { currentStep } from '../../../rebuild/model/record.ts';
import { startNeedsTwo } from '../../../rebuild/model/rules/controlled.ts';
import { stepTitle } from '../../../rebuild/model/steps.ts';
import { topicWords } from './comment-document.ts';
import type { Row } from './document.ts';

/** What farmhand's part of the description is known by: another one where the record was lost in between. */
export const partName = ({ id, ticket }: Rebuild): string => {
  const since = ticket.description?.since;
  return since === undefined ? id : `${id} since ${utc(since, 'seconds')}, when records had been lost`;
};

export const introOf = ({ plan, by, reason }: Rebuild): string =>
  `Distributed Cache Rebuild of ${plan.instance.name}, asked for by ${oneLine(inFull(by))}: ${reason}`;

/** Who, when, why, and what. Plain text. */
export const factsOf = (rebuild: Rebuild, thread: string | undefined): readonly Row[] => {
  const { plan } = rebuild;
  const { instance } = plan;
  const target = plan.targetMs === undefined ? '' : `, to be done within ${formatDuration(plan.targetMs)}`;
  return [
    { name: 'State', value: stateOf(rebuild) },
    { name: 'Rebuild', value: rebuild.id },
    { name: 'Requested by', value: oneLine(inRole(rebuild.by)) },
    { name: 'Requested at', value: utc(rebuild.at, 'seconds') },
    { name: 'Reason', value: rebuild.reason },
    { name: 'Approval', value: approvalOf(rebuild) },
    ...(plan.change === undefined ? [] : [{ name: 'Change request', value: oneLine(plan.change) }]),
    { name: 'Plan', value: plan.hash },
    { name: 'Instance', value: `${instance.name}, tenant ${instance.tenant}` },
    {
      name: 'Where',
      value: `Cluster ${instance.cluster}, namespace ${instance.namespace}${instance.environment === undefined ? '' : `, environment ${instance.environment}`}`,
    },
    { name: 'Changed by', value: wayWords[instance.way] },
    { name: 'Engine', value: plan.engine },
    { name: 'Forced', value: plan.forced ? 'yes' : 'no' },
    {
      name: 'Farmers',
      value: `${plan.farmers} planned, ${plan.farmersFrom}; ${rebuild.farmers.target} asked for now; starts with at least ${rebuild.farmers.minimum}`,
    },
    {
      name: 'Expected',
      value: `${plan.expected ? `${formatDuration(plan.expected.ms)} (${plan.expected.from})` : 'not known'}${target}`,
    },
    ...(rebuild.alert === undefined ? [] : [{ name: 'Alert', value: rebuild.alert }]),
    { name: 'Values', value: `${instance.source.file} at ${instance.source.revision}` },
    ...(rebuild.ticket.checkpoints ?? []).map((one) => ({
      name: checkpointNames[one.of],
      value: checkpointWords(one),
    })),
    ...(thread === undefined ? [] : [{ name: 'Slack thread', value: 'Open the thread', url: thread }]),
  ];
};

const checkpointNames = {
  start: 'Audit at the start',
  approval: 'Audit at the approval',
  end: 'Audit at the end',
} as const satisfies Record<TicketCheckpoint['of'], string>;

/** As `farmhand audit verify --against` reads it, too (`checkpointsIn`). */
export const checkpointWords = ({ seq, hash }: TicketCheckpoint): string => `record ${seq}, SHA-256 ${hash}`;

const stateOf = (rebuild: Rebuild): string => {
  const { phase, end, endedAt } = rebuild;
  const at = endedAt === undefined ? '' : `, ${utc(endedAt, 'seconds')}`;
  const why = end ? `${end.by.id === 'farmhand' ? '' : ` by ${oneLine(inFull(end.by))}`}: ${end.reason}` : '';
  switch (phase) {
    case 'running': {
      const step = currentStep(rebuild);
      return step ? `In the step ${stepTitle[step.name]}` : 'All steps are done';
    }
    case 'cancelling':
      return `Being cancelled${why}`;
    case 'failing':
      return `Being torn down, because it failed${why}`;
    case 'released':
      return `Finished${at}`;
    case 'cancelled':
      return `Cancelled${at}${why}`;
    case 'failed':
      return `Failed in the step ${stepTitle[end?.step ?? 'preflight']}${at}${why}`;
    default:
      return phase satisfies never;
  }
};

const approvalOf = ({ approval, plan }: Rebuild): string => {
  if (approval) {
    const hash = approval.hash === undefined ? '' : `; of all that was shown, SHA-256 ${approval.hash}`;
    const accounts = approval.unproven ? `. ${unprovenWords(approval.unproven)}` : '';
    return oneLine(`By ${inRole(approval.by)}, ${utc(approval.at, 'seconds')}${hash}${accounts}`);
  }
  return startNeedsTwo(plan) ? 'Of a second person, before anything is touched' : 'Not required';
};

const wayWords = {
  kubernetes: 'Kubernetes, directly (scale)',
  gitops: 'a commit to the deployment repository, synced by Argo CD',
} as const;

const kindWords: Readonly<Record<EvidenceRow['kind'], string>> = {
  change: 'Change',
  order: 'Order',
  progress: 'Progress',
  override: 'Override',
  error: 'Error',
  refusal: 'Refused',
  closing: 'End',
};

/** What happened, the oldest first: the newest `most` lines, and how many are left out. */
export const rowsOf = (
  { ticket }: Rebuild,
  most: number,
): { readonly rows: readonly (readonly string[])[]; readonly left: number } => {
  const { rows = [], rowsCut = 0 } = ticket;
  const shown = rows.slice(-most);
  return {
    rows: shown.map(({ at, kind, topic, by, says }) => [
      clock(at),
      topic === undefined ? kindWords[kind] : topicWords[topic],
      by ? oneLine(inFull(by)) : 'farmhand',
      says,
    ]),
    left: rowsCut + rows.length - shown.length,
  };
};

export const stepsOf = ({ steps }: Rebuild): readonly (readonly string[])[] =>
  steps.map(({ name, state, attempt, startedAt, endedAt }) => [
    stepTitle[name],
    attempt > 1 ? `${state}, ${attempt} attempts` : state,
    startedAt === undefined ? '–' : clock(startedAt),
    endedAt === undefined ? '–' : clock(endedAt),
    startedAt === undefined || endedAt === undefined ? '–' : formatDuration(endedAt - startedAt),
  ]);

const clock = (at: number): string => utc(at, 'seconds').replace(/ UTC$/, '');
