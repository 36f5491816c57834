import type { SimResponse } from '../simulator/server.ts';
import type { Route } from './route.ts';
import type { World } from './world.ts';

/** What a site says of itself to everybody; Data Center calls itself `Server`. */
export const serverInfo: Route[2] = (world) => ({
  status: 200,
  json:
    world.kind === 'cloud'
      ? {
          baseUrl: world.baseUrl(),
          version: '1001.0.0-SNAPSHOT',
          deploymentType: 'Cloud',
          serverTitle: 'Jira',
        }
      : {
          baseUrl: world.baseUrl(),
          version: '9.12.15',
          versionNumbers: [9, 12, 15],
          deploymentType: 'Server',
          buildNumber: 9_120_015,
          serverTitle: 'Jira',
        },
});

/** 401, as each kind says it. */
export const notLoggedIn = (world: World): SimResponse => ({
  status: 401,
  headers:
    world.kind === 'cloud'
      ? { 'x-seraph-loginreason': 'AUTHENTICATED_FAILED', 'www-authenticate': 'OAuth realm="local"' }
      : {
          'x-seraph-loginreason': 'AUTHENTICATED_FAILED',
          'x-ausername': 'anonymous',
          'www-authenticate': `OAuth realm="${encodeURIComponent(world.baseUrl())}"`,
        },
  json: { message: 'Client must be authenticated to access this resource.', 'status-code': 401 },
});

/** 429, as each kind says it. Both want ten seconds. */
export const tooManyCalls = (world: World): SimResponse =>
  world.kind === 'cloud'
    ? {
        status: 429,
        headers: {
          'retry-after': '10',
          'x-ratelimit-limit': '350',
          'x-ratelimit-remaining': '0',
          'x-ratelimit-reset': new Date(world.now() + 10_000).toISOString(),
          'x-ratelimit-reason': 'jira-burst-based',
          'ratelimit-reason': 'jira-burst-based',
        },
        json: { errorMessages: ['Rate limit exceeded.'], errors: {} },
      }
    : {
        status: 429,
        headers: {
          'retry-after': '10',
          'x-ratelimit-limit': '15',
          'x-ratelimit-remaining': '0',
          'x-ratelimit-fillrate': '5',
          'x-ratelimit-interval-seconds': '10',
        },
        json: { message: 'Rate limit exceeded.' },
      };
