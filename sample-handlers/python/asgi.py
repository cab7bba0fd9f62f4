"""Runs an ASGI application (ASGI 3.0: HTTP, WebSocket and lifespan) as a worker. Needs worker.py beside it, and pyzmq.

    python asgi.py package.module:app --config config.sqlite --handler NAME [--root-path /shop] [--lifespan auto|on|off]

docs/python.md is the guide. WebSockets need a managed worker, which this is unless it is told --classic. In each scope, extensions
["lurcher"] holds what the broker says of the request ("variables", see docs/protocol.md), "keep_alive", to be called now and then by
an application that needs longer than the handler's timeout, and for an upload by file "upload": the application may move that file.
"""

import argparse
import asyncio
import collections
import importlib.util
import os
import signal
import struct
import sys
from urllib.parse import unquote_to_bytes

BLOCK_BYTES = 64 * 1024
# What a client may say that the application does not listen to.
MOST_MESSAGES, MOST_MESSAGE_BYTES = 1000, 16 * 1024 * 1024
OVERLOADED = 1013
NO_STATUS, ABNORMAL = 1005, 1006
VERSIONS = {"version": "3.0", "spec_version": "2.4"}


def beside(name):
    """worker.py of this folder, under a name of its own: an application may have a module called worker as well."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name + ".py")
    spec = importlib.util.spec_from_file_location("lurcher_" + name, path)
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


worker = beside("worker")
log = worker.log


async def write(client, stirred, data):
    """Sends bytes, no faster than the client takes them. Raises Gone."""
    rest = memoryview(data)
    while rest:
        stirred.clear()
        room = client.room(len(rest))
        if client.gone or room:
            client.send(rest[:room])
            rest = rest[room:]
        else:
            await stirred.wait()


def text_of(event):
    """The fields of an event as Answer and accept() want them: chars 0..255."""
    return [tuple(bytes(each).decode("latin-1") for each in pair) for pair in event.get("headers", ())]


def status_of(event):
    return worker.STATUS_LINES.get(event["status"], f"{event['status']} ")


class Conversation:
    """What a request and a WebSocket have in common: one call of the application."""

    def __init__(self, server, request):
        self.server = server
        self.request = request
        self.client = request.client
        self.stirred = asyncio.Event()
        self.client.stirred = self.stirred.set

    def scope(self, kind, schemes):
        request = self.request
        headers = request.headers
        path = headers.get("PATH", request.path)
        raw = worker.octets(path)
        path = unquote_to_bytes(raw).decode("utf-8", "replace")
        host, colon, port = (request.field("host") or "").rpartition(":")
        if not colon or not port.isdigit():
            host, port = request.field("host") or "localhost", None
        secure = headers.get("URL_SCHEME") == "https"
        extension = {
            "variables": {name: value for name, value in headers.items() if "A" <= name[:1] <= "Z"},
            "keep_alive": lambda: self.client.control(keep_alive=True),
        }
        if request.upload:
            extension["upload"] = os.fsdecode(worker.octets(request.upload))
        return {
            "type": kind,
            "asgi": VERSIONS,
            "http_version": headers.get("VERSION", "HTTP/1.1")[5:],
            "scheme": schemes[secure],
            "path": path,
            "raw_path": raw,
            "query_string": worker.octets(headers.get("QUERY", "")),
            "root_path": self.server.root_path,
            "headers": [pair for pair in map(self.pair, request.fields()) if pair],
            "client": (headers.get("REMOTE_ADDR", ""), 0),
            "server": (host, int(port) if port else 443 if secure else 80),
            "state": self.server.state.copy(),
            "extensions": {"lurcher": extension},
        }

    @staticmethod
    def pair(field):
        name, value = field
        # The broker has taken chunks apart.
        if name == "transfer-encoding" or name.startswith("x-mongrel2-upload-"):
            return None
        return name.encode("latin-1"), worker.octets(value)

    async def wait(self, ready):
        """Until the client or something else stirs, and ready() is true."""
        while not ready():
            self.stirred.clear()
            await self.stirred.wait()


class Exchange(Conversation):
    """An HTTP request and its answer."""

    def __init__(self, server, request):
        super().__init__(server, request)
        self.answer = None
        self.finished = False
        self.read_all = False
        self.file = None

    async def run(self):
        try:
            if self.request.upload:
                self.file = self.request.body()
            scope = self.scope("http", ("http", "https"))
            scope["method"] = self.request.method
            await self.server.application(scope, self.receive, self.send)
            if not self.finished and not self.client.gone:
                raise RuntimeError("the application returned before its answer was complete")
        except worker.Gone as e:
            log.debug("%s: %s", self.request, e)
        except (Exception, SystemExit, asyncio.CancelledError):
            if self.server.over.done():
                log.debug("%s: there is no time left for it", self.request)
            elif self.finished:
                log.exception("%s: failed after its answer", self.request)
            else:
                worker.fail(self.request, self.answer)
        finally:
            if self.file is not None:
                self.file.close()

    async def receive(self):
        if not self.read_all:
            event = await self.next_content()
            if event is not None:
                return event
        await self.wait(lambda: self.finished or self.client.gone)
        return {"type": "http.disconnect"}

    async def next_content(self):
        """The next part of the content; None where nobody is left who sends it."""
        if self.file is not None:
            body = await asyncio.get_running_loop().run_in_executor(None, self.file.read, BLOCK_BYTES)
            self.read_all = not body
        elif self.client.parts is None:
            body, self.read_all = self.request.content, True
        else:
            await self.wait(lambda: self.client.gone or self.has_part())
            if self.client.gone:
                return None
            body, self.part = self.part, None
            self.read_all = not body
        return {"type": "http.request", "body": body, "more_body": not self.read_all}

    part = None

    def has_part(self):
        if self.part is None and not self.client.gone:
            self.part = self.client.next_part()
        return self.part is not None

    async def send(self, event):
        kind = event["type"]
        if self.client.gone and not self.finished:
            raise worker.Gone(self.client.gone)
        if kind == "http.response.start" and self.answer is None:
            self.answer = worker.Answer(self.request, status_of(event), text_of(event))
        elif kind == "http.response.body" and self.answer is not None and not self.finished:
            await self.send_body(event.get("body", b""), event.get("more_body", False))
        else:
            raise RuntimeError(f"{kind} has no place here")

    async def send_body(self, body, more):
        answer = self.answer
        data = answer.frame(body, None if more or answer.begun else len(body))
        await write(self.client, self.stirred, data if more else data + answer.end())
        if more:
            return
        self.finished = True
        worker.write_end(answer)
        if answer.is_short():
            log.error("%s: the application wrote less than its Content-Length", self.request)
        self.stirred.set()


class Socket(Conversation):
    """A WebSocket: connecting --accept--> open --close of either side, or the client's end--> closed."""

    def __init__(self, server, request):
        super().__init__(server, request)
        self.events = collections.deque([{"type": "websocket.connect"}])
        self.waiting_bytes = 0
        self.writing = asyncio.Lock()
        self.state = "connecting"
        self.denial = None

    async def run(self):
        scope = self.scope("websocket", ("ws", "wss"))
        protocols = self.request.field("sec-websocket-protocol") or ""
        scope["subprotocols"] = [each.strip() for each in protocols.split(",") if each.strip()]
        scope["extensions"]["websocket.http.response"] = {}
        try:
            await self.server.application(scope, self.receive, self.send)
            if self.state == "connecting" and not self.client.gone:
                raise RuntimeError("the application returned without an answer to the handshake")
            self.close(1000, "")
        except worker.Gone as e:
            log.debug("%s: %s", self.request, e)
        except (Exception, SystemExit, asyncio.CancelledError):
            if self.server.over.done():
                self.close(worker.RESTART, "")
            elif self.state == "connecting":
                worker.fail(self.request, self.denial)
            elif self.state == "open":
                number = worker.failure(self.request)[2].decode().strip()
                self.close(worker.FAILURE, number)
            else:
                log.exception("%s: failed after its end", self.request)
        finally:
            self.client.end()

    # ---- from the client

    def take(self, message):
        """A message that has come. Pings and close frames are answered here, unless the broker does."""
        opcode, content = message.opcode, message.content
        if self.state != "open":
            return
        if opcode == worker.PING:
            self.client.send(worker.websocket_frame(worker.PONG, content))
        elif opcode == worker.CLOSE:
            code = struct.unpack(">H", content[:2])[0] if len(content) >= 2 else NO_STATUS
            self.client.send(worker.websocket_frame(worker.CLOSE, content[:2]))
            self.end(code, content[2:].decode("utf-8", "replace"))
            self.client.close()
        elif opcode in (worker.TEXT, worker.BINARY):
            self.waiting_bytes += len(content)
            key, value = ("text", content.decode("utf-8", "replace")) if opcode == worker.TEXT else ("bytes", content)
            self.events.append({"type": "websocket.receive", key: value})
            if len(self.events) > MOST_MESSAGES or self.waiting_bytes > MOST_MESSAGE_BYTES:
                self.close(OVERLOADED, "the application does not listen")
            self.stirred.set()

    def end(self, code, reason):
        """Nothing follows: the application hears of it after all that came before."""
        if self.state in ("connecting", "open"):
            self.state = "closed"
            self.events.append({"type": "websocket.disconnect", "code": code, "reason": reason})
            self.stirred.set()

    def close(self, code, reason):
        if self.state == "open":
            try:
                payload = struct.pack(">H", code) + reason.encode()[:123].decode("utf-8", "ignore").encode()
                self.client.send(worker.websocket_frame(worker.CLOSE, payload))
                self.client.close()
            except worker.Gone:
                pass
        self.end(code, reason)

    async def receive(self):
        await self.wait(lambda: self.events or self.client.gone)
        if not self.events:
            self.state = "closed"
            return {"type": "websocket.disconnect", "code": ABNORMAL, "reason": ""}
        event = self.events.popleft()
        self.waiting_bytes -= len(event.get("text") or event.get("bytes") or b"")
        return event

    # ---- from the application

    async def send(self, event):
        kind = event["type"]
        if self.client.gone or self.state == "closed":
            raise worker.Gone(self.client.gone or "the WebSocket is closed")
        if kind == "websocket.accept" and self.state == "connecting":
            self.accept(event)
        elif kind == "websocket.send" and self.state == "open":
            text = event.get("text")
            opcode, data = (worker.TEXT, text.encode()) if text is not None else (worker.BINARY, bytes(event["bytes"]))
            await self.say(opcode, data)
        elif kind == "websocket.close" and self.state == "connecting":
            self.denial = worker.Answer(self.request, "403 Forbidden", [("Content-Type", "text/plain")])
            await self.send_denial(b"Forbidden\n", False)
        elif kind == "websocket.close":
            self.close(event.get("code") or 1000, event.get("reason") or "")
        elif kind == "websocket.http.response.start" and self.denial is None:
            self.denial = worker.Answer(self.request, status_of(event), text_of(event))
        elif kind == "websocket.http.response.body" and self.denial is not None:
            await self.send_denial(event.get("body", b""), event.get("more_body", False))
        else:
            raise RuntimeError(f"{kind} has no place here")

    async def say(self, opcode, data):
        async with self.writing:
            for frame in worker.websocket_frames(opcode, data):
                await self.wait(lambda: self.client.gone or self.client.room(1))
                self.client.send(frame)

    def accept(self, event):
        fields = text_of(event)
        if event.get("subprotocol"):
            fields.append(("Sec-WebSocket-Protocol", event["subprotocol"]))
        self.request.accept(fields)
        self.server.sockets[self.client.id] = self
        self.state = "open"
        self.server.turn_soon()  # which looks whether it is too late for that

    async def send_denial(self, body, more):
        await write(self.client, self.stirred, self.denial.frame(body, None if more else len(body)))
        if not more:
            await write(self.client, self.stirred, self.denial.end())
            worker.write_end(self.denial)
            self.end(ABNORMAL, "")


