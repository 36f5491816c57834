import type { Mutant } from '../alerts/mutants.ts';

/** Planted bugs in what drives a rebuild: the simulator must notice each of them. */
export const rebuildMutants: readonly Mutant[] = [
  {
    name: 'touch the world before the ticket is there',
    breaks: 'I7',
    file: 'src/rebuild/steps/ticket.ts',
    find: 'switch (at.state) {',
    replace: "switch (at.state === 'wanted' ? 'open' : at.state) {",
  },
  {
    name: 'begin without the approval',
    breaks: 'I7',
    file: 'src/rebuild/model/approval.ts',
    find: 'rebuild.plan.instance.approval || openIntervention(rebuild)',
    replace: 'openIntervention(rebuild)',
  },
  {
    name: 'go on while it is paused',
    breaks: 'I8',
    file: 'src/rebuild/reconcile/decide.ts',
    find: 'if (rebuild.pause) return pausedPass(transition, pass);',
    replace:
      "if (rebuild.pause?.state === 'paused' && rebuild.pause.at === 0) return pausedPass(transition, pass);",
  },
  {
    name: 'claim a change while another is under way',
    breaks: 'I3',
    file: 'src/rebuild/reconcile/decide.ts',
    find: 'const open = openEffect(rebuild);',
    replace: 'const open = observed.at < 0 ? openEffect(rebuild) : undefined;',
  },
  {
    name: 'order the rebuild with too few farmers',
    breaks: 'never without farmers',
    file: 'src/rebuild/observe/observed.ts',
    find: 'observed.farmers.value.ready >= rebuild.farmers.minimum &&',
    replace: 'observed.farmers.value.ready >= 0 &&',
  },
  {
    name: 'give the next frontend its caches while another is away',
    breaks: 'never two frontends',
    file: 'src/rebuild/steps/propagate.ts',
    find: "({ name, state }) => name !== next.name && state !== 'ready' && state !== 'waiting',",
    replace: "({ name }) => name === '',",
  },
  {
    name: 'end while farmers are up',
    breaks: 'never ends with farmers up',
    file: 'src/rebuild/effects/scaling.ts',
    find: 'seen.value.pods.length === 0 &&',
    replace: 'seen.value.pods.length >= 0 &&',
  },
  {
    name: 'end before a commit has arrived',
    breaks: 'never ends with farmers up',
    file: 'src/rebuild/effects/scaling.ts',
    find: 'last.arrivedAt === undefined ? last.effect.to : seen.value.wanted;',
    replace: 'last.arrivedAt === 0 ? last.effect.to : seen.value.wanted;',
  },
  {
    name: 'decide on what was seen before the last change',
    breaks: 'I3 I8',
    file: 'src/rebuild/reconcile/reconcile-rebuild.ts',
    find: ' || basisOf(rebuild) !== observed.basis',
    replace: '',
  },
  {
    name: 'take what may have been done for not done',
    breaks: 'I3',
    file: 'src/rebuild/effects/outcome.ts',
    find: '{ ...rest, error, retryAt },',
    replace: "{ ...rest, state: 'failed', endedAt: now, error, retryAt: now },",
  },
  {
    name: 'count paused time',
    breaks: 'limits',
    file: 'src/rebuild/reconcile/pausing.ts',
    find: "state: 'paused', pausedAt: now,",
    replace: "state: 'paused',",
  },
  {
    name: 'never come again after a claim',
    breaks: 'I8',
    file: 'src/rebuild/effects/in-doubt.ts',
    find: 'const over = effect.retryAt ?? effect.at + policy.claimTimeout;',
    replace: 'const over = effect.retryAt ?? effect.at + 1e12;',
  },
];
