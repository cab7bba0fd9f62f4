"""What the tests of wsgi.py have it run: an application for each first segment of the path."""

import hashlib
import json
import os
import sys
import threading
import time
from wsgiref.validate import validator

BARRIER = threading.Barrier(4)


def app(environ, start_response):
    name = environ["PATH_INFO"].split("/")[1].replace("-", "_")
    return globals()["do_" + name](environ, start_response)


def ok(start_response, content, *fields):
    start_response("200 OK", [("Content-Type", "text/plain"), *fields])
    return [content]


def do_hello(environ, start_response):
    return ok(start_response, b"hello\n")


def do_pid(environ, start_response):
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    return ok(start_response, b"%d\n" % os.getpid())


def do_environ(environ, start_response):
    found = {key: value for key, value in environ.items() if isinstance(value, str)}
    found["body"] = environ["wsgi.input"].read().decode("latin-1")
    return ok(start_response, json.dumps(found).encode())


def plain(environ, start_response):
    content = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.errors"].write("validated\n")
    environ["wsgi.errors"].flush()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(content)))])
    return [content[:3], content[3:]]


do_validated = validator(plain)


def do_digest(environ, start_response):
    found, size, stream = hashlib.sha256(), 0, environ["wsgi.input"]
    for block in iter(lambda: stream.read(10000), b""):
        found.update(block)
        size += len(block)
    said = {"bytes": size, "sha256": found.hexdigest(), "file": "lurcher.upload" in environ}
    return ok(start_response, json.dumps(said).encode())


def do_lines(environ, start_response):
    return ok(start_response, b"|".join(line.rstrip() for line in environ["wsgi.input"]))


def do_early(environ, start_response):
    """Answers without a look at the content."""
    return ok(start_response, b"early\n")


def do_move(environ, start_response):
    os.rename(environ["lurcher.upload"], "moved")
    return ok(start_response, b"moved\n")


def do_stream(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/octet-stream")])
    return (bytes((i % 256,)) * 100_000 for i in range(200))


def do_file(environ, start_response):
    size = os.path.getsize("large")
    start_response("200 OK", [("Content-Type", "application/octet-stream"), ("Content-Length", str(size))])
    return environ["wsgi.file_wrapper"](open("large", "rb"), 8192)


def do_write(environ, start_response):
    write = start_response("200 OK", [("Content-Type", "text/plain")])
    write(b"one ")
    write(b"two ")
    return [b"three"]


def do_fail(environ, start_response):
    raise RuntimeError("secret")


def do_fail_late(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    yield b"the beginning"
    raise RuntimeError("secret")


def do_short(environ, start_response):
    return ok(start_response, b"12345", ("Content-Length", "10"))


def do_recovers(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    try:
        raise ValueError
    except ValueError:
        start_response("418 I am a teapot", [("Content-Type", "text/plain")], sys.exc_info())
    return [b"short and stout"]


def do_inject(environ, start_response):
    return ok(start_response, b"", ("X-Name", environ["QUERY_STRING"].replace("%0d%0a", "\r\n")))


def do_meet(environ, start_response):
    BARRIER.wait(20)
    return ok(start_response, b"met\n")


def do_slow(environ, start_response):
    print("slow has begun", file=sys.stderr, flush=True)
    time.sleep(float(environ["QUERY_STRING"]))
    return ok(start_response, b"slow\n")


class do_endless:
    """Goes on as long as there is a client."""

    def __init__(self, environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])

    def __iter__(self):
        while True:
            yield b"tick\n"
            time.sleep(0.01)

    def close(self):
        print("endless is closed", file=sys.stderr, flush=True)
