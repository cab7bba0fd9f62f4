package dev.lurcher.broker.http;

import dev.lurcher.broker.telemetry.TrafficLane;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Netty's HTTP/1 request codec behind a check of our own. Our check reads every octet of the framing (head, chunk-size
 * lines, trailers) as it comes; only a complete, sound part is given to Netty, which must then consume exactly that part:
 * two readers that disagree about where a request ends are what request smuggling is made of.
 *
 * <p>Hands out, for each request: one {@link Request}; then as many {@code HttpContent} as there is content (ownership
 * passes with them), the last of them a {@code LastHttpContent} (for a request without content that one comes at once).
 * At the first fault one {@link Refusal} is handed out in place of whatever should have followed, and everything after
 * it is swallowed until the channel closes.
 *
 * <p>Where a request could begin, a message of a JSON or XML socket may stand: one {@link SocketMessage} is handed out for it.
 *
 * <p>When the client shuts its sending side (needs the option {@code ALLOW_HALF_CLOSURE}) Netty's
 * {@code ChannelInputShutdownEvent} passes at once, and {@link InputEnd} is fired after the last thing that was handed out.
 * With {@code channelInactive} waiting bytes are dropped and no {@link InputEnd} is fired.
 *
 * <p>Thread: the channel's event loop.
 */
final class RequestDecoder extends HttpRequestDecoder {
    /** How the client's sending ended. */
    enum InputEnd {
        /** Between two requests. */
        CLEAN,
        /** Inside a request: it will never be complete. */
        PREMATURE
    }

    /** Where in the stream of requests the decoder stands. */
    enum Phase {
        /** Between two requests; no byte of the next one was looked at (paused: some may wait). */
        IDLE,
        /** Inside a head: its first byte has come, its end has not. */
        HEAD,
        /** After a {@link Request} and before its {@code LastHttpContent}. */
        CONTENT,
        /** After a {@link Refusal}: everything is swallowed. */
        REFUSED
    }

    /** What the next octet of chunked content belongs to. */
    private enum Chunked {
        LINE,
        DATA,
        TRAILERS
    }

    private static final int CONTENT_PART_BYTES = 1 << 20;
    private static final String AMBIGUOUS = "the framing of the request is ambiguous";

    /** More than any limit on content, and little enough for the sum of two. */
    private static final long MOST_CHUNK_BYTES = 1L << 58;

    private final int usualChunked;
    private final DecodedHead head = new DecodedHead();
    private final HeadCheck check;
    private final ChunkLineCheck chunks;
    private final FieldsCheck trailers;
    private final RequestValidator validator;
    private final int mostMessageBytes;
    /** Made for the first message of the connection. */
    private @Nullable MessageCheck messages;

    /** Whether a message has begun and is not complete. */
    private boolean inMessage;

    private Phase phase = Phase.IDLE;
    private boolean isHead;
    private boolean messageMade;
    private boolean chunked;
    private Chunked chunkPart = Chunked.LINE;
    /** Octets of the present chunk still to come, its final CRLF included. */
    private long chunkRest;

    /** What the chunks so far have announced, and what they may. */
    private long chunkedBytes;

    private long mostChunked;

    /** Where what comes is counted, if it is. */
    private @Nullable TrafficLane lane;

    private boolean paused;
    private boolean reading;
    private boolean inputShut;
    private boolean inputEndFired;
    private long receivedBytes;

    /**
     * Creates the decoder of one connection.
     *
     * @param limits sizes
     * @param relaxed whether <code>{ } ^</code> may stand in targets (setting {@code request.relaxed})
     * @param scheme {@code http} or {@code https}: what an absolute-form target must name
     */
    RequestDecoder(HttpLimits limits, boolean relaxed, String scheme) {
        super(config(limits));
        usualChunked = limits.chunkedBytes();
        check = new HeadCheck(limits, relaxed);
        chunks = new ChunkLineCheck(limits.chunkLineBytes(), MOST_CHUNK_BYTES);
        trailers = FieldsCheck.ofTrailers(limits.fieldCount(), limits.trailerBytes());
        validator = new RequestValidator(scheme);
        mostMessageBytes = limits.messageBytes();
    }

    /** Ours are the limits that are met; Netty's stand a little behind them. */
    private static HttpDecoderConfig config(HttpLimits limits) {
        return new HttpDecoderConfig()
                .setMaxInitialLineLength(Math.max(limits.requestLineBytes(), limits.chunkLineBytes()) + 2)
                .setMaxHeaderSize(limits.headerBytes() + limits.trailerBytes() + 2)
                .setMaxChunkSize(CONTENT_PART_BYTES)
                .setTrailersFactory(DroppedTrailers.INSTANCE)
                .setAllowDuplicateContentLengths(false)
                .setStrictLineParsing(true)
                .setUseRfc9112TransferEncoding(true);
    }

