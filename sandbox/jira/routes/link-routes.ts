import { z } from 'zod';
import { body, fail, invalid, noIssue, onIssue, type Route } from '../route.ts';
import { apiPath, findIssue } from '../world.ts';
import { linkTypeOf } from './render.ts';

const RemoteLink = z.strictObject({
  globalId: z.string().max(255).optional(),
  application: z.strictObject({ type: z.string().optional(), name: z.string().optional() }).optional(),
  relationship: z.string().optional(),
  object: z.strictObject({
    url: z.url(),
    title: z.string().min(1).max(255),
    summary: z.string().optional(),
    icon: z.looseObject({}).optional(),
    status: z.looseObject({}).optional(),
  }),
});

export const linkPage = onIssue((world, request, issue) => {
  if (world.lacking.includes('LINK_ISSUES')) {
    return fail(403, 'You do not have the permission to link issues.');
  }
  const link = body(RemoteLink, request);
  if (!link) return invalid;
  const known = issue.remoteLinks.findIndex(
    (one) => link.globalId !== undefined && one.globalId === link.globalId,
  );
  const id = issue.remoteLinks[known]?.id ?? world.nextId++;
  const { object, globalId, application, relationship } = link;
  const stored = {
    id,
    object: {
      url: object.url,
      title: object.title,
      ...(object.summary !== undefined && { summary: object.summary }),
    },
    ...(globalId !== undefined && { globalId }),
    ...(relationship !== undefined && { relationship }),
    ...(application && {
      application: {
        ...(application.type !== undefined && { type: application.type }),
        ...(application.name !== undefined && { name: application.name }),
      },
    }),
  };
  if (known >= 0) issue.remoteLinks[known] = stored;
  else {
    issue.remoteLinks.push(stored);
    issue.history.push({
      at: world.now(),
      by: world.account.name,
      field: 'Link',
      from: '',
      to: `This issue links to "${link.object.title}"`,
    });
  }
  const self = `${world.baseUrl()}${apiPath(world)}/issue/${issue.key}/remotelink/${id}`;
  return { status: known >= 0 ? 200 : 201, json: { id, self } };
});

const LinkIssues = z.strictObject({
  type: z.looseObject({ name: z.string() }),
  inwardIssue: z.looseObject({ key: z.string() }),
  outwardIssue: z.looseObject({ key: z.string() }),
  comment: z.looseObject({}).optional(),
});

export const linkIssues: Route[2] = (world, request) => {
  const asked = body(LinkIssues, request);
  if (!asked) return invalid;
  const type = linkTypeOf(asked.type.name);
  if (!type) return fail(404, `No issue link type with name '${asked.type.name}' found.`);
  const source = findIssue(world, asked.inwardIssue.key);
  const destination = findIssue(world, asked.outwardIssue.key);
  if (!source || !destination) return noIssue;
  const same = world.links.some(
    (link) => link.type === type && link.source === source.key && link.destination === destination.key,
  );
  if (!same) {
    world.links.push({
      id: String(world.nextId++),
      type,
      source: source.key,
      destination: destination.key,
    });
    const by = world.account.name;
    const words = (text: string, other: string) => `This issue ${text} ${other}`;
    source.history.push({
      at: world.now(),
      by,
      field: 'Link',
      from: '',
      to: words(type.outward, destination.key),
    });
    destination.history.push({
      at: world.now(),
      by,
      field: 'Link',
      from: '',
      to: words(type.inward, source.key),
    });
  }
  return { status: 201 };
};
