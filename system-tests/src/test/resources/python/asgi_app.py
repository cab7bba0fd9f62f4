"""What the tests of asgi.py have it run: an application for each first segment of the path."""

import asyncio
import hashlib
import json
import sys


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await lifespan(scope, receive, send)
    else:
        name = scope["path"].split("/")[1].replace("-", "_")
        await globals()["do_" + name](scope, receive, send)


def say(line):
    print(line, file=sys.stderr, flush=True)


async def lifespan(scope, receive, send):
    assert (await receive())["type"] == "lifespan.startup"
    scope["state"]["greeting"] = "hello of the lifespan"
    await send({"type": "lifespan.startup.complete"})
    assert (await receive())["type"] == "lifespan.shutdown"
    say("lifespan is over")
    await send({"type": "lifespan.shutdown.complete"})


async def fails_to_start(scope, receive, send):
    await receive()
    await send({"type": "lifespan.startup.failed", "message": "no database"})


async def answer(send, content, *headers, status=200):
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain"), *headers]})
    await send({"type": "http.response.body", "body": content})


async def events(receive):
    more = True
    while more:
        event = await receive()
        assert event["type"] == "http.request", event
        yield event["body"]
        more = event["more_body"]


async def do_hello(scope, receive, send):
    await answer(send, scope["state"]["greeting"].encode())


async def do_scope(scope, receive, send):
    body = b"".join([part async for part in events(receive)])

    def plain(value):
        if isinstance(value, dict):
            return {key: plain(each) for key, each in value.items()}
        if isinstance(value, (list, tuple)):
            return [plain(each) for each in value]
        return value.decode("latin-1") if isinstance(value, bytes) else value if not callable(value) else "callable"

    await answer(send, json.dumps({**plain(scope), "body": body.decode("latin-1")}).encode())


async def do_digest(scope, receive, send):
    found, size = hashlib.sha256(), 0
    async for part in events(receive):
        found.update(part)
        size += len(part)
    said = {"bytes": size, "sha256": found.hexdigest(), "file": "upload" in scope["extensions"]["lurcher"]}
    await answer(send, json.dumps(said).encode())


async def do_stream(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for i in range(200):
        await send({"type": "http.response.body", "body": bytes((i % 256,)) * 100_000, "more_body": True})
    await send({"type": "http.response.body"})
    say("all is written")


async def do_endless(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    try:
        while True:
            await send({"type": "http.response.body", "body": b"tick\n", "more_body": True})
            await asyncio.sleep(0.01)
    finally:
        say("endless is over")


async def do_poll(scope, receive, send):
    """Waits for the client to leave."""
    assert (await receive())["type"] == "http.request"
    say("poll has begun")
    assert (await receive())["type"] == "http.disconnect"
    say("poll is over")


async def do_fail(scope, receive, send):
    raise RuntimeError("secret")


async def do_fail_late(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"the beginning", "more_body": True})
    raise RuntimeError("secret")


async def do_nothing(scope, receive, send):
    pass


async def do_inject(scope, receive, send):
    await answer(send, b"", (b"x-name", scope["query_string"].replace(b"%0d%0a", b"\r\n")))


async def do_slow(scope, receive, send):
    say("slow has begun")
    await asyncio.sleep(float(scope["query_string"]))
    await answer(send, b"slow\n")


# ---- WebSockets


async def do_echo(scope, receive, send):
    assert (await receive()) == {"type": "websocket.connect"}
    protocols = scope["subprotocols"]
    await send({"type": "websocket.accept", "subprotocol": protocols[-1] if protocols else None, "headers": [(b"x-a", b"b")]})
    while True:
        event = await receive()
        if event["type"] == "websocket.disconnect":
            say(f"disconnect {event['code']} {event.get('reason')}")
            return
        if event.get("text") == "close":
            await send({"type": "websocket.close", "code": 4001, "reason": "as you like"})
        elif event.get("text") == "fail":
            raise RuntimeError("secret")
        elif event.get("text") == "return":
            return
        else:
            await send({"type": "websocket.send", **{key: event[key] for key in ("text", "bytes") if key in event}})


async def do_refuse(scope, receive, send):
    await receive()
    await send({"type": "websocket.close"})


async def do_deny(scope, receive, send):
    await receive()
    await send({"type": "websocket.http.response.start", "status": 401, "headers": [(b"www-authenticate", b"Basic")]})
    await send({"type": "websocket.http.response.body", "body": b"who ", "more_body": True})
    await send({"type": "websocket.http.response.body", "body": b"are you"})


async def do_deaf(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    await asyncio.sleep(3600)
