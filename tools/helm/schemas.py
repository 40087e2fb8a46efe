#!/usr/bin/env python3
"""JSON schemas for kubeconform, one a kind: schemas.py SWAGGER CRDS OUT.

SWAGGER is Kubernetes' api/openapi-spec/swagger.json, CRDS a folder of CustomResourceDefinitions. They are strict: a field that is not defined is
wrong, as for an API server with strict field validation.
"""

import json
import pathlib
import sys

import yaml

DEFINITIONS = "_definitions.json"
# Said as strings in the OpenAPI document; the API server takes numbers too.
NUMBER_OR_STRING = {
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
    "io.k8s.apimachinery.pkg.api.resource.Quantity",
}


def strict(schema):
    """The same with every object closed that names its fields, and references into the one file of definitions."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("x-kubernetes-int-or-string"):
        return {"type": ["string", "integer"]}
    closed = {}
    for key, value in schema.items():
        if key == "properties":
            closed[key] = {name: strict(field) for name, field in value.items()}
        elif key == "$ref":
            closed[key] = value.replace("#/definitions/", DEFINITIONS + "#/definitions/")
        elif not key.startswith("x-kubernetes-"):
            closed[key] = strict(value)
    if "properties" in closed and "additionalProperties" not in closed and not schema.get("x-kubernetes-preserve-unknown-fields"):
        closed["additionalProperties"] = False
    return closed


def file_of(kind, group, version):
    """As kubeconform names it: ResourceKind and KindSuffix."""
    suffix = "-".join(([group.split(".")[0]] if group else []) + [version])
    return f"{kind}-{suffix}.json".lower()


def kubernetes(swagger, out):
    definitions = json.loads(swagger.read_text())["definitions"]
    closed = {}
    for name, definition in definitions.items():
        closed[name] = {"type": ["string", "number"]} if name in NUMBER_OR_STRING else strict(definition)
    (out / DEFINITIONS).write_text(json.dumps({"definitions": closed}))
    for name, definition in definitions.items():
        for kind in definition.get("x-kubernetes-group-version-kind", []):
            file = out / file_of(kind["kind"], kind["group"], kind["version"])
            file.write_text(json.dumps({"$ref": f"{DEFINITIONS}#/definitions/{name}"}))


def custom(folder, out):
    for file in sorted(folder.glob("*.yaml")):
        crd = yaml.safe_load(file.read_text())
        spec = crd["spec"]
        for version in spec["versions"]:
            schema = strict(version["schema"]["openAPIV3Schema"])
            # The API server knows these of every kind.
            schema["properties"] |= {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"}}
            name = file_of(spec["names"]["kind"], spec["group"], version["name"])
            (out / name).write_text(json.dumps(schema))


if __name__ == "__main__":
    swagger, crds, out = map(pathlib.Path, sys.argv[1:])
    kubernetes(swagger, out)
    custom(crds, out)
