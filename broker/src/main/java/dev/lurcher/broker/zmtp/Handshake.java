package dev.lurcher.broker.zmtp;

import dev.lurcher.broker.zmtp.ZmtpCounters.Event;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What a security mechanism does between the greeting and the first message, on the side of the server. One for each
 * connection, on its event loop.
 * <pre>
 *   NULL   peer: READY                                                   us: READY
 *   PLAIN  peer: HELLO    us: WELCOME    peer: INITIATE                  us: READY
 *   CURVE  peer: HELLO    us: WELCOME    peer: INITIATE                  us: READY    both: MESSAGE, MESSAGE, ...
 * </pre>
 * The peer's last command has its metadata; our READY is made by {@link #ready} once they are found to fit.
 */
sealed interface Handshake permits NullHandshake, PlainHandshake, CurveHandshake {
    /** What follows from a command. */
    sealed interface Step {
        /** A command is to be sent, and another one to be expected. */
        final class Answer implements Step {
            private final byte[] command;

            Answer(byte[] command) {
                this.command = command;
            }

            byte[] command() {
                return command;
            }
        }

        /** The peer has said all. */
        record Complete(Ready metadata) implements Step {}

        /** The connection cannot go on. */
        record Refused(Refusal refusal) implements Step {}
    }

    /** Takes the peer's next command, which is no ERROR. */
    Step take(ByteBuf buffer, int index, int length);

    /** Our READY. To be called once, after {@link Step.Complete}. */
    byte[] ready(SocketType ours);

    /** Whether the peer, once it has said all, would be let in by these rules. */
    boolean isAdmittedBy(Security security);

    /** What encrypts the messages from now on; null where they go in the clear. */
    default @Nullable CurveSession session() {
        return null;
    }

    /** Begins a handshake. */
    static Handshake of(Security security) {
        return switch (security) {
            case Security.None none -> new NullHandshake();
            case Security.Plain plain -> new PlainHandshake(plain);
            case Security.Curve curve -> new CurveHandshake(curve);
        };
    }

    /** For a command that is not the next one, or not well formed. */
    static Step unexpected(String expected) {
        return new Step.Refused(
                new Refusal(Event.BAD_HANDSHAKE, "a well-formed " + expected + " was expected after the greeting"));
    }
}
