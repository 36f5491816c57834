/** What follows `/dcr`, once: for the parser, the usage it shows, the help and docs/commands.md. */
export const dcrVerbs = {
  start: {
    usage: 'start <instance> [forced] [--farmers N] [change=CHG…] [--reason "…"]',
    does: 'shows the plan of a rebuild, to be confirmed; without arguments it opens a form',
  },
  plan: {
    usage: 'plan <instance> [forced] [--farmers N] [change=CHG…]',
    does: 'shows what a rebuild would do; touches nothing',
  },
  status: { usage: 'status [instance]', does: 'how a rebuild stands; without an instance, all in flight' },
  list: { usage: 'list', does: 'rebuilds in flight, failed and recent' },
  scale: { usage: 'scale <instance> <n> [reason]', does: 'changes the number of farmers' },
  pause: {
    usage: 'pause <instance> <why>',
    does: 'begins nothing new until it is resumed; what is under way is finished',
  },
  resume: { usage: 'resume <instance> [why]', does: 'goes on after a pause' },
  cancel: {
    usage: 'cancel <instance> <why>',
    does: 'ends a rebuild and takes its farmers down; --confirm <instance> at the end where policy wants the name typed',
  },
  retry: { usage: 'retry <instance> [why]', does: 'tries again the step that failed or waits' },
  override: {
    usage: 'override <instance>',
    does: 'opens a form: skip a step, accept fewer farmers, extend a deadline, force, keep or drop the guardian …',
  },
  approve: {
    usage: 'approve <instance>',
    does: 'shows what somebody else asked for, to be approved with its button (or the code beside it)',
  },
  withdraw: {
    usage: 'withdraw <instance> [why]',
    does: 'takes back what you asked for and nobody has approved yet',
  },
  revoke: {
    usage: 'revoke <instance> [why]',
    does: 'takes back your own approval, as long as nothing was begun on it',
  },
  'break-glass': {
    usage: 'break-glass <instance> <why>',
    does: 'for a while approvals, freeze windows and limits do not bar you; told at once, and reviewed by somebody else',
  },
  review: {
    usage: 'review <instance> [objected] <what you found>',
    does: 'says that you have looked at what somebody else did under a broken glass, and that it is in order (or not)',
  },
  freeze: {
    usage: 'freeze <instance or all> <why> [for 4h, or until 06:00]',
    does: 'begins nothing that changes a cluster until it is thawed or that time comes: no start, no scaling, no next step; what is up stays up, and no limit runs',
  },
  thaw: {
    usage: 'thaw <instance or all> [why]',
    does: 'lifts every freeze of that place, whoever froze it; rebuilds go on where they were',
  },
  history: { usage: 'history <instance>', does: 'earlier rebuilds, and who did what to the last one' },
  audit: {
    usage: 'audit <instance or rebuild> [thread]',
    does: 'who did what to its last rebuild, or to the one named, by which right, and the evidence pack in a direct message; with “thread” everybody in its thread gets the pack',
  },
  doctor: {
    usage: 'doctor <instance>',
    does: 'examines the settings of an instance’s cluster, and says how to fix what is wrong',
  },
  recovery: {
    usage: 'recovery done <instance> [why]',
    does: 'says that a rebuild from before a loss of records is over; changes nothing in the cluster',
  },
  whoami: {
    usage: 'whoami [instance]',
    does: 'what you may do and why, what you may not, and whom to ask',
  },
  help: { usage: 'help [word]', does: 'shows this; with one of these words, how to use it' },
} as const satisfies Readonly<Record<string, { readonly usage: string; readonly does: string }>>;

