/** With a full stop, where it has no end of its own: something follows it. */
export const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
