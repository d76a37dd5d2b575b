#!/usr/bin/env python3
"""Which of our crates may depend on which (ARCHITECTURE.md, "Direction").

Reads `cargo metadata`. A crate that is missing in the table fails too: whoever adds a crate says
here what it may reach. Dependencies of tests count like those of the program.
"""
import json
import subprocess

from repository import ROOT, finish

FACTS = {"portfolio", "tax"}
STAGES = FACTS | {"ingest", "monitor", "optimize", "propose", "validate", "explain"}

# Crate: what it may name in its Cargo.toml.
MAY = {
    "portfolio": set(),
    # The log knows no finance, and nothing that it would have to be trusted with.
    "audit": set(),
    "tax": {"portfolio"},
    "ingest": FACTS | {"outward", "shape"},
    "monitor": FACTS,
    "optimize": FACTS,
    "validate": FACTS,
    # Speaks HTTP for whoever has something to say, and knows no finance.
    "outward": set(),
    # Brings notices to people, and knows no finance.
    "notify": {"outward"},
    # The gateway to models knows no finance.
    # What compiles slowly, once.
    "shape": set(),
    "reply_schema": {"shape"},
    "embedded_model": set(),
    "llm": {"embedded_model", "outward", "reply_schema"},
    "propose": FACTS | {"monitor", "optimize", "validate", "llm"},
    "explain": FACTS | {"monitor", "optimize", "validate", "llm"},
    # Acts on what was approved, and can reach nobody who proposes.
    "execute": {"portfolio", "outward", "shape"},
    "rebalance": STAGES | {"llm", "execute", "notify"},
    # Keeps what `rebalance` hands over; no stage reaches it.
    "store": {"portfolio", "rebalance", "audit", "execute"},
    # Over everything that it answers with; it reaches no broker but in its tests.
    "openid": {"outward"},
    "server": FACTS | {"audit", "execute", "ingest", "monitor", "propose", "rebalance", "store", "validate"},
    "cli": STAGES | {"execute", "notify", "outward", "rebalance", "llm", "store", "ingest", "audit", "server", "openid", "shape"},
    # Makes documents and measures what is done with them. Nothing depends on it.
    "bench": STAGES | {"audit", "execute", "rebalance", "store"},
}

# Crate: what it may not reach, not even through others. The judge shares nothing with the planner, and nothing that
# decides or acts asks a model.
NEVER = {
    "validate": {"optimize", "propose", "llm"},
    "ingest": {"llm"},
    "monitor": {"optimize", "llm"},
    "optimize": {"validate", "llm"},
    "tax": {"llm"},
    "execute": {"llm"},
}


def reached(crate, graph):
    """All that `crate` reaches in `graph`, itself left out."""
    seen, open_ = set(), [crate]
    while open_:
        for other in graph.get(open_.pop(), ()):
            if other not in seen:
                seen.add(other)
                open_.append(other)
    return seen


def faults(graph):
    """`graph`: crate -> those of our crates that it depends on."""
    found = [f"{crate}: not in the table of scripts/check_direction.py; say there what it may reach"
             for crate in sorted(set(graph) - set(MAY))]
    for crate in sorted(set(graph) & set(MAY)):
        found += [f"{crate} may not depend on {other}" for other in sorted(graph[crate] - MAY[crate])]
        found += [f"{crate} reaches {other}, which it never may"
                  for other in sorted(reached(crate, graph) & NEVER.get(crate, set()))]
    return found


def our_graph():
    """The graph as the manifests have it."""
    run = subprocess.run(["cargo", "metadata", "--no-deps", "--offline", "--format-version", "1"],
                         cwd=ROOT, capture_output=True, check=True)
    packages = json.loads(run.stdout)["packages"]
    ours = {p["name"] for p in packages}
    # A dependency by path is one of ours, whatever it is called.
    return {p["name"]: {d["name"] for d in p["dependencies"] if d["name"] in ours or d.get("path")}
            for p in packages}


if __name__ == "__main__":
    graph = our_graph()
    finish("direction", f"{len(graph)} crates", faults(graph))
