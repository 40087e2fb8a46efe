#!/usr/bin/env python3
"""From manifests on standard input to the pods that their controllers would make, for admission to look at."""

import sys

import yaml

pods = []
for manifest in yaml.safe_load_all(sys.stdin):
    if not manifest or manifest["kind"] not in ("StatefulSet", "Job"):
        continue
    template = manifest["spec"]["template"]
    spec = template["spec"]
    for claim in manifest["spec"].get("volumeClaimTemplates", []):
        name = claim["metadata"]["name"]
        spec.setdefault("volumes", []).append({"name": name, "persistentVolumeClaim": {"claimName": name}})
    metadata = template.get("metadata", {}) | {"name": manifest["metadata"]["name"] + "-0"}
    pods.append({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})
if not pods:
    sys.exit("no workload: nothing would be checked")
yaml.safe_dump_all(pods, sys.stdout, sort_keys=False)
