import { randomUUID } from 'node:crypto';
import type { RebuildDeps } from '../../../commands/shared/deps.ts';
import { chartText } from '../../../views/charts/chart-text.ts';
import { rebuildChart } from '../../../views/charts/rebuild-chart.ts';
import { approverMessage } from '../../../views/messages/rebuilds/rebuild-approver.ts';
import { rebuildCard } from '../../../views/messages/rebuilds/rebuild-card.ts';
import { rebuildNotes } from '../../../views/messages/rebuilds/rebuild-notes.ts';
import { approverReminder } from '../../../views/messages/rebuilds/rebuild-review.ts';
import type { AccessPort } from '../../access/access.ts';
import type { RightsPort } from '../../access/rights.ts';
import { mayConcern, type SightPort } from '../../access/tiers.ts';
import { type InstanceLinks, instanceOfAlert } from '../../alerts/evolve/instance-link.ts';
import type { RebuildProposals } from '../../alerts/ports/ports.ts';
import type { AuditLog } from '../../audit/chain/audit-log.ts';
import { inTime } from '../../core/deadline.ts';
import { sha256 } from '../../core/hash.ts';
import type { JournalEntry } from '../../core/journal.ts';
import { renderPng } from '../../integrations/chart/png.ts';
import { createJiraEvidence } from '../../integrations/jira/evidence.ts';
import { createSlackApprovers } from '../../integrations/slack/approvers.ts';
import { createSlackCards } from '../../integrations/slack/cards.ts';
import { type ApproversDeps, reconcileApprovers } from '../../rebuild/approvers/reconcile-approvers.ts';
import { createRebuildService } from '../../rebuild/commands/rebuild-service.ts';
import type { RebuildServiceDeps } from '../../rebuild/commands/rebuild-service-deps.ts';
import { proposalsWhileLost, whileLost } from '../../rebuild/commands/while-lost.ts';
import { createFreezeService } from '../../rebuild/freezing/freeze-service.ts';
import { knowingFreezes, proposalsKnowingFreezes } from '../../rebuild/freezing/knowing-freezes.ts';
import type { Rebuild } from '../../rebuild/model/rebuild.ts';
import type { RebuildId } from '../../rebuild/model/rebuild-id.ts';
import { hasEnded } from '../../rebuild/model/record.ts';
import { createRebuildProposals, proposalsOfTier } from '../../rebuild/planning/proposals.ts';
import { createReplan } from '../../rebuild/planning/replan.ts';
import type { EvidencePort } from '../../rebuild/ports/ports.ts';
import type { RebuildStore } from '../../rebuild/ports/store.ts';
import { createAlertLinker } from '../../rebuild/reconcile/alert-linker.ts';
import { reconcileRebuild } from '../../rebuild/reconcile/reconcile-rebuild.ts';
import { reconcileThread } from '../../rebuild/thread/reconcile-thread.ts';
import { reconcileTicket } from '../../rebuild/ticket/reconcile-ticket.ts';
import { changeRuleFor } from '../../rebuild/ticket/ticket-rules.ts';
import type { Part, Pass } from '../../reconcile/work.ts';
import { heldBack } from '../../recovery/held-back.ts';
import { ticketPack } from '../records/evidence-pack.ts';
import type { Records } from '../records/open-records.ts';
import { isLost, openLostRebuilds, whyHeld } from '../records/recovery.ts';
import type { AppContext } from '../shared/context.ts';
import { nextChannel, type Workspace } from '../shared/open-workspace.ts';
import { redacted, withoutSecrets } from '../shared/redacted.ts';
import { aroundCard, aroundEffect, aroundTicket, tellSteps } from '../tracing/around.ts';
import { createAuditDesk } from './audit-desk.ts';
import { openApprovers } from './open-approvers.ts';
import type { Instances, RebuildsConfig } from './open-instances.ts';
import { answerersOf, breakersOf, controlsNow, tierOfNow } from './open-policy.ts';
import { openRebuildWorld, policyOf, type RebuildWorld } from './open-rebuild-world.ts';
import { openStillMay } from './still-may.ts';

export interface Rebuilds {
  /** What `commands/` needs. */
  readonly surface: RebuildDeps;
  /** What the route action `rebuild` needs. */
  readonly proposals: RebuildProposals;
  /** What the workers run. */
  passes(): RebuildPasses;
}

/** `known`: the record, where it was just read. */
export type RebuildPasses = Readonly<Record<Part, (id: RebuildId, known?: Rebuild) => ReturnType<Pass>>>;

