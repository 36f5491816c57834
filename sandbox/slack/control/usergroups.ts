import { z } from 'zod';
import type { Box } from '../box.ts';
import { CannotDo } from './people.ts';

/** Who is in a user group from now on, until the next reset. */
export const Usergroup = z.strictObject({ usergroup: z.string(), users: z.array(z.string()) });

export const setUsergroup = (box: Box, { usergroup, users }: z.infer<typeof Usergroup>): void => {
  const group = box.seed.usergroups.find(({ id }) => id === usergroup);
  if (!group) throw new CannotDo(`There is no user group ${usergroup}; use its id.`);
  const known = new Set(box.seed.users.map(({ id }) => id));
  const strange = users.filter((user) => !known.has(user));
  if (strange.length > 0) throw new CannotDo(`There is no person ${strange.join(', ')}; use the ids.`);
  box.usergroups.set(usergroup, users);
};

/** The members of a group; undefined when there is no such group. */
export const membersOf = (box: Box, usergroup: string): readonly string[] | undefined =>
  box.usergroups.get(usergroup) ?? box.seed.usergroups.find(({ id }) => id === usergroup)?.users;
