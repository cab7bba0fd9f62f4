package dev.lurcher.broker.zmtp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The CURVE mechanism on the side of whoever has connected; {@link CurveHandshake} has the form of what is said. */
final class CurveIntroduction implements Introduction {
    private static final int SIGNATURE_BYTES = 64;
    private static final int PADDING_BYTES = 72;
    private static final int DRAWN = 16;
    private static final int COOKIE_BYTES = 96;

    /** Behind the name of WELCOME. */
    private static final int WELCOME_BYTES = DRAWN + SecretBox.AUTHENTICATOR_BYTES + CurveKey.BYTES + COOKIE_BYTES;

    private final Credentials.Curve credentials;
    private final CurvePair passing = CurvePair.generate();
    private long nonce;
    private @Nullable SecretBox out;
    private @Nullable SecretBox in;

    CurveIntroduction(Credentials.Curve credentials) {
        this.credentials = credentials;
    }

    @Override
    public void introduce(Line line, byte[] metadata) throws IOException {
        byte[] server = credentials.server().bytes();
        line.send(hello(server));
        ByteBuffer welcome = line.take(Commands.WELCOME);
        if (welcome.remaining() != WELCOME_BYTES) {
            throw foreign();
        }
        byte[] drawn = taken(welcome, DRAWN);
        byte[] said = SecretBox.opened(
                passing.shared(server), Commands.joined(CurveHandshake.WELCOME_NONCE, drawn), rest(welcome));
        if (said == null) {
            throw foreign();
        }
        byte[] theirs = Arrays.copyOf(said, CurveKey.BYTES);
        byte[] shared = passing.shared(theirs);
        line.send(initiate(theirs, shared, Arrays.copyOfRange(said, CurveKey.BYTES, said.length), metadata));
        ByteBuffer ready = line.take(Commands.READY);
        if (ready.remaining() < Long.BYTES
                || SecretBox.opened(shared, nonce(CurveHandshake.READY_NONCE, ready.getLong()), rest(ready)) == null) {
            throw foreign();
        }
        byte[] key = SecretBox.key(shared);
        out = new SecretBox(key, CurveHandshake.CLIENT_NONCE);
        in = new SecretBox(key, CurveHandshake.SERVER_NONCE);
    }

    private byte[] hello(byte[] server) {
        byte[] box = SecretBox.sealed(
                passing.shared(server), nonce(CurveHandshake.HELLO_NONCE, ++nonce), new byte[SIGNATURE_BYTES]);
        return ByteBuffer.allocate(Commands.HELLO.length + 2 + PADDING_BYTES + CurveKey.BYTES + Long.BYTES + box.length)
                .put(Commands.HELLO)
                .put((byte) 1)
                .put((byte) 0)
                .put(new byte[PADDING_BYTES])
                .put(passing.key().bytes())
                .putLong(nonce)
                .put(box)
                .array();
    }

    private byte[] initiate(byte[] theirs, byte[] shared, byte[] cookie, byte[] metadata) {
        byte[] drawn = CurvePair.random(DRAWN);
        byte[] vouch = SecretBox.sealed(
                credentials.own().shared(theirs),
                Commands.joined(CurveHandshake.VOUCH_NONCE, drawn),
                Commands.joined(passing.key().bytes(), credentials.server().bytes()));
        byte[] own = Commands.joined(credentials.own().key().bytes(), drawn);
        byte[] box = SecretBox.sealed(
                shared,
                nonce(CurveHandshake.INITIATE_NONCE, ++nonce),
                Commands.joined(Commands.joined(own, vouch), metadata));
        return ByteBuffer.allocate(Commands.INITIATE.length + cookie.length + Long.BYTES + box.length)
                .put(Commands.INITIATE)
                .put(cookie)
                .putLong(nonce)
                .put(box)
                .array();
    }

    @Override
    public Frame wrapped(Frame frame) {
        SecretBox sealing = ready(out);
        boolean isCommand = (frame.flags() & Frames.COMMAND) != 0;
        byte sealed = (byte) (isCommand ? CurveInput.SEALED_COMMAND : frame.flags() & Frames.MORE);
        byte[] text = Commands.joined(new byte[] {sealed}, frame.content());
        sealing.start(++nonce);
        sealing.seal(text, 0, text.length);
        return new Frame(
                0,
                ByteBuffer.allocate(CurveInput.WRAPPING_BYTES + frame.content().length)
                        .put(Commands.MESSAGE)
                        .putLong(nonce)
                        .put(sealing.authenticator())
                        .put(text)
                        .array());
    }

    @Override
    public Frame opened(Frame frame) throws IOException {
        ByteBuffer sealed = ByteBuffer.wrap(frame.content());
        if (sealed.remaining() < CurveInput.WRAPPING_BYTES
                || !Arrays.equals(taken(sealed, Commands.MESSAGE.length), Commands.MESSAGE)) {
            throw new IOException("a frame is not sealed");
        }
        SecretBox opening = ready(in);
        opening.start(sealed.getLong());
        byte[] authenticator = taken(sealed, SecretBox.AUTHENTICATOR_BYTES);
        byte[] text = rest(sealed);
        opening.open(text, 0, text.length);
        if (!opening.isAuthentic(authenticator)) {
            throw new IOException("a frame was changed on its way");
        }
        int flags = text[0] == CurveInput.SEALED_COMMAND ? Frames.COMMAND : text[0] & Frames.MORE;
        return new Frame(flags, Arrays.copyOfRange(text, 1, text.length));
    }

    private static SecretBox ready(@Nullable SecretBox box) {
        if (box == null) {
            throw new IllegalStateException("before the end of the handshake");
        }
        return box;
    }

    private static byte[] nonce(byte[] prefix, long number) {
        return ByteBuffer.wrap(Arrays.copyOf(prefix, SecretBox.NONCE_BYTES))
                .putLong(prefix.length, number)
                .array();
    }

    private static byte[] taken(ByteBuffer from, int count) {
        byte[] bytes = new byte[count];
        from.get(bytes);
        return bytes;
    }

    private static byte[] rest(ByteBuffer from) {
        return taken(from, from.remaining());
    }

    private static IOException foreign() {
        return new RefusalException("the endpoint does not have the key that it should have");
    }
}
