/** Trigger ids as Slack treats them: good once, and for three seconds. */
export interface Triggers {
  issued(id: string, now: number): void;
  /** Slack's error word; undefined when the trigger is good, and then it is used up. */
  use(id: string, now: number): string | undefined;
}

/** `lifeMs`: 3000 at Slack. */
export const createTriggers = (lifeMs: number): Triggers => {
  const known = new Map<string, { readonly at: number; used: boolean }>();
  return {
    issued: (id, now) => {
      known.set(id, { at: now, used: false });
      if (known.size > 10_000) known.delete(known.keys().next().value ?? '');
    },
    use: (id, now) => {
      const trigger = known.get(id);
      if (!trigger) return 'invalid_trigger_id';
      if (now - trigger.at > lifeMs) return 'expired_trigger_id';
      if (trigger.used) return 'exchanged_trigger_id';
      trigger.used = true;
      return undefined;
    },
  };
};
