"""A client of WebSockets, and the frames that workers write."""

import asyncio
import base64
import os
import time

from client import Outcome

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
MASK = b"\x01\x02\x03\x04"


def frame(opcode, content, mask=b""):
    """One whole frame; with a mask as clients write it, without one as servers do."""
    if mask:
        content = bytes(octet ^ mask[i % 4] for i, octet in enumerate(content))
    length = len(content)
    size = bytes([length]) if length < 126 else b"\x7e" + length.to_bytes(2, "big")
    return bytes([0x80 | opcode, size[0] | (0x80 if mask else 0)]) + size[1:] + mask + content


def parse(data):
    """The first frame of a server in so many bytes: opcode, content and where it ends; None while it is not whole."""
    if len(data) < 2:
        return None
    length, begin = data[1], 2
    if length == 126:
        length, begin = int.from_bytes(data[2:4], "big"), 4
    if len(data) < begin + length:
        return None
    return data[0] & 15, bytes(data[begin:begin + length]), begin + length


class Session(asyncio.Protocol):
    """One WebSocket. Its outcomes, one for each message, have the status 200 for the right echo, or what an Outcome has."""

    def __init__(self):
        self.transport = self.expected = None
        self.data = bytearray()
        self.ended = asyncio.get_running_loop().create_future()
        self.opened = asyncio.get_running_loop().create_future()
        self.close_code = None
        self.ended_at = None

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.data += data
        if not self.opened.done():
            end = self.data.find(b"\r\n\r\n")
            if end < 0:
                return
            self.opened.set_result(int(self.data.split(b" ", 2)[1]))
            del self.data[:end + 4]
        while found := parse(self.data):
            opcode, content, end = found
            del self.data[:end]
            self.take(opcode, content)

    def take(self, opcode, content):
        if opcode == CLOSE:
            self.close_code = int.from_bytes(content[:2], "big")
            self.transport.write(frame(CLOSE, content, MASK))
        elif opcode == TEXT and self.expected is not None and not self.expected[1].done():
            self.expected[1].set_result(content.split(b" ")[0] == self.expected[0])

    def connection_lost(self, failure):
        self.ended_at = time.monotonic()
        for waiting in (self.opened, self.ended, self.expected and self.expected[1]):
            if waiting is not None and not waiting.done():
                waiting.set_result(None)

    async def say(self, nonce, kind, seconds=30):
        """Sends a text and waits for its echo."""
        outcome = Outcome(kind, nonce)
        self.expected = nonce.encode(), asyncio.get_running_loop().create_future()
        if self.ended.done():
            self.expected[1].set_result(None)
        else:
            self.transport.write(frame(TEXT, self.expected[0], MASK))
        try:
            echo = await asyncio.wait_for(self.expected[1], seconds)
            outcome.status = "closed" if echo is None else 200
            outcome.right = echo is not False
        except asyncio.TimeoutError:
            outcome.status = "hangs"
        outcome.end = time.monotonic()
        return outcome

    def reset(self):
        self.transport.abort()


async def open_session(port, path, nonce):
    """A WebSocket, or None where the answer was not 101."""
    session = (await asyncio.get_running_loop().create_connection(Session, "127.0.0.1", port))[1]
    key = base64.b64encode(os.urandom(16)).decode()
    session.transport.write(
        f"GET {path}?nonce={nonce} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode())
    return session if await session.opened == 101 else None
