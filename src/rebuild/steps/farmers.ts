import { formatDuration } from '../../core/duration.ts';
import { counted } from '../../core/text.ts';
import { troubleText } from '../model/troubles.ts';
import { farmersUp } from './desires.ts';
import { onItsWay, whyOf, withWay } from './on-its-way.ts';
import { isLate, type StepContext, type StepDefinition, type StepResult } from './step-context.ts';

/** All farmers at once; on with the minimum, never without any. */
export const farmers: StepDefinition<'farmers'> = {
  name: 'farmers',
  deadline: 'farmers',
  observes: { farmers: true, synchronizer: true, engine: true },
  desires: farmersUp,
  scales: true,
  run: (context) => {
    const { rebuild, step, observed, policy } = context;
    const { target, minimum, wanted } = rebuild.farmers;
    const seen = observed.farmers;
    if (!seen?.ok)
      return tooFew(context, `the cluster does not answer: ${seen?.error ?? 'it was not looked at'}`, 0);
    const { ready } = seen.value;
    const says = `${ready} of ${wanted} farmers ready`;
    const enough = ready >= minimum;
    const up = (text: string): StepResult => ({
      kind: 'done',
      says,
      announce: { what: 'farmers_up', text, note: 'step', entry: 'change' },
    });
    if (ready >= target && enough)
      return up(`${counted(ready, 'farmer')} ${ready === 1 ? 'is' : 'are'} ready; the rebuild begins.`);
    if (enough && rebuild.plan.engine === 'balance') {
      return up(
        `${ready} of ${target} farmers are ready, enough to begin (minimum ${minimum}); the others join when they are up.`,
      );
    }
    const accepted = rebuild.overrides.some(
      ({ kind, at }) => kind === 'accept_farmers' && at >= (step.startedAt ?? 0),
    );
    if (enough && (accepted || isLate(context))) {
      return up(
        `Goes on with ${ready} of ${target} farmers${accepted ? ', as accepted' : ` after ${formatDuration(policy.deadlines.farmers)}`} (minimum ${minimum}). On the farm engine later ones will do nothing.`,
      );
    }
    return tooFew(context, says, ready);
  },
};

const tooFew = (context: StepContext, found: string, ready: number): StepResult => {
  const { rebuild, observed } = context;
  const way = onItsWay(rebuild, observed, 'farmer');
  const says = withWay(found, way);
  if (!isLate(context)) return { kind: 'on', says };
  const { minimum, target, seen } = rebuild.farmers;
  const why = troubleText(seen?.troubles ?? []);
  return {
    kind: 'ask',
    says,
    ask: {
      code: 'too_few_farmers',
      what:
        observed.farmers?.ok === false
          ? `Whether enough farmers are up cannot be seen: ${observed.farmers.error}. The rebuild was not begun.`
          : `Too few farmers: ${ready} of ${target} are ready, and ${minimum} are needed. The rebuild was not begun; it is never done without farmers.${
              why === '' ? '' : ` ${why}.`
            }${whyOf(way)}`,
      options: [
        'Mend what keeps them from coming up; with enough of them this goes on by itself',
        ready > 0
          ? `Or accept ${counted(ready, 'farmer')} (override)`
          : 'Or accept fewer (override), once some are up',
        'Or extend the deadline, or cancel',
      ],
    },
  };
};
