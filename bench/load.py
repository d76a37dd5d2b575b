#!/usr/bin/env python3
"""The service under load: many readers beside what-ifs, many listeners to its events, many approvals.

    load.py FOLDER [--quick]

In: a folder with the built program. Out: sentences. Invariants: every figure is of one run on one machine, against a service that the run itself
started on 127.0.0.1 and that nobody else asks, with the limits that count where nothing is configured; what is compared ran at the same time; each
part ends by itself after a count or a time; an answer that was not a success is counted and told. The clients run on the same cores as the service:
how late they themselves were is told beside what they measured.
"""
import asyncio
import collections
import json
import os
import random
import resource
import sys
import time

import served
from served import all_pages, sessions, waiting

CLIENTS = 100
HOUSEHOLDS = 50
PAUSE_SECS = 0.25  # between an answer and a client's next request, on average
BARE, WHAT_IF = "/livez", "POST /api/v1/proposals/{proposal}/what-if"
WHO = "/api/v1/session"  # finds out who asks, as every read does, and little more
READS = [
    "/api/v1/households/table", "/api/v1/households/{household}", "/api/v1/households/{household}/drift", "/api/v1/households/{household}/lots",
    "/api/v1/proposals?limit=20", "/api/v1/proposals/{proposal}",
]
KINDS = {"bare": 0.2, "who": 0.1, "read": 0.6, "what-if": 0.1}  # how often each is asked
TIMES_BARE_MAX = 2
LISTENER_BYTES_MAX = 64 * 1024
LISTENERS_A_SESSION = 500  # fewer than a session may ask at once
HEARD_SECS = 60
# Rights of listeners are asked again twice a minute, all of them.
QUIET_SECS = 35
APPROVALS_A_MINUTE_MIN = 1_000


def quantile(times, part):
    """A quantile, ms."""
    times = sorted(times)
    return times[min(len(times) - 1, int(part * len(times)))] * 1e3 if times else float("nan")


async def lateness(late):
    """How late this process itself is awake, every 5 ms, until it is cancelled."""
    while True:
        due = time.monotonic() + 0.005
        await asyncio.sleep(0.005)
        late.append(time.monotonic() - due)


class Asking:
    """Clients with sessions of their own, each of which asks for reads, what-ifs and the bare route by chance."""

    def __init__(self, service):
        self.service, self.clients, self.households, self.rows = service, [], [], {}

    async def prepare(self):
        """Signs the clients in, once every household has a proposal, and finds out what there is to ask for."""
        ann, = await sessions(self.service, 1)
        keys = ("action", "account_id", "ticker", "lot_id", "quantity")
        for proposal in await waiting(ann, HOUSEHOLDS):
            shown = await ann.got(f"/api/v1/proposals/{proposal['id']}")
            self.rows[proposal["id"]] = [{key: trade[key] for key in keys if trade.get(key) is not None} for trade in shown["plan"]["trades"]]
        self.households = [entry["id"] for entry in await all_pages(ann, "/api/v1/households")]
        self.clients = await sessions(self.service, CLIENTS)
        return self

    async def run(self, secs, pause):
        """Seconds by address, answers that were no success by what they were, CPU seconds of the service, and how late this process was."""
        times, failed, late = collections.defaultdict(list), collections.Counter(), []
        end = time.monotonic() + secs

        async def client(who, dice):
            await asyncio.sleep(dice.uniform(0, 2 * pause))
            while time.monotonic() < end:
                kind, = dice.choices(list(KINDS), list(KINDS.values()))
                household, proposal = dice.choice(self.households), dice.choice(list(self.rows))
                address = {"bare": BARE, "who": WHO, "what-if": WHAT_IF}.get(kind) or dice.choice(READS)
                path = address.removeprefix("POST ").format(household=household, proposal=proposal)
                method, body = ("POST", {"trades": self.rows[proposal]}) if kind == "what-if" else ("GET", None)
                begun = time.monotonic()
                status, _ = await who.ask(method, path, body)
                times[address].append(time.monotonic() - begun)
                if status not in (200, 204):
                    failed[status] += 1
                await asyncio.sleep(dice.uniform(0, 2 * pause))

        watch, before = asyncio.create_task(lateness(late)), self.service.cpu()
        await asyncio.gather(*(client(who, random.Random(seed)) for seed, who in enumerate(self.clients)))
        watch.cancel()
        return times, failed, self.service.cpu() - before, late


