"""Large content: faults F18 (uploads) and F26, and the shows S7 to S9."""

import asyncio
import os
import re
import time

from client import request
from faults_clients import open_socket, repeated, reset
from stage import SmallDisk
from suite import RATE_A, fault

BLOCK = b"x" * (256 * 1024)
MIB = 1 << 20


def head(nonce, length, query=""):
    """The head of a POST whose content is to be sent by hand."""
    whole = request("/a", query, nonce, "POST", b"x")
    return whole.replace(b"Content-Length: 1\r\n", b"Content-Length: %d\r\n" % length).removesuffix(b"x")


async def upload(port, nonce, length):
    """Uploads so many bytes; the answer's status and the last word of its content."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(head(nonce, length))
        sent = 0
        while sent < length and not reader.at_eof():
            piece = BLOCK[: length - sent]
            writer.write(piece)
            sent += len(piece)
            await writer.drain()
    except ConnectionError:
        pass  # It was refused meanwhile, and what it says can still be read.
    return await answer(reader, writer)


async def answer(reader, writer):
    try:
        first = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 60)
        length = next(int(line.split(b":")[1]) for line in first.split(b"\r\n") if line.lower().startswith(b"content-length"))
        content = await reader.readexactly(length)
        return int(first.split(b" ")[1]), content.split()[-1]
    except (ConnectionError, asyncio.IncompleteReadError):
        return "cut", b""
    finally:
        writer.close()


def spooled(directory):
    return sorted(name for name in os.listdir(directory) if name.startswith("up."))


class Spool:
    """A folder for uploads; a small file system of its own, where one is wanted."""

    def __init__(self, stage_settings, size=None):
        self.disk = SmallDisk(size)
        self.directory = self.disk.directory
        stage_settings["upload.temp_store"] = f"{self.directory}/up.XXXXXX"

    def close(self):
        self.disk.close()


class Peak:
    """The largest that the broker becomes meanwhile."""

    def __init__(self, broker):
        self.broker, self.mib = broker, broker.rss_mib()
        self.task = asyncio.create_task(self.watch())

    async def watch(self):
        while True:
            self.mib = max(self.mib, self.broker.rss_mib())
            await asyncio.sleep(0.05)

    def over(self):
        self.task.cancel()
        return self.mib


@fault("F26", "disk full, uploads", "a folder of 1 MiB; uploads of 4 MiB beside load with content of 20 kB", short=True)
async def disk_full(run):
    settings = {}
    spool = Spool(settings, "1m")
    try:
        total = run.many(200, 30)
        stage = await run.open(2, settings=settings)
        load = stage.load("/a", method="POST").at_rate(RATE_A / 2)
        took = []

        async def visit(number):
            begin = time.monotonic()
            outcome = await upload(stage.port, f"full{number}", 4 * MIB)
            took.append(time.monotonic() - begin)
            return outcome[0]

        stage.mark("uploads")
        outcomes = [await visit(number) for number in range(total)]
        stage.mark("over")
        await asyncio.sleep(0.3)
        left = spooled(spool.directory)
        small = await upload(stage.port, "small", 300_000)
        await run.close(stage, expected_log=re.compile("an upload cannot be kept"))
        run.none("neither 507 nor cut by it", [o for o in outcomes if o not in (507, "cut")])
        run.demand("507", f"{outcomes.count(507)} of {total}", outcomes.count(507) > 0)
        run.at_most("507 after", max(took), 1)
        run.none("files left", left)
        run.demand("an upload that fits", small[0], small == (200, b"300000"))
        run.none("errors of the others", [o.status for o in load.outcomes if o.status != 200])
    finally:
        spool.close()


@fault("S7", "clients abort in mid-upload", "RST after half the content of 400 kB, by file and by stream", short=True)
async def abort_in_upload(run):
    total = run.many(2500, 150)
    for streamed in (False, True):
        settings = {"upload.stream": "1"} if streamed else {}
        spool = Spool(settings)
        try:
            way = "stream" if streamed else "file"
            stage = await run.open(2, settings=settings)
            load = stage.load().at_rate(RATE_A / 2)

            async def visit(number):
                one = await open_socket(stage.port)
                loop = asyncio.get_running_loop()
                await loop.sock_sendall(one, head(f"aborted{number}", 400_000) + BLOCK[:200_000])
                reset(one)

            stage.mark("aborts")
            await repeated(total, visit)
            stage.mark("over")
            await asyncio.sleep(1)
            left = spooled(spool.directory)
            await run.close(stage)
            begun = {e.connection for worker in stage.workers for e in worker.events("U")}
            told = {e.connection for worker in stage.workers for e in worker.events("D")}
            run.none(f"{way}: files left", left)
            run.none(f"{way}: whole for a worker", [e.nonce for e in stage.received() if e.nonce.startswith("aborted")])
            run.none(f"{way}: begun at a worker that was not told of the end ({len(begun)} were begun)", begun - told)
            run.none(f"{way}: errors of the others", [o.status for o in load.outcomes if o.status != 200])
        finally:
            spool.close()


@fault("S8", "large uploads", "2 GiB by file, and 2 GiB part by part; 64 MiB each in the subset", short=True)
async def large_uploads(run):
    length = run.many(2048, 64) * MIB
    for streamed in (False, True):
        settings = {"limits.upload": "4g", **({"upload.stream": "1"} if streamed else {})}
        spool = Spool(settings)
        try:
            way = "stream" if streamed else "file"
            stage = await run.open(1, managed=True, settings=settings)
            await upload(stage.port, "warm", 8 * MIB)
            before, peak = stage.broker.rss_mib(), Peak(stage.broker)
            begin = stage.mark(way)
            outcome = await upload(stage.port, "large", length)
            seconds = time.monotonic() - begin
            highest = peak.over()
            left = spooled(spool.directory)
            await run.close(stage)
            run.demand(f"{way}: 200, and the worker has every byte", f"{outcome[0]}, {outcome[1].decode()}",
                       outcome == (200, b"%d" % length))
            run.none(f"{way}: files left", left)
            run.grows(f"{way}: RSS while {length // MIB:,} MiB come", before, highest, 64)
            run.notes.append(f"{way}: {length / MIB / seconds:.0f} MiB/s")
        finally:
            spool.close()


@fault("S9", "large answers", "2 GiB from a managed worker, and 2 GiB to 4 clients at once; 64 MiB in the subset", short=True)
async def large_answers(run):
    length = run.many(2048, 64) * MIB
    stage = await run.open(1, managed=True)
    await download(stage.port, "warm", 8 * MIB)
    for clients in (1, 4):
        before, peak = stage.broker.rss_mib(), Peak(stage.broker)
        begin = stage.mark(f"{clients} at once")
        got = await asyncio.gather(*(download(stage.port, f"large{clients}x{n}", length // clients) for n in range(clients)))
        seconds = time.monotonic() - begin
        highest = peak.over()
        run.demand(f"{clients} at once: every byte", f"{sum(got):,}", sum(got) == length)
        run.grows(f"{clients} at once: RSS while {length // MIB:,} MiB go", before, highest, 64)
        run.notes.append(f"{clients} at once: {length / MIB / seconds:.0f} MiB/s")
    await run.close(stage)


async def download(port, nonce, length):
    """How many bytes beyond what every answer has came of an answer with so many."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=MIB)
    writer.write(request("/a", f"size={length}", nonce))
    first = await reader.readuntil(b"\r\n\r\n")
    whole = next(int(line.split(b":")[1]) for line in first.split(b"\r\n") if line.lower().startswith(b"content-length"))
    count = 0
    while count < whole:
        piece = await reader.read(MIB)
        if not piece:
            break
        count += len(piece)
    writer.close()
    return count - (whole - length)
