"""A worker that does what other people's Mongrel2 libraries do: idioms.py REQUESTS REPLIES

Its sockets have options that those libraries set, and are connected in their order: the one for replies first, with an identity
that is set too late. Writes "ready" once its replies will arrive. Ends with standard input.
"""

import os
import sys

import zmq
from zmq.utils.monitor import recv_monitor_message

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"

# The payloads of the replies to one request, by the first segment of its path.
PAYLOADS = {
    b"whole": [HEAD % 6 + b"whole\n"],
    # A WSGI server that sends each line of the head, and each part of a chunk, by itself.
    b"pieces": [b"HTTP/1.1 200 OK \r\n", b"Content-Type: text/plain\r\n", b"Transfer-Encoding: chunked\r\n", b"\r\n"]
    + [b"3", b"\r\n", b"one", b"\r\n", b"4", b"\r\n", b"more", b"\r\n", b"0\r\n\r\n"],
    # No length: the end of the connection is the end of the answer.
    b"close": [b"HTTP/1.1 200 OK\r\nDate: Fri, 07 Jan 2011 01:15:42 GMT\r\nConnection: close\r\n\r\nCLOSE", b""],
    # Another two bytes behind an answer of HTTP/1.0.
    b"tail": [b"HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\ntail\r\n"],
    # The connection is closed although the answer has a length.
    b"done": [HEAD % 4 + b"done", b""],
    # Lower-case names, an empty value, a reason of several words.
    b"odd": [b"HTTP/1.1 404 Not Found Here\r\ncontent-length: 3\r\nx-empty: \r\n\r\nodd"],
}


def reply(sender, ids, payload):
    replies.send(b"%s %d:%s, %s" % (sender, len(ids), ids, payload))


def take(message):
    sender, connection, path, _ = message.split(b" ", 3)
    idiom = path.strip(b"/")
    if path == b"@*":
        return
    if idiom == b"several":
        several.append(connection)
        if len(several) == 2:
            # Twice the same ids: some libraries close what they have answered for several at once.
            reply(sender, b" ".join(several), HEAD % 8 + b"several\n")
            reply(sender, b" ".join(several), b"")
            several.clear()
    else:
        for payload in PAYLOADS[idiom]:
            reply(sender, connection, payload)


context = zmq.Context(1)
context.setsockopt(zmq.MAX_SOCKETS, 16)
replies = context.socket(zmq.PUB)
replies.set_hwm(100)
replies.setsockopt(zmq.LINGER, 1)
monitor = replies.get_monitor_socket(zmq.EVENT_HANDSHAKE_SUCCEEDED)
replies.connect(sys.argv[2])
replies.setsockopt(zmq.IDENTITY, b"82209006-86FF-4982-B5EA-D1E29E55D481")
recv_monitor_message(monitor)
requests = context.socket(zmq.PULL)
requests.setsockopt(zmq.IDENTITY, b"34f9ceee-cd52-4b7f-b197-88bf2f0ec378")
requests.setsockopt(zmq.RCVHWM, 10)
requests.connect(sys.argv[1])
several = []
print("ready", flush=True)

poller = zmq.Poller()
poller.register(requests, zmq.POLLIN)
poller.register(0, zmq.POLLIN)
while True:
    events = dict(poller.poll())
    if requests in events:
        take(requests.recv())
    if 0 in events and not os.read(0, 4096):
        break
context.destroy(linger=0)
