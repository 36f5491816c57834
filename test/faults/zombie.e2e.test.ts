import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { tempDir } from '../../sandbox/process/temp-dir.ts';
import { startReplica } from '../e2e/support/replica.ts';
import { channels, openScene, unpaced } from '../e2e/support/scene.ts';
import { until } from '../e2e/support/until.ts';
import { alertIdOf, fingerprintOf, webhook } from '../e2e/support/webhook.ts';

const crashAt = fileURLToPath(new URL('./crash-at.ts', import.meta.url));
const name = 'Zombie';
const id = alertIdOf({ name });

/**
 * A process that sleeps (a stopped container, a long pause) holds a claim, a connection and half a call. Another one
 * takes over after the claim's time; then the sleeper wakes, and goes on as if nothing had happened.
 */
const points: readonly (readonly [point: string, stage: 'root' | 'note'])[] = [
  ['redis commit firing, thread wanted, nothing to say before#1', 'root'],
  ['redis commit firing, thread wanted, nothing to say answered#1', 'root'],
  ['redis commit firing, thread posting, nothing to say before#1', 'root'],
  ['redis commit firing, thread posting, nothing to say answered#1', 'root'],
  ['call chat.postMessage before#1', 'root'],
  ['call chat.postMessage sent#1', 'root'],
  ['call chat.postMessage answered#1', 'root'],
  ['call chat.update before#1', 'note'],
  ['redis commit resolved, thread open, notes claimed answered#1', 'note'],
  ['call chat.postMessage (reply) before#1', 'note'],
  ['call chat.postMessage (reply) sent#1', 'note'],
];

/** The quickest of them; the others wait out a claim. */
const short = 'redis commit firing, thread posting, nothing to say before#1';

for (const [point, stage] of points) {
  test.concurrent(`asleep at “${point}”: one root, told once`, {
    tags: point === short ? [] : ['long'],
    timeout: 300_000,
  }, async () => {
    await using dir = await tempDir('zombie');
    const log = join(dir.path, 'crossed.log');
    await writeFile(log, '');
    await using scene = await openScene(unpaced, {
      nodeArgs: ['--import', crashAt],
      env: { CRASH_LOG: log },
    });
    const { ledger, world } = scene;
    // The write that puts a single alert on record mostly claims its root as well; of two each claim is a write of its own.
    const others = point.includes('thread posting') ? 1 : 0;
    const sleeper = scene.farmhand();
    const asleep = () =>
      until(
        'sleep',
        () => readFile(log, 'utf8'),
        (crossed) => crossed.includes(`KILLED ${point}`),
      );
    const record = () => ledger.alert(fingerprintOf({ name }));

    // It may fall asleep before it answers.
    const first = others === 0 ? webhook({ name }) : webhook({ name }, { name: 'Beside' });
    const answered = scene.client.offer(first, { 'x-crash-at': `SIGSTOP ${point}` });
    const resolved = webhook({ name, status: 'resolved' });
    if (stage === 'note') {
      await answered;
      await ledger.atRest();
      void scene.client.offer(resolved);
    }
    await asleep();

    const { client } = await startReplica(world);
    await client.send(stage === 'note' ? resolved : webhook({ name }));
    const takenOver = await until(
      'the takeover',
      record,
      (alert) => alert?.thread.state === 'open' && alert.notes.length === 0,
      60_000,
    );
    sleeper.resume();
    await until(
      'the sleeper to wake',
      () => scene.client.probe('/readyz'),
      ({ status }) => status === 200,
    );
    if (stage === 'root') await client.send(resolved);
    // Whatever it had under way is over then, and nobody is left who could still be surprised.
    expect((await sleeper.stop()).code).toBe(0);
    await ledger.atRest(200_000);

    const roots = (await world.slack.control.rootsOf(channels.alerts, id)).filter(({ deleted }) => !deleted);
    const last = await record();
    expect(roots.map(({ ts, text }) => ({ ts, text }))).toEqual([
      {
        ts: last?.thread.state === 'open' ? last.thread.ts : 'the one on record',
        text: '✅ Resolved, critical: Zombie on checkout – Zombie is broken',
      },
    ]);
    expect(takenOver?.id).toBe(id);
    expect(await scene.thread(await scene.root(id))).toEqual(['✅ Resolved']);
    const { received, threaded, merged, suppressed, rejected, pending } = await ledger.books();
    expect({ threaded, rejected, pending }).toEqual({ threaded: 1 + others, rejected: 0, pending: 0 });
    expect(received).toBe(threaded + merged + suppressed + rejected);
  });
}
