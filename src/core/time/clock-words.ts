/** `Mon 30 Nov 2026, 06:00 in New York`: a moment as the people of a time zone say it. */
export const clockTime = (at: number, zone: string): string => {
  const place = zone === 'UTC' ? 'UTC' : `in ${zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ')}`;
  return `${dayAndTime(at, zone)} ${place}`;
};

/** The same without where that is: `Mon 30 Nov 2026, 06:00`. */
export const dayAndTime = (at: number, zone: string): string => {
  const read = new Map(
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const [weekday, day, month, year, hour, minute] = (
    ['weekday', 'day', 'month', 'year', 'hour', 'minute'] as const
  ).map((part) => read.get(part) ?? '');
  return `${weekday} ${day} ${month} ${year}, ${hour}:${minute}`;
};
