import { z } from 'zod';
import { alertVerbs, namedVerbs, rebuildVerbs } from '../../access/verbs.ts';
import {
  channel,
  duration,
  httpUrl,
  instancePattern,
  name,
  type ResolveSecret,
  secretField,
  section,
} from './fields.ts';
import { notifySteps, questionCodes } from './notify.ts';
import { stepDeadlines } from './step-deadlines.ts';

const verbs = [...rebuildVerbs, ...alertVerbs] as const;
const verb = z.enum(['*', ...verbs], {
  error: `must be *, ${verbs.slice(0, -1).join(', ')} or ${verbs.at(-1)}`,
});
const roles = z.array(name).min(1);

/** Who may do what with rebuilds, and who may silence alerts or raise tickets for them. */
export const accessSchema = section({
  roles: z
    .array(
      section({
        name: name.describe('Name of the role, as refusals say it'),
        verbs: z
          .array(verb)
          .min(1)
          .describe(
            `What it allows; * for everything but ${namedVerbs.join(' and ')}, which are always named`,
          ),
        instances: z
          .array(instancePattern)
          .min(1)
          .default(['*'])
          .describe('For which instances; * for all, and for alerts that name none'),
        environments: z
          .array(z.union([z.literal('*'), name], { error: 'must be the name of an environment, or *' }))
          .min(1)
          .default(['*'])
          .describe('In which environments; * for all, also where nobody can tell which it is'),
        contact: z
          .string()
          .trim()
          .min(2)
          .max(100)
          .optional()
          .describe('Whom refusals name to ask: the id of a Slack channel, person or user group, or text'),
      }),
    )
    .min(1)
    .describe('The roles'),
  users: z
    .record(z.string().regex(/^[UW][A-Z0-9]{2,}$/, { error: 'must be a user id such as U0123ABCD' }), roles)
    .default({})
    .describe('Roles of single people, by Slack user id'),
  groups: z
    .record(
      z.string().regex(/^S[A-Z0-9]{2,}$/, { error: 'must be a user group id such as S0123ABCD' }),
      roles,
    )
    .default({})
    .describe('Roles of user groups, by Slack user group id; looked up at the moment of the click'),
  environments: z
    .record(
      name,
      section({
        instances: z
          .array(instancePattern)
          .min(1)
          .describe(
            'Its instances; a name counts before a beginning, and a longer beginning before a shorter one',
          ),
      }),
    )
    .default({})
    .describe(
      'Where instances belong, by the name of the environment; what is named here the values of the instance cannot change. An instance of which neither says it is commercial',
    ),
});

/** As git writes them: it drops what would end them, and a signature would be of something else. */
const personName = z.string().regex(/^[^<>\n\r\0]+$/, { error: 'may have neither < nor > nor line breaks' });
const personEmail = z.string().regex(/^[^<>\s]{3,}$/, { error: 'may have neither < nor > nor spaces' });

type Step = keyof typeof stepDeadlines;
const deadline = (step: Step) =>
  duration(stepDeadlines[step].what, {
    min: '10s',
    max: '14d',
    why: 'a person is asked when it is over, which must come neither at once nor never',
  }).prefault(stepDeadlines[step].usual);
const steps = Object.keys(stepDeadlines) as readonly Step[];
// `fromEntries` forgets the keys; they are those of the list.
const deadlines = Object.fromEntries(steps.map((step) => [step, deadline(step)])) as Record<
  Step,
  ReturnType<typeof deadline>
>;

const keptBounds = {
  min: '30d',
  max: '3650d',
  why: 'people look back at it, and it takes room in the memory of Redis',
} as const;

