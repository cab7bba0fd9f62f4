package dev.lurcher.broker.zmtp;

import dev.lurcher.broker.zmtp.ZmtpCounters.Event;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection from the first byte to the last.
 * <pre>
 *   GREETING --64 octets--> HANDSHAKE --READY--> TRAFFIC
 *       |                       |                   |
 *       +--------- refused, late, closed, lost -----+--> CLOSING
 * </pre>
 * The endpoint sends the version at once, and the rest after the peer's: libzmq leaves without a word when it reads a mechanism that
 * is not its own, and the socket type that is named depends on the peer's. In CLOSING whatever arrives is dropped.
 * <p>Thread: the connection's event loop, but {@link #close} from any.
 */
final class PeerConnection extends ChannelInboundHandlerAdapter implements CurveInput.Refusing {
    private static final Logger LOG = LoggerFactory.getLogger(ZmtpListener.class);

    /** READY and the other commands are short; before the handshake is complete nothing else is read. */
    private static final int MOST_COMMAND_BYTES = 8192;

    /** Then the whole greeting is sent to a peer that waits for it. */
    private static final long PATIENCE_MILLIS = 500;

    private enum Stage {
        GREETING,
        HANDSHAKE,
        TRAFFIC,
        CLOSING
    }

    private final Terms terms;
    private final Channel channel;
    private final String remoteAddress;
    private final PeerOutput output;
    private final FrameReader reader;
    private final Greeting greeting;
    private final Handshake handshake;
    private final Heartbeat heartbeat;
    private final Closing closer;
    private final Place place;
    private Stage stage = Stage.GREETING;
    private boolean greeted;
    private boolean delivered;
    private volatile boolean closing;
    private @Nullable Peer peer;
    private @Nullable Subscription subscription;

    PeerConnection(Terms terms, Channel channel, String remoteAddress) {
        this.terms = terms;
        this.channel = channel;
        this.remoteAddress = remoteAddress;
        Security security = terms.rules().now();
        this.greeting = new Greeting(security);
        this.handshake = Handshake.of(security);
        this.output = PeerOutput.of(security, channel, this::onRoom);
        this.reader = new FrameReader(channel.alloc(), this, MOST_COMMAND_BYTES);
        this.heartbeat = new Heartbeat(channel.eventLoop(), terms.settings(), output, this::onSilence);
        this.closer = new Closing(channel, output, terms.settings().linger());
        this.place = new Place(terms.role());
    }

    String remoteAddress() {
        return remoteAddress;
    }

    /** Its place among the endpoint's peers. Any thread. */
    Place place() {
        return place;
    }

    EventLoop loop() {
        return channel.eventLoop();
    }

    /** See {@link Peer#close}; of use in every stage. */
    void close(String reason) {
        closing = true;
        loop().execute(() -> end(reason));
    }

    /** Ends it at once, for another one. Any thread. */
    void makeRoom() {
        loop().execute(() -> violated(Event.TOO_MANY_PEERS, "as many peers as allowed are connected"));
    }

    // What the channel tells.

