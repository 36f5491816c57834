import type { WebClient } from '@slack/web-api';
import { request } from 'undici';
import { ofSlack } from './client/own-hosts.ts';

export interface Upload {
  readonly channel: string;
  /** Absent: in the channel itself. */
  readonly threadTs?: string;
  /** Unique in the thread: a file of this name is not shared again. */
  readonly name: string;
  readonly title: string;
  /** What it shows, for those who do not see it; plain text. */
  readonly alt: string;
  readonly content: () => Promise<Uint8Array>;
}

const longestAlt = 1000;
const timeoutMs = 30_000;

/** Shares a file in a thread, unless one of this name is there already. @throws what Slack or the network says */
export const uploadOnce = async (
  web: WebClient,
  upload: Upload & Required<Pick<Upload, 'threadTs'>>,
): Promise<void> => {
  if (!(await isShared(web, upload))) await uploadTo(web, upload);
};

/** Shares a file, once more each time. @throws what Slack or the network says */
export const uploadTo = async (web: WebClient, upload: Upload): Promise<void> => {
  const { name, title, alt, channel, threadTs } = upload;
  const bytes = await upload.content();
  const place = await web.files.getUploadURLExternal({
    filename: name,
    length: bytes.length,
    alt_text: alt.slice(0, longestAlt).toWellFormed(),
  });
  if (!place.upload_url || !place.file_id) {
    throw new Error('Slack answered ok and named no place for the file');
  }
  await send(ofSlack(web.slackApiUrl, place.upload_url, 'an upload'), bytes);
  const files: [{ id: string; title: string }] = [{ id: place.file_id, title }];
  await web.files.completeUploadExternal(
    threadTs === undefined
      ? { files, channel_id: channel }
      : { files, channel_id: channel, thread_ts: threadTs },
  );
};

/** The address is good for one upload and wants no token. */
const send = async (url: string, bytes: Uint8Array): Promise<void> => {
  const answer = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: bytes,
    signal: AbortSignal.timeout(timeoutMs),
  });
  await answer.body.dump();
  if (answer.statusCode !== 200) throw new Error(`the upload was answered with HTTP ${answer.statusCode}`);
};

const pageSize = 500;
const mostPages = 20;

const isShared = async (
  web: WebClient,
  { channel, threadTs, name }: Upload & Required<Pick<Upload, 'threadTs'>>,
): Promise<boolean> => {
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const answer = await web.conversations.replies({
      channel,
      ts: threadTs,
      limit: pageSize,
      ...(cursor !== undefined && { cursor }),
    });
    const files = (answer.messages ?? []).flatMap((message) => message?.files ?? []);
    if (files.some((file) => file?.name === name)) return true;
    const next = answer.response_metadata?.next_cursor;
    if (!next) return false;
    cursor = next;
  }
  throw new Error('the thread is too long to be looked through');
};
