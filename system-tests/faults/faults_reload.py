"""Faults of the configuration while the broker runs: F10 to F12, F28 to F30."""

import asyncio
import re
import shutil
import signal
import socket
import sqlite3
import time
from contextlib import closing

from client import NONCES, Outcome, connect, request
from stage import Process, Wrk, until
from suite import RATE_A, fault, shown

RELOAD_SECONDS = 20
REFUSED = re.compile(r"reload: ")


class Reload:
    """What the broker says has come of one reload."""

    def __init__(self, seconds, lines):
        self.seconds = seconds
        self.applied = any(line.startswith("reload ") and " applied " in line for line in lines)
        self.problems = [line.removeprefix("problem ") for line in lines if line.startswith("problem ")]


def state(stage):
    """The file beside the pid file."""
    try:
        return (stage.directory / "pid.state").read_text().splitlines()
    except FileNotFoundError:
        return []


def reloads(stage):
    return next((int(line.split()[1]) for line in state(stage) if line.startswith("reload ")), 0)


async def reload(stage):
    before, begin = reloads(stage), time.monotonic()
    stage.broker.signal(signal.SIGHUP)
    await until(lambda: reloads(stage) > before, RELOAD_SECONDS, "the result of a reload")
    return Reload(time.monotonic() - begin, state(stage))


def change(stage, script):
    """Changes the configuration's database."""
    with closing(sqlite3.connect(stage.directory / "config.sqlite")) as database:
        database.executescript(script)


def failed(*loads):
    return [o.status for load in loads for o in load.outcomes if o.status != 200]


def extra_routes(number):
    """In turn: one handler and one directory more; those gone, and another limit; the same again."""
    if number % 3 == 1:
        return (f"INSERT OR REPLACE INTO handler (id, send_spec, send_ident, recv_spec, recv_ident, protocol) VALUES (9, 'ipc://n{number}-requests',"
                f" 'n{number}', 'ipc://n{number}-replies', '', 'json');"
                "INSERT OR REPLACE INTO route (id, path, host_id, target_type, target_id) VALUES (90, '/more', 1, 'handler', 9);"
                f"INSERT OR REPLACE INTO route (id, path, host_id, target_type, target_id) VALUES (91, '/new-{number}/', 1, 'dir', 1);")
    if number % 3 == 2:
        return ("DELETE FROM route WHERE id IN (90, 91); DELETE FROM handler WHERE id = 9;"
                f"UPDATE handler SET queue_limit = {1000 + number} WHERE id = 1;")
    return f"INSERT OR REPLACE INTO route (id, path, host_id, target_type, target_id) VALUES (91, '/new-{number}/', 1, 'dir', 1);"


@fault("F10", "reload under load", "HUP × 50, a route or a handler more or fewer each time; 2,000 requests a second",
       short=True)
async def reload_under_load(run):
    stage = await run.open(2, probe=False)
    (stage.directory / "static" / "page.txt").write_text("a page")
    for number in (1, 2):
        change(stage, extra_routes(number))
        await reload(stage)
    # The threads that ask the disk come with the first requests for files.
    files = await connect(stage.port)
    for number in range(8):
        await files.answer(request(f"/static/none-{number}", "", next(NONCES)), Outcome("warm", ""))
    files.close()
    await asyncio.sleep(0.5)
    stage.baseline = (stage.broker.descriptors(), stage.broker.threads(), stage.broker.rss_mib())
    live = stage.broker.live_mib()
    stage.mark("load")
    stage.start_probe()
    wrk, load = Wrk(stage, "/a?nonce=wrk"), stage.load("/a").at_rate(RATE_A / 2)
    await asyncio.sleep(0.5)
    results, served = [], []
    for number in range(3, 3 + run.many(50, 9)):
        change(stage, extra_routes(number))
        results.append(await reload(stage))
        stage.mark("HUP")
        if number % 3 != 2:
            served.append(await until_served(stage, f"/new-{number}/page.txt"))
        await asyncio.sleep(0.1)
    counted = await wrk.counted()
    await load.stop()
    stage.mark("over")
    # As it was when the figures at rest were taken.
    change(stage, extra_routes(2))
    await reload(stage)
    await run.end_probe(stage)
    live_after = stage.broker.live_mib()
    await run.close(stage, expected_log=REFUSED)
    rate = counted["requests"] * 1e6 / counted["micros"]
    bad = counted["failed"] + counted["not_200"] + len(failed(load))
    run.none("reloads not applied", [r.problems for r in results if not r.applied])
    run.demand(f"requests failed in {len(results)} reloads: 0",
               f"{bad} of {counted['requests'] + len(load.outcomes):,} at {rate:,.0f}/s, their p99 {shown(counted['p99'] / 1e6)}", bad == 0)
    run.demand("connections ended by the broker: 0", f"{counted['failed']}",
               counted["failed"] == 0 and not [o for o in load.outcomes if o.status in ("cut", "closed", "refused")])
    run.at_most(f"new route served after the result, worst of {len(served)}", max(served), 0.2)
    run.at_most("a reload takes, worst", max(r.seconds for r in results), 1)
    run.demand("heap in use after a collection ±8 MiB", f"{live:.1f} → {live_after:.1f} MiB", abs(live_after - live) <= 8)


