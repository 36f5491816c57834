type Headers = Readonly<Record<string, string>>;

/**
 * Headers without the quotes around their values: HTTP allows them, and mappers that write each header as JSON
 * (Spring's for Kafka) put them there. What is not one quoted string is left as it is.
 */
export const withoutQuotes = (headers: Headers): Headers =>
  Object.values(headers).some((value) => value.startsWith('"'))
    ? Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, unquoted(value)]))
    : headers;

const unquoted = (value: string): string => {
  if (value.length < 2 || !value.startsWith('"') || !value.endsWith('"')) return value;
  try {
    const text: unknown = JSON.parse(value);
    return typeof text === 'string' ? text : value;
  } catch {
    return value;
  }
};
