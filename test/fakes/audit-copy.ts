import { type AuditCopy, checkpointIn } from '../../src/audit/chain/copy.ts';

/** `lies`: says that it has written, and has not. */
export type CopyMode = 'well' | 'down' | 'hangs' | 'lies';

/** A copy of the audit in memory, which can fail in every way that a real one does. */
export const memoryCopy = (name: AuditCopy['name'] = 'kafka') => {
  const lines: string[] = [];
  let mode: CopyMode = 'well';
  const trouble = async (): Promise<void> => {
    if (mode === 'down') throw new Error('no space left on device');
    if (mode === 'hangs') await new Promise<never>(() => {});
  };
  const endOf = () => {
    const last = lines.at(-1);
    return last === undefined ? undefined : checkpointIn(last);
  };
  const copy: AuditCopy = {
    name,
    readEnd: async () => {
      await trouble();
      return endOf();
    },
    append: async (more) => {
      await trouble();
      const before = endOf();
      if (mode === 'well') lines.push(...more);
      // The real ones read back as well.
      if (endOf() === before || endOf()?.seq === before?.seq)
        throw new Error('it does not hold what was written to it');
    },
    linesFrom: async function* (seq) {
      await trouble();
      yield* lines.filter((line) => checkpointIn(line).seq >= seq);
    },
  };
  return {
    copy,
    lines,
    is: (next: CopyMode) => {
      mode = next;
    },
  };
};
