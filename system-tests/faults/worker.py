"""A worker that does what the request's query asks for.

  worker.py classic LOG NAME SEND_SPEC RECV_SPEC
  worker.py managed LOG NAME SEND_SPEC

  nonce=TEXT    comes back in the content: "TEXT PID CONNECTION"
  work=MS       works so long and does nothing else meanwhile
  delay=MS      answers after so long and goes on with others meanwhile; hold=1: never
  size=BYTES    that much more content, sent as the client's credit allows (managed), or at once (classic)
  stream=N      an answer in N chunks of size=BYTES, each every=MS after the one before
    die=K         kills itself after K chunks;  until_close=1  no framing but the connection's end
  flood=BYTES   an answer of so many bytes at 100 MB/s;  rude=1  without regard to credit and disconnect notices
  twice=MS      answers a second time after so long; 0: in the same message
  steal=ID      sends an answer to this connection too
  garbage=N     before the answer, N messages that break the protocol, each in another way

WebSockets are accepted, and their texts come back: "TEXT PID CONNECTION".

Uploads are answered with the number of their bytes, when all is there: a file is looked at and deleted, parts are granted credit
for, 1 MiB at a time.

LOG gets a line for everything: time of the monotonic clock, kind, connection, nonce. Kinds: J joined (requests can come, answers
get through), R request received, S answer sent, D notice that the client is gone, C credit,
Q the broker says drain, B said bye, U an upload has begun, W message of a WebSocket.
On TERM a managed worker drains and says bye; a classic one just ends.
"""

import heapq
import itertools
import json
import os
import signal
import socket
import sys
import time
from urllib.parse import parse_qsl

import sockets
import zmq
from zmq.utils.monitor import recv_monitor_message

PIECE = 64 * 1024
WINDOW = 1 << 20
FLOOD_BYTES_PER_SECOND = 100_000_000
NO_CREDIT = float("inf")
HEAD = b"HTTP/1.1 200 OK\r\n"
UPGRADED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"


def garbage(sender, connection):
    """Messages that are no replies, those of the right form last: to nobody, from another handler."""
    yield b""
    yield b"\x00" * 20
    yield sender
    yield sender + b" 5"
    yield sender + b" 99:" + connection + b", x"
    yield sender + b" x:" + connection + b", x"
    yield sender + b" 1:z, x"
    yield sender + b" 0:, x"
    yield sender + b" 3:1 2 x"
    yield sender + b" 2:-1, x"
    yield sender + b" 20:99999999999999999999, x"
    ids = b" ".join(b"%d" % i for i in range(1, 201))
    yield sender + b" %d:%s, x" % (len(ids), ids)
    yield b"\xc3\xa9\xff %d:%s, x" % (len(connection), connection)
    yield b"another %d:%s, HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong" % (len(connection), connection)
    yield sender + b" 10:2147483647, x"


class Answer:
    """One that takes several messages: what is left of it, and how it goes on."""

    def __init__(self, message, left, query):
        self.message = message
        self.left = left
        self.rude = "rude" in query
        self.flood = "flood" in query


class Message:
    """A request or notice."""

    def __init__(self, frame):
        self.sender, self.connection, path, rest = frame.split(b" ", 3)
        length, rest = rest.split(b":", 1)
        self.headers = json.loads(rest[:int(length)].decode("utf-8"))
        self.is_notice = path == b"@*" and "PATH" not in self.headers
        self.method = self.headers.get("METHOD", "")
        self.is_streamed = "UPLOAD_STREAM" in self.headers
        self.is_socket = self.method.startswith("WEBSOCKET")
        body = rest[int(length) + 1:]
        self.body = body.split(b":", 1)[1][:-1] if self.is_notice or self.is_streamed or self.is_socket else b""
        self.query = dict(parse_qsl(self.headers.get("QUERY", ""), keep_blank_values=True))
        self.nonce = self.query.get("nonce", "-")


