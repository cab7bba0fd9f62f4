package dev.lurcher.protocol;

import dev.lurcher.protocol.ProtocolException.Code;

/** Builds reply frames. Grammar: {@link ReplyReader}. Stateless; every frame is a new array. */
public final class ReplyWriter {
    /** Most connections that one reply may name where the broker's setting {@code limits.handler_targets} is not changed. */
    public static final int MOST_TARGETS = 128;

    private static final byte[] NOTHING = new byte[0];
    private static final long[] NOBODY = {};

    private ReplyWriter() {}

    /**
     * A reply with content. Without a byte of it this would be {@link #close}.
     *
     * @param sender the {@link RequestMessage#sender} of the request
     * @param connectionIds the clients, at least one
     * @param payload the parts of what the clients get
     * @throws ProtocolException BAD_SENDER, NO_TARGET or BAD_ID: the broker would refuse the reply
     */
    public static byte[] reply(String sender, long[] connectionIds, byte[]... payload) {
        return frame(sender, "", targets(connectionIds), payload);
    }

    /** A reply that asks the broker to close connections once they have got what was sent before. As {@link #reply}. */
    public static byte[] close(String sender, long... connectionIds) {
        return frame(sender, "", targets(connectionIds), NOTHING);
    }

    /** A reply that asks for something else than sending content. As {@link #reply}. */
    public static byte[] extended(String sender, long[] connectionIds, ExtendedReply reply) {
        return frame(sender, "X ", targets(connectionIds), reply.payload());
    }

    /** What a managed worker tells its broker. As {@link #reply}, but it concerns no connection. */
    public static byte[] control(String sender, WorkerControl control) {
        return frame(sender, "X", NOBODY, control.payload());
    }

    private static byte[] frame(String sender, String mark, long[] connectionIds, byte[]... payload) {
        if (!Octets.isSenderId(sender)) {
            throw new ProtocolException(Code.BAD_SENDER, "\"" + sender + "\" may hold letters, digits and - only");
        }
        int idsLength = mark.length() + idsLength(connectionIds);
        int length = sender.length() + 1 + digits(idsLength) + 1 + idsLength + 2;
        for (byte[] part : payload) {
            length = Math.addExact(length, part.length);
        }
        byte[] frame = new byte[length];
        int at = put(frame, 0, sender);
        frame[at++] = ' ';
        at = put(frame, at, idsLength);
        frame[at++] = ':';
        at = put(frame, at, mark);
        for (int i = 0; i < connectionIds.length; i++) {
            if (i > 0) {
                frame[at++] = ' ';
            }
            at = put(frame, at, connectionIds[i]);
        }
        frame[at++] = ',';
        frame[at++] = ' ';
        for (byte[] part : payload) {
            System.arraycopy(part, 0, frame, at, part.length);
            at += part.length;
        }
        return frame;
    }

    private static long[] targets(long[] connectionIds) {
        if (connectionIds.length == 0) {
            throw new ProtocolException(Code.NO_TARGET, "a reply names at least one connection");
        }
        for (long id : connectionIds) {
            if (id < 0) {
                throw new ProtocolException(Code.BAD_ID, "negative connection id " + id);
            }
        }
        return connectionIds;
    }

    /** Digits and the blanks between them. */
    private static int idsLength(long[] connectionIds) {
        int length = Math.max(0, connectionIds.length - 1);
        for (long id : connectionIds) {
            length += digits(id);
        }
        return length;
    }

    private static int digits(long number) {
        int digits = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        return digits;
    }

    private static int put(byte[] frame, int at, String octets) {
        for (int i = 0; i < octets.length(); i++) {
            frame[at + i] = (byte) octets.charAt(i);
        }
        return at + octets.length();
    }

    private static int put(byte[] frame, int at, long number) {
        int end = at + digits(number);
        long rest = number;
        for (int i = end - 1; i >= at; i--) {
            frame[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return end;
    }
}
