"""Clients that measure: one connection, load at a rate, load by busy clients, and the probe, which is a process of its own.

Every request carries a nonce that must come back. Its outcome is a row: when it began and ended, what came of it.
"""

import asyncio
import itertools
import json
import os
import random
import signal
import socket
import ssl
import struct
import sys
import time
from collections import deque

ANSWER_SECONDS = 30  # whoever waits longer hangs
SEND_SLACK_SECONDS = 0.002
TLS_PORTS = set()  # those to which connections speak TLS
LATE = []  # when this process was to wake, and how much later it did: the machine's noise


class Outcome:
    """What became of one request.

    status: the answer's; or "cut" (the connection ended in the answer), "closed" (it ended before the answer's first byte),
    "refused" (no connection), "hangs" (no answer in 30 s), "aborted" (by this client, on purpose).
    """

    __slots__ = ("kind", "nonce", "begin", "end", "status", "reason", "retry_after", "right", "worker", "connection", "reused")

    def __init__(self, kind, nonce):
        self.kind, self.nonce = kind, nonce
        self.begin = time.monotonic()
        self.end = self.status = self.reason = self.retry_after = self.worker = self.connection = None
        self.right = True
        self.reused = False

    @property
    def seconds(self):
        return self.end - self.begin


class Connection(asyncio.Protocol):
    """One HTTP/1.1 connection, one request at a time."""

    def __init__(self):
        self.transport = self.waiting = None
        self.data = bytearray()
        self.ended = False
        self.asked = 0
        self.head_end = -1
        self.length = None

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.data += data
        if self.waiting is None or self.waiting.done():
            return
        if self.head_end < 0:
            self.head_end = self.data.find(b"\r\n\r\n")
            if self.head_end < 0:
                return
            self.read_head()
        if self.length is not None and len(self.data) >= self.head_end + 4 + self.length:
            self.waiting.set_result(True)
        elif self.chunked and self.data.endswith(b"0\r\n\r\n"):
            self.waiting.set_result(True)

    def read_head(self):
        lines = bytes(self.data[:self.head_end]).decode("latin-1").split("\r\n")
        self.status = int(lines[0].split(" ", 2)[1])
        self.fields = dict((name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines[1:]))
        self.chunked = "chunked" in self.fields.get("transfer-encoding", "")
        self.length = int(self.fields["content-length"]) if "content-length" in self.fields else None

    def connection_lost(self, failure):
        self.ended = True
        if self.waiting is not None and not self.waiting.done():
            until_close = self.head_end >= 0 and self.length is None and not self.chunked and failure is None
            self.waiting.set_result(until_close)

    async def answer(self, request, outcome, seconds=ANSWER_SECONDS):
        """Sends the request and fills in the outcome."""
        outcome.reused = self.asked > 0
        self.asked += 1
        self.data.clear()
        self.head_end, self.length, self.chunked = -1, None, False
        self.waiting = asyncio.get_running_loop().create_future()
        if self.ended:
            self.waiting.set_result(False)
        else:
            self.transport.write(request)
        try:
            whole = await asyncio.wait_for(self.waiting, seconds)
        except asyncio.TimeoutError:
            whole = None
        outcome.end = time.monotonic()
        if whole is None:
            outcome.status = "hangs"
            self.transport.abort()
        elif not whole:
            outcome.status = "cut" if self.data else "closed"
        else:
            self.judge(outcome)
        return outcome

    def judge(self, outcome):
        outcome.status = self.status
        outcome.reason = self.fields.get("x-lurcher-reason")
        outcome.retry_after = self.fields.get("retry-after")
        if self.status == 200:
            words = bytes(self.data[self.head_end + 4:self.head_end + 104]).split(b" ")
            outcome.right = words[0] == outcome.nonce.encode() or self.chunked
            if len(words) > 2:
                outcome.worker, outcome.connection = words[1].decode(), words[2].decode("latin-1")
        if self.fields.get("connection", "").lower() == "close":
            self.close()

    def close(self):
        if self.transport is not None:
            self.transport.close()
        self.ended = True

    def reset(self):
        """Ends with RST."""
        handle = self.transport.get_extra_info("socket")
        if handle is not None and handle.fileno() >= 0:
            handle.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()
        self.ended = True


