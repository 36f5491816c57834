import { z } from 'zod';

/** The fields farmhand reads of GitHub's answers. */

const Sha = z.string().regex(/^[0-9a-f]{40,64}$/);

/** `GET /repos/…/git/ref/heads/<branch>` */
export const Ref = z.object({ object: z.object({ sha: Sha }) });

/** `GET /repos/…/git/trees/<commit or tree>` */
export const Tree = z.object({
  tree: z.array(
    z.object({
      path: z.string(),
      type: z.string(),
      sha: Sha,
      size: z.number().optional(),
      mode: z.string().optional(),
    }),
  ),
  truncated: z.boolean().optional(),
});
export type Tree = z.infer<typeof Tree>;

/** `GET /repos/…/git/blobs/<sha>` */
export const Blob = z.object({ content: z.string(), encoding: z.literal('base64') });

/** `GET /repos/…/contents/<path>`; a folder is a list, and a submodule or link has no content. */
export const Contents = z.union([
  z.object({
    type: z.literal('file'),
    sha: Sha,
    size: z.number(),
    content: z.string(),
    encoding: z.literal('base64'),
  }),
  // Above a megabyte it is told without its content.
  z.object({ type: z.literal('file'), encoding: z.literal('none') }).transform(() => 'too large' as const),
  z.array(z.unknown()).transform(() => 'no file' as const),
  z.object({ type: z.enum(['dir', 'symlink', 'submodule']) }).transform(() => 'no file' as const),
]);

/** `GET /repos/…/commits` */
export const Commits = z.array(
  z.object({
    sha: Sha,
    html_url: z.string().optional(),
    commit: z.object({
      message: z.string(),
      author: z.object({ name: z.string().optional(), date: z.string().optional() }).optional(),
    }),
  }),
);
export type Commits = z.infer<typeof Commits>;

/** `GET /repos/…/compare/<base>...<head>` */
export const Comparison = z.object({ status: z.enum(['identical', 'ahead', 'behind', 'diverged']) });

/** `PUT /repos/…/contents/<path>` */
export const WrittenFile = z.object({ commit: z.object({ sha: Sha, html_url: z.string().optional() }) });

/** `GET /repos/…/git/commits/<sha>` */
export const ParentCommit = z.object({ tree: z.object({ sha: Sha }) });

/** `POST /repos/…/git/blobs` and `…/git/trees` */
export const Created = z.object({ sha: Sha });

/** `POST /repos/…/git/commits` */
export const MadeCommit = z.object({
  sha: Sha,
  html_url: z.string().optional(),
  verification: z.object({ reason: z.string().optional() }).optional(),
});
