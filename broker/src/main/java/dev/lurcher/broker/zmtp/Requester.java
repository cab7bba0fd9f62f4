package dev.lurcher.broker.zmtp;

import dev.lurcher.broker.zmtp.Introduction.Frame;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A REQ socket that asks one peer: the only side of ZeroMQ here that connects, for commands that ask a running broker. Speaks ZMTP
 * 3.0, and uses no event loop.
 * <p>Thread: one at a time; calls wait.
 */
public final class Requester implements AutoCloseable {
    private static final int MOST_ANSWER_BYTES = 64 << 20;
    private static final int READ_BYTES = 64 * 1024;
    private static final int GREETING_BYTES = 64;
    private static final int MECHANISM_AT = 12;
    private static final int MAJOR_AT = 10;
    private static final int SHOWN_BYTES = 100;
    private static final int MECHANISM_BYTES = 20;
    private static final byte[] METADATA =
            "\13Socket-Type\0\0\0\3REQ\10Identity\0\0\0\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = {};

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final Duration patience;
    private final Credentials credentials;
    private final Introduction introduction;
    private final ByteBuffer in = ByteBuffer.allocate(READ_BYTES).flip();

    private Requester(SocketChannel channel, Credentials credentials, Duration patience) throws IOException {
        this.credentials = credentials;
        this.introduction = Introduction.by(credentials);
        this.channel = channel;
        this.selector = Selector.open();
        this.key = channel.register(selector, SelectionKey.OP_READ);
        this.patience = patience;
    }

    /**
     * Connects, and completes the handshake.
     *
     * @param patience longest wait for anything
     * @throws IOException when nobody answers there, or no REP socket; the message says what has happened
     */
    public static Requester connect(Endpoint endpoint, Duration patience) throws IOException {
        return connect(endpoint, Credentials.NONE, patience);
    }

