import type { ArgoApplication } from './application.ts';
import type { Applications } from './applications.ts';

/** Argo CD looks every two to four minutes by itself; asked, within a second. ms */
const again = 60_000;
/** Where it was not allowed it is not tried all the time. ms */
const afterRefusal = 30 * 60_000;
const kept = 200;

/**
 * Asks Argo CD to look at the repository, after a commit that waits for it. A wish: whether it is heard shows in the next
 * look. One that may not be asked (no right) is left alone for half an hour.
 */
export const createRefresh = (applications: Applications, now: () => number) => {
  const notBefore = new Map<string, number>();
  return async (asked: {
    readonly cluster: string;
    readonly namespace: string;
    readonly name: string;
    readonly commit: string;
    readonly application: ArgoApplication;
  }): Promise<void> => {
    const { cluster, namespace, name, commit, application } = asked;
    // It hears nothing while it is passed over, and an annotation that nobody takes off stays for ever.
    if (application.refreshing || application.skipped || application.deleting) return;
    const place = `${cluster}/${namespace}/${name}`;
    const own = `${place} ${commit}`;
    if (now() < Math.max(notBefore.get(place) ?? 0, notBefore.get(own) ?? 0)) return;
    if (notBefore.size >= kept) notBefore.clear();
    notBefore.set(own, now() + again);
    const done = await applications.refresh(cluster, namespace, name);
    if (!done.ok) notBefore.set(place, now() + afterRefusal);
  };
};
