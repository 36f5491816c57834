import type { AccessVerdict } from '../../access/access.ts';
import { ownEntry } from '../../audit/record.ts';
import type { Person } from '../../core/person.ts';
import { auditOfCommand, auditOfStart } from '../audit/audit-of-command.ts';
import type { ServiceDenial } from '../messages/commands/service-denials.ts';
import type { PlanDraft } from '../model/command.ts';
import type { Instance } from '../model/parts/instance.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { controlsOf, environmentName } from '../model/rules/controlled.ts';
import { noControls } from '../model/rules/rules.ts';
import { frozenNow } from '../model/rules/windows.ts';
import type { Transition } from '../model/transition.ts';
import type { PlanFacts } from '../ports/ports.ts';
import type { EnvironmentLimit } from '../ports/store.ts';
import { breakGlass } from './glass.ts';
import type { RebuildServiceDeps } from './rebuild-service-deps.ts';

/** What policy says of it now. Those in flight in its environment are read only where a rule limits them. */
export const ruledFacts = async (
  { settings, queries, now }: RebuildServiceDeps,
  instance: Instance,
  last: Rebuild | undefined,
  glass: boolean,
): Promise<Pick<PlanFacts, 'controls' | 'inEnvironment' | 'frozen' | 'approvalWas'>> => {
  const controls = settings().controls?.(instance);
  const was = last?.plan.instance.approval;
  const approvalWas = was === instance.approval ? undefined : was;
  const before = approvalWas === undefined ? {} : { approvalWas };
  if (!controls) return before;
  const frozen = glass ? undefined : frozenNow(controls, now());
  const flight = controls.limits.inFlight ? await queries.list({ state: 'flight', limit: 200 }) : [];
  const same = flight.filter(
    ({ plan }) =>
      plan.instance.name !== instance.name && environmentName(plan.instance) === controls.environment,
  );
  const inEnvironment = same.map(({ id }) => id).sort();
  return { ...before, controls, inEnvironment, ...(frozen && { frozen }) };
};

/** What the store holds to, whoever confirms at the same moment; a broken glass goes past it. */
export const environmentLimit = ({ plan, request }: PlanDraft): EnvironmentLimit | undefined => {
  const { limits, environment } = plan.controls ?? noControls(environmentName(plan.instance));
  return request.glass || !limits.inFlight ? undefined : { environment, limit: limits.inFlight.value };
};

/** Why a rebuild of an instance cannot be started now, whatever its plan says. */
export const frozenStart = (
  { settings, now }: RebuildServiceDeps,
  instance: Instance,
): ServiceDenial | undefined => {
  const { controls, breakers } = settings();
  const frozen = frozenNow(controls?.(instance), now());
  return frozen && { code: 'frozen', frozen, instance: instance.name, breakers: breakers?.(instance) ?? [] };
};

/** That the values of an instance ask for another approval than in its plan before is evidence, whoever edits them. */
export const auditApprovalOf = async (
  { audit, now }: RebuildServiceDeps,
  { instance, approvalWas, last }: PlanFacts,
): Promise<void> => {
  if (approvalWas === undefined) return;
  const { name, approval, source } = instance;
  await audit.record([
    ownEntry(now(), {
      type: 'config_changed',
      object: { kind: 'instance', id: name, instance: name },
      before: {
        approval: approvalWas,
        ...(last && { rebuild: last.id, values: last.plan.instance.source.revision }),
      },
      after: { approval, file: source.file, values: source.revision },
    }),
  ]);
};

/** A rebuild that begins with a broken glass: both are on record at once, and told in the channel. */
export const startedUnderGlass = (
  { settings }: RebuildServiceDeps,
  made: Transition,
  by: Person,
  verdict: AccessVerdict | undefined,
  now: number,
): Transition => {
  const { rebuild: before } = made;
  const { instance } = before.plan;
  const { glassMs } = settings().controls?.(instance) ?? controlsOf(before);
  const { write } = breakGlass(before, { reason: before.reason }, by, glassMs, now);
  if (!write) throw new TypeError('a glass is broken by a person, with a reason');
  const command = { verb: 'break_glass', reason: before.reason } as const;
  const permitted = verdict ?? { allowed: false, code: 'no_role', roles: [], says: '' };
  return {
    ...write,
    journal: [...made.journal, ...write.journal],
    audited: [
      auditOfStart(before, verdict),
      auditOfCommand({ before, after: write.rebuild, command, by, verdict: permitted, now, outcome: 'done' }),
    ],
  };
};
