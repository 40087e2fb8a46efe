{{/* 40 characters at most: with -embed, the pod's number and the hash of a revision it must stay within a label's 63. */}}
{{- define "streambed.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Of (dict "root" $ "component" NAME): what selects a workload's pods; never changes in the life of a release. */}}
{{- define "streambed.selectorLabels" -}}
app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "streambed.labels" -}}
{{ include "streambed.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "streambed.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "streambed.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{ .Values.serviceAccount.name | default (include "streambed.fullname" .) }}
{{- else -}}
{{ .Values.serviceAccount.name | default "default" }}
{{- end -}}
{{- end -}}

{{- define "streambed.podSecurityContext" -}}
runAsNonRoot: true
{{- range $name, $number := .Values.podSecurity }}
{{- if not (kindIs "invalid" $number) }}
{{ $name }}: {{ int64 $number }}
{{- end }}
{{- end }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "streambed.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* Kafka's secrets, as variables by reference. */}}
{{- define "streambed.kafkaSecretEnv" -}}
{{- $secret := .Values.kafka.secret -}}
{{- if and $secret.settings (not $secret.name) }}{{ fail "kafka.secret.settings needs kafka.secret.name" }}{{ end -}}
{{- range $setting, $key := $secret.settings }}
- name: STREAMBED_KAFKA_{{ regexReplaceAll "[.-]" $setting "_" | upper }}
  valueFrom:
    secretKeyRef:
      name: {{ $secret.name }}
      key: {{ $key }}
{{- end }}
{{- end -}}

{{/* Kafka's files, as a volume. */}}
{{- define "streambed.kafkaSecretVolume" -}}
{{- with .Values.kafka.secret }}
{{- if .files }}
- name: kafka
  secret:
    secretName: {{ required "kafka.secret.files needs kafka.secret.name" .name }}
    # Read by the group of the pod alone.
    defaultMode: 0440
    items:
      {{- range .files }}
      - key: {{ . }}
        path: {{ . }}
      {{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The ports of Kafka's brokers, one a line. */}}
{{- define "streambed.kafkaPorts" -}}
{{- if .Values.networkPolicy.kafkaPorts -}}
{{- join "\n" .Values.networkPolicy.kafkaPorts -}}
{{- else -}}
{{- $ports := list -}}
{{- range splitList "," .Values.kafka.bootstrapServers -}}
{{- $ports = append $ports (splitList ":" . | last | trim) -}}
{{- end -}}
{{- join "\n" (uniq $ports) -}}
{{- end -}}
{{- end -}}

{{/* The port of a URL. */}}
{{- define "streambed.portOf" -}}
{{- $url := urlParse . -}}
{{- $port := regexFind ":[0-9]+$" $url.host | trimPrefix ":" -}}
{{- $port | default (ternary "443" "80" (eq $url.scheme "https")) -}}
{{- end -}}

{{/* Egress to DNS and to Kafka, which everything needs. */}}
{{- define "streambed.kafkaEgress" -}}
- ports:
    - { port: 53, protocol: UDP }
    - { port: 53, protocol: TCP }
- ports:
    {{- range splitList "\n" (include "streambed.kafkaPorts" .) }}
    - { port: {{ . }}, protocol: TCP }
    {{- end }}
  {{- with .Values.networkPolicy.kafkaTo }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{/*
Of (dict "root" $ "role" NAME): how long one pod would work on what a role has not read. Each pod gives the figure for the whole group, at its own
pace, a lane: the mean of the pods, and the sum of the lanes.
*/}}
{{- define "streambed.workQuery" -}}
sum(avg by (lane) (streambed_lag_work_seconds{pipeline="{{ .root.Values.pipeline.name }}",role="{{ .role }}"}))
{{- end -}}