def told(who, secs, ran):
    """A run of clients in words."""
    times, failed, cpu, late = ran
    bare, reads = times[BARE], [took for address in READS for took in times[address]]
    count, most, least = sum(map(len, times.values())), quantile(reads, 0.99), quantile(bare, 0.99)
    verdict = "met" if most <= TIMES_BARE_MAX * least and not failed else "not met"
    each = "; ".join(f"`{address}` {quantile(times[address], 0.5):.1f}, {quantile(times[address], 0.99):.1f}" for address in [BARE, WHO, *READS, WHAT_IF])
    return (f"{who}, {secs} s, {count / secs:,.0f} requests a second, {KINDS['what-if']:.0%} of them what-ifs, {KINDS['bare']:.0%} the bare route `{BARE}`: p99 of reads "
            f"{most:.1f} ms, of the bare route {least:.1f} ms, {most / least:.2f} times as much ({TIMES_BARE_MAX} at most, and no errors: {verdict}), and "
            f"{most / quantile(times[WHO], 0.99):.2f} times that of `{WHO}`, which only finds out who asks; {failures(failed)}. "
            f"Median and p99 by address, ms: {each}. A request takes {1e3 * cpu / count:.2f} ms of the service's CPU time on average; the clients "
            f"themselves were {quantile(late, 0.5):.1f} ms late in the median and {quantile(late, 0.99):.1f} in the p99, which is in every figure.")


