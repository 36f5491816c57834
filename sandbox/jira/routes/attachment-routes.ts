import { fail, onIssue } from '../route.ts';
import { attachmentJson } from './render.ts';

/** Parts named `file`, as multipart form data has them. `body` holds a byte in each character. */
const filesIn = (
  body: string,
  contentType: string,
): readonly { name: string; type: string; bytes: Buffer }[] => {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (boundary === undefined) return [];
  return body
    .split(`--${boundary}`)
    .slice(1, -1)
    .flatMap((part) => {
      const end = part.indexOf('\r\n\r\n');
      const head = Buffer.from(part.slice(0, end), 'latin1').toString('utf8');
      const disposition = /^content-disposition: *form-data; *name="file"; *filename="([^"]*)"/im.exec(head);
      if (end < 0 || disposition?.[1] === undefined) return [];
      const type = /^content-type: *(\S+)/im.exec(head)?.[1] ?? 'application/octet-stream';
      return [{ name: disposition[1], type, bytes: Buffer.from(part.slice(end + 4, -2), 'latin1') }];
    });
};

export const attach = onIssue((world, request, issue) => {
  if (request.headers['x-atlassian-token'] !== 'no-check') {
    return { status: 403, body: 'XSRF check failed' };
  }
  if (world.lacking.includes('CREATE_ATTACHMENTS')) {
    return fail(403, 'You do not have permission to create attachments for this issue.');
  }
  const files = filesIn(request.body, request.headers['content-type'] ?? '');
  if (files.length === 0) return fail(400, 'No file is attached. The part must be named "file".');
  const made = files.map(({ name, type, bytes }) => ({
    id: String(world.nextId++),
    at: world.now(),
    by: world.account.name,
    name,
    type,
    bytes,
  }));
  issue.attachments.push(...made);
  issue.updatedAt = world.now();
  for (const { at, by, name } of made)
    issue.history.push({ at, by, field: 'Attachment', from: '', to: `attached ${name}` });
  return { status: 200, json: made.map((one) => attachmentJson(world, one)) };
});
