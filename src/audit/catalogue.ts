/** Every kind of record, what it says, and the controls (NIST SP 800-53, revision 5) that it serves. */
export const auditCatalogue = {
  command: {
    says: 'A person asked for something and it was taken: done, already so, or held until another person approves it.',
    controls: ['AU-2', 'AU-3', 'AU-3(1)', 'AU-10', 'CM-3', 'CM-5'],
  },
  command_refused: {
    says: 'A person asked for something that the state of things does not allow. Nothing was changed.',
    controls: ['AU-2', 'AU-3', 'CM-5(1)'],
  },
  command_denied: {
    says: 'A person asked for something that no role of theirs allows. Nothing was changed.',
    controls: ['AU-2', 'AC-3', 'AC-6(10)', 'CM-5(1)'],
  },
  request_denied: {
    says: 'Requests came in the name of Slack and did not prove it: no signature, an altered body, another time, a replay. Nothing was done.',
    controls: ['AU-2', 'AU-3', 'AC-3', 'SI-4'],
  },
  approval: {
    says: 'A person approved, confirmed or took back exactly what the hash stands for.',
    controls: ['AC-5', 'CM-3(1)', 'CM-5', 'AU-10'],
  },
  break_glass: {
    says: 'Somebody broke the glass for a rebuild, it closed again, or another person reviewed what was done under it; that its review was asked for in Jira, and reminded of, is a `decision`. What is done under it carries its number.',
    controls: ['AC-3', 'AC-6(9)', 'CM-3', 'IR-4', 'AU-10'],
  },
  change_intent: {
    says: 'Something outside is about to be changed. Without this record it is not.',
    controls: ['AU-2', 'AU-3', 'CM-3', 'CM-5(1)'],
  },
  change_outcome: {
    says: 'How that ended: done, already so, failed, or not known yet; another outcome follows then.',
    controls: ['AU-3', 'CM-3', 'CM-5(1)'],
  },
  decision: {
    says: 'farmhand decided something by itself: a rebuild ends, asks a person, finds that somebody else changed a number.',
    controls: ['AU-2', 'AU-3', 'IR-4', 'CM-3'],
  },
  software_started: {
    says: 'A process of farmhand started: version, config and who may do what at that moment.',
    controls: ['AU-2', 'CM-3', 'SI-7'],
  },
  config_changed: {
    says: 'Another config is in force: hash before and after, and which parts differ; `access` above all.',
    controls: ['AU-2', 'CM-3', 'CM-5', 'AC-6(9)'],
  },
  audit_read: {
    says: 'Somebody read or took out audit records.',
    controls: ['AU-2', 'AU-9', 'AC-6(9)'],
  },
  audit_broken: {
    says: 'The chain was verified and is not whole, or it ends before what a second copy knows.',
    controls: ['AU-5', 'AU-9(3)', 'SI-7'],
  },
  audit_lost: {
    says: 'Redis has lost the chain, or its end; the records before are only where they were copied to. It goes on behind the last one that is known.',
    controls: ['AU-5', 'AU-9', 'AU-9(2)', 'SI-7'],
  },
  audit_cut: {
    says: 'What retention has ended was cut off the front of the chain: up to which number and hash.',
    controls: ['AU-9', 'AU-11'],
  },
} as const satisfies Readonly<
  Record<string, { readonly says: string; readonly controls: readonly string[] }>
>;

export type AuditType = keyof typeof auditCatalogue;
