package dev.lurcher.broker.zmtp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a security mechanism does between the greeting and the first message, on the side of whoever has connected; the other side is
 * {@link Handshake}. Then it wraps what is sent, and opens what comes. For one thread, and one connection.
 */
sealed interface Introduction permits Introduction.None, Introduction.Plain, CurveIntroduction {
    /** Sends commands, and waits for the next one. */
    interface Line {
        /** Sends a command. */
        void send(byte[] command) throws IOException;

        /**
         * Waits for the command that must come next.
         *
         * @return what follows its name
         * @throws IOException when the other side refuses, or says something else
         */
        ByteBuffer take(byte[] name) throws IOException;
    }

    /** A frame as it is meant. */
    final class Frame {
        private final int flags;
        private final byte[] content;

        Frame(int flags, byte[] content) {
            this.flags = flags;
            this.content = content;
        }

        /** COMMAND and MORE. */
        int flags() {
            return flags;
        }

        byte[] content() {
            return content;
        }
    }

    /** From behind the greeting until the other side is ready. */
    void introduce(Line line, byte[] metadata) throws IOException;

    /** The frame as it goes on its way. */
    default Frame wrapped(Frame frame) {
        return frame;
    }

    /** The frame that one from the way is. */
    default Frame opened(Frame frame) throws IOException {
        return frame;
    }

    /** Begins one. */
    static Introduction by(Credentials credentials) {
        return switch (credentials) {
            case Credentials.None none -> new None();
            case Credentials.Plain plain -> new Plain(plain);
            case Credentials.Curve curve -> new CurveIntroduction(curve);
        };
    }

    /** NULL. */
    final class None implements Introduction {
        @Override
        public void introduce(Line line, byte[] metadata) throws IOException {
            line.send(Commands.joined(Commands.READY, metadata));
            line.take(Commands.READY);
        }
    }

    /** PLAIN. */
    final class Plain implements Introduction {
        private static final int MOST_BYTES = 255;

        private final Credentials.Plain credentials;

        Plain(Credentials.Plain credentials) {
            this.credentials = credentials;
        }

        @Override
        public void introduce(Line line, byte[] metadata) throws IOException {
            byte[] said = Commands.joined(text(credentials.user()), text(credentials.password()));
            line.send(Commands.joined(Commands.HELLO, said));
            line.take(Commands.WELCOME);
            line.send(Commands.joined(Commands.INITIATE, metadata));
            line.take(Commands.READY);
        }

        private static byte[] text(String text) throws IOException {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            if (bytes.length > MOST_BYTES) {
                throw new IOException("a user or a password has more than " + MOST_BYTES + " bytes");
            }
            return Commands.joined(new byte[] {(byte) bytes.length}, bytes);
        }
    }
}
