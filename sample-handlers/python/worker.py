"""Workers for Lurcher, and for Mongrel2, with pyzmq alone: pip install pyzmq (Debian: python3-zmq). Python 3.9 or newer.

    from worker import Response, main

    def respond(request):
        return Response(200, "Hello\\n")

    if __name__ == "__main__":
        main(respond)           # python hello.py --config config.sqlite --handler hello --threads 4

docs/protocol.md has the protocol. One Worker is one way to one handler of a broker:

    starting --welcome--> taking --stop(), or the broker's drain--> drained --all answered--> finished
        ^                   |
        +------ lost -------+    (what was held is of no use then: the broker gives it to others)

Threads: a worker's state is guarded by one lock. Whichever thread has nothing else to do reads the socket, and hands that on when
it has found work: with one thread nothing ever changes hands. Everything public may be called by any thread, but not by a
signal handler, except stop().
"""

import argparse
import collections
import email.utils
import importlib
import io
import itertools
import json
import logging
import os
import random
import re
import secrets
import select
import signal
import socket as sockets
import sqlite3
import struct
import sys
import threading
import time
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import quote

import zmq
from zmq.auth import load_certificate

log = logging.getLogger("lurcher")

HEARTBEAT_MILLIS, HEARTBEAT_TIMEOUT_MILLIS = 5000, 15000
LINGER_MILLIS = 2000
WELCOME_SECONDS = 15  # a broker that says nothing for so long has not understood
FIRST_DELAY, LONGEST_DELAY = 0.1, 5.0  # seconds between two tries to connect
COMPLAINT_SECONDS = 30
FRAME_BYTES = 64 * 1024
UPLOAD_WINDOW = 256 * 1024  # how much of an upload may be on its way here
FILE_START, FILE_DONE = "x-mongrel2-upload-start", "x-mongrel2-upload-done"
WEBSOCKET, MESSAGES = "WebSocket", "message socket"
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10  # RFC 6455, 11.8
FAILURE, RESTART = 1011, 1012  # RFC 6455's registry of status codes


class WorkerError(Exception):
    """Something that whoever starts the worker has to put right; says how."""


class Gone(OSError):
    """Nobody waits for this answer any more."""


# ---- where the broker is


class Endpoints(NamedTuple):
    """One handler of one broker: its columns send_spec, recv_spec (for classic workers only) and send_ident."""

    send: str
    recv: str
    sender: str

    @classmethod
    def of(cls, send, recv, sender):
        if not re.fullmatch(r"[0-9A-Za-z-]+", sender or ""):
            raise WorkerError(f"sender id {sender!r}: letters, digits and - are allowed; see handler.send_ident")
        return cls(reachable(send), reachable(recv) if recv else "", sender)

    @classmethod
    def read(cls, database, handler):
        """From a config.sqlite. handler: a send_ident, the path of a route as configured, or a send_spec."""
        if not os.path.isfile(database):
            raise WorkerError(f"{database}: no such file")
        query = "SELECT DISTINCT send_spec, recv_spec, send_ident FROM handler "
        if "://" in handler:
            query += "WHERE send_spec = ?"
        elif handler[:1] in ("/", "@", "<"):
            query += "JOIN route ON route.target_id = handler.id AND route.target_type = 'handler' WHERE route.path = ?"
        else:
            query += "WHERE send_ident = ?"
        try:
            connection = sqlite3.connect("file:%s?mode=ro" % quote(os.path.abspath(database)), uri=True)
            try:
                rows = connection.execute(query, (handler,)).fetchall()
                known = [row[0] for row in connection.execute("SELECT send_ident FROM handler ORDER BY id")]
            finally:
                connection.close()
        except sqlite3.Error as e:
            raise WorkerError(f"{database}: {e}") from e
        if not rows:
            looked = "looked for a send_ident, a route's path and a send_spec"
            raise WorkerError(f'{database}: no handler "{handler}" ({looked}). Handlers there: {", ".join(known)}')
        if len(rows) > 1:
            several = ", ".join(row[0] for row in rows)
            raise WorkerError(f'{database}: several handlers are "{handler}". Name one by its send_spec: {several}')
        return cls.of(*rows[0])


