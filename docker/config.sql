-- What differs from the demo configuration when broker and workers run in containers.
-- Workers are other hosts here, so the handler endpoints listen beyond loopback. insecure_bind permits that without
-- authentication: only containers of the same compose network reach them, for docker-compose.yml publishes the HTTP port alone.
UPDATE server SET bind_addr = '0.0.0.0', access_log = '/dev/stdout', error_log = '/dev/stderr';
UPDATE handler SET send_spec = replace(send_spec, '127.0.0.1', '*'), recv_spec = replace(recv_spec, '127.0.0.1', '*');
INSERT INTO setting (key, value) VALUES ('insecure_bind', '1');