/** One of each as people type it, for the help of a single word. */
export const dcrExamples: Readonly<Record<DcrVerb, readonly string[]>> = {
  start: [
    'start',
    'start system6',
    'start system6 forced --farmers 24 --reason "new dataset"',
    'start systemgov1 change=CHG0012345',
  ],
  plan: ['plan system6', 'plan system6 --farmers 24'],
  status: ['status', 'status system6'],
  list: ['list'],
  scale: ['scale system6 12', 'scale system6 12 because the ETA is too long'],
  pause: ['pause system6 waiting for the customer'],
  resume: ['resume system6', 'resume system6 the customer is ready'],
  cancel: [
    'cancel system6 because the dataset is the wrong one',
    'cancel systemgov1 because the dataset is the wrong one --confirm systemgov1',
  ],
  retry: ['retry system6', 'retry system6 because DNS is back'],
  override: ['override system6'],
  approve: ['approve system6'],
  withdraw: ['withdraw system6', 'withdraw system6 the customer called it off'],
  revoke: ['revoke system6', 'revoke system6 I had read the wrong plan'],
  'break-glass': ['break-glass systemgov1 the customer is down, and the approvers are asleep'],
  review: [
    'review systemgov1 scaled to 40 as the incident needed, nothing else',
    'review systemgov1 objected the approver was awake and was not asked',
  ],
  freeze: [
    'freeze system6 the customer works on its storage for 4h',
    'freeze all the deployment repository moves until 06:00',
    'freeze all incident 4711 until fri 18:00 Europe/Berlin',
  ],
  thaw: ['thaw system6 the storage is back', 'thaw all'],
  history: ['history system6', 'history system6-20261120-1'],
  audit: ['audit system6', 'audit system6-20261120-1', 'audit system6 thread'],
  doctor: ['doctor system6'],
  recovery: ['recovery done system6 it had been released before'],
  whoami: ['whoami', 'whoami systemgov1'],
  help: ['help', 'help start'],
};

export type DcrVerb = keyof typeof dcrVerbs;

export const isDcrVerb = (word: string): word is DcrVerb => Object.hasOwn(dcrVerbs, word);

/** Words that people say for a verb, for “did you mean”; none of them is taken for it. */
export const otherWords: Readonly<Record<string, DcrVerb>> = {
  abort: 'cancel',
  stop: 'cancel',
  kill: 'cancel',
  end: 'cancel',
  delete: 'cancel',
  remove: 'cancel',
  terminate: 'cancel',
  reject: 'cancel',
  deny: 'cancel',
  decline: 'cancel',
  refuse: 'cancel',
  hold: 'pause',
  wait: 'pause',
  maintenance: 'freeze',
  lock: 'freeze',
  block: 'freeze',
  unfreeze: 'thaw',
  unlock: 'thaw',
  continue: 'resume',
  unpause: 'resume',
  unhold: 'resume',
  go: 'start',
  run: 'start',
  new: 'start',
  create: 'start',
  begin: 'start',
  launch: 'start',
  rebuild: 'start',
  preview: 'plan',
  dryrun: 'plan',
  'dry-run': 'plan',
  add: 'scale',
  up: 'scale',
  down: 'scale',
  farmers: 'scale',
  show: 'status',
  info: 'status',
  get: 'status',
  describe: 'status',
  ls: 'list',
  ps: 'list',
  log: 'history',
  logs: 'history',
  journal: 'history',
  why: 'history',
  evidence: 'audit',
  proof: 'audit',
  check: 'doctor',
  diagnose: 'doctor',
  validate: 'doctor',
  redo: 'retry',
  skip: 'override',
  force: 'override',
  extend: 'override',
  accept: 'override',
  ok: 'approve',
  lgtm: 'approve',
  confirm: 'approve',
  rights: 'whoami',
  roles: 'whoami',
  access: 'whoami',
  permissions: 'whoami',
  unask: 'withdraw',
  retract: 'withdraw',
  breakglass: 'break-glass',
  emergency: 'break-glass',
  unapprove: 'revoke',
  disapprove: 'revoke',
};

/** What a verb is for, where people ask for it under a name that says something else. */
export const saidInstead: Readonly<Record<string, string>> = Object.fromEntries(
  ['reject', 'deny', 'decline', 'refuse'].map((word) => [
    word,
    'A rebuild that is not to be approved is cancelled, with the reason: whoever asked for it reads it in its thread.',
  ]),
);

/** How people ask for help at any command line. */
export const asksForHelp = (word: string): boolean => /^(?:\?+|-h|--?help|—help|–help)$/i.test(word);

/** `/dcr scale <instance> <n> [reason]`. */
export const usageOf = (verb: DcrVerb): string => `/dcr ${dcrVerbs[verb].usage}`;
