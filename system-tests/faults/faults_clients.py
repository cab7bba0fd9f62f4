"""Faults of clients: F17 to F22, and of their TLS handshakes."""

import asyncio
import socket
import struct
import time

from client import NONCES, Outcome, connect, request
from suite import RATE_A, fault

RESET = struct.pack("ii", 1, 0)
AT_ONCE = 50


async def open_socket(port, receive_bytes=None):
    loop = asyncio.get_running_loop()
    one = socket.socket()
    if receive_bytes:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    one.setblocking(False)
    await loop.sock_connect(one, ("127.0.0.1", port))
    return one


def reset(one):
    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    one.close()


async def repeated(total, visit):
    """So many visits, some at once; what each returned."""
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(number):
        async with limit:
            return await visit(number)

    return await asyncio.gather(*(one(number) for number in range(total)))


@fault("F17", "slow readers", "streams of 100 MB from managed workers: half the clients read 1 KiB/s, half nothing; write_idle 5 s")
async def slow_readers(run):
    clients, idle = run.many(200, 40), 5
    stage = await run.open(2, managed=True, settings={"limits.write_idle": f"{idle}s"}, handler={"prefetch": 500})
    load = stage.load("/b", "size=100").at_rate(RATE_A / 2)
    await asyncio.sleep(run.many(8, 3))
    begin = stage.mark("slow readers")
    readers = [await open_socket(stage.port, 4096) for _ in range(clients)]
    loop = asyncio.get_running_loop()
    for number, one in enumerate(readers):
        await loop.sock_sendall(one, request("/a", "size=100000000", f"{'reads' if number % 2 else 'deaf'}{number}"))
    highest, until = 0.0, time.monotonic() + run.many(30, 14)
    while time.monotonic() < until:
        highest = max(highest, stage.broker.rss_mib())
        for one in readers[1::2]:
            try:
                one.recv(1024)
            except OSError:
                pass
        await asyncio.sleep(1)
    end = stage.mark("they leave")
    for one in readers:
        one.close()
    await asyncio.sleep(0.5)
    await run.close(stage)
    # From the last credit on, which is given when the client, or the kernel for it, has taken something.
    began = {e.connection: e.time for e in stage.received() if e.nonce.startswith("deaf")}
    for worker in stage.workers:
        began.update((e.connection, e.time) for e in worker.events("C") if e.connection in began)
    gone = {e.connection: e.time for worker in stage.workers for e in worker.events("D")}
    closed = [gone[connection] - began[connection] for connection in began if gone.get(connection, end) < end]
    run.grows(f"RSS with {clients} of them", stage.baseline[2], highest, 256)
    run.demand("closed: all that read nothing", f"{len(closed)} of {len(began)}", len(closed) == len(began) == clients // 2)
    slow = {e.connection for e in stage.received() if e.nonce.startswith("reads") and gone.get(e.connection, end) < end}
    run.notes.append(f"{len(slow)} of the {clients // 2} that read 1 KiB/s were cut too: the kernel's buffers hide that they read")
    run.at_most("closed after they last took anything", max(closed, default=float("inf")), idle + 1)
    run.ratio("p99 of the others", [o for o in load.outcomes if begin < o.begin < end],
              [o for o in load.outcomes if o.begin < begin], 1.5)


@fault("F17b", "slow readers of a file", "a file of 100 MB: half the clients read 1 KiB/s, half nothing; write_idle 5 s")
async def slow_readers_of_a_file(run):
    clients = run.many(200, 40)
    stage = await run.open(1, settings={"limits.write_idle": "5s"})
    with open(stage.directory / "static/large.bin", "wb") as large:
        large.truncate(100_000_000)
    (stage.directory / "static/other.bin").write_bytes(b"x" * 2_000_000)
    # The first requests for files bring threads and code that later ones have.
    files = await connect(stage.port)
    for _ in range(run.many(200, 40)):
        await files.answer(request("/static/other.bin", "", next(NONCES)), Outcome("warm", ""))
    files.close()
    await asyncio.sleep(0.2)
    stage.baseline = (stage.broker.descriptors(), stage.broker.threads(), stage.broker.rss_mib())
    load = stage.load("/b", "size=100").at_rate(RATE_A / 2)
    await asyncio.sleep(run.many(8, 3))
    begin = stage.mark("slow readers")
    readers = [await open_socket(stage.port, 4096) for _ in range(clients)]
    loop = asyncio.get_running_loop()
    for one in readers:
        await loop.sock_sendall(one, request("/static/large.bin", "", "file"))
    highest, until = 0.0, time.monotonic() + run.many(30, 14)
    while time.monotonic() < until:
        highest = max(highest, stage.broker.rss_mib())
        for one in readers[1::2]:
            try:
                one.recv(1024)
            except OSError:
                pass
        await asyncio.sleep(1)
    end = stage.mark("they leave")
    for one in readers:
        one.close()
    await asyncio.sleep(0.5)
    await run.close(stage)
    cut = stage.broker.figures()["slow_client"]
    run.grows(f"RSS with {clients} of them", stage.baseline[2], highest, 256)
    run.demand("cut: all that read nothing", f"{cut} were cut, of them all", clients // 2 <= cut <= clients)
    run.ratio("p99 of the others", [o for o in load.outcomes if begin < o.begin < end],
              [o for o in load.outcomes if o.begin < begin], 1.5)


@fault("F18", "clients abort in mid-request", "RST after half the content", short=True)
async def abort_in_request(run):
    total = run.many(5000, 500)
    stage = await run.open(2)
    head, _, content = request("/a", "", "aborted", "POST", b"x" * 20_000).partition(b"\r\n\r\n")
    load = stage.load().at_rate(RATE_A / 2)

    async def visit(number):
        one = await open_socket(stage.port)
        await asyncio.get_running_loop().sock_sendall(one, head + b"\r\n\r\n" + content[:10_000])
        reset(one)

    stage.mark("aborts")
    await repeated(total, visit)
    stage.mark("over")
    await asyncio.sleep(0.5)
    await run.close(stage)
    run.none(f"of {total:,} given to a worker", [e.connection for e in stage.received() if e.nonce == "aborted"])
    run.none("errors of the others", [o.status for o in load.outcomes if o.status != 200])
    gone = stage.broker.figures()["client_gone"]
    run.demand("counted as client_gone, as far as their head had been read", f"{gone:,}", 0 < gone <= total)


@fault("F19", "clients abort in mid-answer", "RST after the first byte of an answer in chunks; classic and managed", short=True)
async def abort_in_answer(run):
    total = run.many(2500, 200)
    for managed in run.kinds(short=True):
        kind = "managed" if managed else "classic"
        stage = await run.open(2, managed)
        load = stage.load().at_rate(RATE_A / 2)
        left = {}

        async def visit(number):
            one = await open_socket(stage.port)
            loop = asyncio.get_running_loop()
            await loop.sock_sendall(one, request("/a", "stream=50&every=100", f"aborts{number}"))
            await loop.sock_recv(one, 1)
            left[f"aborts{number}"] = time.monotonic()
            reset(one)

        stage.mark("aborts")
        await repeated(total, visit)
        stage.mark("over")
        await asyncio.sleep(1.2)
        await run.close(stage)
        names = {e.connection: e.nonce for e in stage.received() if e.nonce in left}
        told = {}
        for worker in stage.workers:
            told.update((names[e.connection], e.time) for e in worker.events("D") if e.connection in names)
        run.demand(f"{kind}: the worker is told of all", f"{len(told):,} of {total:,}", len(told) == total)
        run.at_most(f"{kind}: after", max((told[n] - left[n] for n in told), default=float("inf")), 1)
        run.none(f"{kind}: errors of the others", [o.status for o in load.outcomes if o.status != 200])


@fault("F20", "half-close", "FIN after a whole request that takes 100 ms", short=True)
async def half_close(run):
    total = run.many(1000, 300)
    stage = await run.open(2, handler={"prefetch": 100})
    load = stage.load("/a", kind="half-closed")

    async def visit(number):
        outcome = Outcome("half-closed", next(NONCES))
        connection = await connect(stage.port)
        answer = asyncio.create_task(connection.answer(request("/a", "delay=100", outcome.nonce), outcome))
        await asyncio.sleep(0)
        connection.transport.write_eof()
        load.outcomes.append(await answer)
        connection.close()

    await repeated(total, visit)
    await run.close(stage)
    whole = [o for o in load.outcomes if o.status == 200 and o.right]
    run.demand(f"whole answers: {total:,}", f"{len(whole):,}, {dict(stage.counts('half-closed'))}", len(whole) == total)


async def live_mib(stage):
    """The heap in use. Looking collects all garbage, for which the broker stands still a moment: the load goes on, and is past it."""
    found = await asyncio.to_thread(stage.broker.live_mib)
    await asyncio.sleep(1)
    return found


async def idle(run, total, asked, bound_kib, idle_seconds, tls=False):
    """Idle connections beside load, memory for each, their end."""
    stage = await run.open(2, settings={"limits.idle_time": f"{idle_seconds}s", "limits.connections": "16000"},
                           jvm="-Xms256m -Xmx256m", tls=tls)
    load = stage.load().at_rate(RATE_A)
    await asyncio.sleep(run.many(8, 3))
    alone = stage.mark("the load alone")
    heap = await live_mib(stage)
    rss, began = stage.broker.rss_mib(), stage.mark("they come")
    crowd = []

    async def visit(number):
        connection = await connect(stage.port)
        if asked:
            await connection.answer(request("/b", "", nonce := next(NONCES)), Outcome("idle", nonce))
        crowd.append(connection)

    await repeated(total, visit)
    last = stage.mark("all there")
    await asyncio.sleep(1)
    there = sum(not connection.ended for connection in crowd)
    each = (await live_mib(stage) - heap + max(0, stage.broker.rss_mib() - rss)) * 1024 / total
    quiet = stage.mark("measured")
    while any(not connection.ended for connection in crowd) and time.monotonic() < last + idle_seconds + 8:
        await asyncio.sleep(0.1)
    closed = time.monotonic() - last
    stage.mark("all closed")
    left = sum(not connection.ended for connection in crowd)
    for connection in crowd:
        connection.close()
    await run.close(stage)
    run.demand(f"{total:,} idle", f"{there:,}", there == total)
    run.demand(f"heap and other memory for each ≤ {bound_kib} KiB", f"{each:.1f} KiB", each <= bound_kib)
    # Not while they close: seeing 10,000 ends keeps this process busy.
    run.ratio("p99 of the others", [o for o in load.outcomes if quiet < o.begin and o.end < began + idle_seconds - 1],
              [o for o in load.outcomes if o.end < alone], 1.3)
    run.none("left open", [1] * left)
    run.at_most(f"all closed after {idle_seconds} s +", max(0, closed - idle_seconds), 5, slack=0)


@fault("F21", "idle connections", "10,000 that say nothing beside load; idle_time 60 s")
async def idle_crowd(run):
    await idle(run, run.many(10_000, 1000), False, 20, run.many(60, 8))


@fault("F22", "idle HTTP/1 connections that were used", "1,000 after one request each")
async def idle_used(run):
    await idle(run, run.many(1000, 500), True, 64, run.many(20, 8))


@fault("F22c", "idle TLS connections that were used", "1,000 after one request each over TLS")
async def idle_tls(run):
    await idle(run, run.many(1000, 500), True, 64, run.many(20, 8), tls=True)


# The beginning of a TLS handshake: a record and in it the head of a first message, of which the rest never comes.
BEGUN = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc"


async def handshakes(load):
    """Requests over connections of their own, until the load is told to stop."""
    while load.running:
        outcome = Outcome(load.kind, next(NONCES))
        connection = await connect(load.port)
        if connection is None:
            outcome.status, outcome.end = "refused", time.monotonic()
        else:
            await connection.answer(load.write(outcome.nonce), outcome)
            connection.close()
        load.outcomes.append(outcome)
        await asyncio.sleep(0.05)


@fault("F22d", "half-open TLS handshakes", "2,000 that send nothing or 9 bytes of a ClientHello; handshake_time 5 s", short=True)
async def half_open_tls(run):
    total, most = run.many(2000, 500), 5
    stage = await run.open(2, settings={"tls.handshake_time": f"{most}s", "tls.handshakes": str(total + 200)}, tls=True)
    loop = asyncio.get_running_loop()
    load = stage.load("/a", kind="honest")
    honest = asyncio.create_task(handshakes(load))
    await asyncio.sleep(run.many(5, 2))
    before, began = stage.broker.rss_mib(), stage.mark("they come")
    crowd, ended = [], []

    async def visit(number):
        one = await open_socket(stage.port)
        crowd.append(one)
        if number % 2:
            await loop.sock_sendall(one, BEGUN)

    async def end(one):
        begin = time.monotonic()
        try:
            await loop.sock_recv(one, 1)
        except OSError:
            pass
        ended.append(time.monotonic() - begin)

    await repeated(total, visit)
    waiting = [asyncio.create_task(end(one)) for one in crowd]
    stage.mark("all there")
    await asyncio.sleep(1)
    grown = stage.broker.rss_mib()
    await asyncio.wait(waiting, timeout=most + 10)
    stage.mark("all closed")
    left = sum(not task.done() for task in waiting)
    for one in crowd:
        one.close()
    load.running = False
    await honest
    await run.close(stage)
    run.none("left open", [1] * left)
    run.at_most(f"closed after {most} s +", max(0, max(ended, default=float("inf")) - most), 1)
    run.grows(f"RSS with {total:,} of them", before, grown, 16)
    during = [o for o in load.outcomes if o.begin > began]
    run.none("honest requests not answered 200", [o.status for o in during if o.status != 200])
    figures = stage.broker.figures()
    run.demand("counted as failed", f"{figures['tls_failed']:,} of {total:,}", figures["tls_failed"] >= total)
    run.demand("none left in the count", figures["tls_handshakes_open"], figures["tls_handshakes_open"] == 0)
