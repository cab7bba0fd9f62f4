"""An HTTP/1.1 server for tests of proxying: the files of its folder, /echo for content, /chat as a WebSocket that echoes.

Prints its port.
"""
import base64
import hashlib
import http.server
import struct


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/fields":
            self.answer("".join(f"{name}: {value}\n" for name, value in self.headers.items()).encode())
        elif self.headers.get("Upgrade", "").lower() == "websocket":
            self.chat()
        else:
            super().do_GET()

    def do_POST(self):
        self.answer(self.content())

    def answer(self, content):
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def content(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers["Content-Length"]))
        content = b""
        while size := int(self.rfile.readline(), 16):
            content += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return content

    def chat(self):
        key = self.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(hashlib.sha1(key.encode()).digest()).decode())
        self.end_headers()
        self.close_connection = True
        opcode = 0
        while opcode != 8:
            first, length = self.rfile.read(2)
            opcode, length = first & 15, length & 127
            if length > 125:
                length = struct.unpack(">H" if length == 126 else ">Q", self.rfile.read(2 if length == 126 else 8))[0]
            mask = self.rfile.read(4)
            data = bytes(octet ^ mask[i % 4] for i, octet in enumerate(self.rfile.read(length)))
            size = bytes([length]) if length < 126 else struct.pack(">BH" if length < 65536 else ">BQ", 126 + (length > 65535), length)
            self.wfile.write(bytes([first]) + size + data)

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
