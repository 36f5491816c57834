import { z } from 'zod';

/** The body of a refusal, as kube-apiserver writes it. */
export const Status = z.object({
  kind: z.literal('Status'),
  message: z.string().optional(),
  reason: z.string().optional(),
  details: z.object({ retryAfterSeconds: z.number().nonnegative().optional() }).optional(),
});
export type Status = z.infer<typeof Status>;

/** `fieldsV1` of somebody who owns `spec.replicas`. */
export const OwnsReplicas = z.object({ 'f:spec': z.object({ 'f:replicas': z.unknown() }) });

/** What is used of a kubeconfig's users besides what the client reads: it does not know `tokenFile`. */
export const TokenFiles = z.object({
  users: z
    .array(z.object({ name: z.string(), user: z.object({ tokenFile: z.string().optional() }).nullish() }))
    .default([]),
});

/** An Argo CD Application (argoproj.io/v1alpha1). */
export const Application = z.object({
  spec: z.object({
    syncPolicy: z
      .object({
        automated: z.object({ selfHeal: z.boolean().optional(), enabled: z.boolean().optional() }).nullish(),
        syncOptions: z.array(z.string()).nullish(),
      })
      .nullish(),
    ignoreDifferences: z
      .array(
        z.object({
          group: z.string().optional(),
          kind: z.string(),
          name: z.string().optional(),
          namespace: z.string().optional(),
          jsonPointers: z.array(z.string()).nullish(),
          jqPathExpressions: z.array(z.string()).nullish(),
        }),
      )
      .nullish(),
  }),
  status: z
    .object({
      sync: z
        .object({
          status: z.string(),
          revision: z.string().optional(),
          revisions: z.array(z.string()).optional(),
        })
        .optional(),
      health: z.object({ status: z.string().optional(), message: z.string().optional() }).optional(),
      conditions: z.array(z.object({ type: z.string(), message: z.string() })).nullish(),
      operationState: z
        .object({
          phase: z.string(),
          message: z.string().optional(),
          syncResult: z
            .object({ revision: z.string().optional(), revisions: z.array(z.string()).optional() })
            .nullish(),
        })
        .nullish(),
    })
    .optional(),
});
export type Application = z.infer<typeof Application>;
