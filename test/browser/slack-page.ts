import type { Locator, Page } from 'playwright-core';
import type { World } from '../../sandbox/world/world.ts';
import { until } from '../e2e/support/until.ts';
import { picture } from './browser.ts';

/** The local Slack's page, as a person uses it. */
export interface SlackPage {
  readonly page: Page;
  /** The messages of the channel; a thread's are in `thread`. */
  readonly channel: Locator;
  readonly thread: Locator;
  readonly modal: Locator;
  /** Whose hands are on the keyboard. */
  actAs(person: string): Promise<void>;
  goTo(channel: string): Promise<void>;
  /** The newest message of the channel that holds this text and has buttons: an alert's. */
  message(text: string | RegExp): Locator;
  /** Every message of the channel that holds this text. */
  anyMessage(text: string | RegExp): Locator;
  press(inside: Locator, button: string): Promise<void>;
  openThread(message: Locator): Promise<void>;
  closeThread(): Promise<void>;
  /** Types into the channel, or into the open thread. */
  write(text: string, where?: 'channel' | 'thread'): Promise<void>;
  /** The visible text, once it holds `text`. */
  read(inside: Locator, text: string | RegExp): Promise<string>;
  shoot(name: string, of?: Locator): Promise<void>;
}

/** What the local Slack writes for a block that the sandbox's own script draws a moment later. */
const undrawn = /^\[(?:data_table|table|data_visualization|plan|task_card|container)\]$/m;

/** The page, once farmhand listens on both of its sockets: what is said before that nobody hears, as in Slack. */
export const openSlack = async (page: Page, slack: World['slack']): Promise<SlackPage> => {
  await until('the sockets', slack.control.openSockets, (open) => open >= 2);
  await page.goto(slack.webUrl);
  const channel = page.locator('.main .messages');
  const thread = page.locator('.thread-pane');
  const modal = page.locator('.modal').last();
  await page.getByText('ui live').waitFor();

  const read: SlackPage['read'] = async (inside, text) => {
    await inside.filter({ hasText: text }).waitFor();
    const shown = async () => (await inside.allInnerTexts()).join('\n');
    return until('blocks that are drawn', shown, (lines) => !undrawn.test(lines));
  };
  return {
    page,
    channel,
    thread,
    modal,
    actAs: async (person) => {
      await page.getByLabel('Act as').selectOption({ label: person });
    },
    goTo: async (name) => {
      await page.locator('.sidebar-item', { hasText: new RegExp(`^#${name}$`) }).click();
      await page.locator('.channel-title', { hasText: `# ${name}` }).waitFor();
    },
    message: (text) => channel.locator('.msg', { hasText: text, has: page.locator('.bk-actions') }).last(),
    anyMessage: (text) => channel.locator('.msg', { hasText: text }),
    press: (inside, button) => inside.getByRole('button', { name: button, exact: true }).click(),
    openThread: async (message) => {
      await message.locator('.thread-summary').click();
      await thread.waitFor();
    },
    closeThread: async () => {
      await thread.locator('.thread-x').click();
      await thread.waitFor({ state: 'hidden' });
    },
    write: async (text, where = 'channel') => {
      const composer = (where === 'thread' ? thread : page.locator('.main')).locator('.composer');
      await composer.locator('textarea').fill(text);
      await composer.getByRole('button', { name: 'Send' }).click();
    },
    read,
    shoot: async (name, of) => {
      // The mouse makes what is under it look different.
      await page.mouse.move(0, 0);
      await (of ?? page).screenshot({ path: picture(name), animations: 'disabled' });
    },
  };
};
