"""Faults of the broker's process and of what it is given: F13 to F15, F23, F24."""

import asyncio
import re
import signal
import socket
import time

from client import NONCES, Outcome, connect, request
from stage import until
from suite import RATE_A, answered, fault, shown

OUT_OF_FILES = re.compile(r"WARN|Too many open files")


def lost(stage, load):
    """Requests that a worker had and whose client got no whole answer."""
    received = {e.nonce for e in stage.received()}
    return [o for o in load.outcomes if o.nonce in received and o.status != 200]


@fault("F13", "TERM under load", "kill -TERM, requests take 50 ms; drain time 30 s", short=True)
async def term(run):
    stage = await run.open(2, probe=False)
    load = stage.load("/a", "delay=50").at_rate(RATE_A)
    await asyncio.sleep(run.many(5, 1.5))
    told = time.monotonic()
    stage.broker.signal(signal.SIGTERM)
    stage.mark("TERM", told)
    status = await stage.broker.ended(35)
    ended = stage.mark("it has ended")
    await asyncio.sleep(0.3)
    await run.close(stage)
    run.none("requests in flight lost", [o.status for o in lost(stage, load)])
    refused = min((o.begin for o in load.outcomes if o.status == "refused"), default=ended)
    run.demand("no connection refused before the listener closed", f"first {shown(refused - told)} after TERM", refused >= told)
    during = {str(o.status) for o in load.outcomes if o.begin > told}
    run.demand("later ones: 200, draining, refused, or closed before their first byte", ", ".join(sorted(during)),
               during <= {"200", "503", "refused", "closed"})
    run.at_most("exit after", ended - told, 30)
    run.demand("exit status 0", status, status == 0)


@fault("F14", "TERM with stuck client and worker", "a client that reads nothing of 200 MB, a worker under SIGSTOP; drain time 3 s")
async def term_stuck(run):
    stage = await run.open(2, managed=True, settings={"limits.drain_time": "3s"}, handler={"timeout": 30}, probe=False)
    stuck = await connect(stage.port)
    stuck.transport.pause_reading()
    stuck.transport.write(request("/a", "flood=200000000", "stuck"))
    load = stage.load("/a", kind="held by the stopped worker")
    await asyncio.sleep(0.5)
    for worker in stage.workers[1:]:
        worker.signal(signal.SIGSTOP)
    held = [asyncio.create_task(load.one()) for _ in range(3)]
    await asyncio.sleep(0.5)
    told = stage.mark("TERM")
    stage.broker.signal(signal.SIGTERM)
    status = await stage.broker.ended(35)
    ended = stage.mark("it has ended")
    await asyncio.gather(*held)
    stuck.close()
    for worker in stage.workers[1:]:
        worker.signal(signal.SIGCONT)
    await run.close(stage, exit_status=3)
    run.at_most("exit after", ended - told, 4)
    said = re.search(r"(\d+) connections were cut", stage.broker.output())
    run.demand("exit status says forced: 3", status, status == 3)
    run.demand("the count of cut connections is told: 4", said[1] if said else "not told", bool(said) and said[1] == "4")


@fault("F15", "broker killed and started again", "kill -9 under load and a new start at once, × 20; classic and managed workers")
async def restart(run):
    stage = await run.open(2, probe=False)
    await stage.start_worker("a", managed=True)
    workers = stage.workers[1:]
    load = stage.load("/a", "delay=20").at_rate(RATE_A / 2)
    first, back = [], []
    for cycle in range(2, 2 + run.many(20, 2)):
        await asyncio.sleep(0.5)
        stage.broker.signal(signal.SIGKILL)
        stage.mark("kill -9")
        await stage.broker.ended()
        began = time.monotonic()
        listening = await (await stage.start_broker()).listening()
        await until(lambda: any(o.status == 200 and o.begin > began for o in load.outcomes[-200:]), 20, "a 200")
        first.append(min(o.end for o in answered(load.outcomes) if o.begin > began) - began)
        back += [await worker.joined(cycle) - listening for worker in workers]
        await stage.workers[0].joined(cycle)
    stage.start_probe()
    rested = stage.mark("at rest")
    await asyncio.sleep(1)
    await run.close(stage, probe_from=rested)
    run.at_most(f"first 200 after the start, worst of {len(first)}", max(first), 2)
    run.at_most(f"workers back after it listens, worst of {len(back)}", max(back), 1)
    run.none("replies of the old epoch delivered", [o.nonce for o in load.outcomes if not o.right])
    run.none("requests without outcome", [o.nonce for o in load.outcomes if o.status == "hangs"])
    run.demand("no stale socket or pid file in the way", f"{len(stage.brokers) - 1} starts", True)