class Worker:
    """What both kinds have in common: the loop, the timers and the behaviours."""

    def __init__(self, log):
        self.context = zmq.Context()
        self.log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self.poller = zmq.Poller()
        self.timers = []
        self.order = itertools.count()
        self.answers = {}
        self.uploads = {}
        self.credit = {}
        self.window = NO_CREDIT
        self.outstanding = 0
        self.wake, waker = socket.socketpair()
        waker.setblocking(False)
        signal.set_wakeup_fd(waker.fileno())
        self.waker = waker
        signal.signal(signal.SIGTERM, lambda number, frame: None)
        self.poller.register(self.wake, zmq.POLLIN)

    def say(self, kind, connection=b"-", nonce="-"):
        os.write(self.log, b"%.6f %s %s %s\n" % (time.monotonic(), kind.encode(), connection, nonce.encode()))

    def after(self, seconds, action):
        heapq.heappush(self.timers, (time.monotonic() + seconds, next(self.order), action))

    def run(self):
        while True:
            wait = max(0, self.timers[0][0] - time.monotonic()) * 1000 if self.timers else None
            events = dict(self.poller.poll(wait))
            if self.wake.fileno() in events:
                self.wake.recv(64)
                self.stop()
            self.on_events(events)
            while self.timers and self.timers[0][0] <= time.monotonic():
                heapq.heappop(self.timers)[2]()

    def reply(self, message, payload, to=None):
        to = to or message.connection
        self.send(b"%s %d:%s, %s" % (message.sender, len(to), to, payload))

    def take(self, frame):
        message = Message(frame)
        if message.is_notice:
            self.on_notice(message, json.loads(message.body))
            return
        if message.is_streamed:
            self.take_part(message)
            return
        if message.is_socket:
            self.take_socket(message)
            return
        if "x-mongrel2-upload-start" in message.headers:
            self.take_file(message)
            return
        query = message.query
        self.say("R", message.connection, message.nonce)
        if "hold" in query:
            return
        self.outstanding += 1
        if "work" in query:
            time.sleep(float(query["work"]) / 1000)
        if "garbage" in query:
            for each in itertools.islice(itertools.cycle(garbage(message.sender, message.connection)), int(query["garbage"])):
                self.send(each)
        if "delay" in query:
            self.after(float(query["delay"]) / 1000, lambda: self.answer(message))
        else:
            self.answer(message)

    def take_socket(self, message):
        if message.method == "WEBSOCKET_HANDSHAKE":
            self.say("R", message.connection, message.nonce)
            self.outstanding += 1
            self.reply(message, UPGRADED + b"Sec-WebSocket-Accept: %s\r\n\r\n" % message.body)
            self.answered(message)
            return
        self.say("W", message.connection)
        opcode = int(message.headers["FLAGS"], 16) & 15
        if opcode == sockets.TEXT:
            self.reply(message, sockets.frame(sockets.TEXT, b"%s %d %s" % (message.body, os.getpid(), message.connection)))
        elif opcode == sockets.PING:
            self.reply(message, sockets.frame(sockets.PONG, message.body))
        elif opcode == sockets.CLOSE:
            self.reply(message, sockets.frame(sockets.CLOSE, message.body[:2]))
            self.reply(message, b"")

    def take_file(self, message):
        path = message.headers.get("x-mongrel2-upload-done")
        if path is None:
            self.say("U", message.connection, message.nonce)
            return
        self.say("R", message.connection, message.nonce)
        size = os.path.getsize(path)
        os.remove(path)
        self.outstanding += 1
        self.answer_upload(message, size)

    def take_part(self, part):
        if "METHOD" in part.headers:
            self.say("U", part.connection, part.nonce)
            self.outstanding += 1
            self.uploads[part.connection] = [part, 0]
            self.grant(part, WINDOW)
        upload = self.uploads.get(part.connection)
        if upload is None:
            return
        upload[1] += len(part.body)
        if "UPLOAD_STREAM_DONE" in part.headers:
            del self.uploads[part.connection]
            self.say("R", part.connection, upload[0].nonce)
            self.answer_upload(upload[0], upload[1])
        elif "METHOD" not in part.headers:
            self.grant(upload[0], len(part.body))

    def grant(self, message, count):
        credits = b"7:credits,%d:%d#" % (len(str(count)), count)
        pair = b"3:ctl,%d:%s}" % (len(credits), credits)
        self.send(b"%s %d:X %s, %d:%s]" % (message.sender, len(message.connection) + 2, message.connection, len(pair), pair))

    def answer_upload(self, message, size):
        content = b"%s %d %s %d" % (message.nonce.encode(), os.getpid(), message.connection, size)
        self.reply(message, HEAD + b"Content-Length: %d\r\n\r\n%s" % (len(content), content))
        self.answered(message)

    def answer(self, message):
        query = message.query
        if "stream" in query:
            head = b"Connection: close\r\n\r\n" if "until_close" in query else b"Transfer-Encoding: chunked\r\n\r\n"
            self.reply(message, HEAD + head)
            self.chunk(message, 1)
            return
        content = b"%s %d %s" % (message.nonce.encode(), os.getpid(), message.connection)
        more = int(query.get("flood", query.get("size", 0)))
        whole = HEAD + b"Content-Length: %d\r\n\r\n%s" % (len(content) + more, content)
        self.reply(message, whole * 2 if query.get("twice") == "0" else whole)
        if "steal" in query:
            self.reply(message, whole, query["steal"].encode())
        if query.get("twice", "0") != "0":
            self.after(float(query["twice"]) / 1000, lambda: self.reply(message, whole))
        if more:
            self.answers[message.connection] = answer = Answer(message, more, query)
            self.credit.setdefault(message.connection, self.window)
            self.go_on(answer)
        else:
            self.answered(message)

    def answered(self, message):
        self.outstanding -= 1
        self.answers.pop(message.connection, None)
        self.credit.pop(message.connection, None)
        self.say("S", message.connection, message.nonce)
        self.on_answered()

    def go_on(self, answer):
        """Sends as much as may be sent now."""
        connection = answer.message.connection
        until = time.monotonic() + 0.005
        pause = PIECE / FLOOD_BYTES_PER_SECOND if answer.flood else 0
        while self.answers.get(connection) is answer:
            room = NO_CREDIT if answer.rude else self.credit.get(connection, 0)
            piece = int(min(answer.left, PIECE, room))
            if piece <= 0:
                return
            self.reply(answer.message, b"x" * piece)
            answer.left -= piece
            self.credit[connection] = self.credit.get(connection, 0) - piece
            if answer.left == 0:
                self.answered(answer.message)
            elif pause or time.monotonic() > until:
                self.after(pause, lambda: self.go_on(answer))
                return

    def chunk(self, message, number):
        query = message.query
        if query.get("die") == str(number - 1):
            time.sleep(0.05)  # what was sent leaves the process
            os.kill(os.getpid(), signal.SIGKILL)
        if number == 1:
            self.answers[message.connection] = message
        elif self.answers.get(message.connection) is not message:
            return
        content = b"x" * int(query.get("size", 100))
        framed = content if "until_close" in query else b"%x\r\n%s\r\n" % (len(content), content)
        if number <= int(query["stream"]):
            self.reply(message, framed)
            self.after(float(query.get("every", 0)) / 1000, lambda: self.chunk(message, number + 1))
        else:
            self.reply(message, b"" if "until_close" in query else b"0\r\n\r\n")
            self.answered(message)

    def on_gone(self, message):
        self.say("D", message.connection)
        if self.uploads.pop(message.connection, None):
            self.outstanding -= 1
        answer = self.answers.get(message.connection)
        if answer is not None and not (isinstance(answer, Answer) and answer.rude):
            del self.answers[message.connection]
            self.credit.pop(message.connection, None)
            self.outstanding -= 1


