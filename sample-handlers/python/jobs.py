"""Work in the background, and a page that shows how far it is. The state is in SQLite: any of these processes can tell it.

    python3 sample-handlers/python/jobs.py --config config.sqlite --handler hello      (JOBS=/path/jobs.sqlite)
"""
import hashlib
import json
import os
import re
import sqlite3
from concurrent import futures
from contextlib import closing

from worker import Response, main

DATABASE = os.environ.get("JOBS", "jobs.sqlite")
PAGE = """<!doctype html><meta charset=utf-8><title>Jobs</title>
<h1>Hash a word, slowly</h1>
<form><input name=word value=lurcher> <button>Begin</button></form><p><progress max=100 hidden></progress> <output></output>
<script>
const form = document.querySelector("form"), bar = document.querySelector("progress"), output = document.querySelector("output");
const ask = async (url, options) => (await fetch(url, options)).json();
form.onsubmit = async event => {
    event.preventDefault();
    let job = await ask("/jobs", {method: "POST", body: form.word.value});
    for (bar.hidden = false; !job.result; job = await ask("/jobs/" + job.id)) {
        [bar.value, output.value] = [job.done, job.done + " %"];
        await new Promise(wake => setTimeout(wake, 100));
    }
    [bar.value, output.value] = [job.done, job.result];
};
</script>"""
pool = futures.ThreadPoolExecutor(2)  # the process ends when they have done what was begun


def query(sql, *values):
    with closing(sqlite3.connect(DATABASE, timeout=10, isolation_level=None)) as database:
        return database.execute(sql, values).fetchall()


def work(number, word):
    digest = word
    for percent in range(1, 101):
        digest = hashlib.pbkdf2_hmac("sha256", digest, b"salt", 20_000)
        query("UPDATE job SET done = ?, result = ? WHERE id = ?", percent, digest.hex() if percent == 100 else None, number)


def respond(request):
    number = re.fullmatch("/jobs/([0-9]{1,18})", request.path)
    if request.path == "/":
        return Response(200, PAGE, "text/html; charset=utf-8")
    if request.path == "/jobs" and request.method == "POST":
        rows = query("INSERT INTO job (done) VALUES (0) RETURNING id, done, result")
        pool.submit(work, rows[0][0], request.content)
    else:
        rows = query("SELECT id, done, result FROM job WHERE id = ?", int(number[1])) if number else []
    return Response(200, json.dumps(dict(zip(("id", "done", "result"), rows[0]))), "application/json") if rows else Response(404)


query("CREATE TABLE IF NOT EXISTS job (id INTEGER PRIMARY KEY, done INTEGER NOT NULL, result TEXT)")
main(respond)