    /** Counts what comes from now on. */
    void count(TrafficLane traffic) {
        lane = traffic;
    }

    /** Where the decoder stands after what has been handed out. */
    Phase phase() {
        return phase == Phase.IDLE && (inMessage || check.begun()) ? Phase.HEAD : phase;
    }

    /** Lets the chunks of the request that was handed out last announce more than the limits say, up to {@code mostBytes}. */
    void allowContent(long mostBytes) {
        mostChunked = mostBytes;
    }

    /** Stops handing out, at once; what comes from now on waits. To be called while something is being received. */
    void pause() {
        paused = true;
    }

    /**
     * Goes on with what waits. May be called from within {@code channelRead}; things may be handed out during the call. What
     * goes wrong reaches the handlers as {@code exceptionCaught}, as with any read.
     */
    void resume(ChannelHandlerContext ctx) {
        paused = false;
        if (reading) {
            return; // The loop that is handing out sees it.
        }
        if (bufferedBytes() > 0) {
            readAgain(ctx);
        }
        fireInputEnd(ctx);
    }

    private void readAgain(ChannelHandlerContext ctx) {
        try {
            channelRead(ctx, Unpooled.EMPTY_BUFFER);
            channelReadComplete(ctx);
        } catch (Exception e) {
            ctx.fireExceptionCaught(e);
        }
    }

    /** How many bytes have come. */
    long receivedBytes() {
        return receivedBytes;
    }