class Lifespan:
    """The application's beginning and end."""

    def __init__(self, server, wanted):
        self.server = server
        self.wanted = wanted
        self.asked = asyncio.Queue()
        self.said = asyncio.Queue()
        self.task = None

    async def start(self):
        """Returns why the application cannot start, or None."""
        if self.wanted == "off":
            return None
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.server.state}
        self.task = asyncio.ensure_future(self.run(scope))
        return await self.ask("startup")

    async def run(self, scope):
        try:
            await self.server.application(scope, self.asked.get, self.said.put)
        except Exception as e:
            if self.wanted == "on":
                log.exception("The application failed in its lifespan")
            await self.said.put({"type": "failed", "message": repr(e)})
        await self.said.put({"type": "ended"})

    async def ask(self, what):
        await self.asked.put({"type": f"lifespan.{what}"})
        answer = await self.said.get()
        if answer["type"] == f"lifespan.{what}.failed":
            return answer.get("message") or f"its {what} failed"
        if answer["type"] != f"lifespan.{what}.complete":
            self.task = None  # an application without lifespan
            if self.wanted == "on":
                return answer.get("message") or "it has no lifespan"
        return None

    async def stop(self):
        if self.task is not None:
            why = await self.ask("shutdown")
            if why:
                log.error("The application did not end well: %s", why)


