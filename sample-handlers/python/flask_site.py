"""A site with Flask, run as a worker by wsgi.py (Debian: python3-flask):

    python3 sample-handlers/python/wsgi.py flask_site:app --config config.sqlite --handler hello
"""
import hashlib
import os
import time

from flask import Flask, Response, jsonify, redirect, request, send_file, session, url_for
from markupsafe import escape

app = Flask(__name__)
app.secret_key = os.environ.get("SITE_KEY", "only for a sample")
PAGE = "<!doctype html><meta charset=utf-8><title>Flask</title>"


@app.get("/")
def front():
    name = session.get("name", "you")
    form = "<form method=post action=/name><input name=name><button>That is me</button></form>"
    return f"{PAGE}<h1>Hello, {escape(name)}</h1>{form}"


@app.post("/name")
def name():
    session["name"] = request.form["name"]
    return redirect(url_for("front"))


@app.get("/users/<int:number>")
def user(number):
    return jsonify(number=number, query=request.args.getlist("q"), address=request.remote_addr)


@app.post("/files")
def files():
    """Forms with files of any size: docs/uploads.md says how the broker hands them on."""
    return jsonify({file.filename: hashlib.sha256(file.read()).hexdigest() for file in request.files.values()})


@app.get("/clock")
def clock():
    """Server-sent events: each takes a thread as long as it lasts (wsgi.py --threads)."""
    def ticks(count, pause):
        for _ in range(count):
            yield f"data: {time.strftime('%H:%M:%S')}\n\n"
            time.sleep(pause)

    count, pause = int(request.args.get("ticks", 3600)), float(request.args.get("pause", 1))
    return Response(ticks(count, pause), content_type="text/event-stream")


@app.get("/source")
def source():
    return send_file(__file__, mimetype="text/x-python")


@app.get("/broken")
def broken():
    raise RuntimeError("what is wrong is for the log only")
