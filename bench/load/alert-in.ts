/**
 * The id of the alert whose root this is, by its metadata: in a body that is encoded as a form or as JSON; or what a peer was
 * told to say. Found without parsing the whole body, so that the stub stays quick.
 */
export const alertIn = (body: string): string | undefined =>
  /farmhand_alert(?:%22|").*?(?:%22|")id(?:%22%3A%22|":")([0-9a-f]{16}-[0-9a-z]+)/.exec(body)?.[1] ??
  /bench-series=([0-9a-f]{16})/.exec(body)?.[1];