class Classic(Worker):
    """PULL and XPUB. Takes nothing while its answers would be lost."""

    def __init__(self, log, name, send_spec, recv_spec):
        super().__init__(log)
        self.replies = self.context.socket(zmq.XPUB)
        self.replies.set(zmq.SNDHWM, 0)
        self.replies.set(zmq.XPUB_VERBOSE, 1)  # a broker that was started again is heard of too
        self.replies.connect(recv_spec)
        self.poller.register(self.replies, zmq.POLLIN)
        self.requests = None
        self.send_spec = send_spec

    def send(self, frame):
        self.replies.send(frame)

    def stop(self):
        self.context.destroy(linger=0)
        sys.exit(0)

    def on_answered(self):
        pass

    def on_events(self, events):
        if self.replies in events:
            while self.replies.poll(0):
                self.on_subscription(self.replies.recv()[:1] == b"\x01")
        if self.requests is not None and self.requests in events:
            for _ in range(50):
                try:
                    frame = self.requests.recv(zmq.NOBLOCK)
                except zmq.Again:
                    break
                self.take(frame)

    def on_subscription(self, subscribed):
        if subscribed and self.requests is None:
            self.requests = self.context.socket(zmq.PULL)
            self.requests.connect(self.send_spec)
            self.poller.register(self.requests, zmq.POLLIN)
        if subscribed:
            self.say("J")

    def on_notice(self, message, notice):
        if notice["type"] == "disconnect":
            self.on_gone(message)


