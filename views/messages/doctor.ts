import { button, context, type Message, plainMessage, section } from '../blocks.ts';
import { actionIds } from '../ids.ts';
import { localTime } from '../words.ts';

/** Posted by `farmhand doctor --click`, and gone when it ends. `until`: ms. */
export const doctorClick = (nonce: string, until: number): Message => {
  const title = '🩺 Somebody is looking whether clicks reach farmhand';
  return {
    text: title,
    blocks: [
      section(`*${title}*\nWhoever sees this first: press the button, please. Nothing else happens.`),
      {
        type: 'actions',
        elements: [button('Here I am', actionIds.doctorClick, { value: nonce }, 'primary')],
      },
      ...context(`farmhand waits for it until ${localTime(until)}, and takes this message away.`),
    ],
  };
};

/** What whoever pressed it reads. */
export const doctorClickAnswer = (awaited: boolean): Message => {
  const text = awaited
    ? 'Thank you: the click has arrived, and the doctor knows.'
    : 'The click has arrived, but nobody waits for it any more: that doctor has ended. Delete its message, where it is still there.';
  return plainMessage(text);
};
