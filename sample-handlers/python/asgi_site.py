"""An ASGI application without a framework: a page whose WebSocket tells all who look at it how many they are.

    python3 sample-handlers/python/asgi.py asgi_site:app --config config.sqlite --handler hello
"""
import asyncio

PAGE = b"""<!doctype html><meta charset=utf-8><title>ASGI</title><p id=count>
<script>new WebSocket(location.href.replace(/^http/, 'ws')).onmessage = message => count.textContent = message.data</script>
"""


async def app(scope, receive, send):
    await {"lifespan": lifespan, "http": http, "websocket": websocket}[scope["type"]](scope, receive, send)


async def lifespan(scope, receive, send):
    await receive()
    scope["state"]["guests"] = set()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


async def http(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
    await send({"type": "http.response.body", "body": PAGE})


async def websocket(scope, receive, send):
    guests = scope["state"]["guests"]
    await receive()
    await send({"type": "websocket.accept"})
    guests.add(send)
    try:
        await tell(guests)
        while (await receive())["type"] != "websocket.disconnect":
            pass
    finally:
        guests.discard(send)
        await tell(guests)


async def tell(guests):
    text = f"You are {len(guests)}"
    said = (send({"type": "websocket.send", "text": text}) for send in list(guests))
    await asyncio.gather(*said, return_exceptions=True)
