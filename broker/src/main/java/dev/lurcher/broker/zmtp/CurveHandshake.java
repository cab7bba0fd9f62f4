package dev.lurcher.broker.zmtp;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The CURVE mechanism (RFC 25 and 26), on the side of the server. S and C are the lasting keys of server and client, S' and C'
 * those of this connection; {@code Box [text](A->B)} is sealed with what A and B have in common.
 * <pre>
 *   HELLO    = version 72%x00 C' nonce Box [64%x00](C'->S)
 *   WELCOME  = 16OCTET Box [S' cookie](S->C')
 *   INITIATE = cookie nonce Box [C 16OCTET vouch metadata](C'->S')      vouch = Box [C' S](C->S')
 *   READY    = nonce Box [metadata](S'->C')
 *   version  = %d1 %d0      cookie = 96OCTET      nonce = 8OCTET, in network order, greater than the one before
 * </pre>
 * The cookie lets a server forget the client in between. A connection is something that cannot be forgotten, so it is chance
 * that the client has to repeat.
 * <p>Who is not let in learns neither whether its key is known nor what was wrong: all such get the same ERROR.
 */
final class CurveHandshake implements Handshake {
    // What stands before the peer's, or our, own part of a nonce.
    static final byte[] HELLO_NONCE = "CurveZMQHELLO---".getBytes(US_ASCII);
    static final byte[] WELCOME_NONCE = "WELCOME-".getBytes(US_ASCII);
    static final byte[] INITIATE_NONCE = "CurveZMQINITIATE".getBytes(US_ASCII);
    static final byte[] VOUCH_NONCE = "VOUCH---".getBytes(US_ASCII);
    static final byte[] READY_NONCE = "CurveZMQREADY---".getBytes(US_ASCII);
    static final byte[] CLIENT_NONCE = "CurveZMQMESSAGEC".getBytes(US_ASCII);
    static final byte[] SERVER_NONCE = "CurveZMQMESSAGES".getBytes(US_ASCII);

    private static final int KEY = CurveKey.BYTES;
    private static final int COUNTED = 8;
    private static final int DRAWN = 16;
    private static final int COOKIE_BYTES = 96;
    private static final int PADDING_BYTES = 72;
    private static final int SIGNATURE_BYTES = 64;
    private static final int VOUCH_BYTES = SecretBox.AUTHENTICATOR_BYTES + 2 * KEY;

    /** Behind the name of HELLO. */
    private static final int HELLO_BYTES =
            2 + PADDING_BYTES + KEY + COUNTED + SecretBox.AUTHENTICATOR_BYTES + SIGNATURE_BYTES;

    /** What INITIATE has at least, behind its name. */
    private static final int LEAST_INITIATE_BYTES =
            COOKIE_BYTES + COUNTED + SecretBox.AUTHENTICATOR_BYTES + KEY + DRAWN + VOUCH_BYTES;

    private static final long READY_NUMBER = 1;

    private final Security.Curve security;
    private long peerNonce;
    private @Nullable Meeting meeting;

    /** What HELLO and WELCOME have settled: C', the pair of S', and what INITIATE has to repeat. */
    private static final class Meeting {
        final byte[] theirs;
        final CurvePair ours = CurvePair.generate();
        final byte[] cookie = CurvePair.random(COOKIE_BYTES);

        Meeting(byte[] theirs) {
            this.theirs = theirs;
        }
    }

    /** Known from INITIATE on: what S' and C' have in common, and C. */
    private byte @Nullable [] shared;

    private @Nullable CurveKey client;

    CurveHandshake(Security.Curve security) {
        this.security = security;
    }

    @Override
    public Step take(ByteBuf buffer, int index, int length) {
        Meeting met = meeting;
        byte[] name = met == null ? Commands.HELLO : Commands.INITIATE;
        if (!Commands.is(name, buffer, index, length)) {
            return Handshake.unexpected(met == null ? "HELLO" : "INITIATE");
        }
        ByteBuffer in = ByteBuffer.allocate(length - name.length);
        buffer.getBytes(index + name.length, in);
        return met == null ? hello(in.flip()) : initiate(met, in.flip());
    }

