/**
 * The ZeroMQ transport: the binding side of ZMTP 3.0 and 3.1 (ZeroMQ RFC 23 and 37) with the mechanisms NULL, PLAIN and CURVE; knows no HTTP.
 * <p>In: an {@link dev.lurcher.broker.zmtp.Endpoint}, a {@link dev.lurcher.broker.zmtp.Role}, frames to send. Out: peers and their frames.
 * <p>Thread: a peer lives on one event loop, where all calls of its {@link dev.lurcher.broker.zmtp.PeerListener} are made.
 * <p>Full: {@code Peer.isWritable()} turns false. Broken: that peer is dropped, counted and named in the log; the listener goes on.
 */
@NullMarked
package dev.lurcher.broker.zmtp;

import org.jspecify.annotations.NullMarked;