    /** How many bytes have come and were not handed out. */
    int bufferedBytes() {
        return actualReadableBytes();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        boolean outermost = !reading;
        reading = true;
        if (message instanceof ByteBuf bytes) {
            receivedBytes += bytes.readableBytes();
            if (lane != null) {
                lane.received(bytes.readableBytes());
            }
        }
        try {
            super.channelRead(ctx, message);
        } finally {
            reading = !outermost;
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        if (paused) {
            // Netty's would ask for more where automatic reading is off and nothing came of what was read.
            discardSomeReadBytes();
            ctx.fireChannelReadComplete();
        } else {
            super.channelReadComplete(ctx);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof ChannelInputShutdownEvent) {
            // Not to Netty's: it would drop what waits.
            inputShut = true;
            ctx.fireUserEventTriggered(event);
            fireInputEnd(ctx);
        } else {
            super.userEventTriggered(ctx, event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        paused = true;
        super.channelInactive(ctx);
    }

    private void fireInputEnd(ChannelHandlerContext ctx) {
        if (inputShut && !inputEndFired && !(paused && bufferedBytes() > 0)) {
            inputEndFired = true;
            boolean inside = phase() == Phase.HEAD || phase() == Phase.CONTENT;
            ctx.fireUserEventTriggered(inside ? InputEnd.PREMATURE : InputEnd.CLEAN);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (paused || !in.isReadable()) {
            return;
        }
        switch (phase) {
            case IDLE, HEAD -> {
                if (inMessage || (MessageCheck.begins(in.getByte(in.readerIndex())) && check.isUntouched())) {
                    decodeMessage(in, out);
                } else {
                    decodeHead(ctx, in, out);
                }
            }
            case CONTENT -> decodeContent(ctx, in, out);
            case REFUSED -> in.skipBytes(in.readableBytes());
        }
    }

    private void decodeMessage(ByteBuf in, List<Object> out) {
        if (messages == null) {
            messages = new MessageCheck(mostMessageBytes);
        }
        int length = messages.check(in);
        if (length == OctetCheck.REFUSED) {
            isHead = false;
            refuse(in, out, messages);
        } else if (length != OctetCheck.INCOMPLETE) {
            out.add(messages.take(in, length));
        }
        inMessage = length == OctetCheck.INCOMPLETE;
    }

    private void decodeHead(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        int length = check.check(in);
        if (length == OctetCheck.INCOMPLETE) {
            check.skipEmptyLine(in);
            return;
        }
        isHead = check.line().isHead();
        if (length == OctetCheck.REFUSED) {
            refuse(in, out, check);
            return;
        }
        messageMade = false;
        int end = in.readerIndex() + length;
        super.decode(ctx, in, out);
        if (!messageMade || out.isEmpty()) {
            refuse(in, out, Refusal.of(HttpError.BAD_REQUEST, "the head of the request is malformed"));
            return;
        }
        Refusal refusal = validator.refuse(head, check.line());
        if (refusal == null) {
            accept(validator.request(head), end, in, out);
        } else {
            refuse(in, out, refusal);
        }
    }

    /** Puts the request in place of what Netty made, when both are of one mind about where it ends. */
    private void accept(Request request, int end, ByteBuf in, List<Object> out) {
        boolean hasContent = out.size() == 1;
        if (head.decoderResult().isFailure()
                || in.readerIndex() != end
                || hasContent != (request.contentLength() != 0)) {
            refuse(in, out, Refusal.of(HttpError.BAD_REQUEST, AMBIGUOUS));
            return;
        }
        out.set(0, request);
        check.start();
        if (hasContent) {
            phase = Phase.CONTENT;
            chunked = request.contentLength() == Request.CHUNKED;
            chunkPart = Chunked.LINE;
            chunkedBytes = 0;
            mostChunked = usualChunked;
            chunks.start();
        }
    }

    private void decodeContent(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (!chunked) {
            super.decode(ctx, in, out);
        } else {
            switch (chunkPart) {
                case LINE -> decodeChunkLine(ctx, in, out);
                case DATA -> decodeChunkData(ctx, in, out, 0);
                case TRAILERS -> decodeTrailers(ctx, in, out);
            }
        }
        if (!out.isEmpty() && phase == Phase.CONTENT) {
            endContentPart(in, out);
        }
    }

    private void endContentPart(ByteBuf in, List<Object> out) {
        if (isFailure(out)) {
            refuse(in, out, Refusal.of(HttpError.BAD_REQUEST, AMBIGUOUS));
        } else if (out.get(out.size() - 1) instanceof LastHttpContent) {
            phase = Phase.IDLE;
        }
    }

    private static boolean isFailure(List<Object> out) {
        return !out.isEmpty()
                && ((HttpObject) out.get(out.size() - 1)).decoderResult().isFailure();
    }

    private void decodeChunkLine(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        int length = chunks.check(in);
        if (length == OctetCheck.REFUSED) {
            refuse(in, out, chunks);
        } else if (length != OctetCheck.INCOMPLETE) {
            chunkedBytes += chunks.size();
            if (chunkedBytes > mostChunked) {
                // Now and not when it has come: whoever announces too much shall not send it in vain.
                refuse(
                        in,
                        out,
                        Refusal.contentTooLarge(
                                mostChunked, usualChunked == mostChunked ? " (limits.content_length)" : ""));
                return;
            }
            chunkRest = chunks.size() + 2;
            chunkPart = Chunked.DATA;
            decodeChunkData(ctx, in, out, length);
        }
    }

    /** Lets Netty take what there is of a chunk: its line of {@code lineBytes}, or none of it; data; the CRLF at the end. */
    private void decodeChunkData(ChannelHandlerContext ctx, ByteBuf in, List<Object> out, int lineBytes)
            throws Exception {
        int start = in.readerIndex();
        super.decode(ctx, in, out);
        int taken = in.readerIndex() - start - lineBytes;
        boolean last = chunks.size() == 0;
        if (taken < 0 || taken > (last ? 0 : chunkRest) || isFailure(out)) {
            refuse(in, out, Refusal.of(HttpError.BAD_REQUEST, "a chunk does not end with CRLF"));
        } else if (last) {
            chunkPart = Chunked.TRAILERS;
            trailers.start();
        } else {
            chunkRest -= taken;
            if (chunkRest == 0) {
                chunkPart = Chunked.LINE;
                chunks.start();
            }
        }
    }

    private void decodeTrailers(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        int length = trailers.check(in);
        if (length == OctetCheck.REFUSED) {
            refuse(in, out, trailers);
        } else if (length != OctetCheck.INCOMPLETE) {
            int end = in.readerIndex() + length;
            super.decode(ctx, in, out);
            if (in.readerIndex() != end) {
                refuse(in, out, Refusal.of(HttpError.BAD_REQUEST, AMBIGUOUS));
            }
        }
    }

    private void refuse(ByteBuf in, List<Object> out, OctetCheck check) {
        refuse(in, out, Objects.requireNonNull(check.refusal()));
    }

    private void refuse(ByteBuf in, List<Object> out, Refusal refusal) {
        for (Object decoded : out) {
            ReferenceCountUtil.release(decoded);
        }
        out.clear();
        out.add(refusal.withHead(isHead));
        in.skipBytes(in.readableBytes());
        phase = Phase.REFUSED;
    }

    @Override
    protected HttpMessage createMessage(String[] initialLine) {
        messageMade = true;
        HttpVersion version = check.line().isHttp10() ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1;
        head.start(initialLine[0], initialLine[1], version, check.fieldCount());
        return head;
    }

    @Override
    protected HttpMessage createInvalidMessage() {
        return head;
    }

    @Override
    protected AsciiString splitHeaderName(byte[] bytes, int start, int length) {
        return KnownFields.name(bytes, start, length);
    }
}
