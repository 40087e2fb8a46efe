{{/*
Configuration files from values. The keys that the chart makes itself are made in one place only: a second word on them, in `config`, is
refused, for the other templates (grace periods, ports, groups to scale by) rest on them.
*/}}

{{/* Of (dict "root" $): what every command needs that talks to Kafka. */}}
{{- define "streambed.kafkaConfig" -}}
{{- $values := .root.Values -}}
{{- $config := dict
  "kafka.bootstrap.servers" $values.kafka.bootstrapServers
  "pipeline.name" $values.pipeline.name
-}}
{{- if $values.topics.prefix }}{{ $_ := set $config "topics.prefix" $values.topics.prefix }}{{ end -}}
{{- range $name, $value := $values.kafka.settings }}{{ $_ := set $config (printf "kafka.%s" $name) $value }}{{ end -}}
{{- toYaml $config -}}
{{- end -}}

{{/* Of (dict "root" $ "role" NAME): what the chart makes for a role. */}}
{{- define "streambed.madeConfig" -}}
{{- $values := .root.Values -}}
{{- $role := index $values .role -}}
{{- $config := include "streambed.kafkaConfig" . | fromYaml -}}
{{- $_ := set $config "kafka.num.stream.threads" $role.threads -}}
{{- $alone := and (lt (int $role.replicas) 2) (not $role.autoscaling.enabled) -}}
{{- $_ := set $config "kafka.num.standby.replicas" (ternary 0 $role.standbyReplicas $alone) -}}
{{- $_ := set $config "shutdown.timeout" (printf "%ds" (int $values.shutdownTimeoutSeconds)) -}}
{{- if $values.http.passwordSecret.name }}{{ $_ := set $config "http.password-file" "/etc/streambed/http/password" }}{{ end -}}
{{- if $values.model.directory }}{{ $_ := set $config "model.directory" $values.model.directory }}{{ end -}}
{{- with $values.embedder -}}
{{- if ne .type "onnx" -}}
{{- $_ := set $config "embedder.type" .type -}}
{{- $_ := set $config "embedder.url" (required "embedder.url: which service?" .url) -}}
{{- if .model }}{{ $_ := set $config "embedder.model" .model }}{{ end -}}
{{- if .tokenSecret.name }}{{ $_ := set $config "embedder.token-file" "/etc/streambed/embedder/token" }}{{ end -}}
{{- end -}}
{{- end -}}
{{- /* EMBED writes no store: it gets neither its address nor its secret. */ -}}
{{- if eq .role "index" -}}
{{- $_ := set $config "milvus.uri" $values.milvus.uri -}}
{{- $_ := set $config "milvus.database" $values.milvus.database -}}
{{- if $values.milvus.collection }}{{ $_ := set $config "milvus.collection" $values.milvus.collection }}{{ end -}}
{{- if $values.milvus.tokenSecret.name }}{{ $_ := set $config "milvus.token-file" "/etc/streambed/milvus/token" }}{{ end -}}
{{- end -}}
{{- toYaml $config -}}
{{- end -}}

{{/* Of (dict "root" $ "role" NAME): the role's file. */}}
{{- define "streambed.config" -}}
{{- $values := .root.Values -}}
{{- $role := index $values .role -}}
{{- $made := include "streambed.madeConfig" . | fromYaml -}}
{{- $owned := list "kafka.bootstrap.servers" "kafka.num.stream.threads" "kafka.num.standby.replicas" "pipeline.name" "topics.prefix"
  "model.directory" "embedder.type" "embedder.url" "embedder.model" "embedder.token-file" "milvus.uri" "milvus.database"
  "milvus.collection" "milvus.token-file" "http.host" "http.port" "http.password-file"
  "shutdown.timeout" "state.dir" "state.instance-id" -}}
{{- $said := mergeOverwrite (dict) $values.config $role.config -}}
{{- range $key := keys $said | sortAlpha -}}
{{- if or (has $key $owned) (hasKey $made $key) }}{{ fail (printf "config: %s has a value of its own in this chart" $key) }}{{ end -}}
{{- end -}}
{{- /* A pod that asks for a GPU and does not get it to work must say so, instead of working at a hundredth of the speed. */ -}}
{{- $device := ternary (dict "model.device" "cuda") (dict) (and (eq $values.embedder.type "onnx") (gt (int $role.gpu.count) 0)) -}}
{{- toYaml (mergeOverwrite $device $made $said) -}}
{{- end -}}

{{/* Of (dict "root" $): the file of `topics`: what bears on them, and nothing that would ask for a file that is not mounted there. */}}
{{- define "streambed.topicsConfig" -}}
{{- $config := include "streambed.kafkaConfig" . | fromYaml -}}
{{- range $key, $value := .root.Values.config -}}
{{- if regexMatch "^(kafka|topics|limits)[.]" $key }}{{ $_ := set $config $key $value }}{{ end -}}
{{- end -}}
{{- toYaml $config -}}
{{- end -}}