    @Override
    public void channelActive(ChannelHandlerContext context) {
        output.raw(greeting.ours(), 0, Greeting.FIRST_BYTES);
        Future<?> unused = loop().schedule(this::greet, PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        closer.after(terms.settings().handshakeTimeout(), this::onHandshakeTimeout);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            heartbeat.heard();
            if (stage == Stage.GREETING) {
                readGreeting(in);
            }
            if (in.isReadable() && (stage == Stage.HANDSHAKE || stage == Stage.TRAFFIC)) {
                reader.read(in);
            }
        } finally {
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        readComplete();
    }

    private void readComplete() {
        Peer known = peer;
        if (delivered && known != null) {
            delivered = false;
            terms.listener().onReadComplete(known);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        output.roomAgain();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (stage == Stage.GREETING || stage == Stage.HANDSHAKE) {
            terms.counters().add(Event.ABANDONED);
        }
        output.discard();
        reader.release();
        ended("it closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.error("{}: {} is dropped because of an internal error", terms.endpoint(), remoteAddress, cause);
        }
        drop("connection lost: " + cause.getMessage());
    }

    private void onRoom() {
        Peer known = peer;
        if (known != null && stage == Stage.TRAFFIC) {
            terms.listener().onWritable(known);
        }
    }

    // Greeting and handshake.

    private void readGreeting(ByteBuf in) {
        Refusal refusal = greeting.take(in);
        boolean speaksZmtp = refusal == null || refusal.event() == Event.WRONG_MECHANISM;
        if (speaksZmtp && greeting.hasMechanism()) {
            greet();
        }
        if (refusal == null) {
            stage = greeting.isComplete() ? Stage.HANDSHAKE : Stage.GREETING;
        } else {
            refuse(refusal);
            if (speaksZmtp) {
                closer.afterLastBytes();
            } else {
                drop(refusal.reason());
            }
        }
    }

    /** Sends the rest of the greeting. */
    private void greet() {
        if (!greeted) {
            greeted = true;
            output.raw(greeting.ours(), Greeting.FIRST_BYTES, Greeting.BYTES);
        }
    }

    private boolean onHandshakeFrame(int flags, ByteBuf buffer, int index, int length) {
        boolean isCommand = (flags & Frames.COMMAND) != 0;
        if (isCommand && Commands.is(Commands.ERROR, buffer, index, length)) {
            String reason = Printable.of(Commands.errorReason(buffer, index, length), 100);
            refuse(new Refusal(Event.BAD_HANDSHAKE, "it refuses this endpoint: \"" + reason + "\""));
            drop("refused by the peer");
            return false;
        }
        // A message is a command without a name.
        return switch (handshake.take(buffer, index, isCommand ? length : 0)) {
            case Handshake.Step.Answer answer -> {
                output.command(answer.command());
                yield true;
            }
            case Handshake.Step.Complete complete -> onReady(complete.metadata());
            case Handshake.Step.Refused refused -> refuseAloud(refused.refusal());
        };
    }

    private boolean onReady(Ready ready) {
        SocketType type = ready.type();
        SocketType ours = type == null ? null : terms.role().towards(type);
        if (type == null || ours == null) {
            return refuseAloud(new Refusal(
                    Event.UNFIT_SOCKET,
                    "its socket type \"" + ready.typeShown() + "\" does not fit: connect "
                            + terms.role().acceptedShown()));
        }
        if (!handshake.isAdmittedBy(terms.rules().now())) {
            return refuseAloud(Refusal.notAdmitted("it is not let in any more"));
        }
        stage = Stage.TRAFFIC;
        place.earn();
        closer.cancel();
        output.command(handshake.ready(ours));
        beginTraffic(handshake.session());
        if (terms.role() instanceof Role.Replies replies) {
            subscribe(replies.subscription());
        }
        if (greeting.isAtLeast31()) {
            heartbeat.ask();
        }
        Peer introduced = new Peer(this, output, type, ready.identity());
        peer = introduced;
        terms.counters().add(Event.READY);
        terms.counters().peerCame();
        terms.listener().onPeer(introduced);
        return !closing;
    }

    private void beginTraffic(@Nullable CurveSession session) {
        int most = terms.settings().maxMessageBytes();
        if (session == null) {
            reader.allowMessages(most);
        } else {
            reader.allowMessages(most + CurveInput.WRAPPING_BYTES);
            reader.tellTo(new CurveInput(session, this));
            output.seal(session);
        }
    }

    /** Drops the peer where it would not be let in any more. Any thread. */
    void prove() {
        loop().execute(() -> {
            if (stage == Stage.TRAFFIC && !handshake.isAdmittedBy(terms.rules().now())) {
                violated(Event.NOT_ADMITTED, "it is not let in any more");
            }
        });
    }

    private void subscribe(byte[] prefix) {
        subscription = new Subscription(prefix, terms.counters());
        if (greeting.isAtLeast31()) {
            output.command(Commands.subscribe(prefix));
        } else {
            byte[] message = Commands.subscribeMessage(prefix);
            output.frame(0, message, 0, message.length);
        }
    }

    private void onHandshakeTimeout() {
        refuse(new Refusal(
                Event.HANDSHAKE_TIMEOUT,
                "it did not complete the handshake within "
                        + terms.settings().handshakeTimeout().toMillis() + " ms"));
        drop("handshake timeout");
    }

    private void refuse(Refusal refusal) {
        terms.report(refusal.event(), "refused " + remoteAddress + ": " + refusal.reason());
        stage = Stage.CLOSING;
    }

    /** Tells the peer as well, and answers false: no more of its frames. */
    private boolean refuseAloud(Refusal refusal) {
        refuse(refusal);
        output.command(Commands.error(refusal.told()));
        closer.afterLastBytes();
        return false;
    }

    // Traffic.

    @Override
    public boolean onFrame(int flags, ByteBuf buffer, int index, int length) {
        if (closing || stage == Stage.CLOSING) {
            return false;
        }
        if (stage == Stage.HANDSHAKE) {
            return onHandshakeFrame(flags, buffer, index, length);
        }
        if ((flags & Frames.COMMAND) != 0) {
            onCommand(buffer, index, length);
        } else {
            onMessageFrame(buffer, index, length, (flags & Frames.MORE) != 0);
        }
        return !closing && stage == Stage.TRAFFIC;
    }

    private void onMessageFrame(ByteBuf buffer, int index, int length, boolean more) {
        Peer known = peer;
        if (known == null || known.type() == SocketType.PULL) {
            violated(Event.PROTOCOL_ERROR, "a PULL socket sent a message");
            return;
        }
        Subscription wanted = subscription;
        if (wanted != null && !wanted.wants(buffer, index, length, more)) {
            return;
        }
        delivered = true;
        place.use();
        terms.listener().onFrame(known, buffer, index, length, more);
    }

    private void onCommand(ByteBuf buffer, int index, int length) {
        if (!Commands.isWellFormed(buffer, index, length)) {
            violated(Event.PROTOCOL_ERROR, "a command has no name");
            return;
        }
        int name = Commands.PING.length;
        if (Commands.is(Commands.PING, buffer, index, length)
                && !heartbeat.onPing(buffer, index + name, length - name)) {
            violated(Event.PROTOCOL_ERROR, "a PING has more or less than 2 to 18 octets");
        }
        // PONG has done its work by arriving. Commands that are not known here may be somebody's extension.
    }

    private void onSilence(Duration silence) {
        violated(Event.HEARTBEAT_TIMEOUT, "nothing was heard of it for " + silence.toMillis() + " ms");
    }

    @Override
    public void onOversize(long claimedBytes, int mostBytes) {
        violated(
                Event.OVERSIZE,
                "a frame of " + Long.toUnsignedString(claimedBytes) + " bytes, and " + mostBytes + " are allowed");
    }

    @Override
    public void onBadFlags(int flags) {
        Event event = stage == Stage.HANDSHAKE ? Event.BAD_HANDSHAKE : Event.PROTOCOL_ERROR;
        violated(event, "a frame begins with the octet 0x" + Integer.toHexString(flags));
    }

    @Override
    public void onUnsealed(String why) {
        violated(Event.PROTOCOL_ERROR, why);
    }

    private void violated(Event event, String what) {
        terms.report(event, "dropped " + remoteAddress + ": " + what);
        drop(what);
    }

    // The end.

    /** Ends the connection after what was sent has left. */
    private void end(String reason) {
        if (stage != Stage.CLOSING) {
            ended(reason);
            closer.afterLastBytes();
        }
    }

    /** Ends the connection at once. */
    private void drop(String reason) {
        try {
            ended(reason);
        } finally {
            closer.now();
        }
    }

    private void ended(String reason) {
        stage = Stage.CLOSING;
        closing = true;
        heartbeat.stop();
        closer.cancel();
        readComplete();
        Peer known = peer;
        if (known != null) {
            peer = null;
            terms.counters().peerWent();
            terms.listener().onGone(known, reason);
        }
    }
}
