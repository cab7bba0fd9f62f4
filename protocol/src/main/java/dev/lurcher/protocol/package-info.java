/**
 * The messages that broker and workers share.
 * <p>In: bytes or values. Out: values or bytes. Opens no socket, owns no thread, depends on nothing.
 * <p>Thread: stateless functions may be called from any thread; writers belong to the thread that fills them.
 * <p>Broken input: {@link dev.lurcher.protocol.ProtocolException} with a code, never anything else.
 */
@NullMarked
package dev.lurcher.protocol;

import org.jspecify.annotations.NullMarked;
