-- The configuration of a broker, with the demo as its contents:  sqlite3 config.sqlite <config.sqlite.sql
--
-- The tables are Mongrel2's: a database that m2sh made works as it is, and Mongrel2 starts from this one. What is ours is
-- marked "ours", and all of it may be missing. A broker reads the file when it starts. Before that, or after a change:
--   bin/broker check        names everything that is wrong, and how to put it right
--   bin/broker explain URL  shows which route a request takes, and why
-- The same as a text: demo.conf, which "bin/broker load" reads. docs/configuration.md explains both.
BEGIN;

-- The version of this schema, ours; Mongrel2's databases have 0. A broker refuses what is written for a later one.
PRAGMA user_version = 1;

-- A listening address. "broker run config.sqlite UUID" starts one; a database may hold several.
CREATE TABLE server (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL,                        -- names the server on the command line; any word
    name TEXT DEFAULT '',                      -- for people
    bind_addr TEXT NOT NULL DEFAULT '0.0.0.0', -- an IP address: 127.0.0.1 for this machine only, 0.0.0.0 or :: for all networks
    port INTEGER NOT NULL,                     -- 1 to 65535; 0 takes a free one
    default_host TEXT NOT NULL,                -- the name of a host: it gets the requests that match no other
    use_ssl INTEGER NOT NULL DEFAULT 0,        -- 1: clients speak TLS; the setting certdir says where UUID.crt and UUID.key are
    chroot TEXT NOT NULL DEFAULT '',           -- comes before the three paths that follow
    access_log TEXT NOT NULL,                  -- a line for each request; setting access_log.format chooses its form
    error_log TEXT NOT NULL,                   -- what the server has to say: its start, its end, and what went wrong
    pid_file TEXT NOT NULL,                    -- holds the number of the process while it runs
    error_log_level INTEGER DEFAULT 2,         -- 0 errors, 1 and warnings, 2 and information, 3 and debugging
    control_port TEXT DEFAULT ''               -- an endpoint, as handler.send_spec; a relative ipc path lies below chroot;
                                               --   '' = what the setting control_port says
);

-- The names by which a server is addressed. A request goes to the host that its field Host matches.
CREATE TABLE host (
    id INTEGER PRIMARY KEY,
    server_id INTEGER NOT NULL REFERENCES server (id),
    name TEXT NOT NULL,                        -- for logs, and for server.default_host
    matching TEXT NOT NULL,                    -- the end of the names that match, as "example.com"; what stands before the last
                                               --   ")" is a pattern, as "(.+).example.com"
    maintenance BOOLEAN DEFAULT 0              -- not used
);

-- Where the requests of a host go. The route with the longest path that the request's path begins with wins.
CREATE TABLE route (
    id INTEGER PRIMARY KEY,
    host_id INTEGER NOT NULL REFERENCES host (id),
    path TEXT NOT NULL,                        -- the beginning of paths; from the first "(" on a pattern, as "/users/([0-9]+)$"
    target_type TEXT NOT NULL,                 -- handler, dir or proxy: the table of the target
    target_id INTEGER NOT NULL,                -- the id of a row of that table
    reversed BOOLEAN DEFAULT 0                 -- not used
);