@fault("F23", "out of file descriptors", "nofile 256, 500 connections; then they leave", short=True)
async def no_files(run):
    stage = await run.open(1, limit=256, settings={"limits.connections": "4000"}, probe=False)
    seconds = run.many(10, 3)
    for number in range(1000):
        (stage.directory / f"static/{number}.txt").write_text(f"file{number} content")
    # The threads that ask the disk come with the first requests for files.
    first = await connect(stage.port)
    for number in range(8):
        await first.answer(request(f"/static/none-{number}", "", next(NONCES)), Outcome("warm", ""))
    first.close()
    await asyncio.sleep(0.2)
    stage.baseline = (stage.broker.descriptors(), stage.broker.threads(), stage.broker.rss_mib())
    before, files = stage.load("/a", kind="before the shortage"), stage.load(kind="files")
    kept = await connect(stage.port)
    await kept.answer(request("/a", "", nonce := next(NONCES)), Outcome("kept", nonce))
    crowd = []
    for _ in range(500):
        one = socket.socket()
        one.setblocking(False)
        one.connect_ex(("127.0.0.1", stage.port))
        crowd.append(one)
    stage.mark("500 connections")
    await asyncio.sleep(1)
    cpu, lines, began = stage.broker.cpu_seconds(), len(stage.broker.log_text().splitlines()), time.monotonic()
    number = 0
    while time.monotonic() < began + seconds:
        outcome = Outcome("kept", next(NONCES))
        before.outcomes.append(await kept.answer(request("/a", "", outcome.nonce), outcome))
        number += 1
        if number % 5 == 0:
            # A file that nobody has asked for yet has to be opened.
            file = Outcome("file", f"file{number}")
            files.outcomes.append(await kept.answer(request(f"/static/{number}.txt", "", file.nonce), file))
        await asyncio.sleep(0.02)
    seconds = time.monotonic() - began
    share_of_core = (stage.broker.cpu_seconds() - cpu) / seconds
    log_lines = len(stage.broker.log_text().splitlines()) - lines
    descriptors = stage.broker.descriptors()
    for one in crowd:
        one.close()
    freed = stage.mark("they leave")
    after = stage.load("/a", kind="after it")
    first = await after.one()
    kept.close()
    await run.close(stage, expected_log=OUT_OF_FILES)
    run.demand("its descriptors are used up, but for those kept for files and workers: 220 or more", descriptors, descriptors >= 220)
    run.demand("CPU ≤ 20 % of a core, 50 requests a second on an open connection included", f"{share_of_core:.0%}",
               share_of_core <= 0.2)
    run.none("requests on open connections not answered 200", [o.status for o in before.outcomes if o.status != 200])
    run.none(f"files on open connections not answered 200, of {len(files.outcomes)}", [o.status for o in files.outcomes if o.status != 200])
    run.at_most("accepts again after", first.end - freed if first.status == 200 else float("inf"), 1)
    run.demand("log lines ≤ 1 per second", f"{log_lines} in {seconds:.0f} s", log_lines <= seconds + 1)


@fault("F24", "heap and direct memory run short", "-Xmx64m, 32 MiB direct; 500 uploads of 1 MiB at once")
async def no_memory(run):
    stage = await run.open(2, jvm="-Xms64m -Xmx64m -XX:MaxDirectMemorySize=32m", probe=False,
                           settings={"limits.content_length": "2097152"})
    upload = stage.load("/a", kind="upload")
    stage.mark("uploads")
    await asyncio.gather(*(send_upload(stage.port, upload) for _ in range(run.many(500, 200))))
    stage.mark("over")
    small = stage.load("/a", kind="small")
    await asyncio.sleep(2)
    for _ in range(20):
        await small.one()
    running = stage.broker.is_running()
    await run.close(stage, expected_log=re.compile("memory"))
    counts = stage.counts("upload")
    run.demand("200, 413 or 503", dict(counts), set(counts) <= {"200", "413", "503"})
    said = (stage.broker.output() + stage.broker.log_text()).count("OutOfMemory")
    run.demand("never OutOfMemoryError", f"{said}, {'alive' if running else 'dead'}", running and not said)
    run.demand("2 s later small requests are answered 200", f"{len(answered(small.outcomes))} of 20",
               len(answered(small.outcomes)) == 20)


async def send_upload(port, load):
    """One upload; an early refusal may come before all of it was sent."""
    outcome = Outcome("upload", next(NONCES))
    connection = await connect(port)
    if connection is None:
        outcome.status, outcome.end = "refused", time.monotonic()
    else:
        await connection.answer(request("/a", "", outcome.nonce, "POST", b"x" * 2**20), outcome, 60)
        connection.close()
    load.outcomes.append(outcome)
