/** `approve`, or `approve 5f2c8a0d`: the code that stands beside what is to be approved. Undefined for anything else. */
export const approveWords = (
  rest: string,
): { readonly verb: 'approve'; readonly hash?: string } | undefined => {
  const code = rest.trim().replaceAll('`', '').toLowerCase();
  if (code === '') return { verb: 'approve' };
  return /^[0-9a-f]{8,64}$/.test(code) ? { verb: 'approve', hash: code } : undefined;
};
