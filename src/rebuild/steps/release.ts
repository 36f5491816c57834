import { isGone } from '../effects/scaling.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { guardianOrder, stepOf } from '../model/record.ts';
import { setStep } from '../model/transition.ts';
import { isLate, type StepContext, type StepDefinition } from './step-context.ts';
import { leavingOf, stuck } from './teardown.ts';

/** The guardian goes, unless it is still needed; then the rebuild is released. */
export const release: StepDefinition<'release'> = {
  name: 'release',
  deadline: 'teardown',
  observes: { synchronizer: true, engine: true },
  desires: (rebuild) =>
    stepOf(rebuild, 'propagate').state === 'skipped' ? withoutTheirCaches(rebuild) : rebuild,
  patient: true,
  run: (context) => {
    const { rebuild, observed } = context;
    const wish = guardianOrder(rebuild);
    const skipped = stepOf(rebuild, 'propagate').state === 'skipped';
    if (wish === 'keep' || (skipped && wish !== 'drop')) {
      if (rebuild.synchronizer.wanted === 1) {
        return {
          kind: 'ask',
          doing: { code: 'guardian_kept' },
          need: { code: 'guardian', why: skipped ? 'skipped' : 'asked' },
          until: 'no end',
        };
      }
    }
    const down = rebuild.synchronizer.wanted === 0 ? rebuild : dropped(context);
    if (isGone(down, observed, 'synchronizer'))
      return { kind: 'done', rebuild: down, doing: { code: 'guardian_gone' } };
    const left = leavingOf(context, ['synchronizer']);
    if (rebuild.synchronizer.wanted === 0 && isLate(context)) return stuck(left);
    return { kind: 'on', doing: { code: 'leaving', sets: left }, rebuild: down };
  },
};

/** Its time to be gone begins now, however long it was kept. */
const dropped = ({ rebuild, now, policy }: StepContext): Rebuild => ({
  ...setStep(rebuild, 'release', (step) => ({ ...step, deadline: now + policy.deadlines.teardown })),
  synchronizer: { ...rebuild.synchronizer, wanted: 0, guardian: false },
});

/** The propagation was skipped: what has not taken the caches does not take them any more. */
const withoutTheirCaches = (rebuild: Rebuild): Rebuild => ({
  ...rebuild,
  frontends: rebuild.frontends.map((frontend) =>
    frontend.state === 'ready' ? frontend : { ...frontend, state: 'skipped' },
  ),
});