class Server:
    """Has an application answer what comes. All in one event loop, which is also what reads the sockets."""

    def __init__(self, application, link, arguments):
        self.application = application
        self.link = link
        self.root_path = arguments.root_path.rstrip("/")
        self.stop_seconds = arguments.stop_time
        self.lifespan_wanted = arguments.lifespan
        self.state = {}
        self.sockets = {}
        self.tasks = set()
        self.watched = ()
        self.timer = None
        self.turning = False
        self.over = None
        link.polling = True
        link.ring = self.turn_soon

    async def run(self):
        """Until TERM, Ctrl-C, or the broker says so. Returns the exit code."""
        self.loop = asyncio.get_running_loop()
        self.over = self.loop.create_future()
        lifespan = Lifespan(self, self.lifespan_wanted)
        why = await lifespan.start()
        if why is not None:
            log.error("The application cannot start: %s", why)
            return 3
        for number in (signal.SIGTERM, signal.SIGINT):
            self.loop.add_signal_handler(number, self.on_signal)
        self.turn()
        clean = await self.over
        if self.tasks:
            await self.abandon()
        await lifespan.stop()
        return 0 if clean else 1

    def on_signal(self):
        if self.link.stopping:
            self.finish(False)
        else:
            self.loop.call_later(self.stop_seconds, self.finish, False)
            self.link.stop()

    def turn_soon(self):
        if not self.turning:
            self.turning = True
            self.loop.call_soon_threadsafe(self.turn)

    def turn(self, watch=False):
        """Reads what has come, and gives it to the application."""
        self.turning = False
        if self.timer is not None:
            self.timer.cancel()
        link = self.link
        with link.lock:
            try:
                link.link.turn(watch)
            finally:
                self.timer = self.loop.call_later(link.link.due(), self.turn, True)
            requests = list(link.inbox)
            link.inbox.clear()
        if self.watched is not link.link.fds:
            self.watch(link.link.fds)
        for request in requests:
            if request.client.gone:
                request.discard()
            else:
                self.begin(request)
        self.sweep()

    def watch(self, fds):
        for fd in self.watched:
            self.loop.remove_reader(fd)
        self.watched = fds
        for fd in fds:
            self.loop.add_reader(fd, self.turn, fd == fds[-1])

    def begin(self, request):
        if request.method == "WEBSOCKET":
            socket = self.sockets.get(request.client.id)
            try:
                if socket is not None:
                    socket.take(request)
            except worker.Gone:
                pass
        elif request.method in ("JSON", "XML"):
            log.debug("%s: nothing for an ASGI application", request)
            request.client.done()
        else:
            conversation = (Socket if request.method == "WEBSOCKET_HANDSHAKE" else Exchange)(self, request)
            task = self.loop.create_task(conversation.run())
            self.tasks.add(task)
            task.add_done_callback(lambda _: self.over_with(task, conversation))

    def over_with(self, task, conversation):
        self.tasks.discard(task)
        client = conversation.client
        if self.sockets.get(client.id) is conversation:
            del self.sockets[client.id]
        conversation.request.discard()
        client.done()
        self.sweep()

    def sweep(self):
        """Once nothing new comes, WebSockets are closed, for their clients to come back to another worker; then it is the end."""
        with self.link.lock:
            drained, finished = self.link.is_drained(), self.link.is_finished()
        if drained:
            for socket in list(self.sockets.values()):
                socket.close(worker.RESTART, "")
        if finished and not self.tasks:
            self.finish(True)

    def finish(self, clean):
        if not self.over.done():
            self.over.set_result(clean)

    async def abandon(self):
        log.warning("Stopped while %d requests were not answered yet.", self.link.held)
        for task in self.tasks:
            task.cancel()
        await asyncio.wait(self.tasks, timeout=1)


def main():
    parser = argparse.ArgumentParser(prog="asgi.py", description="Runs an ASGI application as a worker.")
    parser.add_argument("application", metavar="MODULE:NAME", help="as package.module:app; MODULE:make() calls make")
    worker.add_arguments(parser)
    parser.add_argument("--root-path", default="", metavar="PATH", help="where the application is, as /shop: root_path")
    parser.add_argument("--lifespan", choices=("auto", "on", "off"), default="auto", help="whether the application hears of start and end")
    arguments = parser.parse_args()
    worker.start_log()
    try:
        link = worker.make_worker(arguments, arguments.application)
        application = worker.load(arguments.application, "application", __file__)
    except worker.WorkerError as e:
        worker.refuse("asgi.py", e)
    worker.end(link, asyncio.run(Server(application, link, arguments).run()))


if __name__ == "__main__":
    main()
