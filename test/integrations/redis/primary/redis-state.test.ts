import { describe, expect, test } from 'vitest';
import {
  tellTrouble,
  troubleIn,
  troubleOfConnection,
  troubleOfInfo,
} from '../../../../src/integrations/redis/primary/redis-state.ts';

describe('texts of Redis, its client and the network', () => {
  test.each([
    ["OOM command not allowed when used memory > 'maxmemory'.", 'full'],
    ['ERR Error running script (call to f_1): @user_script:5: -OOM command not allowed', 'full'],
    ["READONLY You can't write against a read only replica.", 'replica'],
    ["READONLY You can't write against a read only replica. script: 8f5, on @user_script:12.", 'replica'],
    [
      'UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)',
      'replica',
    ],
    ['MOVED 3999 127.0.0.1:6381', 'cluster'],
    ['ASK 3999 127.0.0.1:6381', 'cluster_moving'],
    ['CLUSTERDOWN Hash slot not served', 'cluster_down'],
    ['TRYAGAIN Multiple keys request during rehashing of slot', 'cluster_moving'],
    ['ERR SELECT is not allowed in cluster mode', 'cluster_database'],
    [
      'error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:ssl/record',
      'client_certificate',
    ],
    ['error:0A000418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca:ssl/record', 'client_certificate'],
    ['ERR Script attempted to access a non local key in a cluster node', 'cluster'],
    ['IDONTKNOW No such master with that name', 'sentinel'],
    [
      'MISCONF Redis is configured to save RDB snapshots, but it’s currently unable to persist to disk.',
      'disk',
    ],
    ['NOREPLICAS Not enough good replicas to write.', 'replicas_missing'],
    ['LOADING Redis is loading the dataset in memory', 'loading'],
    ["MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", 'primary_away'],
    ['BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.', 'busy'],
    ['NOAUTH Authentication required.', 'password_wanted'],
    ['WRONGPASS invalid username-password pair or user is disabled.', 'password_wrong'],
    ['ERR invalid password', 'password_wrong'],
    ["NOPERM this user has no permissions to run the 'evalsha' command", 'rights'],
    ['DENIED Redis is running in protected mode because protected mode is enabled', 'protected'],
    ['ERR max number of clients reached', 'connections'],
    ["ERR unknown command 'EVAL', with args beginning with: ", 'unknown_command'],
    ['80BB:error:0A00010B:SSL routines:ssl3_get_record:wrong version number', 'tls'],
    ['Client network socket disconnected before secure TLS connection was established', 'tls'],
    ['self-signed certificate in certificate chain', 'certificate'],
    ["Hostname/IP does not match certificate's altnames: Host: redis. is not in the cert", 'certificate'],
    ['Protocol error, got "H" as reply type byte. Please report this.', 'not_redis'],
    ['getaddrinfo ENOTFOUND redis.example', 'unknown_host'],
    ['Command timed out', 'hangs'],
    ['connect ETIMEDOUT', 'hangs'],
  ])('%s: %s', (text, name) => {
    expect(troubleIn(text)?.name).toBe(name);
    expect(troubleOfConnection(text).name).toBe(name);
  });

  test.each([
    'WRONGTYPE Operation against a key holding the wrong kind of value',
    'ERR value is not an integer or out of range',
    'BUSYGROUP Consumer Group name already exists',
    'NOSCRIPT No matching script.',
    '',
  ])('nothing is said of Redis’ state by “%s”', (text) => {
    expect(troubleIn(text)).toBeUndefined();
  });

  test('what breaks a connection and is not known by name is that Redis is away', () => {
    expect(troubleOfConnection('connect ECONNREFUSED 127.0.0.1:6379').name).toBe('away');
    expect(troubleOfConnection('').name).toBe('away');
  });

  test('only the beginning of a text counts: what follows may quote anything', () => {
    expect(troubleIn(`${'x'.repeat(600)} OOM`)).toBeUndefined();
  });
});

describe('the answer to INFO', () => {
  test.each([
    [{ redis_mode: 'standalone', role: 'master', cluster_enabled: '0' }, undefined],
    [{ redis_mode: 'standalone', role: 'slave' }, 'replica'],
    [{ redis_mode: 'cluster', role: 'master', cluster_enabled: '1' }, 'cluster'],
    [{ redis_mode: 'cluster', role: 'slave' }, 'cluster'],
    [{ redis_mode: 'sentinel' }, 'sentinel'],
    // Where the user may not ask.
    [{}, undefined],
  ])('%o: %s', (info, name) => {
    expect(troubleOfInfo(info)?.name).toBe(name);
  });

  test('a node that the cluster has named as the one with the keys', () => {
    expect(troubleOfInfo({ redis_mode: 'cluster', role: 'master' }, true)).toBeUndefined();
    expect(troubleOfInfo({ redis_mode: 'cluster', role: 'slave' }, true)?.name).toBe('replica');
  });
});

test('what people read: the matter, what to do, and the text that was met', () => {
  const trouble = troubleOfConnection("OOM command not allowed when used memory > 'maxmemory'.");
  expect(tellTrouble(trouble, 'OOM command not allowed')).toBe(
    'Redis is full: maxmemory is reached, so nothing new can be recorded. Raise maxmemory (CONFIG SET maxmemory …) or remove what else is in it; farmhand goes on by itself. (OOM command not allowed)',
  );
});