-- Workers: any number of processes that connect to the two endpoints. Nothing is configured when one joins or leaves.
-- An endpoint is tcp://ADDRESS:PORT or ipc://PATH. One that other machines can reach is refused unless its mechanism is curve,
-- or the setting insecure_bind is 1, for whoever reaches it can take requests and answer clients.
CREATE TABLE handler (
    id INTEGER PRIMARY KEY,
    send_spec TEXT NOT NULL,                   -- the broker binds it; workers connect a PULL socket and take requests
    send_ident TEXT NOT NULL,                  -- the first word of each request and each reply: letters, digits, "-"
    recv_spec TEXT NOT NULL,                   -- the broker binds it; workers connect a PUB socket and send replies
    recv_ident TEXT NOT NULL DEFAULT '',       -- how the replies begin that are taken; '' takes all
    raw_payload INTEGER NOT NULL DEFAULT 0,    -- 1: replies to JSON and XML connections are not encoded as base64
    protocol TEXT NOT NULL DEFAULT 'json',     -- how workers get the fields of a request: json or tnetstring
    -- Ours. NULL, or no such column, means what the setting handler.NAME says.
    timeout NUMERIC,                           -- until a worker begins its answer: seconds, or text as '500ms'; 0 = no bound
    queue_timeout NUMERIC,                     -- how long a request waits for a worker: seconds, or text as '500ms'
    queue_limit INTEGER,                       -- how many requests wait
    queue_bytes INTEGER,                       -- how much content waits: bytes, or text as '16m'
    prefetch NUMERIC,                          -- how many requests one worker holds unanswered: a number, 0 = no bound, or 'auto'
    upload_limit INTEGER,                      -- most content of a request that is uploaded: bytes, or text as '2g'; NULL: limits.upload
    retry TEXT,                                -- which requests of a lost worker another one gets: idempotent, always or never
    retry_limit INTEGER,                       -- how many workers at most may get one request
    on_empty TEXT,                             -- when no worker is connected: 'wait', 'fail' (503), or a folder with an index.html
    affinity TEXT NOT NULL DEFAULT '',         -- requests alike in this go to the same worker: address, cookie:NAME or field:NAME
    mechanism TEXT,                            -- how workers show who they are: null (not at all), plain or curve; docs/security.md
    required INTEGER NOT NULL DEFAULT 0,       -- 1: without a worker the broker does not count as ready
    websocket_auto INTEGER NOT NULL DEFAULT 0, -- 1: the broker answers pings and close frames, and workers get data only
    websocket_deflate INTEGER NOT NULL DEFAULT 0, -- 1: WebSockets are compressed where the client can; workers see plain messages
    allowed_origins TEXT NOT NULL DEFAULT ''   -- whose pages may open WebSockets, as 'https://a.org https://b.org'; '' = all
);

-- Files below a folder.
CREATE TABLE directory (
    id INTEGER PRIMARY KEY,
    base TEXT NOT NULL,                        -- the folder, with a "/" at its end
    index_file TEXT NOT NULL,                  -- what is served for a folder
    default_ctype TEXT NOT NULL,               -- the media type where table mimetype has none
    cache_ttl INTEGER NOT NULL DEFAULT 0,      -- for how many seconds, beside the present one, a file is believed to be unchanged
    -- Ours.
    expires NUMERIC,                           -- for how long answers may be used without asking again: seconds, or text as '1h';
                                               --   0 = they may not; NULL = nothing is said of it
    dot_files INTEGER NOT NULL DEFAULT 0,      -- 1: names that begin with a dot are served too
    listing INTEGER NOT NULL DEFAULT 0,        -- 1: a folder without an index file is shown as a list
    precompressed INTEGER NOT NULL DEFAULT 1   -- 1: where app.js.br, .zst or .gz lies beside app.js, clients get what they accept
);

-- Another HTTP server.
CREATE TABLE proxy (
    id INTEGER PRIMARY KEY,
    addr TEXT NOT NULL,                        -- a host name or an IP address
    port INTEGER NOT NULL,                     -- 1 to 65535

    -- Ours. NULL, or no such column, means what the setting proxy.NAME says. Times in seconds, or text as '500ms'.
    connections INTEGER,                       -- how many connections at once
    connect_timeout NUMERIC,                   -- what an address has to take a connection
    timeout NUMERIC,                           -- from the end of a request to the first byte of its answer; 0 = no bound
    idle_timeout NUMERIC,                      -- between two bytes of an answer; 0 = no bound
    keep_time NUMERIC,                         -- how long a connection is kept for the next request; 0 = none is
    tunnel_idle NUMERIC,                       -- how long a WebSocket may be silent; 0 = no bound
    queue_limit INTEGER,                       -- how many requests wait for a connection
    queue_timeout NUMERIC                      -- how long a request waits for a connection
);

-- What holds for all servers. docs/settings.md and "broker settings" list the keys; what is not here has its default.
CREATE TABLE setting (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    value TEXT NOT NULL                        -- '10', and for our own keys also '30s', '100ms', '64k', '1m'
);

-- The media types of files by the ends of their names.
CREATE TABLE mimetype (
    id INTEGER PRIMARY KEY,
    mimetype TEXT NOT NULL,
    extension TEXT NOT NULL UNIQUE             -- begins with a dot
);

