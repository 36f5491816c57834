import type { Via } from '../../src/core/person.ts';
import { readModalContext, readRebuildContext } from '../../views/ids.ts';
import type { Asked } from './people.ts';
import { actorOf } from './slack-actor.ts';

interface Interaction {
  readonly type: string;
  readonly user: { readonly id: string; readonly name?: string };
  readonly view?: { readonly type: string; readonly private_metadata?: string };
}

interface SlashCommand {
  readonly user_id: string;
  readonly user_name?: string;
}

/** Who asks with a slash command, a click or a form, and where. */
export const askedBy = (body: Interaction | SlashCommand): Asked => {
  if ('user_id' in body) {
    return { id: body.user_id, name: body.user_name, via: viaOf('slash', actorOf(body)?.channel) };
  }
  const { user, view } = body;
  const metadata = view?.private_metadata ?? '';
  // A form is opened from somewhere: there it is answered.
  const opened = readModalContext(metadata) ?? readRebuildContext(metadata);
  const client = view === undefined ? 'button' : view.type === 'home' ? 'home' : 'form';
  return { id: user.id, name: user.name, via: viaOf(client, actorOf(body)?.channel ?? opened?.channel) };
};

const viaOf = (client: Via['client'], channel: string | undefined): Via => ({
  client,
  ...(channel !== undefined && { channel }),
});
