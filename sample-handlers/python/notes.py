"""A JSON API over a table of SQLite, which any number of these processes may share:

    python3 sample-handlers/python/notes.py --config config.sqlite --handler hello     (NOTES=/path/notes.sqlite)
    curl -d '{"text": "Buy milk"}' http://localhost:6767/notes
"""
import json
import os
import re
import sqlite3
import threading

from worker import Response, main

DATABASE = os.environ.get("NOTES", "notes.sqlite")
local = threading.local()


def database():
    """The connection of this thread; each statement is a transaction, and waits for those of others."""
    if not hasattr(local, "database"):
        local.database = sqlite3.connect(DATABASE, timeout=10, isolation_level=None)
        local.database.row_factory = sqlite3.Row
        local.database.execute("CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")
    return local.database


def answer(status, value, **fields):
    return Response(status, json.dumps(value) + "\n", "application/json", fields.items())


def text_of(request):
    note = json.loads(request.content)
    if not isinstance(note, dict) or not isinstance(note.get("text"), str):
        raise ValueError('{"text": "..."} is wanted')
    return note["text"]


def respond(request):
    found = re.fullmatch(r"/notes(?:/([0-9]{1,18}))?", request.path)
    if not found:
        return answer(404, {"error": "there are /notes and /notes/NUMBER"})
    number, db = found[1], database()
    try:
        if number is None and request.method == "GET":
            return answer(200, [dict(row) for row in db.execute("SELECT * FROM note ORDER BY id")])
        if number is None and request.method == "POST":
            row = db.execute("INSERT INTO note (text) VALUES (?) RETURNING *", (text_of(request),)).fetchone()
            return answer(201, dict(row), Location=f"/notes/{row['id']}")
        sql = {"GET": "SELECT * FROM note WHERE id = ?1", "DELETE": "DELETE FROM note WHERE id = ?1 RETURNING *",
               "PUT": "UPDATE note SET text = ?2 WHERE id = ?1 RETURNING *"}.get(number and request.method)
        if not sql:
            return answer(405, {"error": f"{request.method} is not for this"}, Allow="GET, PUT, DELETE" if number else "GET, POST")
        row = db.execute(sql, (number, text_of(request)) if request.method == "PUT" else (number,)).fetchone()
        return answer(200, dict(row)) if row else answer(404, {"error": f"there is no note {number}"})
    except ValueError as e:
        return answer(400, {"error": str(e)})


main(respond)
