import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Health } from '../observability/health.ts';

/**
 * Answers `/livez`, `/readyz`, `/activez` and `/statusz`; false when the request is for something else. It stands in front of the
 * web framework, so that no hook, parser, authentication or bug of a route can break a probe: a healthy pod that looks
 * dead is restarted just when it is needed. Nothing is awaited and nothing is looked up.
 */
export const answerProbe = (health: Health, request: IncomingMessage, response: ServerResponse): boolean => {
  const url = request.url ?? '';
  const end = url.indexOf('?');
  switch (end < 0 ? url : url.slice(0, end)) {
    case '/livez': {
      const { ok, problems } = health.live();
      return send(request, response, ok ? 200 : 503, { status: ok ? 'live' : 'not live', problems });
    }
    case '/readyz': {
      const { ok, problems } = health.ready();
      return send(request, response, ok ? 200 : 503, { status: ok ? 'ready' : 'not ready', problems });
    }
    case '/activez': {
      // For what chooses between two regions from outside, never for a kubelet: a region that stands by is healthy.
      const region = health.status().dependencies.find(({ name }) => name === 'region');
      const works = region === undefined || region.state === 'up';
      const problems = works ? [] : [region.last_error?.message ?? 'this region does not work now'];
      return send(request, response, works ? 200 : 503, {
        status: works ? 'active' : 'not active',
        problems,
      });
    }
    case '/statusz':
      return send(request, response, 200, health.status());
    default:
      return false;
  }
};

const send = (request: IncomingMessage, response: ServerResponse, status: number, body: object): true => {
  const allowed = request.method === 'GET' || request.method === 'HEAD';
  response.writeHead(allowed ? status : 405, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    ...(!allowed && { allow: 'GET, HEAD' }),
  });
  response.end(request.method === 'HEAD' ? undefined : `${JSON.stringify(allowed ? body : {})}\n`);
  return true;
};