def reachable(spec):
    """An endpoint as a worker of this machine connects to it; brokers bind to tcp://*:9997, say."""
    if re.fullmatch(r"ipc://.+", spec or ""):
        return spec
    found = re.fullmatch(r"tcp://(\[[^\]]+\]|[^:/\[\]]+):([0-9]{1,5})", spec or "")
    if not found or not 1 <= int(found[2]) <= 65535:
        raise WorkerError(f'endpoint "{spec}": tcp://HOST:PORT or ipc://PATH is wanted')
    host = {"*": "127.0.0.1", "0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(found[1], found[1])
    return f"tcp://{host}:{found[2]}"


# ---- the wire


def tnetstring(value):
    """https://tnetstrings.info of a flag, number, text, list or dictionary."""
    if isinstance(value, bool):
        return b"4:true!" if value else b"5:false!"
    if isinstance(value, int):
        data, kind = b"%d" % value, b"#"
    elif isinstance(value, str):
        data, kind = value.encode(), b","
    elif isinstance(value, dict):
        data, kind = b"".join(map(tnetstring, itertools.chain.from_iterable(value.items()))), b"}"
    else:
        data, kind = b"".join(map(tnetstring, value)), b"]"
    return b"%d:%s%s" % (len(data), data, kind)


def read_tnetstring(data, at=0):
    """The value that begins at a place, and where it ends. Octets are chars 0..255, numbers are left as texts."""
    colon = data.index(b":", at)
    end = colon + 1 + int(data[at:colon])
    kind = data[end : end + 1]
    if kind not in (b"]", b"}"):
        return data[colon + 1 : end].decode("latin-1"), end + 1
    values, at = [], colon + 1
    while at < end:
        value, at = read_tnetstring(data, at)
        values.append(value)
    return (values if kind == b"]" else dict(zip(values[::2], values[1::2]))), end + 1


def read_headers(data, kind):
    if kind == b"}":
        return read_tnetstring(b"%d:%s}" % (len(data), data))[0]
    try:
        return json.loads(data.decode("utf-8"), strict=False)
    except UnicodeDecodeError:  # Mongrel2 passes on what clients send
        return json.loads(data.decode("latin-1"), strict=False)


class Message(NamedTuple):
    sender: bytes
    id: bytes
    path: bytes
    headers: dict
    content: bytes

    @classmethod
    def read(cls, frame):
        """See docs/protocol.md, "Requests". Raises ValueError."""
        sender, number, path, rest = frame.split(b" ", 3)
        colon = rest.index(b":")
        end = colon + 1 + int(rest[:colon])
        length = rest.index(b":", end + 1)
        content = rest[length + 1 : length + 1 + int(rest[end + 1 : length])]
        headers = read_headers(rest[colon + 1 : end], rest[end : end + 1])
        if not isinstance(headers, dict):
            raise ValueError("headers that are no dictionary")
        return cls(sender, number, path, headers, content)

    @property
    def is_notice(self):
        return self.path == b"@*" and self.headers.get("METHOD") == "JSON" and "PATH" not in self.headers

    def notice(self):
        """What a notice says; nothing where that cannot be read."""
        try:
            found = json.loads(self.content)
        except (ValueError, RecursionError):
            found = None
        return found if isinstance(found, dict) else {}

    @property
    def is_part(self):
        return "METHOD" not in self.headers and "UPLOAD_STREAM" in self.headers


def amount(value):
    """A number of bytes as a broker says it; 0 for anything else."""
    try:
        return max(0, int(value))
    except (TypeError, ValueError):
        return 0


def octets(text):
    """Values of headers hold octets as chars 0..255; Mongrel2's may hold what clients wrote as UTF-8."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8")


def websocket_frame(opcode, payload, final=True):
    """RFC 6455, 5.2: a whole message, or a part of one."""
    first = 0x80 | opcode if final else opcode
    if len(payload) < 126:
        return bytes((first, len(payload))) + payload
    if len(payload) < 1 << 16:
        return struct.pack(">BBH", first, 126, len(payload)) + payload
    return struct.pack(">BBQ", first, 127, len(payload)) + payload


def websocket_frames(opcode, payload):
    """A message in frames of a size that may be sent as long as there is any credit; between two a pong or close frame may go."""
    for at in range(0, len(payload) or 1, FRAME_BYTES):
        end = at + FRAME_BYTES
        yield websocket_frame(0 if at else opcode, payload[at:end], end >= len(payload))


# ---- who has asked, and what


class Client:
    """Whom the answer to one request reaches, or the other end of one WebSocket: what may be sent to it, and whether it is there."""

    __slots__ = "worker sender id prefix window credit gone held session writing parts whole granted stirred".split()

    def __init__(self, worker, sender, number, window):
        self.worker = worker
        self.sender = sender
        self.id = number
        self.prefix = b"%s %d:%s, " % (sender, len(number), number)
        self.window = window
        self.credit = window  # bytes; None = nobody says
        self.gone = None  # or why
        self.held = True  # the broker waits for an answer
        self.session = None  # or WEBSOCKET or MESSAGES: it has no answer that would be its end
        self.writing = None  # the lock of whoever sends a message of a WebSocket
        self.parts = None  # of an upload by stream: those that wait
        self.whole = False  # no further part follows
        self.granted = False
        self.stirred = None  # called, with the lock, when something of this has changed; else waiting threads wake up

    def room(self, size):
        """
        How much of so many bytes may be sent now; 0 = the client is behind, and wait() until that changes. All of the credit must be
        used before that is waited for: the broker gives more in large steps.
        """
        return size if self.credit is None else max(0, min(size, self.credit))

    def send(self, *pieces):
        """Sends bytes at once, whatever room() says. Raises Gone."""
        frame = b"".join((self.prefix, *pieces))
        with self.worker.lock:
            if self.gone:
                raise Gone(self.gone)
            if self.credit is not None:
                self.credit -= len(frame) - len(self.prefix)
            self.worker.send(frame)

    def write_message(self, opcode, payload):
        """Sends a message of a WebSocket, no faster than the client takes it. Raises Gone."""
        with self.writing:
            for frame in websocket_frames(opcode, payload):
                self.worker.wait(lambda: self.gone or self.room(1))
                self.send(frame)

    def write(self, data):
        """Sends bytes, no faster than the client takes them. Raises Gone."""
        if not data:
            return None  # a reply of nothing would close the connection
        if self.credit is None or len(data) <= self.credit:
            return self.send(data)
        rest = memoryview(data)
        while rest:
            room = self.worker.wait(lambda: self.gone or self.room(len(rest)))
            piece = rest[: room if isinstance(room, int) else 0]
            self.send(piece)
            rest = rest[len(piece) :]

    def close(self):
        """Closes the connection once the client has got all."""
        try:
            self.send()
        except Gone:
            pass

    def control(self, **entries):
        """An extended reply: keep_alive=True, credits=N or cancel=True."""
        payload = tnetstring(["ctl", {name.replace("_", "-"): value for name, value in entries.items()}])
        with self.worker.lock:
            if not self.gone:
                self.worker.send(b"%s %d:X %s, %s" % (self.sender, len(self.id) + 2, self.id, payload))

    def cut(self):
        """Closes the connection at once."""
        self.control(cancel=True)
        self.end()

    def next_part(self):
        """Of an upload by stream: what has come, b"" at its end, None while more must be waited for. Raises Gone."""
        with self.worker.lock:
            if self.gone:
                raise Gone(self.gone)
            part = self.parts.popleft() if self.parts else b"" if self.whole else None
            whole = self.whole
        if not whole:
            more = (0 if self.granted else UPLOAD_WINDOW) + len(part or b"")
            self.granted = True
            if more:
                self.control(credits=more)
        return part

    def done(self):
        """The request is answered, or will not be."""
        if not self.session:
            self.end()

    def end(self):
        with self.worker.lock:
            self.worker.release(self, "it is over")
            self.worker.tell_if_finished()


class UploadStream(io.RawIOBase):
    """Content that comes part by part, as it is read."""

    def __init__(self, client):
        self.client = client
        self.rest = memoryview(b"")
        self.over = False

    def readable(self):
        return True

    def readinto(self, buffer):
        if not self.rest and not self.over:
            part = self.client.next_part()
            while part is None:
                self.client.worker.wait(lambda: self.client.gone or self.client.parts or self.client.whole)
                part = self.client.next_part()
            self.rest, self.over = memoryview(part), not part
        size = min(len(buffer), len(self.rest))
        buffer[:size] = self.rest[:size]
        self.rest = self.rest[size:]
        return size


class Request:
    """A request, or a message of a WebSocket or message socket. headers: as in docs/protocol.md, values texts or lists of texts."""

    __slots__ = ("client", "path", "headers", "content", "method", "upload")

    def __init__(self, client, message):
        self.client = client
        self.path = message.path.decode("latin-1")
        self.headers = message.headers
        self.content = message.content
        self.method = message.headers.get("METHOD", "")
        self.upload = message.headers.get(FILE_DONE)  # the file with the content of an upload, which is this worker's now

    def fields(self):
        """The client's fields: pairs of name, in small letters, and value."""
        for name, value in self.headers.items():
            if not "A" <= name[:1] <= "Z":
                for each in value if isinstance(value, list) else (value,):
                    yield name, each

    def field(self, name, otherwise=None):
        """The value of a field, several ones joined by commas."""
        value = self.headers.get(name.lower(), otherwise)
        return ", ".join(value) if isinstance(value, list) else value

    @property
    def opcode(self):
        """Of a message of a WebSocket: TEXT, BINARY, CLOSE, PING or PONG."""
        return int(self.headers.get("FLAGS", "0x0"), 16) & 15

    @property
    def closes(self):
        """Whether the client's connection ends with the answer."""
        if self.headers.get("VERSION") == "HTTP/1.0":
            return True
        connection = self.headers.get("connection")
        return connection is not None and "close" in self.field("connection").lower()

    def body(self):
        """The content, however it comes, as a file to read from once. To be closed."""
        if self.client.parts is not None:
            return io.BufferedReader(UploadStream(self.client), 64 * 1024)
        return open(octets(self.upload), "rb") if self.upload else io.BytesIO(self.content)

    def discard(self):
        """Deletes the file of an upload, if nobody has moved it."""
        if self.upload:
            try:
                os.unlink(octets(self.upload))
            except FileNotFoundError:
                pass

    def accept(self, fields=()):
        """Opens the WebSocket that was asked for with method WEBSOCKET_HANDSHAKE."""
        head = [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", self.content.decode("ascii"))]
        lines = "".join(field_line(*field) for field in (*head, *fields))
        with self.client.worker.lock:
            self.client.worker.become_session(self.client, WEBSOCKET)
        self.client.send(b"HTTP/1.1 101 Switching Protocols\r\n%s\r\n" % lines.encode("latin-1"))

    def send_frame(self, opcode, payload):
        """Sends a message to the other end of the WebSocket."""
        self.client.write_message(opcode, payload)

    def __str__(self):
        return ascii(f"{self.method} {self.path}")[1:-1]


# ---- answers

NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+").fullmatch
BAD_VALUE = re.compile(r"[^\t\x20-\x7e\x80-\xff]").search
HOP_BY_HOP = frozenset("connection keep-alive proxy-connection te trailer transfer-encoding upgrade".split())
STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


def field_line(name, value):
    """Raises ValueError for what would not be one field: no octet of it may end the line."""
    if not NAME(name):
        raise ValueError(f"field name {name!r}: no token")
    if BAD_VALUE(value):
        raise ValueError(f"field {name}: {value!r} holds a control character, or one above U+00FF: encode it first")
    return f"{name}: {value}\r\n"


class Clock:
    """The field Date, made once a second."""

    made = (0, "")

    @classmethod
    def date(cls):
        now, made = int(time.time()), cls.made
        if made[0] != now:
            made = cls.made = (now, f"Date: {email.utils.formatdate(now, usegmt=True)}\r\n")
        return made[1]


class Answer:
    """
    The bytes of one HTTP answer, RFC 9112: what frame() and end() return is to be sent in that order.

    status: "200 OK"; fields: pairs of texts, of chars 0..255. Fields that concern the connection are left out, for they are the
    broker's and this class's; "Connection: close" is heeded. Raises ValueError for what must not be sent.
    """

    def __init__(self, request, status, fields):
        if not re.match(r"[2-5][0-9][0-9](?: |$)", status) or BAD_VALUE(status):
            raise ValueError(f"status {status!r}: three digits, 200 to 599, and a reason are wanted")
        self.request = request
        self.begun = False
        self.closes = request.closes
        self.rest = None  # bytes of content that are still promised
        self.chunked = False
        code = int(status[:3])
        self.bodiless = code in (204, 304) or request.method == "HEAD"
        lines, names = [f"HTTP/1.1 {status}\r\n"], set()
        for name, value in fields:
            lower = name.lower()
            line = field_line(name, value)
            if lower == "content-length":
                self.promise(value)
                if code == 204:
                    continue
            elif lower in HOP_BY_HOP:
                self.closes |= lower == "connection" and "close" in value.lower()
                continue
            names.add(lower)
            lines.append(line)
        if "date" not in names:
            lines.append(Clock.date())
        self.head = "".join(lines)

    def promise(self, value):
        if not (value.isascii() and value.isdigit()) or self.rest not in (None, int(value)):
            raise ValueError(f"Content-Length {value!r}: one number is wanted")
        self.rest = int(value)

    def begin(self, length):
        """The head; length: of all content, where that is known."""
        self.begun = True
        if not self.bodiless and self.rest is None and length is not None:
            self.rest = length
            self.head += f"Content-Length: {length}\r\n"
        elif not self.bodiless and self.rest is None and self.request.headers.get("VERSION") == "HTTP/1.0":
            self.closes = True
        elif not self.bodiless and self.rest is None:
            self.chunked = True
            self.head += "Transfer-Encoding: chunked\r\n"
        if self.closes:
            self.head += "Connection: close\r\n"
        return (self.head + "\r\n").encode("latin-1")

    def frame(self, data, length=None):
        """The next bytes of the content, and the head before the first of them."""
        head = b"" if self.begun else self.begin(length)
        if self.bodiless:
            return head
        if self.chunked:
            return b"%s%x\r\n%s\r\n" % (head, len(data), data) if data else head
        if self.rest is not None:
            if len(data) > self.rest:
                log.error("%s: the application writes more than its Content-Length; the rest is left out", self.request)
                data = data[: self.rest]
            self.rest -= len(data)
        return head + data if head else data

    def end(self):
        """What is left, perhaps nothing. If is_short() then, the connection must be cut."""
        head = b"" if self.begun else self.begin(0)
        return head + b"0\r\n\r\n" if self.chunked else head

    def is_short(self):
        return bool(self.rest) and not self.bodiless


def write_end(answer, failed=False):
    """Ends an answer that has begun, in good order or not."""
    client = answer.request.client
    if failed or answer.is_short():
        # A client must see that something is missing: where only the end of the connection ends the answer, by a cut.
        client.close() if answer.chunked or answer.rest is not None else client.cut()
    elif answer.closes:
        client.close()


def failure(request):
    """Writes what is being handled into the log; returns status, fields and content that say no more than where to look for it."""
    number = secrets.token_hex(6)
    log.exception("%s: %s failed", number, request)
    return "500 Internal Server Error", [("Content-Type", "text/plain")], b"Internal Server Error, %s\n" % number.encode()


class Response:
    """
    What a respond function returns. content: text, bytes, or an iterable of bytes, which is sent as it comes and as fast as the client
    takes it. fields: pairs of name and value.
    """

    def __init__(self, status=200, content=b"", content_type="text/plain; charset=utf-8", fields=()):
        self.status = STATUS_LINES.get(status, f"{status} ")
        self.content = content.encode() if isinstance(content, str) else content
        self.fields = [("Content-Type", content_type), *fields] if content_type and status not in (204, 304) else list(fields)


def respond_to(request, respond):
    """Calls respond(request) and sends what it returns; nothing where that is None."""
    answer = None
    try:
        response = respond(request)
        if response is None:
            return
        answer = Answer(request, response.status, response.fields)
        if isinstance(response.content, (bytes, bytearray)):
            request.client.write(answer.frame(response.content, len(response.content)))
        else:
            for data in response.content:
                request.client.write(answer.frame(data))
            request.client.write(answer.end())
        write_end(answer)
    except Gone as e:
        log.debug("%s: %s", request, e)
    except Exception:
        fail(request, answer)


def fail(request, answer=None):
    """Logs the exception that is being handled; the client gets a 500, or less than it was promised."""
    status, fields, content = failure(request)
    try:
        if request.client.session:
            request.client.send(websocket_frame(CLOSE, struct.pack(">H", FAILURE)))
            request.client.close()
            request.client.end()
        elif answer is not None and answer.begun:
            write_end(answer, failed=True)
        else:
            answer = Answer(request, status, fields)
            request.client.send(answer.frame(content, len(content)))
            write_end(answer)
    except Gone:
        pass


# ---- ways to a broker; all with the worker's lock


class Link:
    """What both ways have in common: sockets that may come and go, and what is said of them."""

    def __init__(self, worker):
        self.worker = worker
        self.drained = False
        self.fds = ()  # to be waited for; a change makes a new tuple
        self.looks_at = 0.0
        self.complains_at = time.monotonic() + 2

    def open(self, kind, endpoint, **options):
        made = self.worker.context.socket(kind)
        made.linger = 0
        made.heartbeat_ivl, made.heartbeat_timeout = HEARTBEAT_MILLIS, HEARTBEAT_TIMEOUT_MILLIS
        made.ipv6 = "[" in endpoint
        made.sndhwm = 0  # credit bounds what waits here
        for name, value in options.items():
            setattr(made, name, value)
        self.worker.secure(made)
        return made

    def complain(self, text, *values):
        now = time.monotonic()
        if now >= self.complains_at:
            self.complains_at = now + COMPLAINT_SECONDS
            log.warning(text + " Trying on.", *values)

    @staticmethod
    def has_message(socket):
        return socket.get(zmq.EVENTS) & zmq.POLLIN


class ManagedLink(Link):
    """One DEALER socket for both ways, a fresh one for each connection, so that hello is always its first message."""

    def __init__(self, worker):
        super().__init__(worker)
        self.socket = self.monitor = None
        self.opens_at, self.delay = 0.0, FIRST_DELAY
        self.opened_at = 0.0
        self.met = self.welcomed = self.ever_welcomed = self.asked = False

    def due(self):
        """Seconds until turn() is to be called again, whatever happens."""
        if self.socket is None:
            return 60 if self.drained else max(0.0, self.opens_at - time.monotonic())
        return 5 if self.welcomed else 1

    def turn(self, watch):
        """Does whatever there is to do. watch: whether the last of fds said something."""
        now = time.monotonic()
        if self.worker.stopping and not self.asked:
            self.ask()
        if self.socket is None and not self.drained and now >= self.opens_at:
            self.connect(now)
        if self.socket is not None:
            self.read()
        if self.socket is not None and (watch or now >= self.looks_at):
            self.watch(now)

    def ask(self):
        self.asked = True
        if self.welcomed:
            self.say("drain", {})
        else:
            self.drained = True
            self.disconnect()

    def say(self, command, entries):
        self.send(b"%s 1:X, %s" % (self.worker.sender, tnetstring([command, entries])))

    def connect(self, now):
        endpoint = self.worker.endpoints.send
        self.met, self.opened_at = False, now
        self.socket = self.open(zmq.DEALER, endpoint, reconnect_ivl=-1)
        self.monitor = self.socket.get_monitor_socket(zmq.EVENT_CONNECTED | zmq.EVENT_DISCONNECTED | zmq.EVENT_CLOSED)
        self.fds = (self.socket.get(zmq.FD), self.monitor.get(zmq.FD))
        self.socket.connect(endpoint)
        self.say("hello", self.worker.hello)

    def send(self, frame):
        if self.socket is not None:
            self.socket.send(frame, zmq.NOBLOCK)

    def is_ready(self):
        return self.socket is not None and self.has_message(self.socket)

    def read(self):
        while self.socket is not None and self.has_message(self.socket):
            self.worker.receive(self.socket.recv(zmq.NOBLOCK))

    def welcome(self, notice):
        self.worker.window = amount(notice.get("window")) or None
        self.delay = FIRST_DELAY
        self.complains_at = 0.0
        self.welcomed = True
        if self.ever_welcomed:
            log.info("Connected to the broker at %s again.", self.worker.endpoints.send)
        else:
            self.ever_welcomed = True
            log.info("Takes requests of %s, managed by %s.", self.worker.endpoints.send, notice.get("broker"))

    def watch(self, now):
        self.looks_at = now + 1
        while self.has_message(self.monitor):
            event = struct.unpack("=hi", self.monitor.recv_multipart(zmq.NOBLOCK)[0])[0]
            if event == zmq.EVENT_CONNECTED:
                self.met = True
            else:
                return self.lose(now)
        if not self.welcomed and now - self.opened_at > WELCOME_SECONDS:
            self.lose(now)

    def lose(self, now):
        endpoint = self.worker.endpoints.send
        if self.welcomed:
            self.complain("The connection to the broker at %s has ended.", endpoint)
        elif self.met:
            self.complain(
                "Something listens at %s, but does not welcome this worker: is it the handler's send_spec? Is it Mongrel2?"
                " That one needs --classic.",
                endpoint,
            )
        else:
            self.complain("Nothing listens at %s: is the broker running, and is this the handler's send_spec?", endpoint)
        self.disconnect()
        self.worker.forget("the connection with the broker was lost")
        # Workers of a broker that restarts must not come back all at once.
        self.opens_at = now + self.delay * random.uniform(0.5, 1)
        self.delay = min(2 * self.delay, LONGEST_DELAY)
        self.drained = self.asked

    def disconnect(self, linger=0):
        self.welcomed = False
        if self.socket is not None:
            self.socket.disable_monitor()
            self.monitor.close(0)
            self.socket.close(linger)
            self.socket = self.monitor = None
            self.fds = ()

    def close(self):
        if self.welcomed:
            self.say("bye", {})
        self.disconnect(LINGER_MILLIS)


class ClassicLink(Link):
    """
    Mongrel2's: a PULL socket for requests, and an XPUB one for replies, which would be lost before the broker has subscribed. So
    requests are taken only as long as there is a subscription.
    """

    def __init__(self, worker):
        super().__init__(worker)
        if not worker.endpoints.recv:
            raise WorkerError("a classic worker needs the handler's recv_spec as well: --recv, or --config and --handler")
        self.replies = self.open(zmq.XPUB, worker.endpoints.recv, xpub_verbose=True)
        self.replies.connect(worker.endpoints.recv)
        self.requests = None
        self.fds = (self.replies.get(zmq.FD),)

    def due(self):
        return 1

    def turn(self, watch):
        while self.has_message(self.replies):
            self.subscribed(self.replies.recv(zmq.NOBLOCK)[:1] == b"\1")
        self.read()
        if self.requests is None and not self.drained:
            self.complain("Nothing has subscribed at %s: is the broker running, and is this its recv_spec?", self.worker.endpoints.recv)
        if self.worker.stopping and not self.drained:
            self.drained = True
            self.stop_requests()

    def subscribed(self, yes):
        if yes and self.requests is None and not self.drained:
            self.requests = self.open(zmq.PULL, self.worker.endpoints.send)
            self.fds = (self.replies.get(zmq.FD), self.requests.get(zmq.FD))
            self.requests.connect(self.worker.endpoints.send)
            log.info("Takes requests of %s, as Mongrel2's workers do.", self.worker.endpoints.send)
        elif not yes and self.requests is not None:
            self.complains_at = 0.0
            self.complain("The connection to the broker at %s has ended.", self.worker.endpoints.recv)
            self.stop_requests()
            self.worker.forget("the connection with the broker was lost")

    def send(self, frame):
        self.replies.send(frame, zmq.NOBLOCK)

    def is_ready(self):
        return self.has_message(self.replies)

    def read(self):
        while self.requests is not None and self.has_message(self.requests):
            self.worker.receive(self.requests.recv(zmq.NOBLOCK))

    def stop_requests(self):
        if self.requests is not None:
            self.requests.close(0)
            self.requests = None
            self.fds = self.fds[:1]

    def close(self):
        self.stop_requests()
        self.replies.close(LINGER_MILLIS)


# ---- the worker


def nothing(socket):
    pass


class Worker:
    """
    One way to the broker. name: what it calls this process, each its own; capacity: most requests to be given at once, 0 leaves
    that to the broker; secure(socket): sets keys or a password before the socket connects.
    """

    def __init__(self, endpoints, name="", application="", version="", capacity=0, classic=False, secure=nothing):
        self.endpoints = endpoints
        self.sender = endpoints.sender.encode()
        self.secure = secure
        self.lock = threading.Condition(threading.Lock())
        self.context = zmq.Context()
        self.window = None  # bytes of credit with which an answer begins; None where there is no credit
        self.stopping = False
        self.polling = False  # a thread sleeps until a socket says something
        self.poller = self.polled = None
        self.inbox = collections.deque()  # requests that nobody has taken
        self.clients = {}  # by connection id: whose answers or WebSockets are not over
        self.held = 0  # how many of them are no WebSockets
        self.told = set()
        self.hello = {
            "name": name or f"{application or 'python'}-{os.getpid()}",
            "pid": os.getpid(),
            "host": sockets.gethostname(),
            "application": application,
            "version": version,
            "language": "python %d.%d" % sys.version_info[:2],
        }
        if capacity:
            self.hello["capacity"] = capacity
        self.bell, self.rope = os.pipe()
        os.set_blocking(self.bell, False)
        os.set_blocking(self.rope, False)
        self.link = (ClassicLink if classic else ManagedLink)(self)

    # ---- for any thread

    def take(self):
        """Waits for the next request; None when the worker is finished."""
        found = self.wait(self._next)
        return None if found is self else found

    def wait(self, ready, seconds=None):
        """What ready() returns, as soon as that is something or the time is up. It is called with the lock, now and then."""
        until = None if seconds is None else time.monotonic() + seconds
        with self.lock:
            watch = False
            try:
                while True:
                    if not self.polling:
                        self.link.turn(watch)
                    found = ready()
                    left = None if until is None else until - time.monotonic()
                    if found or (left is not None and left <= 0):
                        return found
                    if self.polling:
                        self.lock.wait(left)
                    else:
                        if self.inbox:
                            self.lock.notify_all()  # others may have been waiting for that
                        watch = self._poll(left)
            finally:
                if not self.polling:
                    self.lock.notify()  # somebody else may read now

    def stop(self):
        """Takes nothing new any more. May be called by a signal handler."""
        self.stopping = True
        self.ring()

    def broadcast(self, clients, payload):
        """One reply for all of these clients, whom it is not paced for."""
        with self.lock:
            there = [client for client in clients if not client.gone]
            for i in range(0, len(there), 100):
                some = there[i : i + 100]
                for client in some:
                    if client.credit is not None:
                        client.credit -= len(payload)
                ids = b" ".join(client.id for client in some)
                self.send(b"%s %d:%s, %s" % (self.sender, len(ids), ids, payload))

    def close_sessions(self, code=RESTART):
        """Closes all WebSockets."""
        with self.lock:
            sessions = [client for client in self.clients.values() if client.session is WEBSOCKET]
        for client in sessions:
            try:
                client.send(websocket_frame(CLOSE, struct.pack(">H", code)))
                client.close()
            except Gone:
                pass
            client.end()

    def close(self):
        """Takes leave of the broker. What was sent gets there."""
        with self.lock:
            self.link.close()
        self.context.term()

    # ---- with the lock

    def _next(self):
        while self.inbox:
            request = self.inbox.popleft()
            if not request.client.gone:
                return request
            request.discard()
        return self if self.is_finished() else None

    def is_drained(self):
        """Whether nothing new comes any more."""
        return self.link.drained and not self.inbox

    def is_finished(self):
        return self.is_drained() and not self.held

    def _poll(self, left):
        due = self.link.due()
        fds = self.link.fds
        if fds is not self.polled:
            self.poller, self.polled = select.poll(), fds
            for fd in (self.bell, *fds):
                self.poller.register(fd, select.POLLIN)
        self.polling = True
        self.lock.release()
        try:
            ready = self.poller.poll(1000 * (due if left is None else min(due, left)))
        finally:
            self.lock.acquire()
            self.polling = False
        said = [fd for fd, _ in ready]
        if self.bell in said:
            self.hush()
        return fds != () and fds[-1] in said

    def hush(self):
        try:
            os.read(self.bell, 4096)
        except BlockingIOError:
            pass

    def ring(self):
        """Wakes the thread that sleeps."""
        try:
            os.write(self.rope, b"!")
        except BlockingIOError:
            pass

    def send(self, frame):
        self.link.send(frame)
        # The descriptor of a socket says only once that something has come, and what just was done may have been told so. Where
        # nobody sleeps, a long answer must not keep this thread from hearing that its client is gone.
        if self.link.is_ready():
            if self.polling:
                self.ring()
            else:
                self.link.read()
                self.lock.notify()

    def receive(self, frame):
        try:
            message = Message.read(frame)
        except (ValueError, RecursionError, TypeError, AttributeError) as e:
            self.tell_once(f"What the broker sent cannot be read, and is left: {e!r}")
            return
        if message.is_notice:
            self.on_notice(message)
        elif message.is_part:
            self.on_part(message)
        else:
            self.on_request(message)

    def on_request(self, message):
        client = self.clients.get(message.id)
        method = message.headers.get("METHOD")
        if method == "WEBSOCKET":
            if client is None or client.session is not WEBSOCKET:
                return self.tell_once("A message came of a WebSocket that another worker has opened, or that is over: it is left.")
        elif method in ("JSON", "XML"):
            if client is None or client.session is not MESSAGES:
                client = self.meet(message)
                self.become_session(client, MESSAGES)
        elif client is None or FILE_DONE not in message.headers:
            client = self.meet(message)
        if FILE_START in message.headers and FILE_DONE not in message.headers:
            return  # comes again when all of it is there
        if message.headers.get("UPLOAD_STREAM") is not None:
            client.parts = collections.deque([message.content] if message.content else [])
        self.inbox.append(Request(client, message))

    def meet(self, message):
        window = amount(message.headers.get("DOWNLOAD_CREDITS")) or self.window
        client = self.clients[message.id] = Client(self, message.sender, message.id, window)
        self.held += 1
        return client

    def on_part(self, message):
        client = self.clients.get(message.id)
        if client is not None and client.parts is not None:
            if message.content:
                client.parts.append(message.content)
            client.whole = client.whole or "UPLOAD_STREAM_DONE" in message.headers
            self.stir(client)

    def on_notice(self, message):
        notice = message.notice()
        kind = notice.get("type")
        client = self.clients.get(message.id)
        if kind == "welcome":
            self.link.welcome(notice)
        elif kind == "drain":
            if not self.stopping:
                log.info("The broker at %s sends nothing new: this worker is drained.", self.endpoints.send)
            self.stopping = self.link.drained = self.link.asked = True
            self.ring()
        elif kind == "disconnect" and client is not None:
            self.release(client, "the client is gone")
            self.stir(client)
            self.tell_if_finished()
        elif kind in ("credit", "credits") and client is not None and client.credit is not None:
            client.credit += amount(notice.get("bytes")) + amount(message.headers.get("DOWNLOAD_CREDITS"))
            self.stir(client)

    def become_session(self, client, kind):
        client.session = kind
        client.writing = threading.Lock()
        self.held -= client.held
        client.held = False

    def release(self, client, why):
        """Nothing more comes of this client, and nothing is sent to it."""
        if not client.gone:
            client.gone = why
            self.held -= client.held
            client.held = False
            if self.clients.get(client.id) is client:
                del self.clients[client.id]

    def tell_if_finished(self):
        if self.stopping and self.is_finished():
            self.ring()
            self.lock.notify_all()

    def forget(self, why):
        """The broker knows this worker no more: it has given what was not answered to others."""
        self.inbox.clear()
        for client in list(self.clients.values()):
            self.release(client, why)
            self.stir(client)

    def stir(self, client):
        if client.stirred is not None:
            client.stirred()
        else:
            self.lock.notify_all()

    def tell_once(self, text):
        if text not in self.told:
            self.told.add(text)
            log.warning(text)


# ---- as a program


class Overdue(BaseException):
    """The time to stop is over."""


def serve(worker, handle, threads=1, stop_seconds=10.0):
    """
    Has handle(request), which must not fail, called by so many threads until TERM or Ctrl-C, or the broker, says that it is enough.
    Called by the main thread. Returns whether all was answered; what takes longer to end than the given time is not. With several
    threads messages of one WebSocket may be handled at the same time.
    """

    def on_signal(number, frame):
        if worker.stopping:
            raise Overdue
        worker.stop()
        signal.setitimer(signal.ITIMER_REAL, stop_seconds)

    def on_alarm(number, frame):
        raise Overdue

    def work():
        while True:
            request = worker.take()
            if request is None:
                return
            try:
                handle(request)
            except Exception:
                log.exception("%s failed", request)
            finally:
                request.discard()
                request.client.done()

    handlers = {signal.SIGTERM: on_signal, signal.SIGINT: on_signal, signal.SIGALRM: on_alarm}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        for i in range(1, threads):
            threading.Thread(target=work, name=f"worker-{i}", daemon=True).start()
        work()
        worker.close_sessions()
        return True
    except Overdue:
        log.warning("Stopped while %d requests were not answered yet.", worker.held)
        return False
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)


def add_arguments(parser):
    """The arguments of every worker; what is not given is taken from the environment: LURCHER_CONFIG and so on."""
    parser.add_argument("--config", metavar="FILE", help="the broker's config.sqlite, with --handler")
    parser.add_argument("--handler", metavar="NAME", help="its send_ident, the path of a route to it, or its send_spec")
    parser.add_argument("--send", metavar="ENDPOINT", help="instead: the handler's send_spec, with --sender")
    parser.add_argument("--recv", metavar="ENDPOINT", help="the handler's recv_spec, for --classic")
    parser.add_argument("--sender", metavar="ID", help="the handler's send_ident")
    parser.add_argument("--name", default=os.environ.get("LURCHER_NAME", ""), help="what the broker calls this process")
    parser.add_argument("--capacity", type=int, default=0, metavar="N", help="most requests at once; the broker's choice if left out")
    parser.add_argument("--classic", action="store_true", help="speak as Mongrel2's workers do")
    parser.add_argument("--curve-server", metavar="FILE", help="the broker's public key, where its endpoint has CURVE")
    parser.add_argument("--curve-key", metavar="FILE", help="the pair of keys of this worker")
    parser.add_argument("--stop-time", type=float, default=10.0, metavar="SECONDS", help="for what is under way at TERM: 10")


def make_worker(arguments, application, environment=os.environ):
    """The worker that arguments and environment describe. Raises WorkerError."""
    direct = arguments.send or arguments.recv or arguments.sender
    database = arguments.config or arguments.handler
    if direct and database:
        raise WorkerError("give either --config and --handler, or --send and --sender")

    def value(name):
        found = getattr(arguments, name) or environment.get("LURCHER_" + name.upper())
        if not found:
            raise WorkerError(f"--{name} is missing, and LURCHER_{name.upper()} is not set; --help says more")
        return found

    classic = arguments.classic or environment.get("LURCHER_CLASSIC") == "1"
    if direct or (not database and environment.get("LURCHER_SEND")):
        recv = arguments.recv or environment.get("LURCHER_RECV", "")
        endpoints = Endpoints.of(value("send"), recv, value("sender"))
    else:
        endpoints = Endpoints.read(value("config"), value("handler"))
    names = ("curve_server", "curve_key")
    secure = keys_from(*(getattr(arguments, name) or environment.get("LURCHER_" + name.upper()) for name in names))
    return Worker(endpoints, arguments.name, application, capacity=arguments.capacity, classic=classic, secure=secure)


def keys_from(server, own):
    """Has sockets use CURVE. server: the file with the broker's public key; own: the file with the worker's pair."""
    if not server and not own:
        return nothing
    if not server or not own:
        raise WorkerError("--curve-server and --curve-key belong together")
    try:
        (server_key, _), (public, secret) = load_certificate(server), load_certificate(own)
    except (OSError, ValueError) as e:
        raise WorkerError(f"a key cannot be read: {e}") from e
    if secret is None:
        raise WorkerError(f"{own} has no secret key")

    def secure(socket):
        socket.curve_serverkey, socket.curve_publickey, socket.curve_secretkey = server_key, public, secret

    return secure


def start_log():
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")


def main(respond):
    """A whole program: arguments as --help says, answers by respond_to(). Ends the process."""
    program = os.path.splitext(os.path.basename(sys.argv[0]))[0]
    parser = argparse.ArgumentParser(prog=program, description="A worker.")
    add_arguments(parser)
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="how many requests are answered at once: 1")
    arguments = parser.parse_args()
    start_log()
    try:
        worker = make_worker(arguments, program)
    except WorkerError as e:
        refuse(program, e)
    clean = serve(worker, lambda request: respond_to(request, respond), arguments.threads, arguments.stop_time)
    end(worker, 0 if clean else 1)


