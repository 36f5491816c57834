/** What follows `/dcr`, once: for the parser, the usage it shows, the help and docs/commands.md. */
export const dcrVerbs = {
  start: {
    usage: 'start <instance> [forced] [--farmers N] [--reason "…"]',
    does: 'shows the plan of a rebuild, to be confirmed; without arguments it opens a form',
  },
  plan: {
    usage: 'plan <instance> [forced] [--farmers N]',
    does: 'shows what a rebuild would do; touches nothing',
  },
  status: { usage: 'status [instance]', does: 'how a rebuild stands; without an instance, all in flight' },
  list: { usage: 'list', does: 'rebuilds in flight, failed and recent' },
  scale: { usage: 'scale <instance> <n> [reason]', does: 'changes the number of farmers' },
  pause: {
    usage: 'pause <instance> <why>',
    does: 'begins nothing new until it is resumed; what is under way comes to its end',
  },
  resume: { usage: 'resume <instance> [why]', does: 'goes on after a pause' },
  cancel: { usage: 'cancel <instance> <why>', does: 'ends a rebuild and takes its farmers down' },
  retry: { usage: 'retry <instance> [why]', does: 'tries the step that failed or waits once more' },
  override: {
    usage: 'override <instance>',
    does: 'opens a form: skip a step, accept fewer farmers, extend a deadline, force, keep or drop the guardian …',
  },
  approve: { usage: 'approve <instance>', does: 'approves a rebuild that somebody else started' },
  history: { usage: 'history <instance>', does: 'earlier rebuilds, and who did what to the last one' },
  doctor: {
    usage: 'doctor <instance>',
    does: 'examines the settings of an instance’s cluster, and says how to mend what is wrong',
  },
  help: { usage: 'help', does: 'shows this' },
} as const satisfies Readonly<Record<string, { readonly usage: string; readonly does: string }>>;

export type DcrVerb = keyof typeof dcrVerbs;

export const isDcrVerb = (word: string): word is DcrVerb => Object.hasOwn(dcrVerbs, word);

/** Words that people say for a verb, for “did you mean”; none of them is taken for it. */
export const otherWords: Readonly<Record<string, DcrVerb>> = {
  abort: 'cancel',
  stop: 'cancel',
  kill: 'cancel',
  hold: 'pause',
  wait: 'pause',
  continue: 'resume',
  unpause: 'resume',
  go: 'start',
  run: 'start',
  rebuild: 'start',
  add: 'scale',
  farmers: 'scale',
  show: 'status',
  ls: 'list',
  log: 'history',
  journal: 'history',
  check: 'doctor',
  skip: 'override',
  force: 'override',
  extend: 'override',
  ok: 'approve',
};

/** `/dcr scale <instance> <n> [reason]`. */
export const usageOf = (verb: DcrVerb): string => `/dcr ${dcrVerbs[verb].usage}`;
