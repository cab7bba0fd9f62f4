"""A managed worker in Python without a library: pip install pyzmq (Debian: python3-zmq). TERM ends it; no request is lost."""
import json
import os
import signal
import time
import zmq

SEND = os.environ.get("LURCHER_SEND", "tcp://127.0.0.1:9997")  # columns send_spec and send_ident of the handler
SENDER = os.environ.get("LURCHER_SENDER", "hello").encode()


def tnetstring(value):
    if isinstance(value, int):
        return b"%d:%d#" % (len(str(value)), value)
    if isinstance(value, str):
        return b"%d:%s," % (len(value.encode()), value.encode())
    parts, kind = (value, b"]") if isinstance(value, list) else (sum(value.items(), ()), b"}")
    data = b"".join(map(tnetstring, parts))
    return b"%d:%s%s" % (len(data), data, kind)


def control(command, **entries):
    return b"%s 1:X, %s" % (SENDER, tnetstring([command, entries]))


def serve(worker):
    """Answers until the connection ends (true: go on with another) or the broker has drained this worker (false)."""
    worker.reconnect_ivl = -1  # a fresh socket for each connection, so that hello is its first message
    worker.heartbeat_ivl, worker.heartbeat_timeout, worker.linger = 5000, 15000, 1000
    monitor = worker.get_monitor_socket(zmq.EVENT_DISCONNECTED | zmq.EVENT_CLOSED)
    worker.connect(SEND)
    worker.send(control("hello", name=f"python-{os.getpid()}", pid=os.getpid(), language="python", capacity=10))
    asked = False
    while not monitor.poll(0):
        if stopping and not asked:
            worker.send(control("drain"))
            asked = True
        if not worker.poll(200):
            continue
        sender, connection, path, rest = worker.recv().split(b" ", 3)
        length, rest = rest.split(b":", 1)
        headers, body = json.loads(rest[: int(length)]), rest[int(length) + 1 :].split(b":", 1)[1][:-1]
        if path == b"@*" and "PATH" not in headers:  # a notice
            if json.loads(body)["type"] == "drain":  # nothing follows, and all that came before is answered
                worker.send(control("bye"))
                return False
            continue
        content = f"Hello from Python, process {os.getpid()}.\n".encode()
        reply = b"%s %d:%s, " % (sender, len(connection), connection)
        worker.send(reply + b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(content) + content)
        if headers["VERSION"] == "HTTP/1.0" or headers.get("connection") == "close":
            worker.send(reply)  # no payload: close
    return not stopping


stopping = []
signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))
while serve(zmq.Context.instance().socket(zmq.DEALER)):
    time.sleep(0.5)