def refuse(program, why):
    """Ends the process that was started wrongly."""
    print(f"{program}: {why}", file=sys.stderr)
    sys.exit(2)


def end(worker, code):
    """Ends the process. code: 0 where all was answered."""
    if code == 0:
        worker.close()
        sys.exit(0)
    sys.stderr.flush()
    # Threads that do not end, and sockets that they may use, are of no interest any more.
    os._exit(code)


def load(name, default, program):
    """
    The application that MODULE:NAME names; MODULE:NAME() calls what is named. Modules are looked for first where the program was
    started, and last in the program's own folder, where wsgi.py and worker.py would hide the application's own of these names.
    """
    if os.path.realpath(sys.path[0] or ".") == os.path.dirname(os.path.realpath(program)):
        sys.path.append(sys.path.pop(0))
    sys.path.insert(0, os.getcwd())
    module, _, attribute = name.partition(":")
    attribute = attribute or default
    try:
        found = importlib.import_module(module)
    except ModuleNotFoundError as e:
        if e.name != module and not module.startswith(f"{e.name}."):
            raise
        raise WorkerError(f"there is no module {module} in {os.getcwd()}, nor where Python looks for others") from None
    for part in attribute.removesuffix("()").split("."):
        if not hasattr(found, part):
            raise WorkerError(f"module {module} has no {attribute}")
        found = getattr(found, part)
    found = found() if attribute.endswith("()") else found
    if not callable(found):
        raise WorkerError(f"{name} is of type {type(found).__name__}, and no application")
    return found
