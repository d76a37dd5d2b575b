#!/usr/bin/env python3
"""Cuts the part of Alpaca's OpenAPI that `execute` uses: python3 cut_openapi.py trading-api.json > openapi.json

`trading-api.json` ships in the Python package alpaca-mcp-server 2.4.0 (MIT, by Alpaca), in `alpaca_mcp_server/specs/`. Kept are the
paths below and the schemas that they refer to; descriptions and examples are left out, nothing else is changed.
"""
import json
import sys

PATHS = {
    "/v2/account": ["get"],
    "/v2/account/activities": ["get"],
    "/v2/account/configurations": ["get"],
    "/v2/calendar": ["get"],
    "/v2/clock": ["get"],
    "/v2/orders": ["post"],
    "/v2/orders/{order_id}": ["delete", "parameters"],
    "/v2/orders:by_client_order_id": ["get"],
    "/v2/positions": ["get"],
}
LEFT_OUT = {"description", "example", "examples", "x-examples", "x-deprecation", "summary", "tags", "operationId"}


def bare(value, names=False):
    """Without words for people; `names`: the keys are names of properties, not of the language."""
    if isinstance(value, dict):
        return {key: bare(inner, key in ("properties", "schemas", "parameters", "responses") and isinstance(inner, dict))
                for key, inner in value.items() if names or key not in LEFT_OUT}
    if isinstance(value, list):
        return [bare(inner) for inner in value]
    return value


def references(value):
    """Every `$ref` in it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "$ref":
                yield inner
            else:
                yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


whole = json.load(open(sys.argv[1], encoding="utf-8"))
cut = {
    "openapi": whole["openapi"],
    "info": {"title": whole["info"]["title"], "version": whole["info"]["version"],
             "license": {"name": "MIT", "identifier": "MIT"},
             "x-source": "alpacahq/alpaca-mcp-server 2.4.0, src/alpaca_mcp_server/specs/trading-api.json, cut by cut_openapi.py"},
    "paths": {path: {method: bare(whole["paths"][path][method]) for method in methods} for path, methods in PATHS.items()},
    "components": {},
}
waiting = list(references(cut["paths"]))
while waiting:
    _, _, kind, name = waiting.pop().split("/")
    kept = cut["components"].setdefault(kind, {})
    if name not in kept:
        kept[name] = bare(whole["components"][kind][name])
        waiting += references(kept[name])
cut["components"] = {kind: dict(sorted(kept.items())) for kind, kept in sorted(cut["components"].items())}
json.dump(cut, sys.stdout, indent=1)
print()