    private Step hello(ByteBuffer in) {
        if (in.remaining() != HELLO_BYTES || in.get() != 1 || in.get() != 0) {
            return Handshake.unexpected("HELLO of CurveZMQ 1.0");
        }
        byte[] theirs = taken(in.position(in.position() + PADDING_BYTES), KEY);
        peerNonce = in.getLong();
        byte[] common = common(security.server(), theirs);
        byte[] signature = opened(common, nonce(HELLO_NONCE, peerNonce), in);
        if (common == null || signature == null) {
            return new Step.Refused(Refusal.notAdmitted(
                    "what it says cannot be read: it takes another key for the one of this endpoint, which is "
                            + security.server().key()));
        }
        // Only now: a pair costs time, and who has not heard of this endpoint's key gets none.
        Meeting met = new Meeting(theirs);
        meeting = met;
        byte[] drawn = CurvePair.random(DRAWN);
        byte[] box = SecretBox.sealed(
                common,
                Commands.joined(WELCOME_NONCE, drawn),
                Commands.joined(met.ours.key().bytes(), met.cookie));
        return new Step.Answer(Commands.joined(Commands.WELCOME, Commands.joined(drawn, box)));
    }

    private Step initiate(Meeting met, ByteBuffer in) {
        if (in.remaining() < LEAST_INITIATE_BYTES || !MessageDigest.isEqual(taken(in, COOKIE_BYTES), met.cookie)) {
            return Handshake.unexpected("INITIATE");
        }
        long number = in.getLong();
        byte[] common = common(met.ours, met.theirs);
        byte[] said = opened(common, nonce(INITIATE_NONCE, number), in);
        if (common == null || said == null || Long.compareUnsigned(number, peerNonce) <= 0) {
            return Handshake.unexpected("INITIATE");
        }
        peerNonce = number;
        shared = common;
        ByteBuffer text = ByteBuffer.wrap(said);
        CurveKey key = CurveKey.of(taken(text, KEY));
        if (!vouches(key, met, text)) {
            return new Step.Refused(Refusal.notAdmitted("it claims the key " + key + " and does not have it"));
        }
        // Only now: who asks with the keys of others shall not learn from the time it takes which are on the list.
        if (!security.admitted().containsKey(key)) {
            return new Step.Refused(Refusal.notAdmitted("its key " + key + " is not on the list"));
        }
        client = key;
        ByteBuf metadata = Unpooled.wrappedBuffer(text);
        Ready ready = Ready.read(metadata, 0, metadata.readableBytes());
        return ready == null ? Handshake.unexpected("INITIATE") : new Step.Complete(ready);
    }

    /** Whether the owner of the key has sealed the keys of this connection and of this server. */
    private boolean vouches(CurveKey key, Meeting met, ByteBuffer text) {
        byte[] nonce = Commands.joined(VOUCH_NONCE, taken(text, DRAWN));
        ByteBuffer vouch = ByteBuffer.wrap(taken(text, VOUCH_BYTES));
        byte[] vouched = opened(common(met.ours, key.bytes()), nonce, vouch);
        return vouched != null
                && MessageDigest.isEqual(
                        vouched,
                        Commands.joined(met.theirs, security.server().key().bytes()));
    }

    /** What a pair and another key have in common; null for a key that belongs to no pair, with which everybody has the same. */
    private static byte @Nullable [] common(CurvePair pair, byte[] otherKey) {
        byte[] common = pair.shared(otherKey);
        return MessageDigest.isEqual(common, new byte[common.length]) ? null : common;
    }

    private static byte @Nullable [] opened(byte @Nullable [] common, byte[] nonce, ByteBuffer in) {
        return common == null ? null : SecretBox.opened(common, nonce, taken(in, in.remaining()));
    }

    private static byte[] taken(ByteBuffer in, int count) {
        byte[] bytes = new byte[count];
        in.get(bytes);
        return bytes;
    }

    private static byte[] nonce(byte[] prefix, long number) {
        return ByteBuffer.wrap(Arrays.copyOf(prefix, SecretBox.NONCE_BYTES))
                .putLong(prefix.length, number)
                .array();
    }

    @Override
    public byte[] ready(SocketType type) {
        byte[] box = SecretBox.sealed(known(), nonce(READY_NONCE, READY_NUMBER), Ready.of(type));
        return ByteBuffer.allocate(Commands.READY.length + COUNTED + box.length)
                .put(Commands.READY)
                .putLong(READY_NUMBER)
                .put(box)
                .array();
    }

    @Override
    public CurveSession session() {
        byte[] key = SecretBox.key(known());
        return new CurveSession(
                new SecretBox(key, CLIENT_NONCE), peerNonce, new SecretBox(key, SERVER_NONCE), READY_NUMBER);
    }

    private byte[] known() {
        byte[] common = shared;
        if (common == null) {
            throw new IllegalStateException("before the end of the handshake");
        }
        return common;
    }

    @Override
    public boolean isAdmittedBy(Security now) {
        return now instanceof Security.Curve curve
                && client != null
                && curve.admitted().containsKey(client);
    }
}