async def until_served(stage, path):
    """How long until a route answers 200."""
    begin = time.monotonic()
    connection = await connect(stage.port)
    try:
        while True:
            outcome = await connection.answer(request(path, "", next(NONCES)), Outcome("new", ""))
            if outcome.status == 200:
                return time.monotonic() - begin
            if time.monotonic() > begin + 5:
                return float("inf")
    finally:
        connection.close()


def broken(taken):
    """Eleven kinds, with what the message must name. taken: a port on which somebody listens."""
    return {
        "an upstream without an address": (
            "INSERT INTO proxy (id, addr, port) VALUES (7, '', 80);"
            "INSERT INTO route (path, host_id, target_type, target_id) VALUES ('/u', 1, 'proxy', 7)", r"proxy row 7, addr"),
        "a route to nothing": ("UPDATE route SET target_id = 77 WHERE id = 1", r"route row 1, target_id"),
        "a kind of target that there is not": ("UPDATE route SET target_type = 'hander' WHERE id = 1", r"route row 1, target_type"),
        "an endpoint that is none": ("UPDATE handler SET send_spec = 'tpc://x' WHERE id = 1", r"handler row 1, send_spec"),
        "an endpoint that is taken": (
            "INSERT INTO handler (id, send_spec, send_ident, recv_spec, recv_ident, protocol) VALUES"
            f" (8, 'ipc://t-requests', 't', 'tcp://127.0.0.1:{taken}', '', 'json');"
            "INSERT INTO route (path, host_id, target_type, target_id) VALUES ('/t', 1, 'handler', 8)", r"handler row 8, recv_spec"),
        "a port that is taken": (f"UPDATE server SET port = {taken}", r"server row 1, port"),
        "an address that is none": ("UPDATE server SET bind_addr = '300.1.1.1'", r"server row 1, bind_addr"),
        "a setting out of its range": (
            "INSERT INTO setting (id, key, value) VALUES (70, 'limits.url_length', '-1')", r"setting row 70, value"),
        "a default host that there is not": ("UPDATE server SET default_host = 'nobody'", r"server row 1, default_host"),
        "a certificate that is not there": (
            "UPDATE server SET use_ssl = 1; INSERT INTO setting (key, value) VALUES ('certdir', 'static')", r"setting\.certdir"),
        "a text where a number belongs": ("UPDATE server SET port = 'eighty'", r"server row 1, port"),
    }


@fault("F11", "reload with a broken configuration", "11 kinds of broken rows, one after the other, HUP each time", short=True)
async def reload_broken(run):
    stage = await run.open(2)
    good = stage.directory / "good.sqlite"
    shutil.copy(stage.directory / "config.sqlite", good)
    load = stage.load("/a").at_rate(RATE_A)
    unnamed, applied, slowest = [], [], 0
    with socket.create_server(("127.0.0.1", 0)) as occupant:
        kinds = broken(occupant.getsockname()[1])
        for kind, (script, named) in kinds.items():
            shutil.copy(good, stage.directory / "config.sqlite")
            change(stage, script)
            result = await reload(stage)
            stage.mark("HUP")
            slowest = max(slowest, result.seconds)
            if result.applied:
                applied.append(kind)
            if not any(re.search(named + r"\b.*Fix: ", problem) for problem in result.problems):
                unnamed.append(f"{kind}: {result.problems}")
    shutil.copy(good, stage.directory / "config.sqlite")
    last = await reload(stage)
    await asyncio.sleep(0.3)
    await run.close(stage, expected_log=REFUSED)
    run.none(f"of {len(kinds)}, applied", applied)
    run.none("refused without naming table, row and fix", unnamed)
    run.at_most("refused within", slowest, 2)
    run.demand("requests with another answer than 200: 0", f"{len(failed(load))} of {len(load.outcomes):,}", not failed(load))
    run.demand("the repaired one is applied", last.applied, last.applied)


@fault("F12", "a handler is removed while it has requests", "reload without the route of a; its requests take 1.5 s", short=True)
async def reload_removed(run):
    stage = await run.open(2, handler={"prefetch": 100})
    load = stage.load("/a", "delay=1500", kind="in flight")
    held = [asyncio.create_task(load.one()) for _ in range(20)]
    await until(lambda: sum(e.nonce in load.waiting for e in stage.received()) == 20, 5, "that workers have all of them")
    change(stage, "DELETE FROM route WHERE path = '/a'")
    result = await reload(stage)
    told = stage.mark("reloaded")
    later = stage.load("/a", kind="later")
    first = await later.one()
    await asyncio.gather(*held)
    finished = stage.mark("the last has finished")
    port = int(stage.endpoints["a"][0].rpartition(":")[2])
    closed = await until(lambda: not listens(port), 5, "the handler's endpoint closes")
    await run.close(stage, expected_log=REFUSED)
    run.demand("applied", result.applied, result.applied)
    run.none("requests in flight not answered 200", failed(load))
    run.demand("they outlast the reload", shown(finished - told), finished > told)
    run.demand("a new one gets 404", first.status, first.status == 404)
    run.at_most("that takes", first.end - told, 0.2)
    run.at_most("then its endpoint closes within", closed, 1)


