import type { Person } from '../../../core/person.ts';
import { cut, oneLine } from '../../../core/text.ts';
import type { WorkloadRole } from '../../../rebuild/model/parts/workloads.ts';
import type { ScaleRequest } from '../../../rebuild/ports/ports.ts';

/** How the house writes it: `system6: farmers 0 → 24 (rebuild system6-20261120-1)`. */
const subjectForm = /^(\S{1,63}): farmers (\d{1,7}) → (\d{1,7}) \(rebuild ([\w-]{1,100})\)$/;

const trailer = 'Farmhand-Change';

type Change = Pick<
  ScaleRequest,
  'key' | 'rebuild' | 'instance' | 'role' | 'from' | 'to' | 'by' | 'reason' | 'change'
>;

/** The message of a commit. Whatever a person said stays on one line, so it can't pass for a trailer of its own. */
export const commitMessage = ({
  key,
  rebuild,
  instance,
  role,
  from,
  to,
  by,
  reason,
  change,
}: Change): string => {
  const what = role === 'farmer' ? 'farmers' : 'synchronizer';
  const why = cut(oneLine(reason), 500);
  return [
    `${instance.name}: ${what} ${from} → ${to} (rebuild ${rebuild})`,
    '',
    `${trailer}: ${oneLine(key)}`,
    `Requested-by: ${personOf(by)}`,
    ...(change === undefined ? [] : [`Change-Request: ${oneLine(change)}`]),
    ...(why === '' ? [] : [`Reason: ${why}`]),
  ].join('\n');
};

/** The key of the change that a commit of farmhand's made; undefined for everybody else's. */
export const keyIn = (message: string): string | undefined => {
  // Trailers are the last paragraph; a quoted message further up is none.
  const last =
    message
      .replace(/\r\n?/g, '\n')
      .trimEnd()
      .split(/\n{2,}/)
      .at(-1) ?? '';
  const line = last.split('\n').find((text) => text.startsWith(`${trailer}: `));
  return line?.slice(trailer.length + 2).trim();
};

/** What a message in the house form says about farmers. */
export const farmersIn = (
  message: string,
): { readonly instance: string; readonly to: number; readonly rebuild: string } | undefined => {
  const [, instance, , to, rebuild] = subjectForm.exec(subjectOf(message)) ?? [];
  return instance === undefined || to === undefined || rebuild === undefined
    ? undefined
    : { instance, to: Number(to), rebuild };
};

/** The first line of a message, short enough to be quoted. */
export const subjectOf = (message: string): string =>
  cut(oneLine(message.trimStart().split(/\r?\n/, 1)[0] ?? ''), 120);

export const pathOf = (
  place: { readonly farmersPath: readonly string[]; readonly synchronizerPath: readonly string[] },
  role: WorkloadRole,
): readonly string[] => (role === 'farmer' ? place.farmersPath : place.synchronizerPath);

const personOf = ({ id, name }: Person): string =>
  name === undefined ? oneLine(id) : `${cut(oneLine(name), 80)} (${oneLine(id)})`;
