/** The scopes of the app's manifest (a test holds both equal), and what does not work without each. */
export const neededScopes = {
  'app_mentions:read': 'farmhand does not hear its name',
  'channels:history': 'replies in threads are not heard, and lost posts are not found again',
  'chat:write': 'nothing can be posted',
  commands: '/alerts and /dcr are not there',
  'files:write': 'rebuilds have no charts',
  'groups:history': 'replies in private channels are not heard',
  'im:history': 'direct messages are not found again after a failure',
  'im:write': 'those who may approve a rebuild are not told',
  'usergroups:read': 'roles by user group are nobody’s',
  'users:read': 'people have no names',
  'users:read.email': 'two accounts of one person cannot be told apart',
} as const satisfies Readonly<Record<string, string>>;