def listens(port):
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@fault("F28", "the database is locked", "another process has begun an exclusive transaction; HUP meanwhile", short=True)
async def locked(run):
    stage = await run.open(2)
    load = stage.load("/a").at_rate(RATE_A)
    with closing(sqlite3.connect(stage.directory / "config.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        stage.mark("locked")
        end = time.monotonic() + run.many(60, 3)
        result = await reload(stage)
        await asyncio.sleep(max(0, end - time.monotonic()))
        other.execute("ROLLBACK")
    stage.mark("free")
    after = await reload(stage)
    await run.close(stage, expected_log=REFUSED)
    run.demand("requests with another answer than 200: 0", f"{len(failed(load))} of {len(load.outcomes):,}", not failed(load))
    said = result.problems[0] if result.problems else ""
    run.demand("refused with «locked»", said, not result.applied and "locked" in said)
    run.at_most("refused after", result.seconds, 2)
    run.demand("applied once it is free", after.applied, after.applied)


def damaged(file):
    """What can be wrong with the file itself, as functions that do it."""
    def overwritten():
        with open(file, "r+b") as database:
            database.seek(100)
            database.write(b"\xff" * 4096)

    def directory():
        file.unlink()
        file.mkdir()

    def schema():
        file.unlink()
        with closing(sqlite3.connect(file)) as database:
            database.execute("CREATE TABLE server (id INTEGER)")

    return {
        "overwritten": overwritten,
        "truncated": lambda: file.write_bytes(file.read_bytes()[:5000]),
        "no database": lambda: file.write_text("a letter"),
        "missing": file.unlink,
        "a directory": directory,
        "of another schema": schema,
    }


@fault("F29", "the database is damaged or not there", "6 kinds, HUP each time; then a cold start with each", short=True)
async def database_damaged(run):
    stage = await run.open(2)
    file, good = stage.directory / "config.sqlite", stage.directory / "good.sqlite"
    shutil.copy(file, good)
    load = stage.load("/a").at_rate(RATE_A)
    kinds = damaged(file)
    applied, unclear, slowest = [], [], 0

    def restore():
        if file.is_dir():
            file.rmdir()
        shutil.copy(good, file)

    for kind, damage in kinds.items():
        damage()
        result = await reload(stage)
        stage.mark("HUP")
        slowest = max(slowest, result.seconds)
        if result.applied:
            applied.append(kind)
        if len(result.problems) != 1 or "Fix: " not in result.problems[0]:
            unclear.append(f"{kind}: {result.problems}")
        restore()
    await asyncio.sleep(0.3)
    await load.stop()
    await run.close(stage, expected_log=REFUSED)
    cold, wrong = 0, []
    for number, (kind, damage) in enumerate(kinds.items()):
        damage()
        began = time.monotonic()
        start = Process(stage, f"cold-{number}", [*stage.command, "run", str(file), "site"])
        status = await start.ended()
        cold = max(cold, time.monotonic() - began)
        lines = start.output().splitlines()
        if status != 1 or len(lines) != 1 or "Fix: " not in lines[0]:
            wrong.append(f"{kind}: {status} {lines}")
        restore()
    run.none(f"of {len(kinds)}, applied", applied)
    run.none("refused without one line with the fix", unclear)
    run.at_most("refused within", slowest, 1)
    run.demand("requests with another answer than 200: 0", f"{len(failed(load))} of {len(load.outcomes):,}", not failed(load))
    run.none("cold starts without exit 1 and one line with the fix", wrong)
    run.at_most("a cold start ends within", cold, 2)


@fault("F30", "the database is replaced", "mv of another file over it; HUP 1 s later", short=True)
async def replaced(run):
    stage = await run.open(2)
    load = stage.load("/a").at_rate(RATE_A)
    new = stage.directory / "new.sqlite"
    shutil.copy(stage.directory / "config.sqlite", new)
    with closing(sqlite3.connect(new)) as database:
        database.execute("INSERT INTO route (path, host_id, target_type, target_id) VALUES ('/new/', 1, 'dir', 1)")
        database.commit()
    (stage.directory / "static" / "page.txt").write_text("a page")
    new.rename(stage.directory / "config.sqlite")
    stage.mark("mv")
    before = stage.load("/new/page.txt", kind="before the reload")
    for _ in range(20):
        await before.one()
        await asyncio.sleep(0.05)
    result = await reload(stage)
    stage.mark("HUP")
    served = await until_served(stage, "/new/page.txt")
    await run.close(stage, expected_log=REFUSED)
    run.demand("nothing changes before the reload: 404", dict(stage.counts("before the reload")) or "",
               all(o.status == 404 for o in before.outcomes))
    run.demand("applied", result.applied, result.applied)
    run.at_most("then the new one holds, after", served, 0.2)
    run.demand("requests with another answer than 200: 0", f"{len(failed(load))} of {len(load.outcomes):,}", not failed(load))
