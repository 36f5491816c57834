{{- /* Every problem at once; nothing is rendered when there is one. */ -}}
{{- define "farmhand.check" -}}
{{- $problems := list -}}
{{- if not .Values.image.repository -}}
{{- $problems = append $problems "image.repository: is required: where you pushed the image, as registry.example.com/farmhand" -}}
{{- end -}}
{{- $withoutSecret := list -}}
{{- range $role := .Values.roles -}}
{{- if not (include "farmhand.secretName" (dict "root" $ "role" $role)) -}}{{- $withoutSecret = append $withoutSecret $role.name -}}{{- end -}}
{{- end -}}
{{- if $withoutSecret -}}
{{- $problems = append $problems "secrets.existingSecret: is required: the name of a Secret with SLACK_BOT_TOKEN and SLACK_APP_TOKEN, or SLACK_SIGNING_SECRET with config.slack.mode: http (kubectl create secret generic farmhand --from-env-file=.env)" -}}
{{- end -}}
{{- if not (dig "default_channel" "" .Values.config.slack) -}}
{{- $problems = append $problems "config.slack.default_channel: is required: the id of the channel for alerts that no route matched, as C0123ABCD" -}}
{{- end -}}
{{- $problems = concat $problems (include "farmhand.checkOutside" . | fromJsonArray) (include "farmhand.checkPod" . | fromJsonArray) -}}
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
{{- if and (hasKey . "serviceAccount") (not (dig "create" true .serviceAccount)) (not (dig "name" "" .serviceAccount)) -}}
{{- $problems = append $problems (printf "roles: %s: serviceAccount.name is required with create: false: the account that is there" .name) -}}
{{- end -}}
{{- if and .networkPolicy (not $.Values.networkPolicy.enabled) -}}
{{- $problems = append $problems (printf "roles: %s: networkPolicy is for networkPolicy.enabled: true; without it there is none at all" .name) -}}
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

{{- /* What leads to farmhand from outside. A JSON list of problems. */ -}}
{{- define "farmhand.checkOutside" -}}
{{- $problems := list -}}
{{- $slack := eq (dig "mode" "socket" .Values.config.slack) "http" -}}
{{- $names := list -}}
{{- range .Values.roles -}}{{- $names = append $names .name -}}{{- end -}}
{{- range $key, $route := dict "ingress" .Values.ingress "httpRoute" .Values.httpRoute -}}
{{- if $route.enabled -}}
{{- if and (not $slack) (not $route.events) -}}
{{- $problems = append $problems (printf "%s.enabled: leads nowhere: it is for config.slack.mode: http, or for %s.events: true; with Socket Mode nothing of Slack has to reach farmhand from outside" $key $key) -}}
{{- end -}}
{{- if and $slack (not (has "all" $names)) (not (has "slack" $names)) -}}
{{- $problems = append $problems (printf "%s.enabled: no role takes what Slack sends: name slack among roles, or all" $key) -}}
{{- end -}}
{{- if and $route.events (not (has "all" $names)) (not (has "intake" $names)) -}}
{{- $problems = append $problems (printf "%s.events: no role takes events: name intake among roles, or all" $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.host) -}}
{{- $problems = append $problems "ingress.host: is required: the name in the request URLs, as farmhand.example.com" -}}
{{- end -}}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.hostnames) -}}
{{- $problems = append $problems "httpRoute.hostnames: is required: the names in the request URLs, as [farmhand.example.com]" -}}
{{- end -}}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) -}}
{{- $problems = append $problems "httpRoute.parentRefs: is required: the Gateway that it belongs to, as [{ name: public, namespace: gateways }]" -}}
{{- end -}}
{{- toJson $problems -}}
{{- end -}}

{{- /* What is added to the pods, beside what they have already. A JSON list of problems. */ -}}
{{- define "farmhand.checkPod" -}}
{{- $problems := list -}}
{{- $own := list "config" "secret-files" "audit" -}}
{{- $volumes := list -}}
{{- range .Values.extraVolumes -}}
{{- if has .name $own -}}
{{- $problems = append $problems (printf "extraVolumes: %s is a volume of the chart's own; give it another name" .name) -}}
{{- else if has .name $volumes -}}
{{- $problems = append $problems (printf "extraVolumes: %s is there twice" .name) -}}
{{- end -}}
{{- $volumes = append $volumes .name -}}
{{- end -}}
{{- $paths := list "/etc/farmhand" "/var/run/secrets/farmhand" -}}
{{- with dig "audit" "file" "" .Values.config -}}{{- $paths = append $paths (dir .) -}}{{- end -}}
{{- range .Values.extraVolumeMounts -}}
{{- if not (has .name (concat $own $volumes)) -}}
{{- $problems = append $problems (printf "extraVolumeMounts: %s is no volume of extraVolumes" .name) -}}
{{- end -}}
{{- if has (trimSuffix "/" .mountPath) $paths -}}
{{- $problems = append $problems (printf "extraVolumeMounts: %s is taken: something is mounted there already" .mountPath) -}}
{{- end -}}
{{- $paths = append $paths (trimSuffix "/" .mountPath) -}}
{{- end -}}
{{- $containers := list "farmhand" -}}
{{- range .Values.initContainers -}}
{{- if has .name $containers -}}
{{- $problems = append $problems (printf "initContainers: %s is there twice, or the name of farmhand's own" .name) -}}
{{- end -}}
{{- $containers = append $containers .name -}}
{{- end -}}
{{- toJson $problems -}}
{{- end -}}
