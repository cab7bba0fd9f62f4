"""A worker in Python over CURVE, with pyzmq alone: both sides prove who they are, and all between them is encrypted."""
import json
import os
import zmq
from zmq.auth import load_certificate

# Where the broker is, and the files that "broker keygen" wrote: the broker's NAME.key, the worker's own NAME.key_secret.
SEND = os.environ.get("LURCHER_SEND", "tcp://127.0.0.1:9997")
RECV = os.environ.get("LURCHER_RECV", "tcp://127.0.0.1:9996")
SERVER = os.environ.get("LURCHER_CURVE_SERVER", "run/broker.key")
OWN = os.environ.get("LURCHER_CURVE_KEY", "run/worker.key_secret")

context = zmq.Context()


def secured(kind):
    made = context.socket(kind)
    made.curve_serverkey, _ = load_certificate(SERVER)
    made.curve_publickey, made.curve_secretkey = load_certificate(OWN)
    return made


replies = secured(zmq.XPUB)  # a PUB that says when the broker has subscribed; before, replies would be lost
replies.connect(RECV)
replies.recv()
requests = secured(zmq.PULL)
requests.connect(SEND)

try:
    while True:
        sender, connection, path, rest = requests.recv().split(b" ", 3)
        length, rest = rest.split(b":", 1)
        headers = json.loads(rest[: int(length)])
        if headers["METHOD"] == "JSON":
            continue  # a client is gone
        content = f"Hello over CURVE from Python, process {os.getpid()}.\n".encode()
        reply = b"%s %d:%s, " % (sender, len(connection), connection)
        replies.send(reply + b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(content) + content)
        if headers["VERSION"] == "HTTP/1.0" or headers.get("connection") == "close":
            replies.send(reply)  # no payload: close
except KeyboardInterrupt:
    pass
