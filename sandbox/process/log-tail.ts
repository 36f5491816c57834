export interface LogTail {
  push(chunk: string): void;
  lines(count?: number): readonly string[];
  /** Calls `listener` for every complete line from now on; the result stops that. */
  onLine(listener: (line: string) => void): () => void;
}

/** The last `capacity` lines of an output that arrives in arbitrary chunks. */
export const createLogTail = (capacity: number): LogTail => {
  let kept: string[] = [];
  let rest = '';
  const listeners = new Set<(line: string) => void>();
  return {
    push: (chunk) => {
      const parts = (rest + chunk).split(/\r?\n/);
      rest = parts.pop() ?? '';
      kept = [...kept, ...parts].slice(-capacity);
      for (const line of parts) for (const listener of listeners) listener(line);
    },
    lines: (count = capacity) => (rest === '' ? kept : [...kept, rest]).slice(-count),
    onLine: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
