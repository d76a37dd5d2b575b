"""A service of a run's own, and callers of it: what a measurement under load asks with.

In: a built program, an empty folder. Out: a `Service` on 127.0.0.1 with households and people, and `Client`s, each a connection that stays and a
session of its own. Invariants: nobody else asks the service; its limits are those that count where nothing is configured; a caller waits for no
answer longer than a time, and what was no success has a name.
"""
import asyncio
import contextlib
import json
import os
import subprocess
import tempfile
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
PASSWORD = "correct horse battery"
PEOPLE = ["ann", "bob", "carol", "dan"]
PATIENCE_SECS = 60  # as long as the service gives itself
READY_SECS = 300
CONFIGURATION = """database = "sqlite:books.db"
[keys]
folder = "keys"
[http]
listen = "127.0.0.1:0"
[service]
tick_secs = {tick}
[simulated]
tick_secs = 60
start = "2026-11-23T14:30:00Z"
speed = 1
"""
HOUSEHOLD = """[[households]]
name = "household-{number}"
owner = "ann"
portfolio = "first.json"
[households.approval]
valid_minutes = 10000
price_move_bps_max = 9999
"""


class Service:
    """A service with households, and people who may sign in: ann owns them, the others approve."""

    def __init__(self, folder, place, households, tick):
        self.binary, self.place = os.path.abspath(os.path.join(folder, "equipoise")), place
        with open(os.path.join(ROOT, "examples", "design-prompt.json")) as source, open(os.path.join(place, "first.json"), "w") as copy:
            copy.write(source.read())
        with open(os.path.join(place, "service.toml"), "w") as file:
            file.write(CONFIGURATION.format(tick=tick) + "".join(HOUSEHOLD.format(number=number) for number in range(households)))
        command = [self.binary, "serve", "--config", "service.toml"]
        self.process = subprocess.Popen(command, cwd=place, stdout=subprocess.PIPE, text=True)
        line = next((line for line in self.process.stdout if line.startswith("listening on ")), None)
        if line is None:
            raise RuntimeError(f"{' '.join(command)} ended with {self.process.wait()} before it listened")
        self.host, port = line.removeprefix("listening on http://").split(";")[0].strip().rsplit(":", 1)
        self.port = int(port)
        # What it tells from now on is nobody's to read, and must not fill the pipe.
        self.listener = subprocess.Popen(["cat"], stdin=self.process.stdout, stdout=subprocess.DEVNULL)

    def told(self, arguments, text=""):
        """What a command on the books prints; an error where it refuses."""
        run = subprocess.run([self.binary, *arguments, "--config", "service.toml"], cwd=self.place, input=text, capture_output=True, text=True)
        if run.returncode:
            raise RuntimeError(f"{' '.join(arguments)}: {run.stdout}{run.stderr}")
        return run.stdout

    def memory(self):
        """Resident memory, bytes."""
        with open(f"/proc/{self.process.pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def threads(self):
        """Threads that it has."""
        return len(os.listdir(f"/proc/{self.process.pid}/task"))

    def cpu(self):
        """Seconds of the processor's that it has taken so far."""
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self):
        self.process.terminate()
        self.process.wait()
        self.listener.wait()


@contextlib.contextmanager
def served(folder, households, tick):
    """A service over so many households, which looks at the market every `tick` seconds, until it is left."""
    with tempfile.TemporaryDirectory() as place:
        service = Service(folder, place, households, tick)
        try:
            for name in PEOPLE:
                service.told(["people", "add", name, *(["--role", "approver"] if name != "ann" else [])], PASSWORD + "\n")
            yield service
        finally:
            service.end()


class Client:
    """A connection that stays, and somebody who is signed in on it."""

    def __init__(self, service, cookie=""):
        self.service, self.cookie, self.streams = service, cookie, None

    async def ask(self, method, path, body=None):
        """Status and body of an answer; a word instead of a status where there was none."""
        try:
            return await asyncio.wait_for(self.asked(method, path, body), PATIENCE_SECS)
        except TimeoutError:
            self.close()
            return "no answer in time", b""
        except (OSError, EOFError, ValueError, IndexError) as error:
            self.close()
            return type(error).__name__, b""

    async def asked(self, method, path, body):
        # The service closes a connection that nothing came over for a while.
        if self.streams is None or self.streams[0].at_eof():
            self.close()
            self.streams = await asyncio.open_connection(self.service.host, self.service.port)
        reader, writer = self.streams
        writer.write(request(self.service, self.cookie, method, path, body))
        status, headers = await head(reader)
        if "content-length" in headers:
            text = await reader.readexactly(int(headers["content-length"]))
        elif headers.get("transfer-encoding") == "chunked":
            text = b""
            while size := int((await reader.readline()).strip() or b"0", 16):
                text += await reader.readexactly(size)
                await reader.readexactly(2)
            await reader.readline()
        else:
            text = b""
        if headers.get("set-cookie"):
            self.cookie = headers["set-cookie"].split(";")[0]
        if headers.get("connection") == "close":
            self.close()
        return status, text

    def close(self):
        if self.streams is not None:
            self.streams[1].close()
            self.streams = None

    async def sign_in(self, name):
        status, text = await self.ask("POST", "/api/v1/session", {"name": name, "password": PASSWORD})
        if status != 201:
            raise RuntimeError(f"{name} is not signed in: {status} {text!r}")
        return self

    async def got(self, path):
        """A document; an error where there is none."""
        status, text = await self.ask("GET", path)
        if status != 200:
            raise RuntimeError(f"{path}: {status} {text!r}")
        return json.loads(text)


def request(service, cookie, method, path, body=None):
    """The bytes of a request."""
    text = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", f"host: {service.host}:{service.port}"]
    lines += [f"cookie: {cookie}"] if cookie else []
    lines += ["content-type: application/json", f"content-length: {len(text)}"] if body is not None else []
    return "\r\n".join([*lines, "", ""]).encode() + text


async def head(reader):
    """The status and the headers of an answer."""
    status = int((await reader.readline()).split()[1])
    headers = {}
    while line := (await reader.readline()).strip():
        name, _, value = line.decode().partition(":")
        headers[name.lower()] = value.strip()
    return status, headers


async def sessions(service, count):
    """So many sessions, of one person after the other."""
    return await asyncio.gather(*(Client(service).sign_in(PEOPLE[number % len(PEOPLE)]) for number in range(count)))


async def all_pages(client, path):
    """Every entry of a list."""
    items, after = [], ""
    while True:
        page = await client.got(f"{path}{'&' if '?' in path else '?'}limit=1000{after}")
        items += page["items"]
        if not page.get("next"):
            return items
        after = f"&after={page['next']}"


async def waiting(client, count):
    """Proposals that wait for approval, once there are so many."""
    until, found = time.monotonic() + READY_SECS, []
    while time.monotonic() < until:
        found = await all_pages(client, "/api/v1/proposals?state=Pending_Approval")
        if len(found) >= count:
            return found
        await asyncio.sleep(1)
    raise RuntimeError(f"{len(found)} of {count} proposals wait after {READY_SECS} seconds")
