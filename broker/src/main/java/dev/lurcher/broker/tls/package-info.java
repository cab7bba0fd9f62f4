/**
 * TLS as the broker speaks it to clients: certificates by name, whose clients' certificates are believed, and what is built of both.
 * <p>In: a folder of PEM files, and settings. Out: the {@code SslContext} for the name that a client asks for, and the fields that
 * workers get about a client's certificate.
 * <p>Thread: loading blocks and belongs to no event loop; looking up takes one read of a reference, on any thread.
 * <p>Broken: {@link dev.lurcher.broker.tls.TlsException} with a code and the fix at a start; later what was in force stays.
 */
@NullMarked
package dev.lurcher.broker.tls;

import org.jspecify.annotations.NullMarked;
