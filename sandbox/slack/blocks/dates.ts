/** `<!date^1700000000^{date_short} {time}|fallback>`, with or without a link. */
const token = /<!date\^(\d{1,12})\^([^|^>]*)(?:\^[^|>]*)?\|([^>]*)>/g;

/**
 * Slack shows a date in the reader's own time; the local Slack's page shows its source. `text` with every date as
 * Slack would show it, in `timeZone`. https://docs.slack.dev/messaging/formatting-message-text#date-formatting
 */
export const showDates = (text: string, now: Date, timeZone: string): string =>
  text.replace(token, (_, seconds: string, format: string, fallback: string) => {
    const date = new Date(Number(seconds) * 1000);
    const shown = format.replace(
      /\{(\w+)\}/g,
      (whole, name: string) => part(name, date, now, timeZone) ?? whole,
    );
    return /\{\w+\}/.test(shown) ? fallback : shown;
  });

const styles: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  date_num: { year: 'numeric', month: '2-digit', day: '2-digit' },
  date: { month: 'long', day: 'numeric', year: 'numeric' },
  date_short: { month: 'short', day: 'numeric', year: 'numeric' },
  date_long: { weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' },
  time: { hour: 'numeric', minute: '2-digit' },
  time_secs: { hour: 'numeric', minute: '2-digit', second: '2-digit' },
};

const part = (name: string, date: Date, now: Date, timeZone: string): string | undefined => {
  const style = styles[name.replace(/_pretty$/, '')];
  if (!style) return undefined;
  const locale = name === 'date_num' ? 'sv' : 'en-US';
  const shown = new Intl.DateTimeFormat(locale, { ...style, timeZone }).format(date);
  return name.endsWith('_pretty') ? (nearby(date, now, timeZone) ?? shown) : shown;
};

const nearby = (date: Date, now: Date, timeZone: string): string | undefined => {
  const day = (at: Date) => new Intl.DateTimeFormat('sv', { timeZone }).format(at);
  const of = (offset: number) => day(new Date(now.getTime() + offset * 86_400_000));
  if (day(date) === of(0)) return 'today';
  if (day(date) === of(-1)) return 'yesterday';
  return day(date) === of(1) ? 'tomorrow' : undefined;
};
