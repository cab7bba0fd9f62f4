package dev.lurcher.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.lurcher.protocol.ProtocolException.Code;
import java.util.Arrays;

/** Builds reply frames. Grammar: {@link ReplyReader}. Stateless; every frame is a new array. */
public final class ReplyWriter {
    /** Most connections that one reply may name where the broker's setting {@code limits.handler_targets} is not changed. */
    public static final int MOST_TARGETS = 128;

    private static final byte[] NOTHING = new byte[0];

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
        return frame(sender, ids("", connectionIds), payload);
    }

    /** A reply that asks the broker to close connections once they have got what was sent before. As {@link #reply}. */
    public static byte[] close(String sender, long... connectionIds) {
        return frame(sender, ids("", connectionIds), NOTHING);
    }

    /** A reply that asks for something else than sending content. As {@link #reply}. */
    public static byte[] extended(String sender, long[] connectionIds, ExtendedReply reply) {
        return frame(sender, ids("X ", connectionIds), reply.payload());
    }

    /** What a managed worker tells its broker. As {@link #reply}, but it concerns no connection. */
    public static byte[] control(String sender, WorkerControl control) {
        return frame(sender, "X", control.payload());
    }

    private static String ids(String mark, long[] connectionIds) {
        if (connectionIds.length == 0) {
            throw new ProtocolException(Code.NO_TARGET, "a reply names at least one connection");
        }
        StringBuilder ids = new StringBuilder(mark);
        for (int i = 0; i < connectionIds.length; i++) {
            if (connectionIds[i] < 0) {
                throw new ProtocolException(Code.BAD_ID, "negative connection id " + connectionIds[i]);
            }
            ids.append(i == 0 ? "" : " ").append(connectionIds[i]);
        }
        return ids.toString();
    }

    private static byte[] frame(String sender, String ids, byte[]... payload) {
        if (!Octets.isSenderId(sender)) {
            throw new ProtocolException(Code.BAD_SENDER, "\"" + sender + "\" may hold letters, digits and - only");
        }
        byte[] head = (sender + " " + ids.length() + ":" + ids + ", ").getBytes(ISO_8859_1);
        int length = head.length;
        for (byte[] part : payload) {
            length = Math.addExact(length, part.length);
        }
        byte[] frame = Arrays.copyOf(head, length);
        int at = head.length;
        for (byte[] part : payload) {
            System.arraycopy(part, 0, frame, at, part.length);
            at += part.length;
        }
        return frame;
    }
}