class Managed(Worker):
    """One DEALER socket, a fresh one for each connection."""

    def __init__(self, log, name, send_spec):
        super().__init__(log)
        self.name = name
        self.send_spec = send_spec
        self.ident = b"-"
        self.draining = self.drained = False
        self.socket = self.monitor = None
        self.connect()

    def connect(self):
        if self.socket is not None:
            self.poller.unregister(self.socket)
            self.poller.unregister(self.monitor)
            self.socket.disable_monitor()
            self.monitor.close()
            self.socket.close(linger=0)
        self.answers.clear()
        self.uploads.clear()
        self.credit.clear()
        self.outstanding = 0
        self.timers.clear()
        self.socket = self.context.socket(zmq.DEALER)
        self.socket.set(zmq.SNDHWM, 0)
        self.socket.set(zmq.RCVHWM, 0)
        self.socket.set(zmq.HEARTBEAT_IVL, 5000)
        self.socket.set(zmq.HEARTBEAT_TIMEOUT, 15000)
        self.monitor = self.socket.get_monitor_socket(zmq.EVENT_HANDSHAKE_SUCCEEDED | zmq.EVENT_DISCONNECTED)
        self.poller.register(self.socket, zmq.POLLIN)
        self.poller.register(self.monitor, zmq.POLLIN)
        self.socket.connect(self.send_spec)

    def send(self, frame):
        self.socket.send(frame)

    def control(self, command, entries):
        """SENDER 1:X, TNETSTRING of [command, {entries}]."""
        def text(value):
            return b"%d:%s," % (len(value), value)

        pairs = b""
        for key, value in entries.items():
            pairs += text(key.encode())
            pairs += b"%d:%d#" % (len(str(value)), value) if isinstance(value, int) else text(value.encode())
        both = text(command.encode()) + b"%d:%s}" % (len(pairs), pairs)
        self.send(b"%s 1:X, %d:%s]" % (IDENT, len(both), both))

    def stop(self):
        self.draining = True
        self.control("drain", {})

    def on_answered(self):
        if self.drained and self.outstanding == 0:
            self.control("bye", {})
            self.say("B")
            self.context.destroy(linger=2000)
            sys.exit(0)

    def on_events(self, events):
        if self.monitor in events:
            event = recv_monitor_message(self.monitor)["event"]
            if event == zmq.EVENT_HANDSHAKE_SUCCEEDED:
                self.control("hello", {"name": self.name, "pid": os.getpid(), "language": "python"})
            else:
                self.connect()
                return
        if self.socket in events:
            for _ in range(50):
                try:
                    frame = self.socket.recv(zmq.NOBLOCK)
                except zmq.Again:
                    break
                self.take(frame)

    def on_notice(self, message, notice):
        if notice["type"] == "welcome":
            self.window = notice["window"]
            self.say("J")
        elif notice["type"] == "drain":
            self.say("Q")
            self.drained = True
            self.on_answered()
        elif notice["type"] == "credit":
            self.say("C", message.connection)
            self.credit[message.connection] = self.credit.get(message.connection, 0) + notice["bytes"]
            answer = self.answers.get(message.connection)
            if isinstance(answer, Answer):
                self.go_on(answer)
        elif notice["type"] == "disconnect":
            self.on_gone(message)
            self.on_answered()


IDENT = os.environ.get("IDENT", "a").encode()

if __name__ == "__main__":
    kind, *arguments = sys.argv[1:]
    (Managed if kind == "managed" else Classic)(*arguments).run()