export interface RebuildParts {
  readonly records: Records;
  readonly audit: AuditLog;
  readonly workspace: Workspace;
  readonly access: AccessPort & { readonly rights: RightsPort; readonly sight: SightPort };
  readonly instances: Instances;
}

/** Rebuilds: what people ask, what comes of it, and what is linked to it. */
export const openRebuilds = (
  context: AppContext,
  { records, audit, workspace, access, instances }: RebuildParts,
): Rebuilds => {
  const { present, links } = instances;
  const world = openRebuildWorld(context, instances);
  const whoMay = openApprovers(context, workspace, instances.port, access.sight);
  const serviceDeps: RebuildServiceDeps = {
    store: records.rebuilds,
    queries: records.rebuildQueries,
    ...world,
    access,
    audit,
    whoMay,
    freezes: records.freezes,
    lost: openLostRebuilds(context, records, workspace),
    held: () => whyHeld(records.watch),
    settings: () => {
      const { channel, in_flight, ticket, target, remind, approval_valid } = present();
      const bot = workspace.self();
      return {
        channel,
        inFlight: in_flight,
        ticket,
        ...(target !== undefined && { targetMs: target }),
        remind,
        approvalValid: approval_valid,
        changeRule: (instance) => {
          const { jira } = context.config();
          return jira && changeRuleFor(jira, instance);
        },
        ...(bot !== undefined && { bot }),
        tierOf: tierOfNow(context),
        controls: controlsNow(context, records.freezes),
        breakers: breakersOf(context),
      };
    },
    now: context.now,
    newDraftId: randomUUID,
    hash: sha256,
    ...(context.tracer.on && { trace: context.tracer.current }),
  };
  const lost = () => whyHeld(records.watch);
  const freezes = createFreezeService({
    ...serviceDeps,
    freezes: records.freezes,
    channel: () => present().channel,
  });
  return {
    proposals: proposalsOfTier(
      proposalsWhileLost(proposalsKnowingFreezes(createRebuildProposals(serviceDeps), records.freezes), lost),
      (tier, instance) => mayConcern(context.config().tiers, tier, instance),
    ),
    surface: {
      service: whileLost(knowingFreezes(createRebuildService(serviceDeps), records.freezes), lost),
      freezes,
      queries: records.rebuildQueries,
      lost: records.watch.rebuilds,
      instances: world.instances,
      audit: createAuditDesk({
        service: serviceDeps,
        reader: { chain: records.audit, log: audit, now: context.now },
        web: workspace.client,
        safe: context.redactor.known,
      }),
      access,
      rights: access.rights,
      instanceOf: (alert) => alert.instance ?? instanceOfAlert(alert, links()),
      slowMs: 25_000,
    },
    passes: () =>
      passesOf(context, {
        ...{ records, audit, workspace, world, links, present, whoMay },
        replan: createReplan(serviceDeps),
        stillMay: openStillMay(context, workspace, access),
      }),
  };
};

/** How soon it is looked again while records are being recovered; ms. */
const heldFor = 2_000;
/** How long a ticket waits to be told how far the audit is; ms. */
const headWithin = 1_000;

interface PassParts {
  readonly records: Records;
  readonly audit: AuditLog;
  readonly workspace: Workspace;
  readonly world: RebuildWorld;
  readonly links: () => InstanceLinks;
  readonly present: () => RebuildsConfig;
  readonly replan: ReturnType<typeof createReplan>;
  readonly stillMay: ReturnType<typeof openStillMay>;
  readonly whoMay: ApproversDeps['whoMay'];
}

