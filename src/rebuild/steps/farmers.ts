import { formatDuration } from '../../core/duration.ts';
import { troubleText } from '../model/troubles.ts';
import { count, type Here, isLate, type Move } from './move.ts';
import { onItsWay, whyOf, withWay } from './on-its-way.ts';

/** All farmers at once; on with the minimum, never without any. */
export const farmers = (here: Here): Move => {
  const { rebuild, step, world, policy } = here;
  const { target, minimum, wanted } = rebuild.farmers;
  const seen = world.farmers;
  if (!seen?.ok)
    return tooFew(here, `the cluster does not answer: ${seen?.error ?? 'it was not looked at'}`, 0);
  const { ready } = seen.value;
  const says = `${ready} of ${wanted} farmers ready`;
  const enough = ready >= minimum;
  const up = (text: string): Move => ({
    kind: 'done',
    says,
    tell: { what: 'farmers_up', text, note: 'step', entry: 'change' },
  });
  if (ready >= target && enough)
    return up(`${count(ready, 'farmer')} ${ready === 1 ? 'is' : 'are'} ready; the rebuild begins.`);
  if (enough && rebuild.plan.engine === 'balance') {
    return up(
      `${ready} of ${target} farmers are ready, enough to begin (minimum ${minimum}); the others join when they are up.`,
    );
  }
  const accepted = rebuild.overrides.some(
    ({ kind, at }) => kind === 'accept_farmers' && at >= (step.startedAt ?? 0),
  );
  if (enough && (accepted || isLate(here))) {
    return up(
      `Goes on with ${ready} of ${target} farmers${accepted ? ', as accepted' : ` after ${formatDuration(policy.deadlines.farmers)}`} (minimum ${minimum}). On the farm engine later ones will do nothing.`,
    );
  }
  return tooFew(here, says, ready);
};

const tooFew = (here: Here, found: string, ready: number): Move => {
  const { rebuild, world } = here;
  const way = onItsWay(rebuild, world, 'farmer');
  const says = withWay(found, way);
  if (!isLate(here)) return { kind: 'on', says };
  const { minimum, target, seen } = rebuild.farmers;
  const why = troubleText(seen?.troubles ?? []);
  return {
    kind: 'ask',
    says,
    ask: {
      code: 'too_few_farmers',
      what:
        world.farmers?.ok === false
          ? `Whether enough farmers are up cannot be seen: ${world.farmers.error}. The rebuild was not begun.`
          : `Too few farmers: ${ready} of ${target} are ready, and ${minimum} are needed. The rebuild was not begun; it is never done without farmers.${
              why === '' ? '' : ` ${why}.`
            }${whyOf(way)}`,
      options: [
        'Mend what keeps them from coming up; with enough of them this goes on by itself',
        ready > 0
          ? `Or accept ${count(ready, 'farmer')} (override)`
          : 'Or accept fewer (override), once some are up',
        'Or extend the deadline, or cancel',
      ],
    },
  };
};
