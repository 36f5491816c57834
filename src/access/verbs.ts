/** What `access:` hands out: one word for each thing a person can do with a rebuild. */
export const rebuildVerbs = [
  'start',
  'scale',
  'pause',
  'resume',
  'cancel',
  'retry',
  'override',
  'approve',
  'break_glass',
  'freeze',
  'thaw',
  'status',
  'plan',
  'doctor',
  'audit',
] as const;

/** What is asked of an alert and needs a role. Acknowledging needs none: every member may. */
export const alertVerbs = ['silence', 'ticket'] as const;
export type AlertVerb = (typeof alertVerbs)[number];

export type RebuildVerb = (typeof rebuildVerbs)[number];
export type Verb = RebuildVerb | AlertVerb;

/** Never meant by `*`: what another person must agree to, and what goes past them, is handed out by name. */
export const namedVerbs: readonly Verb[] = ['approve', 'break_glass'];
