/**
 * HTTP/1.1 and 1.0 towards clients: reading requests, refusing what is malformed or ambiguous, following answers to their end.
 * <p>In: bytes of client connections, and the bytes with which workers answer. Out: checked requests, answers, error answers.
 * <p>Thread: the event loop of the connection, for everything here.
 * <p>Full or broken: limits end in 4xx answers; a malformed request is answered once and the connection ends.
 */
@NullMarked
package dev.lurcher.broker.http;

import org.jspecify.annotations.NullMarked;
