#!/usr/bin/env python3
"""Asks the whole API from its own description: no address fails, none answers what is not described.

    scripts/check_api.py BINARY SCHEMATHESIS

A service is started on books of its own, with a household, as somebody who may everything. Schemathesis makes requests from
`/openapi.json`, sound ones and others, and holds each answer against it. The seed is fixed, so that a run can be repeated.
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

from repository import ROOT

PASSWORD = "correct horse battery"
CONFIGURATION = """database = "sqlite:books.db"
[keys]
folder = "keys"
[http]
listen = "127.0.0.1:0"
[service]
tick_secs = 1
[simulated]
tick_secs = 900
start = "2026-11-23T14:30:00Z"
speed = 900
[[households]]
name = "smith"
owner = "ann"
portfolio = "first.json"
"""
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
]
# Who signs out is asked nothing more; a stream of events does not end.
LEFT_OUT = ["sign_out", "events"]
EXAMPLES = 40


def run(binary, arguments, folder, text=""):
    """Runs the program on the books of the folder."""
    done = subprocess.run(
        [binary, *arguments, "--config", "service.toml"],
        cwd=folder, input=text, capture_output=True, text=True, check=False,
    )
    if done.returncode:
        sys.exit(f"api: {' '.join(arguments)}: {done.stderr}")


def signed_in(address):
    """The cookie of somebody who is signed in."""
    body = json.dumps({"name": "ann", "password": PASSWORD}).encode()
    request = urllib.request.Request(
        f"{address}/api/v1/session", data=body, headers={"content-type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.headers["set-cookie"].split(";")[0]


def got(address, cookie, path):
    """What is answered to somebody who is signed in."""
    request = urllib.request.Request(address + path, headers={"cookie": cookie})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def known(address, cookie):
    """The household and its proposal, so that more than what is not there is asked for."""
    household = got(address, cookie, "/api/v1/households")["items"][0]["id"]
    for _ in range(600):
        proposals = got(address, cookie, "/api/v1/proposals")["items"]
        if proposals:
            return {"path.household": household, "path.proposal": proposals[0]["id"], "path.record": "1"}
        time.sleep(0.1)
    sys.exit("api: no proposal was made in a minute")


def asked(schemathesis, address, cookie):
    """Asks everything; what it came to."""
    names = "".join(f'"{name}" = "{value}"\n' for name, value in known(address, cookie).items())
    command = [
        schemathesis, "--config-file", "names.toml", "run", f"{address}/openapi.json", "--header", f"Cookie: {cookie}",
        "--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing", "--max-examples", str(EXAMPLES),
        "--seed", "7", "--no-shrink", "--workers", "1", "--request-timeout", "60", "--warnings", "off",
        "--suppress-health-check", "all", "--continue-on-failure",
    ]
    for operation in LEFT_OUT:
        command += ["--exclude-operation-id", operation]
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "names.toml").write_text(f"[parameters]\n{names}")
        return subprocess.run(command, cwd=folder, check=False).returncode


def main():
    """Starts the service, asks, stops it."""
    binary, schemathesis = (str(pathlib.Path(path).absolute()) for path in sys.argv[1:3])
    with tempfile.TemporaryDirectory() as folder:
        here = pathlib.Path(folder)
        (here / "service.toml").write_text(CONFIGURATION)
        (here / "first.json").write_text(pathlib.Path(ROOT, "examples/design-prompt.json").read_text())
        service = subprocess.Popen(
            [binary, "serve", "--config", "service.toml"], cwd=folder, stdout=subprocess.PIPE, text=True
        )
        try:
            line = next(line for line in service.stdout if line.startswith("listening on "))
            address = line.removeprefix("listening on ").split(";")[0]
            run(binary, ["people", "add", "ann", "--role", "admin"], folder, PASSWORD + "\n")
            code = asked(schemathesis, address, signed_in(address))
            with urllib.request.urlopen(f"{address}/livez", timeout=60) as answer:
                if answer.status != 204:
                    sys.exit("api: the server does not live any more")
        finally:
            service.terminate()
            service.wait()
        run(binary, ["audit", "verify"], folder)
    sys.exit(code)


if __name__ == "__main__":
    main()
