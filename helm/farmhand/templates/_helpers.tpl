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

{{- /* The Service of the role that has what is asked for, or of all. Takes (dict "root" $ "role" "slack"). */ -}}
{{- define "farmhand.serviceOf" -}}
{{- $name := include "farmhand.fullname" .root -}}
{{- range .root.Values.roles -}}
{{- if eq .name $.role -}}{{- $name = printf "%s-%s" $name .name -}}{{- end -}}
{{- end -}}
{{- $name -}}
{{- end -}}

{{- /*
What may be reached from outside, and nothing else of farmhand: a JSON list of paths with their Services. Takes (dict "root" $
"events" true).
*/ -}}
{{- define "farmhand.outsidePaths" -}}
{{- $paths := list -}}
{{- if eq (dig "mode" "socket" .root.Values.config.slack) "http" -}}
{{- $paths = append $paths (dict "path" "/slack/events" "service" (include "farmhand.serviceOf" (dict "root" .root "role" "slack"))) -}}
{{- end -}}
{{- if .events -}}
{{- $paths = append $paths (dict "path" "/v1/events" "service" (include "farmhand.serviceOf" (dict "root" .root "role" "intake"))) -}}
{{- end -}}
{{- toJson $paths -}}
{{- end -}}

{{- /* The names of a role's Secrets. Takes (dict "root" $ "role" $role). */ -}}
{{- define "farmhand.secretName" -}}
{{- dig "secrets" "existingSecret" .root.Values.secrets.existingSecret .role -}}
{{- end -}}
{{- define "farmhand.secretFilesName" -}}
{{- dig "secrets" "existingFilesSecret" .root.Values.secrets.existingFilesSecret .role -}}
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

{{- /* The account that roles share. */ -}}
{{- define "farmhand.sharedServiceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "farmhand.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- /* The account of a role: its own, where it has one. Takes (dict "root" $ "role" $role). */ -}}
{{- define "farmhand.serviceAccount" -}}
{{- if hasKey .role "serviceAccount" -}}
{{- default (include "farmhand.roleName" .) .role.serviceAccount.name -}}
{{- else -}}
{{- include "farmhand.sharedServiceAccount" .root -}}
{{- end -}}
{{- end -}}

{{- /* The role whose pod does the work: what is asked of farmhand as a whole is asked as this one. A JSON object. */ -}}
{{- define "farmhand.workingRole" -}}
{{- $working := first .Values.roles -}}
{{- range .Values.roles -}}
{{- if has .name (list "all" "worker") -}}{{- $working = . -}}{{- end -}}
{{- end -}}
{{- toJson $working -}}
{{- end -}}

{{- /* The accounts with rights in the cluster, those of the roles that use them, each once. */ -}}
{{- define "farmhand.subjects" -}}
{{- $names := list -}}
{{- range $role := .Values.roles -}}
{{- if has $role.name (list "all" "worker" "slack") -}}
{{- $names = append $names (include "farmhand.serviceAccount" (dict "root" $ "role" $role)) -}}
{{- end -}}
{{- end -}}
{{- range uniq $names }}
- kind: ServiceAccount
  name: {{ . }}
  namespace: {{ $.Release.Namespace }}
{{- end }}
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
  {{- include "farmhand.subjects" .root | nindent 2 }}
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

{{- /*
Who the pods run as. On OpenShift the SCC restricted-v2 gives each namespace its own ids and refuses any other, so none are named.
*/ -}}
{{- define "farmhand.podSecurityContext" -}}
{{- $openshift := .Capabilities.APIVersions.Has "security.openshift.io/v1" -}}
runAsNonRoot: true
{{- if or (eq .Values.runAs "image") (and (eq .Values.runAs "auto") (not $openshift)) }}
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
{{- end }}
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "farmhand.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- /* Yours, each with the restrictions of farmhand's own container unless it says otherwise. */ -}}
{{- define "farmhand.initContainers" -}}
{{- $restricted := include "farmhand.securityContext" . | fromYaml -}}
{{- range .Values.initContainers }}
- {{ set (deepCopy .) "securityContext" (mergeOverwrite (deepCopy $restricted) (default dict .securityContext)) | toYaml | nindent 2 | trim }}
{{- end }}
{{- end -}}

{{- /* The environment. Takes (dict "root" $ "role" $role). */ -}}
{{- define "farmhand.env" -}}
- name: FARMHAND_CONFIG
  value: /etc/farmhand/farmhand.yml
{{- /* Two releases never share records or a Kafka group: whoever finds another's name there does not start. */}}
- name: FARMHAND_INSTALLATION
  value: {{ printf "%s/%s" .root.Release.Namespace (include "farmhand.fullname" .root) }}
{{- with .root.Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- with .role.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- /* Both take (dict "root" $ "role" $role), and with "files" the names of more than that role's Secret of files. */ -}}
{{- define "farmhand.volumeMounts" -}}
# The directory, not the file: a file mounted by subPath would never see a change.
- name: config
  mountPath: /etc/farmhand
  readOnly: true
{{- if compact (default (list (include "farmhand.secretFilesName" .)) .files) }}
- name: secret-files
  mountPath: /var/run/secrets/farmhand
  readOnly: true
{{- end }}
{{- with .root.Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "farmhand.volumes" -}}
- name: config
  configMap:
    name: {{ include "farmhand.fullname" .root }}
{{- with compact (default (list (include "farmhand.secretFilesName" .)) .files) }}
- name: secret-files
  {{- if eq (len .) 1 }}
  secret:
    secretName: {{ first . }}
    # 0440, in a form that YAML 1.1 and 1.2 read alike.
    defaultMode: 288
  {{- else }}
  projected:
    defaultMode: 288
    sources:
      {{- range . }}
      - secret:
          name: {{ . }}
      {{- end }}
  {{- end }}
{{- end }}
{{- with .root.Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}
