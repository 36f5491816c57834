import { stat } from 'node:fs/promises';

/** One of `rebuilds.clusters`. */
export interface ClusterConfig {
  readonly name: string;
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

/** Changes whenever the file does, also when it is a link into a mounted Secret; '' where there is none. */
export const stampOf = async (file: string | undefined): Promise<string> => {
  if (file === undefined) return '';
  try {
    const { ino, mtimeMs, size } = await stat(file);
    return `${ino}/${mtimeMs}/${size}`;
  } catch {
    return 'missing';
  }
};
