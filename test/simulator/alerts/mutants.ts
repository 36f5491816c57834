/** A planted bug: one place in the code, changed. The checker must notice each of them (faults, row 50). */
export interface Mutant {
  readonly name: string;
  /** The invariants that it breaks. */
  readonly breaks: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** What the replacement needs on top of the file's own imports. */
  readonly imports?: string;
}

const post = 'src/delivery/post.ts';
const outcome = 'src/delivery/transitions.ts';
const thread = 'src/alerts/thread/thread-message.ts';
const place = 'src/alerts/model/event-place.ts';
const take = 'src/alerts/evolve/evolve.ts';
const news = 'src/alerts/evolve/ticket-news.ts';
const requests = 'src/alerts/actions/requests.ts';
const group = 'src/alerts/groups/evolve-group.ts';

export const mutants: readonly Mutant[] = [
  {
    name: 'post again without looking',
    breaks: 'I1',
    file: 'src/delivery/look-up.ts',
    find: 'const [first, ...more] = found.ok ? found.value : [];',
    replace: 'const [first, ...more] = found.ok ? found.value.slice(0, 0) : [];',
  },
  {
    name: 'never look again after posting again',
    breaks: 'I1',
    file: outcome,
    find: '...(doubt && inDoubt(message, now, posting?.first ?? posting?.since)),',
    replace: '',
  },
  {
    name: 'believe that a copy was removed',
    breaks: 'I1',
    file: 'src/delivery/calls.ts',
    find: 'const result = await answered(d, d.slack.remove(message));',
    replace: 'const result = { ok: true, value: message } as SlackResult<unknown>;',
  },
  {
    name: 'fold what still fires',
    breaks: 'I1',
    file: thread,
    find: "thread.state !== 'wanted' || status !== 'resolved'",
    replace: "thread.state !== 'wanted' || status === undefined",
  },
  {
    name: 'forget the event that a thread was opened for',
    breaks: 'I2',
    file: thread,
    find: '{ ...applied, settles: { event: thread.event, reason } }',
    replace: '{ ...applied, journal: [...applied.journal] }',
  },
  {
    name: 'give up events that met a conflict',
    breaks: 'I2',
    file: 'src/intake/ingest.ts',
    find: 'if (conflicts.size === 0) return aside;',
    replace: 'if (conflicts.size >= 0) return aside;',
  },
  {
    name: 'believe a guess that went wrong',
    breaks: 'I2',
    file: 'src/intake/ingest.ts',
    find: 'if (right) report(deps, plan, new Set(), loose);\n  return right;',
    replace: 'if (right) report(deps, plan, new Set(), loose);\n  return true;',
  },
  {
    name: 'take an event in again that is on record',
    breaks: 'I3',
    file: 'src/intake/plan-batch.ts',
    find: 'known.has(event.id) || seen.has(event.id)',
    replace: 'seen.has(event.id)',
  },
  {
    name: 'raised to where a call came',
    breaks: 'I3',
    file: place,
    find: 'isBefore(known, offset)) last.set',
    replace: 'isBefore(offset, known)) last.set',
  },
  {
    name: 'raised by the last call',
    breaks: 'I3',
    file: 'test/simulator/alerts/commit.ts',
    find: '  raiseSeen(state, blocks, loose);',
    // Others than the last are full.
    replace: '  if (blocks.length < 3) raiseSeen(state, blocks, loose);',
  },
  {
    name: 'a life that is not compared',
    breaks: 'I3',
    file: place,
    find: '${topic}.${partition}${life}`;',
    replace: '${topic}.${partition}${life.slice(0, 0)}`;',
  },
  {
    name: 'read before the series',
    breaks: 'I3',
    file: 'test/simulator/alerts/records.ts',
    find: "io('read', () => readAll(asked, new Map(state.seen)));",
    replace: "io('read', () => new Map(state.seen)).then((seen) => io('read', () => readAll(asked, seen)));",
  },
  {
    name: 'claim ahead without writing it',
    breaks: 'I1',
    file: 'test/simulator/alerts/records.ts',
    find: '    state.series.set(after.fingerprint, alert);\n    placeOf',
    replace: '    placeOf',
  },
  {
    name: 'claim notes that somebody else has claimed',
    breaks: 'I3 I4',
    file: outcome,
    find: 'if (posting?.claim !== over?.claim || ',
    replace: 'if ((through === 0 && posting?.claim !== over?.claim) || ',
  },
  {
    name: 'let a late failure undo what is done',
    breaks: 'I3 I4',
    file: 'src/alerts/actions/action-step.ts',
    find: "if (!action || action.state === 'done') return undefined;",
    replace: 'if (!action) return undefined;',
  },
  {
    name: 'apply an outcome to somebody else’s claim',
    breaks: 'I4',
    file: outcome,
    find: 'if (posting?.claim !== claim) return undefined;\n  if ((posting.first',
    replace: 'if (posting === undefined) return undefined;\n  if ((posting.first',
  },
  {
    name: 'take over a claim that was taken over',
    breaks: 'I4',
    file: outcome,
    find: 'if (posting?.claim !== over?.claim || ',
    replace: 'if ((over === undefined && posting !== undefined) || ',
  },
  {
    name: 'post on a claim that has grown old',
    breaks: 'I4',
    file: post,
    find: 'd.now() - posting.since > claimStaleAfter',
    replace: 'd.now() < posting.since - 9_000_000',
  },
  {
    name: 'forget what is still under way',
    breaks: 'I4',
    file: 'src/alerts/channel/in-flight-calls.ts',
    find: 'all.set(key, { channel, end });',
    replace: '',
  },
  {
    name: 'begin what another pass has under way',
    breaks: 'I4',
    file: 'src/alerts/channel/in-flight-calls.ts',
    find: 'if (all.has(key)) return stillInFlight;',
    replace: '',
  },
  {
    name: 'write over a newer version',
    breaks: 'I4',
    file: 'test/simulator/alerts/commit.ts',
    find: 'if ((present?.version ?? 0) !== (before?.version ?? 0)) return false;',
    replace: 'if (present === null) return false;',
  },
  {
    name: 'record what is there as what is shown',
    breaks: 'the root shows the record',
    file: 'src/alerts/thread/execute-step.ts',
    find: 'withThread(alert, next, now())',
    replace:
      "withThread(alert, next.happened?.what === 'shown' ? { ...next, message: { ...next.message, shown: rootHash(alert) } } : next, now())",
  },
  {
    name: 'let any end end the present firing',
    breaks: 'I11',
    file: take,
    find: 'endsAt < current.startsAt || firesSince',
    replace: 'firesSince',
  },
  {
    name: 'let any firing fire again',
    breaks: 'I11',
    file: take,
    find: 'if (!newStart && event.time <= lastEnd + policy.staleGrace)',
    replace: 'if (!newStart && event.time <= 0)',
  },
  {
    name: 'tell a ticket again without looking',
    breaks: 'I3',
    file: requests,
    find: '...(action.attempts > 1 && { mayExist: true }),\n    since',
    replace: 'since',
  },
  {
    name: 'write in a ticket long after the claim',
    breaks: 'I3',
    file: 'src/alerts/actions/reconcile-actions.ts',
    find: 'at + (deps.claimTimeout * 2) / 3',
    replace: 'at + deps.claimTimeout * 9_999',
  },
  {
    name: 'tell a ticket the second thing before the first',
    breaks: 'I3 I11',
    file: news,
    find: '[...ticket, ...before].some',
    replace: 'ticket.some',
  },
  {
    name: 'take back what a ticket may have been told',
    breaks: 'I11',
    file: news,
    find: "if (last?.state === 'waiting' && last.attempts === 0) {",
    replace: "if (last?.state === 'waiting') {",
  },
  {
    name: 'open a second thread of a group within its window',
    breaks: 'I1',
    file: group,
    find: 'since - over > policy.refireWindow',
    replace: 'since - over > 0',
  },
  {
    name: 'lose a late member that came while its group was gathered',
    breaks: 'the group shows its members',
    file: 'src/alerts/groups/gather.ts',
    find: 'fingerprint, members.seq, {',
    replace: "fingerprint, (await groups.members(fingerprint))?.seq ?? '', {",
  },
  {
    name: 'end a group with the first member that ends',
    breaks: 'the group shows its members',
    file: group,
    find: 'const since = firing.length === 0 ? undefined',
    replace: 'const since = firing.length < rows.length ? undefined',
  },
  {
    name: 'tell of an acknowledgement with each member that it reaches',
    breaks: 'I3',
    file: group,
    find: 'const next = severer(shownBy(turned.alert, kept, mine), current, now);',
    replace:
      "const seen = severer(shownBy(turned.alert, kept, mine), current, now);\n  const next = ack && acknowledge.length > 0 ? addNote(seen, { kind: 'acknowledged', at: now, by: ack.by }) : seen;",
  },
  {
    name: 'acknowledge who fired again after the click',
    breaks: 'the acknowledgement is of those that fired',
    file: 'src/alerts/model/membership.ts',
    find: 'after.fired > before.fired && !after.ack',
    replace: 'after.fired > before.fired + 99',
  },
  {
    name: 'acknowledge only some of those that fired',
    breaks: 'the acknowledgement is of those that fired',
    file: group,
    find: 'ack === undefined && joined <= ackAt;',
    replace: 'ack === undefined && joined <= ackAt - 300_000;',
  },
  {
    name: 'silence only who had joined before the silence was asked for',
    breaks: 'the silence reaches who fires',
    file: group,
    find: "status === 'firing' && silenced === undefined)",
    replace: "status === 'firing' && silenced === undefined).slice(1)",
  },
  {
    name: 'keep members silenced when the silence of their group is over',
    breaks: 'the silence ends with its group’s',
    file: group,
    find: 'silenced !== undefined && silenced <= now',
    replace: 'silenced !== undefined && silenced <= 0',
  },
  {
    name: 'post a page again without looking',
    breaks: 'I3',
    file: 'src/alerts/groups/deliver-page.ts',
    find: "{ kind: 'members', id: pageKey(alert, page) }",
    replace: "{ kind: 'members', id: 'another' }",
  },
  {
    name: 'call people who are called already',
    breaks: 'I12',
    file: 'src/alerts/evolve/escalate.ts',
    find: 'dueSteps(notify.steps, begun, notify.said, now)',
    replace: 'dueSteps(notify.steps, begun, 0, now)',
  },
  {
    name: 'call people although somebody has it',
    breaks: 'I12',
    file: 'src/alerts/model/notes.ts',
    find: 'reactions.has(note.kind) ?',
    replace: "note.kind === 'resolved' ?",
  },
  {
    name: 'call people with a lost reply although somebody has it',
    breaks: 'I12',
    file: 'src/alerts/model/notes.ts',
    find: '[] : [quiet]',
    replace: '[] : [quiet.n === note.n ? note : quiet]',
  },
  {
    name: 'mention whom it was given to although they have it no more',
    breaks: 'I12',
    file: 'src/alerts/model/notes.ts',
    find: "note.kind === 'assigned' && frees.has(by)",
    replace: 'frees.size === 0',
  },
  {
    name: 'miss what changed while a pager was told',
    breaks: 'I13',
    file: 'src/alerts/evolve/paging.ts',
    find: 'toldOf(alert, heard(action), now)',
    replace: 'heard(action)',
  },
  {
    name: 'give up a page of which another word is true by now',
    breaks: 'I13',
    file: 'src/alerts/evolve/paging.ts',
    find: 'wordFor(alert) === action.spec.say ? perhaps :',
    replace: 'wordFor(alert) !== undefined ? perhaps :',
  },
  {
    name: 'tell a pager only once',
    breaks: 'I13',
    file: 'src/alerts/evolve/paging.ts',
    find: "told !== word || action.state === 'failed'",
    replace: "told === undefined || action.state === 'failed'",
  },
  {
    name: 'give up a pager that is away for some minutes',
    breaks: 'I13',
    file: 'src/alerts/actions/action-step.ts',
    find: "'ticket_news', 'pager'",
    replace: "'ticket_news'",
  },
  {
    name: 'take what a pager was told by a run before this one for what this one says',
    breaks: 'I13',
    file: 'src/alerts/actions/action-step.ts',
    find: "return mine || action.kind !== 'pager' ?",
    replace: "return mine || action.kind !== 'ticket' ?",
  },
  {
    name: 'forget that a page may have arrived before it was refused',
    breaks: 'I13',
    file: 'src/alerts/actions/action-step.ts',
    find: 'result.retry || attempt > 1',
    replace: 'result.retry',
  },
  {
    name: 'forget what an earlier run has made for a list',
    breaks: 'I3',
    file: 'src/alerts/actions/share.ts',
    find: 'const how = known ?? result;',
    replace: 'const how = known === undefined ? result : result;',
  },
  {
    name: 'mention people in quiet hours',
    breaks: 'I12',
    file: 'src/alerts/evolve/escalate.ts',
    find: 'if (!quiet || (severity',
    replace: 'if (quiet || !quiet || (severity',
  },
  {
    name: 'hold what is critical only until somebody looks again',
    breaks: 'I12',
    file: 'src/alerts/evolve/escalate.ts',
    find: '&& !quiet.critical',
    replace: '&& quiet.zone.length > 0',
  },
  {
    name: 'post in quiet hours what waited for Slack before them',
    breaks: 'I12',
    file: 'src/alerts/thread/decide-thread.ts',
    find: '|| isOvertaken(alert, now))',
    replace: '|| (isOvertaken(alert, now) && now < 0))',
  },
  {
    name: 'lose a step that was taken back for quiet hours',
    breaks: 'I12',
    file: 'src/alerts/evolve/escalate.ts',
    find: 'Math.max(0, notify.said - steps)',
    replace: 'Math.max(0, notify.said - steps + back.length)',
  },
  {
    name: 'say a held step again that was said before quiet hours',
    breaks: 'I12',
    file: 'src/alerts/evolve/escalate.ts',
    find: 'said: Math.max(0, notify.said - steps),',
    replace: 'said: 0,',
  },
  {
    name: 'say what was held by what another process has seen',
    breaks: 'I12',
    file: 'src/alerts/thread/execute-step.ts',
    find: 'const write = escalate(newest, deps.now());',
    replace:
      'const seen = escalate({ ...newest, ...(alert.notify && { notify: alert.notify }) }, deps.now());\n        const write = seen;',
  },
  {
    name: 'sleep through the end of quiet hours',
    breaks: 'I12',
    file: 'src/alerts/thread/decide-thread.ts',
    find: 'const due = [\n    silence?.until,\n    escalationDueAt(alert),',
    replace:
      "const due = [\n    silence?.until,\n    escalationDueAt({ ...alert, severity: 'critical' }) === escalationDueAt(alert) ? escalationDueAt(alert) : undefined,",
  },
  {
    name: 'sleep through the next step',
    breaks: 'I12',
    file: 'src/alerts/thread/decide-thread.ts',
    find: 'silence?.until,\n    escalationDueAt(alert),',
    replace: 'silence?.until,',
  },
];