const keepWork = section({
  from: z
    .number()
    .min(0)
    .max(100)
    .default(10)
    .describe('There is work to lose from this percentage of the rebuild on'),
  after: duration('Or once the rebuild has begun, and has taken this long in all', {
    min: '1m',
    max: '60d',
    why: 'so long people would miss it',
  }).prefault('12h'),
  farmers_for: duration('Farmers stay up so long while nobody answers; after that the synchronizer alone', {
    min: '1m',
    max: '30d',
    why: 'farmers that wait cost as much as farmers that work',
  }).prefault('3d'),
  cost: z
    .number()
    .min(0.01)
    .max(1_000_000_000)
    .optional()
    .describe('Or until they have cost this much since it was asked (needs `farmer_hour`)'),
});

/** Rebuilds: where they run, where they are told, and their limits. */
export const rebuildsSchema = (resolve: ResolveSecret) => {
  const secret = secretField(resolve);
  return section({
    channel: channel.describe('Channel of the rebuilds’ threads'),
    in_flight: z
      .number()
      .int()
      .min(1)
      .max(1_000)
      .default(20)
      .describe('Rebuilds in flight at once, over all instances'),
    retention: duration(
      'How long an ended rebuild, its journal and its place in lists stay on record. Default: as long as its audit records (`audit.keep`)',
      keptBounds,
    ).optional(),
    retention_in: z
      .record(name, duration('How long those of this environment stay', keptBounds))
      .default({})
      .describe('The same for environments that have one of their own, by name: `gov: 1095d`'),
    journal_lines: z
      .int()
      .min(2_000)
      .max(200_000)
      .default(50_000)
      .describe(
        'Lines of a rebuild’s journal; beyond that the oldest are dropped, and its first line says how many. It is memory of Redis, some 120 bytes a line',
      ),
    instance_labels: z
      .array(z.string().min(1))
      .default(['express_instance', 'instance_name', 'instance'])
      .describe('Labels of an alert that may name an instance; the first one there counts'),
    ticket: z
      .boolean()
      .default(true)
      .describe('A Jira ticket for each rebuild; without it nothing is touched'),
    target: duration('Time that a rebuild should take, where its instance names none', {
      min: '1m',
      max: '30d',
      why: 'it is the whole of a rebuild',
    }).optional(),
    clusters: z
      .array(
        section({
          name: name.describe('Name of the cluster, as the instances’ values say it'),
          kubeconfig: z
            .string()
            .min(1)
            .optional()
            .describe('kubeconfig file; without it the pod’s own account'),
          context: z.string().min(1).optional().describe('Context in that file; default: the name'),
        }),
      )
      .min(1)
      .describe('Kubernetes clusters'),
    repository: section({
      api_url: httpUrl('GitHub API; Enterprise: https://HOST/api/v3').default('https://api.github.com'),
      repo: z
        .string()
        .regex(/^[\w.-]+\/[\w.-]+$/, { error: 'must be owner/name' })
        .describe('The deployment repository'),
      branch: z.string().min(1).default('main').describe('Branch that Argo CD follows'),
      path: z.string().default('instances').describe('Folder with a values file for each instance'),
      token: secret('Token that may read and write contents').prefault({ env: 'GITHUB_TOKEN' }),
      author: section({
        name: personName.default('farmhand').describe('Name'),
        email: personEmail.default('farmhand@example.com').describe('E-mail address'),
      })
        .prefault({})
        .describe('Author of the commits'),
      committer: section({
        name: personName.describe('Name'),
        email: personEmail.describe('E-mail address; GitHub verifies a signature against it'),
      })
        .optional()
        .describe('Committer of the commits; default: the author'),
      signing_key: secret(
        'Private key that signs the commits: OpenPGP (as GitHub documents it) or OpenSSH, Ed25519, without a passphrase',
      ).optional(),
      cache: duration('How long values are remembered', {
        min: '1s',
        max: '1h',
        why: 'every look would ask GitHub, or an edit would go unseen',
      }).prefault('60s'),
    }).describe('Where the values of the instances are'),
    engine: section({
      token: secret('Bearer token for the admin endpoint').optional(),
      timeout: duration('A call that takes longer counts as failed', {
        min: '1s',
        max: '30s',
        why: 'the claim of a change counts as lost after 90 s',
      }).prefault('10s'),
    })
      .prefault({})
      .describe('The express admin endpoint'),
    timeout: duration('A call to Kubernetes or GitHub that takes longer counts as failed', {
      min: '1s',
      max: '15s',
      why: 'a commit takes up to six calls (signed: twelve, the last within 30 s of the first), and the claim of a change counts as lost after 90 s',
    }).prefault('10s'),
    poll: duration('How often a cluster is looked at while something moves', {
      min: '500ms',
      max: '5m',
      why: 'each look asks the cluster and the engine',
    }).prefault('5s'),
    idle_poll: duration('The same while nothing is expected to', {
      min: '1s',
      max: '1h',
      why: 'each look asks the cluster and the engine',
    }).prefault('30s'),
    card_every: duration('The card is brought up to date no more often than this', {
      min: '3s',
      max: '10m',
      why: 'Slack limits updates, and a card that is older misleads',
    }).prefault('10s'),
    approval_valid: duration(
      'How long an approval counts until the first change is made. After that the plan is made and approved again',
      { min: '1m', max: '1d', why: 'the world changes, and what was approved is of the world then' },
    ).prefault('15m'),
    tell_approvers: z
      .int()
      .min(0)
      .max(50)
      .default(10)
      .describe(
        'Those who may approve a rebuild get a direct message, as long as they are no more than this; 0: nobody gets one. The card names them in any case',
      ),
    intervention: duration(
      'How long a question to a person waits before the rebuild fails, while there is little work to lose (`keep_work`)',
      {
        min: '1m',
        max: '14d',
        why: 'somebody has to see the question',
      },
    ).prefault('30m'),
    keep_work: keepWork
      .prefault({})
      .describe(
        'Once there is work to lose, an unanswered question ends no rebuild; its farmers wait so long',
      ),
    farmer_hour: section({
      cost: z.number().min(0.001).max(100_000).describe('Cost of one farmer an hour'),
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/, { error: 'must be a currency such as USD' })
        .default('USD')
        .describe('In this currency'),
    })
      .optional()
      .describe('What a farmer costs: said where farmers wait for people'),
    runbook_url: httpUrl(
      'Where your people read docs/runbook.md: each question links to its part of it',
    ).optional(),
    notify: notifySteps('Counted from when it was first asked', ['role', 'channel', 'here'])
      .prefault([{ after: '0s', mention: ['role'] }])
      .describe(
        'Who is mentioned in the thread of a question, and when, while nobody answers; then it is said again after 30 minutes, an hour, and so on up to every 8 hours',
      ),
    quiet: name
      .optional()
      .describe(
        'One of `alerts.quiet_hours`: nobody is mentioned or reminded of a question then, unless it is critical. Default: at all hours',
      ),
    critical: z
      .array(
        z.enum(questionCodes, {
          error: `must be a question of docs/runbook.md: ${questionCodes.join(', ')}`,
        }),
      )
      .default([])
      .describe(
        'Questions, by the headings of docs/runbook.md, of which people hear in quiet hours, too, unless the window says `hold_critical`',
      ),
    limit: duration('A rebuild takes no longer than this; pauses do not count', {
      min: '1h',
      max: '60d',
      why: 'a rebuild without end is one that is forgotten',
    }).prefault('14d'),
    stall: duration('Progress that stands still for this long is a stall', {
      min: '10s',
      max: '7d',
      why: 'progress is looked at only now and then',
    }).prefault('30m'),
    remind: duration('How often a pause is reminded of', {
      min: '1m',
      max: '7d',
      why: 'a reminder must be heard, and not be noise',
    }).prefault('4h'),
    remind_approval: duration(
      'When those who may approve are reminded in the thread of what waits for them; then after twice as long, five times in all',
      { min: '1m', max: '7d', why: 'a reminder must be heard, and not be noise' },
    ).prefault('30m'),
    deadlines: section(deadlines).prefault({}).describe('How long a step may take before a person is asked'),
  });
};
