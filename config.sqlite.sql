-- The configuration of a broker, with the demo as its contents:  sqlite3 config.sqlite <config.sqlite.sql
-- The tables are Mongrel2's, and a database that m2sh made works as it is. What is ours is marked; all of it may be missing.
BEGIN;

CREATE TABLE server (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL,                        -- names the server on the command line
    access_log TEXT NOT NULL,                  -- paths begin below chroot
    error_log TEXT NOT NULL,
    error_log_level INTEGER DEFAULT 2,         -- 0 errors, 1 and warnings, 2 and information, 3 and debugging
    chroot TEXT DEFAULT '/var/www',
    pid_file TEXT NOT NULL,
    control_port TEXT DEFAULT '',
    default_host TEXT NOT NULL,                -- the name of a host: it takes requests that name no other
    name TEXT DEFAULT '',
    bind_addr TEXT DEFAULT '0.0.0.0',
    port INTEGER NOT NULL,
    use_ssl INTEGER DEFAULT 0
);

CREATE TABLE host (
    id INTEGER PRIMARY KEY,
    server_id INTEGER NOT NULL,
    maintenance BOOLEAN DEFAULT 0,             -- not used
    name TEXT NOT NULL,
    matching TEXT NOT NULL                     -- a pattern that the request's host must match
);

CREATE TABLE route (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL,                        -- a prefix; from the first "(" on, a pattern
    reversed BOOLEAN DEFAULT 0,                -- not used
    host_id INTEGER NOT NULL,
    target_id INTEGER NOT NULL,                -- the id of a row in the table that target_type names
    target_type TEXT NOT NULL                  -- handler, dir or proxy
);

CREATE TABLE handler (
    id INTEGER PRIMARY KEY,
    send_spec TEXT NOT NULL,                   -- the broker binds it; workers take requests here (PULL)
    send_ident TEXT NOT NULL,                  -- the first word of each request and each reply
    recv_spec TEXT NOT NULL,                   -- the broker binds it; workers publish replies here (PUB)
    recv_ident TEXT NOT NULL,                  -- the subscription to replies; empty takes all
    raw_payload INTEGER DEFAULT 0,
    protocol TEXT DEFAULT 'json',              -- json or tnetstring
    timeout REAL,                              -- ours, and the four below: NULL takes the setting of the same name.
    queue_timeout REAL,                        --   Seconds until the first byte of an answer; seconds in the queue;
    queue_limit INTEGER,                       --   requests in the queue;
    queue_bytes INTEGER,                       --   bytes in the queue;
    prefetch INTEGER                           --   unanswered requests per worker, 0 for any number
);

CREATE TABLE directory (
    id INTEGER PRIMARY KEY,
    base TEXT NOT NULL,
    index_file TEXT NOT NULL,
    default_ctype TEXT NOT NULL,
    cache_ttl INTEGER DEFAULT 0
);

CREATE TABLE proxy (id INTEGER PRIMARY KEY, addr TEXT NOT NULL, port INTEGER NOT NULL);

CREATE TABLE setting (id INTEGER PRIMARY KEY, key TEXT NOT NULL, value TEXT NOT NULL);

CREATE TABLE mimetype (id INTEGER PRIMARY KEY, mimetype TEXT NOT NULL, extension TEXT NOT NULL);

-- Not used; Mongrel2's tools expect them.
CREATE TABLE filter (id INTEGER PRIMARY KEY, server_id INTEGER, name TEXT, settings TEXT);
CREATE TABLE xrequest (id INTEGER PRIMARY KEY, server_id INTEGER, name TEXT, settings TEXT);
CREATE TABLE statistic (
    id SERIAL, other_type TEXT, other_id INTEGER, name TEXT, sum REAL, sumsq REAL, n INTEGER, min REAL, max REAL, mean REAL, sd REAL,
    PRIMARY KEY (other_type, other_id, name)
);
CREATE TABLE log (
    id INTEGER PRIMARY KEY, who TEXT, what TEXT, location TEXT, happened_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, how TEXT, why TEXT
);

-- The demo: "bin/broker demo", or "bin/broker run config.sqlite demo" and workers of your own.
INSERT INTO server (id, uuid, name, default_host, bind_addr, port, chroot, access_log, error_log, pid_file)
VALUES (1, 'demo', 'demo', 'localhost', '127.0.0.1', 6767, '', 'access.log', 'error.log', 'broker.pid');
INSERT INTO host (id, server_id, name, matching) VALUES (1, 1, 'localhost', 'localhost');
INSERT INTO handler (id, send_spec, send_ident, recv_spec, recv_ident) VALUES
    (1, 'tcp://127.0.0.1:9997', 'hello', 'tcp://127.0.0.1:9996', ''),
    (2, 'tcp://127.0.0.1:9995', 'echo', 'tcp://127.0.0.1:9994', '');
INSERT INTO route (host_id, path, target_id, target_type) VALUES (1, '/', 1, 'handler'), (1, '/echo', 2, 'handler');
INSERT INTO setting (key, value) VALUES ('route.strict', '1');

COMMIT;
