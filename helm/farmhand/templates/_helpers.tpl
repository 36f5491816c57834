{{- define "farmhand.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "farmhand.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains (include "farmhand.name" .) .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "farmhand.name" .) | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- /* Name of a role's objects. Takes (dict "root" $ "role" $role). */ -}}
{{- define "farmhand.roleName" -}}
{{- $full := include "farmhand.fullname" .root -}}
{{- if eq .role.name "all" -}}{{ $full }}{{- else -}}{{ printf "%s-%s" $full .role.name }}{{- end -}}
{{- end -}}

{{- /* The Service of those who listen to people. */ -}}
{{- define "farmhand.slackService" -}}
{{- $name := include "farmhand.fullname" . -}}
{{- range .Values.roles -}}
{{- if eq .name "slack" -}}{{- $name = printf "%s-slack" $name -}}{{- end -}}
{{- end -}}
{{- $name -}}
{{- end -}}

{{- define "farmhand.selector" -}}
app.kubernetes.io/name: {{ include "farmhand.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "farmhand.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "farmhand.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "farmhand.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "farmhand.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- /* A Role's binding to farmhand's account. Takes (dict "root" $ "namespace" … "name" …). */ -}}
{{- define "farmhand.roleBinding" -}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ .name }}
  namespace: {{ .namespace }}
  labels:
    {{- include "farmhand.labels" .root | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ .name }}
subjects:
  - kind: ServiceAccount
    name: {{ include "farmhand.serviceAccount" .root }}
    namespace: {{ .root.Release.Namespace }}
{{- end -}}

{{- /* A token of the cluster is in a pod only where something may be done with it. Takes (dict "root" $ "role" $role). */ -}}
{{- define "farmhand.needsToken" -}}
{{- $granted := or .root.Values.rbac.namespaces .root.Values.rbac.applications.namespace -}}
{{- if and $granted (has .role.name (list "all" "worker" "slack")) -}}true{{- else -}}false{{- end -}}
{{- end -}}

{{- define "farmhand.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{- /* Every problem at once; nothing is rendered when there is one. */ -}}
{{- define "farmhand.check" -}}
{{- $problems := list -}}
{{- if not .Values.image.repository -}}
{{- $problems = append $problems "image.repository: is required: where you pushed the image, as registry.example.com/farmhand" -}}
{{- end -}}
{{- if not .Values.secrets.existingSecret -}}
{{- $problems = append $problems "secrets.existingSecret: is required: the name of a Secret with SLACK_BOT_TOKEN and SLACK_APP_TOKEN, or SLACK_SIGNING_SECRET with config.slack.mode: http (kubectl create secret generic farmhand --from-env-file=.env)" -}}
{{- end -}}
{{- if not (dig "default_channel" "" .Values.config.slack) -}}
{{- $problems = append $problems "config.slack.default_channel: is required: the id of the channel for alerts that no route matched, as C0123ABCD" -}}
{{- end -}}
{{- if and .Values.ingress.enabled (ne (dig "mode" "socket" .Values.config.slack) "http") -}}
{{- $problems = append $problems "ingress.enabled: is for config.slack.mode: http; with Socket Mode nothing has to reach farmhand from outside" -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.host) -}}
{{- $problems = append $problems "ingress.host: is required: the name in the request URLs of manifest.http.yml, as farmhand.example.com" -}}
{{- end -}}
{{- $seen := dict -}}
{{- range .Values.roles -}}
{{- if hasKey $seen .name -}}
{{- $problems = append $problems (printf "roles: %s is there twice" .name) -}}
{{- end -}}
{{- $_ := set $seen .name true -}}
{{- $scaling := default dict .autoscaling -}}
{{- if and (not (hasKey . "replicas")) (not .autoscaling) -}}
{{- $problems = append $problems (printf "roles: %s has neither replicas nor autoscaling" .name) -}}
{{- end -}}
{{- if and .autoscaling (hasKey . "replicas") -}}
{{- $problems = append $problems (printf "roles: %s has replicas beside autoscaling; keep one of the two, or each upgrade sets its number back" .name) -}}
{{- end -}}
{{- if and .autoscaling (not $scaling.external) (not $scaling.maxReplicas) -}}
{{- $problems = append $problems (printf "roles: %s: autoscaling.maxReplicas is required (or external: true, where something else scales it)" .name) -}}
{{- end -}}
{{- if and $scaling.maxReplicas (gt (int $scaling.maxReplicas) 5) (has .name (list "all" "slack")) (eq (dig "mode" "socket" $.Values.config.slack) "socket") -}}
{{- $problems = append $problems (printf "roles: %s: autoscaling.maxReplicas may be 5 at most with Socket Mode: Slack allows ten connections, and each replica takes two" .name) -}}
{{- end -}}
{{- end -}}
{{- if and (hasKey $seen "all") (gt (len $seen) 1) -}}
{{- $problems = append $problems "roles: all does everything; name either all, or the others" -}}
{{- end -}}
{{- if $problems -}}
{{- fail (printf "nothing was rendered; %d problem(s):\n  %s" (len $problems) (join "\n  " $problems)) -}}
{{- end -}}
{{- end -}}
