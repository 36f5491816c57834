import { reconcileNamespace } from './controller.ts';
import { nextVersion, type SetState, type World } from './world.ts';

/** Writes `spec.replicas`; nothing changes, the owner included, when it is that number already. */
export const writeReplicas = (
  world: World,
  set: SetState,
  replicas: number,
  by: { readonly manager: string; readonly subresource: boolean },
): void => {
  if (set.replicas === replicas) return;
  const at = world.now();
  const { namespace, name } = set.spec;
  world.scales.push({ at, manager: by.manager, namespace, set: name, from: set.replicas, to: replicas });
  set.replicas = replicas;
  set.generation++;
  set.writer = { manager: by.manager, at, subresource: by.subresource };
  set.resourceVersion = nextVersion(world);
  reconcileNamespace(world, namespace, at);
};
