"""A classic worker that sends back what comes by WebSockets, for the Autobahn suite: echo.py REQUESTS REPLIES"""

import json
import struct
import sys

import zmq

CLOSE, PING, PONG = 8, 9, 10


def netstring(text):
    length, rest = text.split(b":", 1)
    return rest[: int(length)], rest[int(length) + 1 :]


def frame(opcode, payload):
    length = len(payload)
    if length < 126:
        head = struct.pack("!BB", 0x80 | opcode, length)
    elif length < 1 << 16:
        head = struct.pack("!BBH", 0x80 | opcode, 126, length)
    else:
        head = struct.pack("!BBQ", 0x80 | opcode, 127, length)
    return head + payload


def answers(headers, content):
    """What is sent for one message; nothing closes the connection."""
    if headers["METHOD"] == "WEBSOCKET_HANDSHAKE":
        yield (
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + content + b"\r\n\r\n"
        )
    elif headers["METHOD"] == "WEBSOCKET":
        opcode = int(headers["FLAGS"], 16) & 15
        if opcode == CLOSE:
            yield frame(CLOSE, content[:2])
            yield b""
        elif opcode == PING:
            yield frame(PONG, content)
        elif opcode != PONG:
            yield frame(opcode, content)


def main(requests, replies):
    context = zmq.Context()
    out = context.socket(zmq.XPUB)
    out.connect(replies)
    out.recv()  # the subscription: from now on no reply is lost
    into = context.socket(zmq.PULL)
    into.connect(requests)
    print("ready", flush=True)
    while True:
        sender, connection, _, rest = into.recv().split(b" ", 3)
        headers, rest = netstring(rest)
        content, _ = netstring(rest)
        for answer in answers(json.loads(headers), content):
            out.send(b"%s %d:%s, %s" % (sender, len(connection), connection, answer))


main(*sys.argv[1:])