const passesOf = (context: AppContext, parts: PassParts): RebuildPasses => {
  const { log, now, newClaim, stopping, metrics, tracer } = context;
  const { records, workspace, world, present } = parts;
  const { jira } = context.config();
  // An older record must neither act nor be shown over what its card remembers.
  const heldWhy = (id: RebuildId): string | undefined =>
    isLost(records.watch, id) ? 'The record of this rebuild is behind its card.' : whyHeld(records.watch);
  const store: RebuildStore = {
    ...records.rebuilds,
    update: (id, change, known) =>
      records.rebuilds.update(
        id,
        heldBack(() => heldWhy(id), change),
        known,
      ),
  };
  const shared = {
    store,
    policy: () => ({
      ...policyOf(present(), context.config().alerts.quiet_hours),
      controls: controlsNow(context, records.freezes),
      answerers: answerersOf(context),
      ...(jira && { tickets: jira }),
    }),
    now,
    newClaim,
  };
  const drive = {
    ...shared,
    ...world,
    audit: parts.audit,
    replan: parts.replan,
    stillMay: parts.stillMay,
    alerts: createAlertLinker({ store: records.alerts, queries: records.queries, links: parts.links, now }),
    stopping,
    around: aroundEffect(tracer),
    onPass: (lateMs: number) => metrics.metrics.rebuildLagSeconds.observe({}, lateMs / 1000),
    onJournal: (rebuild: Rebuild, lines: readonly JournalEntry[]) => {
      tellSteps(tracer, rebuild, lines);
      const { phase } = rebuild;
      // Its end is written once, under the name of the phase.
      if (hasEnded(rebuild) && lines.some(({ what }) => what === phase)) {
        metrics.metrics.rebuildsEnded.inc({ phase });
      }
    },
  };
  const chart = (rebuild: Rebuild): Promise<Uint8Array> => renderPng(rebuildChart(rebuild, now()));
  const card = {
    ...shared,
    cards: createSlackCards({
      ...workspace.posts,
      views: {
        card: (rebuild) => rebuildCard(rebuild, workspace.view()),
        notes: (rebuild, notes) => rebuildNotes(rebuild, notes, workspace.view()),
        chart: (rebuild) => rebuildChart(rebuild, now()),
        chartText: (rebuild) => chartText(rebuild, now()),
      },
      png: renderPng,
      log,
    }),
    pacer: records.pacer,
    nextChannel: (refused: string) => nextChannel(context, refused),
    around: aroundCard(tracer),
  };
  const ticket = {
    ...shared,
    evidence: evidenceOf(context, chart, records, parts.audit),
    permalink: workspace.permalink,
    around: aroundTicket(tracer),
    head: () =>
      inTime(headWithin, async () => {
        await parts.audit.seal();
        return records.audit.head();
      }).catch(() => undefined),
  };
  const approvers: ApproversDeps = {
    ...shared,
    policy: () => ({
      most: present().tell_approvers,
      claimTimeout: shared.policy().claimTimeout,
      controls: controlsNow(context, records.freezes),
    }),
    whoMay: parts.whoMay,
    messages: createSlackApprovers({
      ...workspace.posts,
      view: (rebuild, message, closing) => approverMessage(rebuild, message, closing, workspace.view()),
      reminder: (rebuild, { glass }) => approverReminder(rebuild, glass !== undefined, workspace.view()),
    }),
  };
  const unlessHeld =
    <D>(pass: (deps: D, id: RebuildId, known?: Rebuild) => ReturnType<Pass>, deps: D) =>
    async (id: RebuildId, known?: Rebuild) =>
      heldWhy(id) === undefined ? pass(deps, id, known) : heldFor;
  return {
    drive: unlessHeld(async (deps, id, known) => {
      await records.freezes.fresh();
      return reconcileRebuild(deps, id, known);
    }, drive),
    card: unlessHeld((deps, id, known) => {
      const onDefect = (error: unknown): void =>
        log.error({ rebuild: id, error }, 'A rebuild’s card could not be made');
      return reconcileThread({ ...deps, onDefect }, id, known);
    }, card),
    ticket: unlessHeld(reconcileTicket, ticket),
    approvers: unlessHeld((deps, id, known) => {
      const onDefect = (error: unknown): void =>
        log.error({ rebuild: id, error }, 'A message to approvers could not be made');
      return reconcileApprovers({ ...deps, onDefect }, id, known);
    }, approvers),
  };
};

const evidenceOf = (
  context: AppContext,
  chart: (rebuild: Rebuild) => Promise<Uint8Array>,
  { audit: chain, rebuildQueries: { journal } }: Records,
  audit: AuditLog,
): EvidencePort => {
  const { jira } = context.config();
  const { log, now, http } = context;
  if (jira) {
    const safe = context.redactor.known;
    const pack = ticketPack({ chain, log: audit, now }, safe);
    const withheld = withoutSecrets(http, context);
    return redacted(
      createJiraEvidence(jira, { http: withheld, log, now, chart, journal, pack, safe }),
      context.redactor.text,
    );
  }
  // Only asked where a rebuild from a time with Jira is still in flight: the config refuses tickets without it.
  const unset = async () =>
    ({ ok: false, kind: 'retry', error: 'jira is not set in farmhand.yml any more' }) as const;
  return { raise: unset, raiseTask: unset, comment: unset, describe: unset, look: unset, move: unset };
};
