package dev.lurcher.broker.zmtp;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The PLAIN mechanism (RFC 24), on the side of the server.
 * <pre>
 *   HELLO    = username password      each OCTET *OCTET, the first octet being the length
 *   WELCOME  =
 *   INITIATE = metadata
 *   READY    = metadata
 * </pre>
 */
final class PlainHandshake implements Handshake {
    private static final int SHOWN_BYTES = 64;

    /** What a user who is not known is compared with, so that names cannot be told from the time it takes. */
    private static final PasswordHash NOBODY = PasswordHash.of(PasswordHash.newPassword());

    private final Security.Plain security;
    private String user = "";

    /** Known from HELLO on. */
    private @Nullable PasswordHash proved;

    PlainHandshake(Security.Plain security) {
        this.security = security;
    }

    @Override
    public Step take(ByteBuf buffer, int index, int length) {
        if (proved == null) {
            return Commands.is(Commands.HELLO, buffer, index, length)
                    ? hello(buffer, index + Commands.HELLO.length, index + length)
                    : Handshake.unexpected("HELLO");
        }
        int start = Commands.INITIATE.length;
        Ready ready = Commands.is(Commands.INITIATE, buffer, index, length)
                ? Ready.read(buffer, index + start, length - start)
                : null;
        return ready == null ? Handshake.unexpected("INITIATE") : new Step.Complete(ready);
    }

    private Step hello(ByteBuf buffer, int index, int end) {
        byte[] name = text(buffer, index, end);
        byte[] password = name == null ? null : text(buffer, index + 1 + name.length, end);
        if (name == null || password == null || index + 2 + name.length + password.length != end) {
            return Handshake.unexpected("HELLO");
        }
        user = new String(name, StandardCharsets.UTF_8);
        PasswordHash known = security.users().get(user);
        boolean matches = (known == null ? NOBODY : known).matches(password);
        if (known == null || !matches) {
            return new Step.Refused(Refusal.notAdmitted(
                    "its user \"" + Printable.of(name, SHOWN_BYTES) + "\" or the password is not known here"));
        }
        proved = known;
        return new Step.Answer(Commands.WELCOME.clone());
    }

    private static byte @Nullable [] text(ByteBuf buffer, int index, int end) {
        if (index >= end) {
            return null;
        }
        int length = buffer.getUnsignedByte(index);
        if (length > end - index - 1) {
            return null;
        }
        byte[] text = new byte[length];
        buffer.getBytes(index + 1, text);
        return text;
    }

    @Override
    public byte[] ready(SocketType ours) {
        return Commands.joined(Commands.READY, Ready.of(ours));
    }

    @Override
    public boolean isAdmittedBy(Security now) {
        return now instanceof Security.Plain plain
                && proved != null
                && proved.equals(plain.users().get(user));
    }
}
