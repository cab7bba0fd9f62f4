"""A worker in Python without a library: pip install pyzmq (Debian: python3-zmq)."""
import json
import os
import zmq

# Where the broker is: columns send_spec and recv_spec of the handler.
SEND = os.environ.get("LURCHER_SEND", "tcp://127.0.0.1:9997")
RECV = os.environ.get("LURCHER_RECV", "tcp://127.0.0.1:9996")

context = zmq.Context()
replies = context.socket(zmq.XPUB)  # a PUB that says when the broker has subscribed; before, replies would be lost
replies.connect(RECV)
replies.recv()
requests = context.socket(zmq.PULL)
requests.connect(SEND)

try:
    while True:
        sender, connection, path, rest = requests.recv().split(b" ", 3)
        length, rest = rest.split(b":", 1)
        headers = json.loads(rest[: int(length)])
        if headers["METHOD"] == "JSON":
            continue  # a client is gone
        content = f"Hello from Python, process {os.getpid()}.\n".encode()
        reply = b"%s %d:%s, " % (sender, len(connection), connection)
        replies.send(reply + b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(content) + content)
        if headers["VERSION"] == "HTTP/1.0" or headers.get("connection") == "close":
            replies.send(reply)  # no payload: close
except KeyboardInterrupt:
    pass
