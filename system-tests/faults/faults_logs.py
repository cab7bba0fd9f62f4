"""Faults of log files: F25, F27."""

import asyncio
import json
import os
import re
import signal
import time
import urllib.request

from stage import SmallDisk, free_port, until
from suite import RATE_A, fault

SERIES = re.compile(r"^(lurcher_[a-z_]+(?:\{[^}]*\})?) (\S+)$", re.MULTILINE)


def metrics(port):
    """The broker's metrics, by series."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        return {series: float(value) for series, value in SERIES.findall(answer.read().decode())}


def ids(paths):
    """The request ids of all lines; whatever is no whole line counts as broken."""
    found, broken = [], []
    for path in paths:
        for line in path.read_bytes().split(b"\n")[:-1]:
            try:
                found.append(json.loads(line)["request"])
            except ValueError:
                broken.append(line[:60])
        if path.stat().st_size and not path.read_bytes().endswith(b"\n"):
            broken.append(f"the end of {path.name}")
    return found, broken


async def rotated(stage, to):
    """Moves the access log away and has the broker open a new one; returns where the old one is."""
    log, old = stage.directory / "access.log", stage.directory / f"access.log.{to}"
    os.rename(log, old)
    if to == "before":
        log.symlink_to(stage.small / "access.log")
    stage.broker.signal(signal.SIGUSR1)
    await until(log.exists, 10, "a new access log")
    return old


@fault("F25", "disk full, access log", "the access log on a file system of 64 KiB, full within a second; then room again", short=True)
async def disk_full(run):
    disk = SmallDisk("64k")
    try:
        admin = free_port()
        stage = await run.open(2, settings={"admin.listen": str(admin)})
        stage.small = disk.directory
        before = await rotated(stage, "before")
        # Long lines: what does not get to the disk waits in memory, 2 MiB for each event loop, and only then is lost.
        load = stage.load("/a", "pad=" + "x" * 7000).at_rate(RATE_A)
        stage.mark("the log's disk fills up")
        begin = time.monotonic()
        while metrics(admin)["lurcher_access_log_dropped_lines_total"] < run.many(500, 50):
            if time.monotonic() > begin + 60:
                break
            await asyncio.sleep(0.2)
        failed = metrics(admin)["lurcher_access_log_failed_writes_total"]
        room = stage.mark("room again")
        disk.grow("64m")
        await until(lambda: (disk.directory / "access.log").stat().st_size > 1 << 20, 10, "lines on the disk")
        back = time.monotonic() - room
        dropped = metrics(admin)["lurcher_access_log_dropped_lines_total"]
        await asyncio.sleep(1)
        later = metrics(admin)["lurcher_access_log_dropped_lines_total"]
        await run.close(stage, expected_log=re.compile("access log .*No space left on device"))
        found, broken = ids([before, disk.directory / "access.log"])
        requests = stage.broker.figures()["requests"]
        run.none("errors of the clients", [o.status for o in load.outcomes if o.status != 200])
        run.demand("failed writes are counted", f"{failed:,.0f}", failed > 0)
        run.demand("requests = lines + lines counted as dropped", f"{requests:,} = {len(found):,} + {later:,.0f}",
                   later > 0 and requests == len(found) + later)
        run.demand("none is dropped once there is room", f"{later - dropped:.0f}", later == dropped)
        run.none("broken lines", broken)
        run.at_most("goes on without a restart after", back, 1)
    finally:
        disk.close()


@fault("F27", "log rotation under load", "mv and USR1, × 100 in 200,000 requests; × 20 in the subset", short=True)
async def rotation(run):
    total, times = run.many(200_000, 4000), run.many(100, 20)
    stage = await run.open(2)
    load = stage.load("/a").busy(16, total)
    stage.mark("rotations")
    files = []
    for number in range(times):
        # Spread over the load.
        due = (number + 1) * total // (times + 1)
        await until(lambda: load.asked >= due or not load.tasks, 300, "enough requests")
        files.append(await rotated(stage, number))
    stage.mark("over")
    await load.done()
    await run.close(stage)
    found, broken = ids([*files, stage.directory / "access.log"])
    requests = stage.broker.figures()["requests"]
    run.none("errors of the clients", [o.status for o in load.outcomes if o.status != 200])
    run.demand("lines lost: 0", f"{requests - len(found)} of {requests:,}", requests == len(found))
    run.demand("each request has one line", f"{len(set(found)):,} of {len(found):,}", len(set(found)) == len(found))
    run.none("broken lines", broken)
    written = [file for file in files if file.stat().st_size]
    run.demand("files with lines", f"{len(written)} of {times}", len(written) > times / 2)
