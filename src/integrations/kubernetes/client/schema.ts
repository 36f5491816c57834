import { z } from 'zod';

/** The body of a refusal, as kube-apiserver writes it. */
export const KubernetesStatus = z.object({
  kind: z.literal('Status'),
  message: z.string().optional(),
  reason: z.string().optional(),
  details: z.object({ retryAfterSeconds: z.number().nonnegative().optional() }).optional(),
});
export type KubernetesStatus = z.infer<typeof KubernetesStatus>;

/** `fieldsV1` of somebody who owns `spec.replicas`. */
export const OwnsReplicas = z.object({ 'f:spec': z.object({ 'f:replicas': z.unknown() }) });

/** What is used of a kubeconfig's users besides what the client reads: it does not know `tokenFile`. */
export const TokenFiles = z.object({
  users: z
    .array(z.object({ name: z.string(), user: z.object({ tokenFile: z.string().optional() }).nullish() }))
    .default([]),
});