async def asking(service, secs):
    """The same clients, who pause as people do and then do not pause at all."""
    clients = await Asking(service).prepare()
    yield told(f"{CLIENTS} clients, each with a session of its own, who pause {PAUSE_SECS:g} s on average between requests", secs, await clients.run(secs, PAUSE_SECS))
    yield told("The same clients without a pause, so that all wait for the processor", secs // 2, await clients.run(secs // 2, 0))


async def listening(service, count, quiet_secs):
    """Memory that so many listeners to events take at most, bytes each; threads; how many heard of one event, and seconds until the last had."""
    who = await sessions(service, -(-count // LISTENERS_A_SESSION))
    proposal = (await waiting(who[0], 1))[0]
    before, streams = service.memory(), []
    for start in range(0, count, 100):
        cookie = who[start // LISTENERS_A_SESSION].cookie
        streams += await asyncio.gather(*(listener(service, cookie) for _ in range(min(100, count - start))))
    most = service.memory()
    for _ in range(quiet_secs):
        await asyncio.sleep(1)
        most = max(most, service.memory())

    async def heard(reader):
        while line := await reader.readline():
            if proposal["id"].encode() in line:
                return time.monotonic()
        return None

    tasks = [asyncio.create_task(heard(reader)) for reader, _ in streams]
    begun = time.monotonic()
    status, text = await who[0].ask("POST", f"/api/v1/proposals/{proposal['id']}/reject", {"reason": "a listener is to hear of it"})
    if status != 200:
        raise RuntimeError(f"rejecting: {status} {text!r}")
    done, late = await asyncio.wait(tasks, timeout=HEARD_SECS)
    for task in late:
        task.cancel()
    times = [task.result() for task in done if task.result() is not None]
    most, threads = max(most, service.memory()), service.threads()
    for _, writer in streams:
        writer.close()
    return (most - before) / count, threads, len(times), max(times, default=begun) - begun


async def listener(service, cookie):
    reader, writer = await asyncio.open_connection(service.host, service.port, limit=4096)
    writer.write(served.request(service, cookie, "GET", "/api/v1/events"))
    status, _ = await asyncio.wait_for(served.head(reader), served.PATIENCE_SECS)
    if status != 200:
        raise RuntimeError(f"a listener is answered {status}")
    return reader, writer


async def approving(service, count):
    """Approvals of so many proposals by signed-in people: seconds, answers that were no success, and how many are on record once."""
    people = await sessions(service, len(served.PEOPLE))
    proposals = (await waiting(people[0], count))[:count]
    failed, begun = collections.Counter(), time.monotonic()

    async def person(who, share):
        for proposal in share:
            status, text = await who.ask("POST", f"/api/v1/proposals/{proposal['id']}/approve", {"plan_hash": proposal["plan_hash"]})
            if status != 200:
                failed[status] += 1
            elif json.loads(text)["outcome"] != "approved":
                failed["a second person asked for"] += 1

    await asyncio.gather(*(person(who, proposals[n::len(people)]) for n, who in enumerate(people)))
    secs = time.monotonic() - begun
    records = [json.loads(record["body"]) for record in await all_pages(people[0], "/api/v1/audit/records?kind=approval")]
    approved = collections.Counter(body["recommendation"] for body in records if body["step"] == "approve")
    return secs, failed, sum(approved[proposal["id"]] == 1 for proposal in proposals)


def failures(failed):
    if not failed:
        return "no answer failed"
    return "failed: " + ", ".join(f"{count} with {status}" for status, count in sorted(failed.items(), key=str))


def ran(parts):
    """What an asynchronous generator yields, as it does."""
    with asyncio.Runner() as runner:
        while True:
            try:
                yield runner.run(following(parts))
            except StopAsyncIteration:
                return


async def following(parts):
    return await anext(parts)


def sentences(folder, quick):
    """What was measured, in words, as it is measured."""
    yield (f"The machine's load when this part began: {os.getloadavg()[0]:.1f}. The run starts the services itself, with the limits that count where nothing is configured "
           "(6,000 requests a minute of each session, 20,000 connections).")
    secs = 10 if quick else 60
    with served.served(folder, HOUSEHOLDS, tick=20) as service:
        yield from ran(asking(service, secs))
    count = 1_000 if quick else 10_000
    with served.served(folder, 5, tick=5) as service:
        each, threads, heard, late = asyncio.run(listening(service, count, 5 if quick else QUIET_SECS))
    verdict = "met" if each < LISTENER_BYTES_MAX and heard == count else "not met"
    yield (f"{count:,} listeners to events: at most {each / 1024:.1f} KiB of the service's memory each, everything that it has grown by among them (64 at most: {verdict}; {threads} threads); "
           f"{heard:,} of them heard of one rejection, the last after {late:.2f} s (the log is looked at twice a second).")
    count = 100 if quick else 1_000
    with served.served(folder, count, tick=20) as service:
        secs, failed, once = asyncio.run(approving(service, count))
        verified = service.told(["audit", "verify"]).strip().splitlines()[-1]
    rate = 60 * count / secs
    verdict = "met" if rate >= APPROVALS_A_MINUTE_MIN and not failed and once == count else "not met"
    yield (f"{count:,} proposals approved by {len(served.PEOPLE)} signed-in people in {secs:.1f} s, while the service executes what they have approved: {rate:,.0f} a minute "
           f"({APPROVALS_A_MINUTE_MIN:,} at least: {verdict}), {failures(failed)}; {once:,} of them are on record once; the log afterwards is {verified.split(':')[0]}.")


def as_many_files_as_may_be():
    """Each listener is a file of the client's and one of the service's."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    as_many_files_as_may_be()
    for sentence in sentences(sys.argv[1], "--quick" in sys.argv):
        print(sentence, flush=True)


if __name__ == "__main__":
    main()
