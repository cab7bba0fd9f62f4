package dev.lurcher.broker.http;

import dev.lurcher.broker.dispatch.LoopContext;
import dev.lurcher.broker.http.RequestInHand.State;
import dev.lurcher.broker.telemetry.Counter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.FileRegion;
import java.nio.charset.StandardCharsets;

/**
 * The side of a {@link HttpConnection} that its responders see: what they send, how the answer ends, and what it means for the
 * connection.
 * <p>Thread: the connection's event loop.
 */
final class AnswerSide implements Answering {
    private static final ByteBuf CONTINUE = Unpooled.unreleasableBuffer(
            Unpooled.copiedBuffer("HTTP/1.1 100 Continue\r\n\r\n", StandardCharsets.US_ASCII));

    private final HttpServer server;
    private final HttpConnection connection;
    private final ClientLine line;
    private final ClientInput input;
    private final ClientOutput output;
    private final RequestInHand hand;
    private final int maxRequests;

    AnswerSide(HttpServer server, HttpConnection connection, ClientLine line, RequestInHand hand) {
        this.server = server;
        this.connection = connection;
        this.line = line;
        this.input = line.input();
        this.output = line.output();
        this.hand = hand;
        this.maxRequests = server.settings().maxRequests();
    }

    @Override
    public Channel channel() {
        return line.channel();
    }

    @Override
    public LoopContext context() {
        return line.context();
    }

    @Override
    public ExchangeRecord record() {
        return hand.record();
    }

    // ---- what the client sends

    @Override
    public void allowContent(long mostBytes) {
        input.allowContent(mostBytes);
    }

    @Override
    public void sendContinue() {
        Request request = hand.head();
        if (request != null && request.expectsContinue() && request.contentLength() != 0) {
            write(CONTINUE.duplicate());
        }
    }

    @Override
    public void holdContent(boolean hold) {
        line.deadlines().excuseContent(hold);
        input.hold(hold);
    }

    @Override
    public boolean isInputClosed() {
        return input.isClosed();
    }

    @Override
    public void become(ChannelHandler... incoming) {
        input.become(incoming);
    }

    // ---- the answer

    @Override
    public boolean send(ByteBuf bytes) {
        if (!mayAnswer()) {
            bytes.release();
            return false;
        }
        AnswerStamp stamp = hand.stamp();
        ByteBuf stamped = stamp == null ? null : stamp.take(bytes, channel().alloc(), record().requestId());
        if (stamped != null) {
            record().sent(stamped.readableBytes());
            if (!write(stamped)) {
                bytes.release();
                return false;
            }
        }
        record().sent(bytes.readableBytes());
        return write(bytes);
    }

    @Override
    public boolean send(FileRegion part) {
        if (!mayAnswer()) {
            part.release();
            return false;
        }
        record().sent(part.count());
        output.write(part);
        return true;
    }

    private boolean mayAnswer() {
        if (hand.state() == State.WAITING || hand.state() == State.CONTENT) {
            hand.enter(State.ANSWERING);
            line.deadlines().watchNothing();
        }
        return hand.state() == State.ANSWERING;
    }

    /** Writes bytes, which need not be of an answer; false when the client is too far behind, and the connection over. */
    boolean write(ByteBuf bytes) {
        boolean taken = output.write(bytes);
        if (!taken) {
            giveUpClient();
        }
        return taken;
    }

    @Override
    public boolean isWritable() {
        return output.isWritable();
    }

    @Override
    public boolean mayKeep() {
        Request request = hand.head();
        return request != null && request.keepAlive() && hand.count() < maxRequests && !isLeaving();
    }

    /** Whether the broker stops, or accepts nobody any more where this client came in. */
    private boolean isLeaving() {
        Channel door = channel().parent();
        return server.isDraining() || !server.takes(connection.arrival()) || (door != null && !door.isOpen());
    }

    @Override
    public boolean hasBegun() {
        return hand.state() == State.ANSWERING;
    }

    @Override
    public long acceptedBytes() {
        return output.acceptedBytes();
    }

    @Override
    public long sentBytes() {
        return output.sentBytes();
    }

    @Override
    public void keepAlive() {
        connection.touch();
    }

    @Override
    public void wakeAt(long nanos) {
        line.deadlines().wakeAt(nanos);
    }

    // ---- its end

    @Override
    public void finish(int status, boolean keep) {
        record().answered(status);
        hand.end();
        if (keep && hand.isWhole() && mayKeep()) {
            connection.becomeIdle();
        } else {
            connection.close();
        }
    }

    @Override
    public void refuse(Refusal why) {
        boolean keep = (hand.isWhole() || input.isWhole()) && !why.error().closes() && mayKeep();
        Request request = hand.head();
        boolean isHead = request != null && request.isHead();
        ByteBuf answer = server.answers()
                .answer(channel().alloc(), why.withHead(isHead || why.head()), record().requestIdText(), keep);
        Responder refused = hand.responder();
        record().refused(why);
        record().sent(answer.readableBytes());
        hand.end();
        if (refused != null) {
            refused.abandon();
        }
        if (!write(answer)) {
            return;
        } else if (keep) {
            connection.becomeIdle();
        } else {
            connection.close();
        }
    }

    @Override
    public void cut(int status, boolean untilClose, HttpError reason) {
        record().cut(status, reason);
        hand.end();
        if (untilClose) {
            output.reset();
        } else {
            connection.close();
        }
    }

    @Override
    public void drop(int status, boolean untilClose) {
        if (hand.isOpen()) {
            record().answered(status);
            hand.end();
        }
        if (untilClose) {
            output.reset();
        } else {
            output.drop();
        }
    }

    @Override
    public void giveUpClient() {
        server.counters().increment(Counter.SLOW_CLIENT);
        output.drop();
    }

    @Override
    public void surplus() {
        if (hand.isIdle() || hand.state() == State.CONTENT) {
            // The answer that went too far may not have left yet.
            output.closeAfterFlush();
        }
    }

    @Override
    public void end() {
        if (!hand.isOver()) {
            connection.close();
        }
    }

    @Override
    public void endOutput() {
        output.endAfterFlush();
    }
}
