"""A process with libzmq sockets, driven by lines on its standard input, words separated by tabs; it answers
each with one line.

    open NAME TYPE [OPTION=VALUE ...]     options are pyzmq's names; a value is an integer, or text after a quote: 'abc
    connect NAME ENDPOINT
    send NAME HEX[,HEX...]
    receive NAME                          answers the frames in hex, or "nothing" after the receive timeout
    event NAME                            answers the name of the next connection event, or "nothing"
    close NAME
"""

import sys

import zmq
from zmq.utils.monitor import recv_monitor_message

RECEIVE_TIMEOUT_MILLIS = 20000

context = zmq.Context()
sockets = {}
monitors = {}


def open_socket(name, kind, *options):
    socket = context.socket(getattr(zmq, kind))
    socket.linger = 0
    socket.rcvtimeo = RECEIVE_TIMEOUT_MILLIS
    socket.sndtimeo = RECEIVE_TIMEOUT_MILLIS
    for option in options:
        key, value = option.split("=", 1)
        setting = value[1:].encode() if value.startswith("'") else int(value)
        socket.setsockopt(getattr(zmq, key), setting)
    monitors[name] = socket.get_monitor_socket()
    monitors[name].rcvtimeo = RECEIVE_TIMEOUT_MILLIS
    sockets[name] = socket
    return "ok"


def connect(name, endpoint):
    sockets[name].connect(endpoint)
    return "ok"


def send(name, frames):
    sockets[name].send_multipart([bytes.fromhex(frame) for frame in frames.split(",")])
    return "ok"


def receive(name):
    try:
        return "frames " + ",".join(frame.hex() for frame in sockets[name].recv_multipart())
    except zmq.Again:
        return "nothing"


def event(name):
    try:
        return recv_monitor_message(monitors[name])["event"].name
    except zmq.Again:
        return "nothing"


def close(name):
    sockets[name].disable_monitor()
    sockets.pop(name).close()
    return "ok"


COMMANDS = {
    "open": open_socket,
    "connect": connect,
    "send": send,
    "receive": receive,
    "event": event,
    "close": close,
}

print("libzmq", zmq.zmq_version(), flush=True)
for line in sys.stdin:
    words = line.rstrip("\n").split("\t")
    print(COMMANDS[words[0]](*words[1:]), flush=True)