def trusting():
    """For TLS with whatever certificate the server shows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


async def connect(port):
    """A new connection, or None when it is refused."""
    tls = {"ssl": trusting()} if port in TLS_PORTS else {}
    try:
        return (await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", port, **tls))[1]
    except OSError:
        return None


NONCES = (f"{random.getrandbits(24):06x}{number:x}" for number in itertools.count())


def request(path, query, nonce, method="GET", content=b""):
    """The bytes of one request; the query is that for the worker."""
    head = f"{method} {path}?nonce={nonce}{'&' if query else ''}{query} HTTP/1.1\r\nHost: localhost\r\n"
    if method != "GET":
        head += f"Content-Length: {len(content)}\r\n"
    return head.encode() + b"\r\n" + content


class Load:
    """What is asked, and the outcomes. The query may be a function that makes one for each request."""

    def __init__(self, port, path, query="", method="GET", kind=None):
        self.port, self.path, self.query, self.method = port, path, query, method
        self.kind = kind or f"{method} {path}"
        self.outcomes = []
        self.idle = deque()
        self.tasks = set()
        self.waiting = set()
        self.running = True
        self.asked = 0

    def write(self, nonce):
        query = self.query() if callable(self.query) else self.query
        return request(self.path, query, nonce, self.method, b"x" if self.method == "POST" else b"")

    async def one(self):
        """One request, on a connection that lives and is idle, or a new one."""
        nonce = next(NONCES)
        outcome = Outcome(self.kind, nonce)
        self.asked += 1
        connection = None
        while self.idle and connection is None:
            connection = self.idle.pop()
            if connection.ended:
                connection = None
        connection = connection or await connect(self.port)
        if connection is None:
            outcome.end, outcome.status = time.monotonic(), "refused"
        else:
            self.waiting.add(nonce)
            await connection.answer(self.write(nonce), outcome)
            self.waiting.discard(nonce)
            if outcome.status not in ("hangs", "cut", "closed") and not connection.ended:
                self.idle.append(connection)
        self.outcomes.append(outcome)
        return outcome

    def at_rate(self, rate):
        """So many a second from now on, whatever becomes of them."""
        self._keep(self._at_rate(rate))
        return self

    async def _at_rate(self, rate):
        due = time.monotonic()
        while self.running:
            while due <= time.monotonic():
                due += 1 / rate
                self._keep(self.one())
            wake = max(SEND_SLACK_SECONDS + time.monotonic(), due)
            await asyncio.sleep(wake - time.monotonic())
            LATE.append((wake, time.monotonic() - wake))

    def busy(self, clients, most=None):
        """So many clients from now on, each asks again as soon as it has its answer; until so many were asked."""
        for _ in range(clients):
            self._keep(self._busy(most))
        return self

    async def _busy(self, most):
        while self.running and (most is None or self.asked < most):
            if (await self.one()).status in ("refused", "closed"):
                await asyncio.sleep(0.02)

    def _keep(self, work):
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task):
        self.tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            raise task.exception()

    async def done(self):
        """Waits until all that was begun has ended by itself."""
        while self.tasks:
            await asyncio.gather(*self.tasks)
        self.close()

    async def stop(self):
        """Begins nothing more, and waits for the answers."""
        self.running = False
        await self.done()

    def close(self):
        while self.idle:
            self.idle.pop().close()


def share(values, percent):
    """A percentile; 0 of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] if ordered else 0.0


def core_waits(pid):
    """Seconds that this process and the broker's event loops have waited for a core, the slowest of the loops: what they were ready
    to do and the machine was not."""
    loops = 0.0
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{task}/comm") as name:
                if name.read().startswith("loop-"):
                    loops = max(loops, core_wait(f"/proc/{pid}/task/{task}"))
        except (FileNotFoundError, ProcessLookupError):
            pass  # a thread that has just ended
    return loops + core_wait("/proc/self")


def core_wait(task):
    with open(f"{task}/schedstat") as figures:
        return int(figures.read().split()[1]) / 1e9


async def probe(port, pid):
    """Until TERM: a question each 10 ms that the broker answers itself, one each 100 ms to a worker of handler b; then what it saw,
    as JSON. Of each question of the first kind: when, how long it took, and how much of that was waiting for a core."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    own = Load(port, "/nowhere", kind="probe")
    other = Load(port, "/b", kind="probe b")
    stalls = []

    async def ask():
        waited = core_waits(pid)
        outcome = await own.one()
        stalls.append((outcome.begin, outcome.seconds, core_waits(pid) - waited))

    due, tick = time.monotonic(), 0
    while not stopped.is_set():
        own._keep(ask())
        if tick % 10 == 0:
            other._keep(other.one())
        tick += 1
        due = max(due + 0.01, time.monotonic())
        await asyncio.sleep(due - time.monotonic())
    await own.stop()
    await other.stop()
    json.dump({
        "stalls": stalls, "asked": len(other.outcomes),
        "errors": [[o.begin, str(o.status)] for o in other.outcomes if o.status != 200 or not o.right],
    }, sys.stdout)


if __name__ == "__main__":
    if sys.argv[3:] == ["tls"]:
        TLS_PORTS.add(int(sys.argv[1]))
    asyncio.run(probe(int(sys.argv[1]), int(sys.argv[2])))