-- Who may connect to endpoints with the mechanism curve: the owners of these keys, and nobody else.
CREATE TABLE curve_key (
    -- Ours.
    id INTEGER PRIMARY KEY,
    public_key TEXT NOT NULL,                  -- 40 characters, as "broker keygen" prints them
    name TEXT NOT NULL DEFAULT '',             -- for people and logs
    handler TEXT NOT NULL DEFAULT '',          -- the send_ident of the handler whose workers it is for; '': those of every handler
    control INTEGER NOT NULL DEFAULT 0         -- 1: for the control port, and for no handler
);

-- Likewise for the mechanism plain.
CREATE TABLE plain_user (
    -- Ours.
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,                        -- the user, as the worker says it
    password TEXT NOT NULL,                    -- the hash of it, as "broker keygen --user NAME" prints it
    handler TEXT NOT NULL DEFAULT '',          -- the send_ident of the handler whose workers it is for; '': those of every handler
    control INTEGER NOT NULL DEFAULT 0         -- 1: for the control port, and for no handler
);

-- Not used. Mongrel2 and its tools look for them.
CREATE TABLE filter (
    id INTEGER PRIMARY KEY,
    server_id INTEGER,
    name TEXT,                                 -- the path of a shared object, for Mongrel2
    settings TEXT                              -- what it is told, as a tagged netstring
);
CREATE TABLE xrequest (
    id INTEGER PRIMARY KEY,
    server_id INTEGER,
    name TEXT,                                 -- the path of a shared object, for Mongrel2
    settings TEXT                              -- what it is told, as a tagged netstring
);
CREATE TABLE statistic (
    id SERIAL, other_type TEXT, other_id INTEGER, name TEXT,
    sum REAL, sumsq REAL, n INTEGER, min REAL, max REAL, mean REAL, sd REAL,
    PRIMARY KEY (other_type, other_id, name)
);

-- What was done to the configuration, by whom and why: for people and their tools.
CREATE TABLE log (
    id INTEGER PRIMARY KEY, who TEXT, what TEXT, location TEXT,
    happened_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, how TEXT, why TEXT
);

-- The revisions of the configuration, ours: "broker load" adds one, "broker log" lists them, "broker rollback" brings one back. Each is
-- a row of table log, too; its text is in the language of "broker dump", in pieces, and without any it is that of the one before.
CREATE TABLE revision (id INTEGER PRIMARY KEY, log_id INTEGER NOT NULL REFERENCES log (id));
CREATE TABLE revision_text (
    revision_id INTEGER NOT NULL REFERENCES revision (id), part INTEGER NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (revision_id, part)
);

-- The demo: "bin/broker demo", or "bin/broker run config.sqlite demo" and workers of your own.
INSERT INTO server (id, uuid, name, bind_addr, port, default_host, access_log, error_log, pid_file)
VALUES (1, 'demo', 'demo', '127.0.0.1', 6767, 'localhost', 'logs/access.log', 'logs/error.log', 'run/broker.pid');
INSERT INTO host (id, server_id, name, matching) VALUES (1, 1, 'localhost', 'localhost');
INSERT INTO handler (id, send_spec, send_ident, recv_spec, recv_ident) VALUES
    (1, 'tcp://127.0.0.1:9997', 'hello', 'tcp://127.0.0.1:9996', ''),
    (2, 'tcp://127.0.0.1:9995', 'echo', 'tcp://127.0.0.1:9994', '');
INSERT INTO route (host_id, path, target_type, target_id) VALUES
    (1, '/', 'handler', 1),
    (1, '/echo', 'handler', 2);

-- Without it routes are found in Mongrel2's way: "/ec" would lead to "/echo", and a pattern that fails to 404.
INSERT INTO setting (key, value) VALUES ('route.strict', '1');

