import { DeadlinePassed, withDeadline } from '../../core/deadline.ts';
import { messageOf } from '../../core/errors.ts';
import { type Finding, finding } from './finding.ts';

/** One part to look at. It answers what it found; what it throws is told as not known. */
export interface DoctorCheck {
  readonly name: string;
  readonly look: () => Promise<readonly Finding[]>;
}

/** All at once, each within its deadline; findings in the order of the checks, without anything secret. */
export const lookAtAll = async (
  checks: readonly DoctorCheck[],
  deadlineMs: number,
  safe: (text: string) => string,
): Promise<readonly Finding[]> => {
  const found = await Promise.all(checks.map((check) => lookAt(check, deadlineMs)));
  return found.flat().map(({ says, fix, ...rest }) => ({
    ...rest,
    says: safe(says),
    ...(fix !== undefined && { fix: safe(fix) }),
  }));
};

const lookAt = async ({ name, look }: DoctorCheck, deadlineMs: number): Promise<readonly Finding[]> => {
  try {
    return await withDeadline(deadlineMs, look);
  } catch (error) {
    if (error instanceof DeadlinePassed) {
      return [
        finding(
          name,
          'unknown',
          `did not answer within ${deadlineMs / 1000} s`,
          'Where packets are dropped nothing answers: look at its address, egress rules (networkPolicy) and proxy; or give it longer (--timeout).',
        ),
      ];
    }
    return [finding(name, 'unknown', `could not be looked at: ${messageOf(error)}`)];
  }
};
