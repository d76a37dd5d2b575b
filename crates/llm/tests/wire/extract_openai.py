#!/usr/bin/env python3
"""The part of OpenAI's OpenAPI document that the tests hold our requests and fixtures to.

    python3 extract_openai.py openapi.yaml[.gz]        (needs PyYAML; writes openai.schema.json beside itself)

Descriptions and examples are left out, and `nullable` of older documents is written as JSON Schema has it. The document is
OpenAI's, under MIT (`info.license`); its version is kept in the result.
"""
import gzip
import json
import pathlib
import sys

import yaml

ROOTS = ["CreateChatCompletionRequest", "CreateChatCompletionResponse", "CreateChatCompletionStreamResponse",
         "ErrorResponse", "ListModelsResponse"]
NOT_NEEDED = {"description", "example", "examples", "title", "discriminator", "deprecated", "default"}


def names(node):
    """The schemas that a node refers to."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value.rsplit("/", 1)[1]
            else:
                yield from names(value)
    elif isinstance(node, list):
        for value in node:
            yield from names(value)


def slim(node, by_name=False):
    """A node without what does not check anything; `by_name` where its keys are names of our own choice."""
    if isinstance(node, list):
        return [slim(value) for value in node]
    if not isinstance(node, dict):
        return node.replace("#/components/schemas/", "#/$defs/") if isinstance(node, str) else node
    kept = {key: slim(value, key in ("properties", "$defs")) for key, value in node.items()
            if by_name or not (key in NOT_NEEDED or key == "nullable" or key.startswith("x-"))}
    if not by_name and node.get("nullable") is True:
        return {"anyOf": [kept, {"type": "null"}]}
    return kept


if __name__ == "__main__":
    path = pathlib.Path(sys.argv[1])
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    document = yaml.load(data, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    schemas = document["components"]["schemas"]
    wanted, open_ = set(), list(ROOTS)
    while open_:
        name = open_.pop()
        if name not in wanted:
            wanted.add(name)
            open_ += names(schemas[name])
    result = {"$comment": f"OpenAI API {document['info']['version']}, MIT; made by extract_openai.py",
              "$defs": {name: slim(schemas[name]) for name in sorted(wanted)}}
    out = pathlib.Path(__file__).with_name("openai.schema.json")
    out.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    print(f"{out.name}: {len(wanted)} schemas")