INSERT INTO mimetype (extension, mimetype) VALUES
    ('.html', 'text/html'), ('.htm', 'text/html'), ('.xhtml', 'application/xhtml+xml'), ('.css', 'text/css'),
    ('.js', 'text/javascript'), ('.mjs', 'text/javascript'), ('.json', 'application/json'),
    ('.jsonld', 'application/ld+json'), ('.map', 'application/json'), ('.webmanifest', 'application/manifest+json'),
    ('.wasm', 'application/wasm'), ('.xml', 'application/xml'), ('.xsl', 'application/xslt+xml'),
    ('.rss', 'application/rss+xml'), ('.atom', 'application/atom+xml'), ('.txt', 'text/plain'), ('.log', 'text/plain'),
    ('.conf', 'text/plain'), ('.md', 'text/markdown'), ('.csv', 'text/csv'), ('.tsv', 'text/tab-separated-values'),
    ('.ics', 'text/calendar'), ('.vcf', 'text/vcard'), ('.yaml', 'application/yaml'), ('.yml', 'application/yaml'),
    ('.toml', 'application/toml'), ('.sql', 'application/sql'), ('.sh', 'text/x-sh'), ('.py', 'text/x-python'),
    ('.c', 'text/x-csrc'), ('.h', 'text/x-chdr'), ('.java', 'text/x-java'), ('.png', 'image/png'), ('.apng', 'image/apng'),
    ('.jpg', 'image/jpeg'), ('.jpeg', 'image/jpeg'), ('.gif', 'image/gif'), ('.webp', 'image/webp'),
    ('.avif', 'image/avif'), ('.jxl', 'image/jxl'), ('.heic', 'image/heic'), ('.svg', 'image/svg+xml'),
    ('.svgz', 'image/svg+xml'), ('.ico', 'image/vnd.microsoft.icon'), ('.bmp', 'image/bmp'), ('.tif', 'image/tiff'),
    ('.tiff', 'image/tiff'), ('.mp3', 'audio/mpeg'), ('.m4a', 'audio/mp4'), ('.aac', 'audio/aac'), ('.oga', 'audio/ogg'),
    ('.ogg', 'audio/ogg'), ('.opus', 'audio/ogg'), ('.flac', 'audio/flac'), ('.wav', 'audio/wav'), ('.weba', 'audio/webm'),
    ('.mid', 'audio/midi'), ('.mp4', 'video/mp4'), ('.m4v', 'video/mp4'), ('.webm', 'video/webm'), ('.ogv', 'video/ogg'),
    ('.mov', 'video/quicktime'), ('.mkv', 'video/matroska'), ('.avi', 'video/x-msvideo'), ('.mpeg', 'video/mpeg'),
    ('.ts', 'video/mp2t'), ('.m3u8', 'application/vnd.apple.mpegurl'), ('.mpd', 'application/dash+xml'),
    ('.vtt', 'text/vtt'), ('.woff', 'font/woff'), ('.woff2', 'font/woff2'), ('.ttf', 'font/ttf'), ('.otf', 'font/otf'),
    ('.ttc', 'font/collection'), ('.eot', 'application/vnd.ms-fontobject'), ('.pdf', 'application/pdf'),
    ('.ps', 'application/postscript'), ('.epub', 'application/epub+zip'), ('.rtf', 'application/rtf'),
    ('.doc', 'application/msword'), ('.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'),
    ('.xls', 'application/vnd.ms-excel'), ('.xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'),
    ('.ppt', 'application/vnd.ms-powerpoint'),
    ('.pptx', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'),
    ('.odt', 'application/vnd.oasis.opendocument.text'), ('.ods', 'application/vnd.oasis.opendocument.spreadsheet'),
    ('.odp', 'application/vnd.oasis.opendocument.presentation'), ('.zip', 'application/zip'), ('.gz', 'application/gzip'),
    ('.tgz', 'application/gzip'), ('.tar', 'application/x-tar'), ('.bz2', 'application/x-bzip2'),
    ('.xz', 'application/x-xz'), ('.zst', 'application/zstd'), ('.br', 'application/x-brotli'),
    ('.7z', 'application/x-7z-compressed'), ('.rar', 'application/vnd.rar'), ('.jar', 'application/java-archive'),
    ('.war', 'application/java-archive'), ('.class', 'application/java-vm'),
    ('.deb', 'application/vnd.debian.binary-package'), ('.rpm', 'application/x-rpm'),
    ('.iso', 'application/x-iso9660-image'), ('.apk', 'application/vnd.android.package-archive'),
    ('.exe', 'application/vnd.microsoft.portable-executable'), ('.pem', 'application/x-pem-file'),
    ('.crt', 'application/x-x509-ca-cert'), ('.p12', 'application/x-pkcs12'), ('.asc', 'application/pgp-signature'),
    ('.sig', 'application/pgp-signature'), ('.torrent', 'application/x-bittorrent'), ('.gltf', 'model/gltf+json'),
    ('.glb', 'model/gltf-binary'), ('.stl', 'model/stl'), ('.bin', 'application/octet-stream'),
    ('.dat', 'application/octet-stream');

COMMIT;
