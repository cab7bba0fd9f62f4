"""A worker over libzmq: worker.py REQUESTS REPLIES XPUB|PUB

Writes "ready" once it can take requests and its answers will arrive, then a line with the base64 of each message, before it
answers. A path that begins with /echo is answered with the content, /raw with the content as the whole answer, /hold with nothing until a line comes on standard input, /up (for
uploads by file or by stream) with an empty 200 when all is there, a request for a WebSocket with 101, data of a WebSocket or message
socket with the same data, anything else with an empty 200 at once. Ends with standard input.
"""

import base64
import os
import re
import struct
import sys

import zmq
from zmq.utils.monitor import recv_monitor_message


SWITCHING = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
)


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def answer(message, content):
    sender, connection, _ = message.split(b" ", 2)
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(content)
    replies.send(b"%s %d:%s, %s" % (sender, len(connection), connection, head + content))


def reply(message, payload):
    sender, connection, _ = message.split(b" ", 2)
    replies.send(b"%s %d:%s, %s" % (sender, len(connection), connection, payload))


def parts(message):
    """The bytes of the headers, and the content."""
    length, rest = message.split(b" ", 3)[3].split(b":", 1)
    headers, rest = rest[: int(length)], rest[int(length) + 1 :]
    length, rest = rest.split(b":", 1)
    return headers, rest[: int(length)]


def take_upload(message):
    """Grants a streamed upload all that it may want; answers at its end."""
    sender, connection, _, rest = message.split(b" ", 3)
    headers = rest[: rest.index(b":") + 1 + int(rest[: rest.index(b":")])]
    if b"UPLOAD_STREAM_DONE" in headers or b"x-mongrel2-upload-done" in headers:
        answer(message, b"")
    elif b"UPLOAD_STREAM" in headers and b"METHOD" in headers:
        credits = b"30:3:ctl,20:7:credits,7:1000000#}]"
        replies.send(b"%s %d:X %s, %s" % (sender, len(connection) + 2, connection, credits))
    elif b"UPLOAD_STREAM" not in headers and b"x-mongrel2-upload-start" not in headers:
        answer(message, b"")


def take(message):
    say(base64.b64encode(message).decode())
    path = message.split(b" ", 3)[2]
    headers, content = parts(message)
    if path.startswith(b"/hold"):
        held.append(message)
    elif b"WEBSOCKET_HANDSHAKE" in headers:
        reply(message, SWITCHING + content + b"\r\n\r\n")
    elif b"WEBSOCKET" in headers:
        flags = int(re.search(rb"0x([0-9A-F]{2})", headers).group(1), 16)
        if flags & 15 < 3:
            reply(message, struct.pack("!BBH", flags, 126, len(content)) + content)
    elif path.startswith(b"/up"):
        take_upload(message)
    elif path.startswith(b"/echo"):
        answer(message, content)
    elif path.startswith(b"/raw"):
        reply(message, content)
    elif path == b"@*":
        pass
    elif path[:1] in b"@<":
        reply(message, content)
    else:
        answer(message, b"")


context = zmq.Context()
replies = context.socket(zmq.XPUB if sys.argv[3] == "XPUB" else zmq.PUB)
if sys.argv[3] == "PUB":
    monitor = replies.get_monitor_socket(zmq.EVENT_HANDSHAKE_SUCCEEDED)
replies.connect(sys.argv[2])
if sys.argv[3] == "PUB":
    recv_monitor_message(monitor)
else:
    # The broker's subscription: without it answers would be lost.
    replies.recv()
requests = context.socket(zmq.PULL)
requests.connect(sys.argv[1])
held = []
say("ready")

poller = zmq.Poller()
poller.register(requests, zmq.POLLIN)
poller.register(0, zmq.POLLIN)
while True:
    events = dict(poller.poll())
    if requests in events:
        take(requests.recv())
    if 0 in events:
        if not os.read(0, 4096):
            break
        for each in held:
            answer(each, b"held")
        held.clear()
context.destroy(linger=0)
