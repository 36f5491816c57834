import { sentence } from '../../../core/text.ts';
import type { Instance } from '../../model/parts/instance.ts';
import type { Plan } from '../../model/parts/plan.ts';
import type { ValuesProblem } from '../../ports/ports.ts';
import { problemWords } from '../planning/problems.ts';

/** What the service writes into a rebuild's journal. */
export const serviceLines = {
  started: ({ forced, engine, farmers, hash }: Plan, reason: string): string =>
    `Started ${forced ? 'a forced' : 'a'} rebuild on the ${engine} engine with ${farmers} farmers. Because: ${sentence(reason)} Plan ${hash}`,
  /** `through`: who gave the role. */
  allowed: (role: string, through: string): string => `${role}, as ${through}`,
  /** `folded`: refusals before that have no line. `last`: the last line of this person. */
  refused: (why: string, folded: number, last: boolean): string => {
    const more = folded > 0 ? ` (Before that the last refusal came ${folded} times more.)` : '';
    return `${why}${more}${last ? ' (Further refusals of this person are counted, not listed.)' : ''}`;
  },
};

/** What the doctor says besides what the cluster's own findings are. */
export const doctorWords = {
  bad_value: (problem: ValuesProblem) => ({
    says: problemWords({ code: 'bad_value', ...problem }),
    fix: 'Fix the values file in the deployment repository.',
  }),
  cluster_unseen: (error: string) => ({ says: `The cluster could not be examined: ${error}` }),
  values_fine: ({ source }: Instance) => ({
    says: `${source.file} is valid, at ${source.revision.slice(0, 7)}`,
  }),
  engine_fine: () => ({ says: 'the admin endpoint answers' }),
  engine_silent: ({ adminUrl, source }: Instance, error: string) => ({
    says: `The admin endpoint does not answer: ${error}`,
    fix: `Look at ${adminUrl} from the cluster that farmhand runs in; its address is adminUrl in ${source.file}.`,
  }),
};
