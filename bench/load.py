"""The service under load: many readers beside what-ifs, many listeners to its events, many approvals.

In: a folder with built programs. Out: sentences. Invariants: every figure is of one run on one machine, against a service that the run itself
started on 127.0.0.1 and that nobody else asks; what is compared ran at the same time; each part ends by itself after a count or a time; an
answer that was not a success is counted and told. The client runs on the same cores as the service, so that the figures are of both.
"""
import asyncio
import contextlib
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
PASSWORD = "correct horse battery"
PEOPLE = ["ann", "bob", "carol", "dan"]
CONFIGURATION = """database = "sqlite:books.db"
[keys]
folder = "keys"
[http]
listen = "127.0.0.1:0"
requests_per_minute = 0
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
CLIENTS = 100
PAUSE_SECS = 0.25  # between an answer and a client's next request, on average
EVENTS = "/api/v1/events"


class Service:
    """A service with households, and people who are signed in."""

    def __init__(self, folder, place, households, tick):
        self.binary, self.place = os.path.abspath(os.path.join(folder, "equipoise")), place
        with open(os.path.join(ROOT, "examples", "design-prompt.json")) as source, open(os.path.join(place, "first.json"), "w") as copy:
            copy.write(source.read())
        with open(os.path.join(place, "service.toml"), "w") as file:
            file.write(CONFIGURATION.format(tick=tick) + "".join(HOUSEHOLD.format(number=number) for number in range(households)))
        command = [self.binary, "serve", "--config", "service.toml"]
        self.process = subprocess.Popen(command, cwd=place, stdout=subprocess.PIPE, text=True)
        line = next(line for line in self.process.stdout if line.startswith("listening on "))
        self.host, port = line.removeprefix("listening on http://").split(";")[0].strip().rsplit(":", 1)
        self.port = int(port)
        # What it tells from now on is nobody's to read, and must not fill the pipe.
        self.listener = subprocess.Popen(["cat"], stdin=self.process.stdout, stdout=subprocess.DEVNULL)
        for name in PEOPLE:
            self.told(["people", "add", name, *(["--role", "approver"] if name != "ann" else [])], PASSWORD + "\n")

    def told(self, arguments, text=""):
        run = subprocess.run([self.binary, *arguments, "--config", "service.toml"], cwd=self.place, input=text, capture_output=True, text=True)
        if run.returncode:
            raise RuntimeError(f"{' '.join(arguments)}: {run.stderr}")
        return run.stdout

    def memory(self):
        """Resident memory, bytes."""
        with open(f"/proc/{self.process.pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def end(self):
        self.process.terminate()
        self.process.wait()
        self.listener.wait()


class Client:
    """A connection that stays, and somebody who is signed in on it."""

    def __init__(self, service, cookie=""):
        self.service, self.cookie, self.streams = service, cookie, None

    async def ask(self, method, path, body=None):
        """Status and body of an answer."""
        # The service closes a connection that nothing came over for a while.
        if self.streams is None or self.streams[0].at_eof():
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
            writer.close()
            self.streams = None
        return status, text

    async def sign_in(self, name):
        status, text = await self.ask("POST", "/api/v1/session", {"name": name, "password": PASSWORD})
        if status != 201:
            raise RuntimeError(f"{name} is not signed in: {status} {text!r}")
        return self

    async def got(self, path):
        status, text = await self.ask("GET", path)
        if status != 200:
            raise RuntimeError(f"{path}: {status} {text!r}")
        return json.loads(text)


def request(service, cookie, method, path, body):
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
    until = time.monotonic() + 300
    while time.monotonic() < until:
        found = await all_pages(client, "/api/v1/proposals?state=Pending_Approval")
        if len(found) >= count:
            return found
        await asyncio.sleep(1)
    raise RuntimeError(f"{len(found)} of {count} proposals wait after five minutes")


def at(times, part):
    """A quantile, ms."""
    times = sorted(times)
    return times[min(len(times) - 1, int(part * len(times)))] * 1e3 if times else 0.0


async def mixed(service, secs):
    """Reads, what-ifs and the bare route, by clients who pause between requests: seconds of each kind, and answers that were no success."""
    ann = await Client(service).sign_in("ann")
    proposals = await waiting(ann, 1)
    rows = {}
    for proposal in proposals:
        shown = await ann.got(f"/api/v1/proposals/{proposal['id']}")
        keys = ("action", "account_id", "ticker", "lot_id", "quantity")
        rows[proposal["id"]] = [{key: trade[key] for key in keys if trade.get(key) is not None} for trade in shown["plan"]["trades"]]
    households = [entry["id"] for entry in await all_pages(ann, "/api/v1/households")]
    times, failed = {"bare": [], "read": [], "what-if": []}, {}
    end = time.monotonic() + secs

    async def client(seed):
        dice, who = random.Random(seed), Client(service, ann.cookie)
        await asyncio.sleep(dice.uniform(0, 2 * PAUSE_SECS))
        while time.monotonic() < end:
            kind = dice.choices(["bare", "read", "what-if"], [0.3, 0.6, 0.1])[0]
            household, proposal = dice.choice(households), dice.choice(list(rows))
            path = dice.choice([
                f"/api/v1/households/{household}", f"/api/v1/households/{household}/drift", f"/api/v1/households/{household}/lots",
                "/api/v1/proposals?limit=20", f"/api/v1/proposals/{proposal}",
            ])
            begun = time.monotonic()
            if kind == "bare":
                status, _ = await who.ask("GET", "/livez")
            elif kind == "read":
                status, _ = await who.ask("GET", path)
            else:
                status, _ = await who.ask("POST", f"/api/v1/proposals/{proposal}/what-if", {"trades": rows[proposal]})
            times[kind].append(time.monotonic() - begun)
            if status not in (200, 204):
                failed[status] = failed.get(status, 0) + 1
            await asyncio.sleep(dice.uniform(0, 2 * PAUSE_SECS))

    await asyncio.gather(*(client(seed) for seed in range(CLIENTS)))
    return times, failed


async def listening(service, count):
    """Memory that so many listeners to events take, bytes each, and seconds until the last of them has heard of one."""
    ann = await Client(service).sign_in("ann")
    proposal = (await waiting(ann, 1))[0]
    before, streams = service.memory(), []
    for _ in range(0, count, 100):
        opened = await asyncio.gather(*(listener(service, ann.cookie) for _ in range(100)))
        streams += opened
    await asyncio.sleep(2)
    each = (service.memory() - before) / len(streams)

    async def heard(reader):
        while line := await reader.readline():
            if proposal["id"].encode() in line:
                return time.monotonic()
        return None

    tasks = [asyncio.create_task(heard(reader)) for reader, _ in streams]
    begun = time.monotonic()
    status, text = await ann.ask("POST", f"/api/v1/proposals/{proposal['id']}/reject", {"reason": "a listener is to hear of it"})
    if status != 200:
        raise RuntimeError(f"rejecting: {status} {text!r}")
    done, late = await asyncio.wait(tasks, timeout=60)
    for task in late:
        task.cancel()
    times = [task.result() for task in done if task.result() is not None]
    for _, writer in streams:
        writer.close()
    return len(streams), each, len(times), max(times, default=begun) - begun


async def listener(service, cookie):
    reader, writer = await asyncio.open_connection(service.host, service.port, limit=4096)
    writer.write(request(service, cookie, "GET", EVENTS, None))
    status, _ = await head(reader)
    if status != 200:
        raise RuntimeError(f"a listener is answered {status}")
    return reader, writer


async def approving(service, count):
    """Approvals of so many proposals by signed-in people: seconds, and answers that were no success."""
    ann = await Client(service).sign_in("ann")
    proposals = (await waiting(ann, count))[:count]
    failed, counted, begun = {}, [], time.monotonic()

    async def person(name, share):
        who = await Client(service).sign_in(name)
        for proposal in share:
            status, text = await who.ask("POST", f"/api/v1/proposals/{proposal['id']}/approve", {"plan_hash": proposal["plan_hash"]})
            if status != 200:
                failed[status] = failed.get(status, 0) + 1
            elif json.loads(text)["outcome"] == "approved":
                counted.append(proposal["id"])

    await asyncio.gather(*(person(name, proposals[n::len(PEOPLE)]) for n, name in enumerate(PEOPLE)))
    return time.monotonic() - begun, failed, count - len(set(counted))


def failures(failed):
    if not failed:
        return "no answer failed"
    return "failed: " + ", ".join(f"{count} with {status}" for status, count in sorted(failed.items()))


@contextlib.contextmanager
def served(folder, households, tick=5):
    with tempfile.TemporaryDirectory() as place:
        service = Service(folder, place, households, tick)
        try:
            yield service
        finally:
            service.end()


def sentences(folder, quick):
    """What was measured, in words, as it is measured."""
    secs = 10 if quick else 60
    with served(folder, 50) as service:
        times, failed = asyncio.run(mixed(service, secs))
    bare, read = at(times["bare"], 0.99), at(times["read"], 0.99)
    verdict = "met" if read <= 2 * bare and not failed else "not met"
    asked = sum(len(of) for of in times.values())
    yield (f"{CLIENTS} clients who pause {PAUSE_SECS:g} s on average between requests, {secs} s, {asked / secs:,.0f} requests a second, a tenth of them what-ifs: "
           f"p99 of reads {read:.1f} ms (median {at(times['read'], 0.5):.1f}), of the bare route `/livez` {bare:.1f} ms (median {at(times['bare'], 0.5):.1f}), "
           f"{read / max(bare, 1e-3):.2f} times as much (2 at most: {verdict}); of what-ifs {at(times['what-if'], 0.99):.1f} ms; {failures(failed)}.")
    count = 1_000 if quick else 10_000
    with served(folder, 5) as service:
        listeners, each, heard, late = asyncio.run(listening(service, count))
    verdict = "met" if each < 64 * 1024 and heard == listeners else "not met"
    yield (f"{listeners:,} listeners to events: {each / 1024:.1f} KiB of the service's memory each (64 at most: {verdict}); {heard:,} of them heard of one "
           f"rejection, the last after {late:.2f} s.")
    count = 100 if quick else 1_000
    with served(folder, count, tick=20) as service:
        secs, failed, left = asyncio.run(approving(service, count))
        verified = service.told(["audit", "verify"]).strip().splitlines()[-1]
    rate = 60 * count / secs
    verdict = "met" if rate >= 1_000 and not failed and not left else "not met"
    yield (f"{count:,} proposals approved by {len(PEOPLE)} signed-in people: {rate:,.0f} a minute (1,000 at least: {verdict}), {left} not approved, {failures(failed)}; "
           f"the log afterwards is {verified.split(':')[0]}.")


def as_many_files_as_may_be():
    """Each listener is a file of the client's and one of the service's."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def main():
    as_many_files_as_may_be()
    for sentence in sentences(sys.argv[1], "--quick" in sys.argv):
        print(sentence, flush=True)


if __name__ == "__main__":
    main()
