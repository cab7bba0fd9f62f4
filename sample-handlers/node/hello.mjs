// A managed worker in Node, to show the way: npm install, node hello.mjs. TERM ends it; no request is lost. See docs/protocol.md.
import { Dealer } from "zeromq"
import { setTimeout as pause } from "node:timers/promises"

const SEND = process.env.LURCHER_SEND ?? "tcp://127.0.0.1:9997" // columns send_spec and send_ident of the handler
const SENDER = process.env.LURCHER_SENDER ?? "hello"

/** What the worker does: headers as docs/protocol.md has them, content as a Buffer. */
async function respond(headers, content) {
    return { status: "200 OK", content: `Hello from Node, process ${process.pid}.\n` }
}

function tnetstring(value) {
    const wrap = (data, kind) => `${Buffer.byteLength(data)}:${data}${kind}`
    if (typeof value === "number") return wrap(String(value), "#")
    if (typeof value === "string") return wrap(value, ",")
    if (Array.isArray(value)) return wrap(value.map(tnetstring).join(""), "]")
    return wrap(Object.entries(value).flat().map(tnetstring).join(""), "}")
}

/** Address, headers and content of a message, whose headers must be JSON (column protocol). */
function parse(frame) {
    const [sender, id, path] = frame.toString("latin1", 0, frame.indexOf(":")).split(" ")
    const headers = frame.indexOf(":") + 1
    const headersEnd = headers + Number(frame.toString("latin1", sender.length + id.length + path.length + 3, headers - 1))
    const content = frame.indexOf(":", headersEnd) + 1
    const length = Number(frame.toString("latin1", headersEnd + 1, content - 1))
    return { id, path, headers: JSON.parse(frame.toString("utf8", headers, headersEnd)), content: frame.subarray(content, content + length) }
}

/** Serves until the connection ends (true: go on with another) or the broker has drained this worker (false). */
async function serve() {
    // A fresh socket for each connection, so that hello is its first message.
    const socket = new Dealer({ reconnectInterval: -1, heartbeatInterval: 5000, heartbeatTimeout: 15000, linger: 1000 })
    let sent = Promise.resolve()
    const send = frame => (sent = sent.then(() => socket.closed || socket.send(frame)).catch(() => {}))
    const say = (command, entries = {}) => send(`${SENDER} 1:X, ${tnetstring([command, entries])}`)
    const end = () => socket.closed || socket.close()
    socket.events.on("disconnect", end)
    socket.events.on("close", end)
    socket.connect(SEND)
    say("hello", { name: `node-${process.pid}`, pid: process.pid, language: `node ${process.versions.node}`, capacity: 100 })
    drain = () => say("drain")
    if (stopping) drain()

    const held = new Set()
    let drained = false
    const answer = async ({ id, headers, content }) => {
        const to = `${SENDER} ${id.length}:${id}, `
        const { status, content: text } = await respond(headers, content).catch(error => {
            console.error(error)
            return { status: "500 Internal Server Error", content: "Internal Server Error\n" }
        })
        const body = headers.METHOD === "HEAD" ? "" : text
        send(`${to}HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${body}`)
        if (headers.VERSION === "HTTP/1.0" || headers.connection === "close") send(to) // no payload: close
    }
    for await (const [frame] of socket) {
        const message = parse(frame)
        if (message.path !== "@*" || "PATH" in message.headers) {
            const answering = answer(message).finally(() => held.delete(answering))
            held.add(answering)
            continue
        }
        const { type, broker } = JSON.parse(message.content)
        if (type === "welcome") console.error(`Takes requests of ${SEND}, managed by ${broker}.`)
        if (type === "drain") {
            drained = true
            await Promise.all(held)
            await say("bye")
            end()
        }
    }
    return !drained && !stopping
}

let stopping = false
let drain = () => {}
process.on("SIGTERM", () => {
    stopping = true
    drain()
})
while (await serve()) await pause(500)
