import { record } from '../args.ts';
import { list, type Problems, string, textObject } from './block-problems.ts';

type Json = Readonly<Record<string, unknown>>;

/** Interactive elements and images. https://docs.slack.dev/reference/block-kit/block-elements */
export const checkElement = (problems: Problems, element: Json, pointer: string): void => {
  string(problems, `${pointer}/action_id`, element['action_id'], 255);
  confirmation(problems, element['confirm'], `${pointer}/confirm`);
  textObject(problems, `${pointer}/placeholder`, element['placeholder'], 150, { plain: true });
  const type = String(element['type']);
  switch (type) {
    case 'button':
      textObject(problems, `${pointer}/text`, element['text'], 75, { plain: true, required: true });
      string(problems, `${pointer}/value`, element['value'], 2000);
      string(problems, `${pointer}/url`, element['url'], 3000);
      if (element['style'] !== undefined && !['primary', 'danger'].includes(String(element['style']))) {
        problems.add(`${pointer}/style`, 'must be primary or danger');
      }
      return;
    case 'static_select':
    case 'multi_static_select':
      selectOptions(problems, element, pointer, 100);
      return;
    case 'overflow':
      options(problems, element['options'], `${pointer}/options`, [1, 5]);
      return;
    case 'checkboxes':
    case 'radio_buttons':
      options(problems, element['options'], `${pointer}/options`, [1, 10]);
      return;
    case 'image':
      string(problems, `${pointer}/image_url`, element['image_url'], 3000, { min: 1, required: true });
      string(problems, `${pointer}/alt_text`, element['alt_text'], 2000, { min: 1, required: true });
      return;
    case 'plain_text_input':
      string(problems, `${pointer}/initial_value`, element['initial_value'], 3000);
      return;
    default:
      if (!otherElements.has(type)) problems.add(`${pointer}/type`, `unsupported type: ${type}`);
  }
};

/** Known to Slack and not looked into. */
const otherElements: ReadonlySet<string> = new Set([
  'datepicker',
  'datetimepicker',
  'timepicker',
  'number_input',
  'email_text_input',
  'url_text_input',
  'rich_text_input',
  'file_input',
  'users_select',
  'multi_users_select',
  'conversations_select',
  'multi_conversations_select',
  'channels_select',
  'multi_channels_select',
  'external_select',
  'multi_external_select',
  'workflow_button',
]);

const selectOptions = (problems: Problems, element: Json, pointer: string, most: number): void => {
  if (element['option_groups'] === undefined) {
    options(problems, element['options'], `${pointer}/options`, [1, most]);
    return;
  }
  list(problems, `${pointer}/option_groups`, element['option_groups'], [1, 100], (group, at) => {
    textObject(problems, `${at}/label`, group['label'], 75, { plain: true, required: true });
    options(problems, group['options'], `${at}/options`, [1, most]);
  });
};

const options = (
  problems: Problems,
  value: unknown,
  pointer: string,
  size: readonly [number, number],
): void =>
  list(problems, pointer, value, size, (option, at) => {
    textObject(problems, `${at}/text`, option['text'], 75, { required: true });
    // The reference now says 150; 75 is what the SDK's types say, and works everywhere.
    string(problems, `${at}/value`, option['value'], 75, { required: true });
    textObject(problems, `${at}/description`, option['description'], 75);
  });

const confirmation = (problems: Problems, value: unknown, pointer: string): void => {
  const confirm = record(value);
  if (!confirm) return;
  textObject(problems, `${pointer}/title`, confirm['title'], 100, { plain: true, required: true });
  textObject(problems, `${pointer}/text`, confirm['text'], 300, { required: true });
  textObject(problems, `${pointer}/confirm`, confirm['confirm'], 30, { plain: true, required: true });
  textObject(problems, `${pointer}/deny`, confirm['deny'], 30, { plain: true, required: true });
};
