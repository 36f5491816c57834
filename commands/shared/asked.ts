import type { Via } from '../../src/core/person.ts';
import { readOpenedIn } from '../../views/ids.ts';
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
  const opened = readOpenedIn(view?.private_metadata ?? '');
  const client = view === undefined ? 'button' : view.type === 'home' ? 'home' : 'form';
  return { id: user.id, name: user.name, via: viaOf(client, actorOf(body)?.channel ?? opened.channel) };
};

const viaOf = (client: Via['client'], channel: string | undefined): Via => ({
  client,
  ...(channel !== undefined && { channel }),
});
