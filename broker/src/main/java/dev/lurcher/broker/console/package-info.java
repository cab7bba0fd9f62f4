/**
 * The admin listener: pages about a running broker over HTTP, for monitoring and for people on the machine.
 * <p>In: GET and HEAD, one request for each connection. Out: the pages that others give it.
 * <p>Thread: bytes move on the event loops; pages are made on one thread of its own, so that no loop waits for them.
 * <p>Full or broken: past 64 connections, or 32 pages that wait to be made, it answers 503 or not at all; the broker goes on.
 */
@NullMarked
package dev.lurcher.broker.console;

import org.jspecify.annotations.NullMarked;
