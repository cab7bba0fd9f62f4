"""Runs a WSGI application (PEP 3333) such as Flask's or Django's as a worker. Needs worker.py beside it, and pyzmq.

    python wsgi.py package.module:app --config config.sqlite --handler NAME [--threads 4] [--script-name /shop]

docs/python.md is the guide. In environ, beside what the PEP has: REQUEST_URI, lurcher.variables (what the broker says of the
request, see docs/protocol.md), lurcher.upload (the file with the content of an upload: the application may move it) and
lurcher.keep_alive (to be called now and then by an application that needs longer than the handler's timeout).
"""

import argparse
import importlib.util
import os
import sys
from urllib.parse import unquote_to_bytes
from wsgiref.util import FileWrapper

BLOCK_BYTES = 64 * 1024
MOST_KEYS = 1000


def beside(name):
    """worker.py of this folder, under a name of its own: an application may have a module called worker as well."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name + ".py")
    spec = importlib.util.spec_from_file_location("lurcher_" + name, path)
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


worker = beside("worker")
log = worker.log


class Blocks(FileWrapper):
    """wsgi.file_wrapper: a file in blocks of a size that suits the way to the client."""

    def __init__(self, filelike, blksize=BLOCK_BYTES):
        super().__init__(filelike, max(blksize, BLOCK_BYTES))


class Exchange:
    """One call of the application, as start_response and write() see it."""

    def __init__(self, request):
        self.request = request
        self.answer = None
        self.finished = False

    def start_response(self, status, headers, exc_info=None):
        try:
            if exc_info and self.answer is not None and self.answer.begun:
                raise exc_info[1].with_traceback(exc_info[2])
            if not exc_info and self.answer is not None:
                raise RuntimeError("start_response was called twice, and without exc_info")
            self.answer = worker.Answer(self.request, status, headers)
        finally:
            exc_info = None  # a frame in a traceback of itself would never be freed
        return self.write

    def write(self, data, length=None):
        if not isinstance(data, bytes):
            raise TypeError(f"content is {type(data).__name__}: bytes are wanted")
        if self.answer is None:
            raise RuntimeError("content before start_response was called")
        if data:
            self.request.client.write(self.answer.frame(data, length))

    def finish(self):
        if self.answer is None:
            raise RuntimeError("start_response was never called")
        self.request.client.write(self.answer.end())
        worker.write_end(self.answer)
        self.finished = True
        if self.answer.is_short():
            log.error("%s: the application wrote less than its Content-Length", self.request)


class Gateway:
    """Has an application answer requests. Any thread."""

    def __init__(self, application, threads=1, script_name=""):
        self.application = application
        self.script_name = script_name.rstrip("/")
        self.keys = {}
        self.base = {
            "SCRIPT_NAME": self.script_name,
            "QUERY_STRING": "",
            "SERVER_SOFTWARE": "lurcher",
            "wsgi.version": (1, 0),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": threads > 1,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            "wsgi.file_wrapper": Blocks,
        }

    def handle(self, request):
        """For worker.serve."""
        if request.client.session or request.method in ("JSON", "XML"):
            log.debug("%s: nothing for a WSGI application", request)
        elif request.method == "WEBSOCKET_HANDSHAKE":
            text = "This application takes no WebSockets.\n"
            worker.respond_to(request, lambda _: worker.Response(501, text))
        else:
            self.answer(request)

    def answer(self, request):
        exchange = Exchange(request)
        content = None
        try:
            content = request.body()
            self.run(exchange, self.environ(request, content))
        except worker.Gone as e:
            log.debug("%s: %s", request, e)
        except (Exception, SystemExit):
            if exchange.finished:
                log.exception("%s: failed after its answer", request)
            else:
                worker.fail(request, exchange.answer)
        finally:
            if content is not None:
                content.close()

    def run(self, exchange, environ):
        result = self.application(environ, exchange.start_response)
        try:
            # What is all there needs no chunks.
            whole = isinstance(result, (list, tuple))
            length = sum(map(len, result)) if whole else None
            for data in result:
                exchange.write(data, length)
                if exchange.answer.bodiless and exchange.answer.begun:
                    break  # HEAD: the rest would be produced for nobody
            exchange.finish()
        finally:
            if hasattr(result, "close"):
                result.close()

    # ---- environ

    def environ(self, request, content):
        headers = request.headers
        environ = self.base.copy()
        keys = self.keys
        for name, value in headers.items():
            key = keys[name] if name in keys else self.key(name)
            if key is not None:
                if isinstance(value, list):
                    value = ("; " if name == "cookie" else ",").join(value)
                environ[key] = value if value.isascii() else worker.octets(value).decode("latin-1")
        environ["REQUEST_METHOD"] = request.method
        self.add_path(environ, headers.get("PATH", request.path))
        self.add_server(environ, environ.get("HTTP_HOST", ""))
        self.add_content(environ, request, content)
        environ["wsgi.input"] = content
        environ["lurcher.variables"] = {name: value for name, value in headers.items() if "A" <= name[:1] <= "Z"}
        environ["lurcher.keep_alive"] = lambda: request.client.control(keep_alive=True)
        return environ

    VARIABLES = {
        "QUERY": "QUERY_STRING",
        "VERSION": "SERVER_PROTOCOL",
        "URI": "REQUEST_URI",
        "URL_SCHEME": "wsgi.url_scheme",
        "REMOTE_ADDR": "REMOTE_ADDR",
    }

    def key(self, name):
        """
        The key of a variable or field; None = it is not passed on. Two names must not become one, by which a client could say what
        only a proxy may: so none with an underscore; and none that means something to programs that are started (HTTP_PROXY).
        """
        if "A" <= name[:1] <= "Z":
            key = self.VARIABLES.get(name)
        elif "_" in name or name in ("proxy", "content-length", "transfer-encoding") or name.startswith("x-mongrel2-upload-"):
            key = None
        elif name == "content-type":
            key = "CONTENT_TYPE"
        else:
            key = "HTTP_" + name.upper().replace("-", "_")
        if len(self.keys) < MOST_KEYS:
            self.keys[name] = key
        return key

    def add_path(self, environ, path):
        if "%" in path or not path.isascii():
            path = unquote_to_bytes(worker.octets(path)).decode("latin-1")
        prefix = self.script_name
        if prefix and (path == prefix or path.startswith(prefix + "/")):
            path = path[len(prefix) :]
        elif prefix:
            environ["SCRIPT_NAME"] = ""
        environ["PATH_INFO"] = path

    @staticmethod
    def add_server(environ, host):
        scheme = environ.setdefault("wsgi.url_scheme", "http")
        name, colon, port = host.rpartition(":")
        if not colon or not port.isdigit():
            name, port = host, ""
        environ["SERVER_NAME"] = name or "localhost"
        environ["SERVER_PORT"] = port or ("443" if scheme == "https" else "80")
        if scheme == "https":
            environ["HTTPS"] = "on"

    @staticmethod
    def add_content(environ, request, content):
        announced = request.field("content-length")
        if request.client.parts is not None:
            environ["wsgi.input_terminated"] = True
            if announced is not None:
                environ["CONTENT_LENGTH"] = announced
        elif request.upload:
            environ["lurcher.upload"] = os.fsdecode(worker.octets(request.upload))
            environ["CONTENT_LENGTH"] = str(os.fstat(content.fileno()).st_size)
        elif request.content or announced is not None:
            environ["CONTENT_LENGTH"] = str(len(request.content))


# ---- as a program


def main():
    parser = argparse.ArgumentParser(prog="wsgi.py", description="Runs a WSGI application as a worker.")
    parser.add_argument("application", metavar="MODULE:NAME", help="as package.module:app; MODULE:make() calls make")
    worker.add_arguments(parser)
    parser.add_argument("--threads", type=int, default=4, metavar="N", help="how many requests at once: 4")
    parser.add_argument("--script-name", default="", metavar="PATH", help="where the application is, as /shop: SCRIPT_NAME")
    arguments = parser.parse_args()
    worker.start_log()
    try:
        link = worker.make_worker(arguments, arguments.application)
        application = worker.load(arguments.application, "application", __file__)
    except worker.WorkerError as e:
        worker.refuse("wsgi.py", e)
    gateway = Gateway(application, arguments.threads, arguments.script_name)
    clean = worker.serve(link, gateway.handle, arguments.threads, arguments.stop_time)
    worker.end(link, 0 if clean else 1)


if __name__ == "__main__":
    main()