    /** As {@link #connect(Endpoint, Duration)}, where the endpoint asks who comes. */
    public static Requester connect(Endpoint endpoint, Credentials credentials, Duration patience) throws IOException {
        SocketChannel channel = open(endpoint);
        try {
            channel.configureBlocking(false);
            Requester requester = new Requester(channel, credentials, patience);
            requester.shakeHands();
            return requester;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static SocketChannel open(Endpoint endpoint) throws IOException {
        SocketChannel channel = switch (endpoint) {
            case Endpoint.Ipc ipc -> SocketChannel.open(StandardProtocolFamily.UNIX);
            case Endpoint.Tcp tcp -> SocketChannel.open();
        };
        try {
            channel.connect(
                    switch (endpoint) {
                        case Endpoint.Ipc ipc -> UnixDomainSocketAddress.of(ipc.path());
                        case Endpoint.Tcp tcp -> tcp.address();
                    });
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Asks, and waits for the answer.
     *
     * @param message one frame
     * @return the first frame of the answer
     * @throws IOException when the connection ends, or no answer comes in time; this can be used no more then
     */
    public byte[] ask(byte[] message) throws IOException {
        send(introduction.wrapped(new Frame(Frames.MORE, NOTHING)));
        send(introduction.wrapped(new Frame(0, message)));
        byte @Nullable [] answer = null;
        boolean isRoute = true;
        while (true) {
            Frame frame = introduction.opened(next());
            if (isCommand(frame)) {
                continue;
            }
            if (isRoute) {
                isRoute = frame.content().length > 0;
            } else if (answer == null) {
                answer = frame.content();
            }
            if ((frame.flags() & Frames.MORE) == 0) {
                if (answer == null) {
                    throw new IOException("the answer is empty");
                }
                return answer;
            }
        }
    }

    private void shakeHands() throws IOException {
        byte[] greeting = new byte[GREETING_BYTES];
        greeting[0] = (byte) 0xFF;
        greeting[9] = 0x7F;
        greeting[MAJOR_AT] = 3;
        System.arraycopy(mechanism(), 0, greeting, MECHANISM_AT, MECHANISM_BYTES);
        write(ByteBuffer.wrap(greeting));
        byte[] theirs = take(GREETING_BYTES);
        if (theirs[0] != (byte) 0xFF || theirs[MAJOR_AT] < 3) {
            throw new IOException("what answers there does not speak ZMTP 3");
        }
        byte[] mechanism = Arrays.copyOfRange(theirs, MECHANISM_AT, MECHANISM_AT + MECHANISM_BYTES);
        if (!Arrays.equals(mechanism, mechanism())) {
            String wanted = new String(mechanism, StandardCharsets.ISO_8859_1).replace("\0", "");
            throw new RefusalException("the endpoint wants the security mechanism " + wanted
                    + ", and was to be asked with " + credentials.mechanism());
        }
        introduction.introduce(
                new Introduction.Line() {
                    @Override
                    public void send(byte[] command) throws IOException {
                        Requester.this.send(new Frame(Frames.COMMAND, command));
                    }

                    @Override
                    public ByteBuffer take(byte[] name) throws IOException {
                        return command(name);
                    }
                },
                METADATA);
    }

    private byte[] mechanism() {
        return Arrays.copyOf(credentials.mechanism().getBytes(StandardCharsets.US_ASCII), MECHANISM_BYTES);
    }

    /** The next frame, which must be a command of this name; returns what follows the name. */
    private ByteBuffer command(byte[] name) throws IOException {
        Frame frame = next();
        if (isCommand(frame) && startsWith(frame.content(), Commands.ERROR)) {
            int from = Math.min(frame.content().length, Commands.ERROR.length + 1);
            byte[] reason = Arrays.copyOfRange(frame.content(), from, frame.content().length);
            throw new RefusalException("the endpoint refuses: " + Printable.of(reason, SHOWN_BYTES));
        } else if (!isCommand(frame) || !startsWith(frame.content(), name)) {
            throw new IOException("what answers there breaks the protocol in its handshake");
        }
        return ByteBuffer.wrap(frame.content()).position(name.length);
    }

    private static boolean isCommand(Frame frame) {
        return (frame.flags() & Frames.COMMAND) != 0;
    }

    private static boolean startsWith(byte[] content, byte[] name) {
        return content.length >= name.length && Arrays.equals(Arrays.copyOf(content, name.length), name);
    }

    private void send(Frame of) throws IOException {
        byte[] content = of.content();
        ByteBuffer frame = ByteBuffer.allocate(9 + content.length);
        if (content.length < 256) {
            frame.put((byte) of.flags()).put((byte) content.length);
        } else {
            frame.put((byte) (of.flags() | Frames.LONG)).putLong(content.length);
        }
        write(frame.put(content).flip());
    }

    private Frame next() throws IOException {
        int flags = take(1)[0];
        long length = (flags & Frames.LONG) == 0
                ? take(1)[0] & 0xFF
                : ByteBuffer.wrap(take(8)).getLong();
        if ((flags & ~Frames.KNOWN) != 0 || length < 0 || length > MOST_ANSWER_BYTES) {
            throw new IOException("what comes is no frame of ZMTP");
        }
        return new Frame(flags, take((int) length));
    }

    private void write(ByteBuffer bytes) throws IOException {
        long until = System.nanoTime() + patience.toNanos();
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                await(SelectionKey.OP_WRITE, until);
            }
        }
    }

    private byte[] take(int count) throws IOException {
        long until = System.nanoTime() + patience.toNanos();
        byte[] taken = new byte[count];
        int have = 0;
        while (have < count) {
            int more = Math.min(in.remaining(), count - have);
            in.get(taken, have, more);
            have += more;
            if (have < count) {
                in.clear();
                int read = channel.read(in);
                in.flip();
                if (read < 0) {
                    throw new EOFException("the connection was closed");
                } else if (read == 0) {
                    await(SelectionKey.OP_READ, until);
                }
            }
        }
        return taken;
    }

    private void await(int what, long until) throws IOException {
        long millis = Duration.ofNanos(until - System.nanoTime()).toMillis();
        if (millis <= 0) {
            throw new SocketTimeoutException("nothing came for " + patience.toMillis() + " ms");
        }
        key.interestOps(what);
        selector.select(millis);
        selector.selectedKeys().clear();
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }
}
