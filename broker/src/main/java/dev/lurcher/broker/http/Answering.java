package dev.lurcher.broker.http;

import dev.lurcher.broker.dispatch.LoopContext;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.FileRegion;

/**
 * What a {@link Responder} may do to its connection: the way of an answer to the client.
 * <p>Thread: the connection's event loop.
 */
interface Answering {
    /** For its allocator and event loop; written to through {@link #send} only. */
    Channel channel();

    /** What the event loop owns. */
    LoopContext context();

    /** What will be logged and counted of the request in hand. */
    ExchangeRecord record();

    /**
     * Lets more content come than {@code limits.content_length}, which holds where this is not called. From
     * {@link Responder#start} only.
     *
     * @param mostBytes where chunked content ends with 413; a Content-Length is for the responder to judge
     */
    void allowContent(long mostBytes);

    /** Writes {@code 100 Continue} when the client waits for it and content is to come. */
    void sendContinue();

    /** Stops reading from the client, or goes on: for content that cannot be taken as fast as it comes. */
    void holdContent(boolean hold);

    /** Whether the client has closed its sending side. */
    boolean isInputClosed();

    /**
     * The connection is no longer HTTP: what the client sends from now on, and what it has sent ahead, goes to these handlers
     * in turn. The responder keeps its request in hand until the connection ends.
     */
    void become(ChannelHandler... incoming);

    /**
     * Sends bytes of the answer and takes them over. The first call begins the answer, and clears {@link #wakeAt}.
     *
     * @return false when the client is too far behind, and the connection over
     */
    boolean send(ByteBuf bytes);

    /**
     * Sends a part of a file and takes it over. It counts against nothing that bounds a client: send at most 1 MiB at a time,
     * and the next part when {@link #isWritable}.
     *
     * @return false when the connection is over
     */
    boolean send(FileRegion part);

    /** Whether little enough waits for the client that more may be sent; {@link Responder#onSent} tells when that changes. */
    boolean isWritable();

    /** Whether the connection may live on after this answer, if the answer's framing lets it; for its Connection field. */
    boolean mayKeep();

    /** Ends our side once everything has been sent, and goes on listening; of a connection that is no longer HTTP. */
    void endOutput();

    /** Whether the answer has begun. */
    boolean hasBegun();

    /** Bytes handed to {@link #send} since the connection was opened. */
    long acceptedBytes();

    /** Bytes that the client's socket has taken since then, or fewer. */
    long sentBytes();

    /**
     * The answer is whole.
     *
     * @param status its status code
     * @param keep whether its framing lets the connection live on
     */
    void finish(int status, boolean keep);

    /** Answers in place of the responder, whose {@link Responder#abandon} is called. Before the first byte only. */
    void refuse(Refusal why);

    /**
     * Breaks off an answer that has begun, so that the client can tell.
     *
     * @param status its status code
     * @param untilClose whether an end in order would look as if the answer were whole
     * @param reason for the log
     */
    void cut(int status, boolean untilClose, HttpError reason);

    /** Ends the connection after what has been sent. For a responder without a request in hand. */
    void end();

    /**
     * Closes the connection at once; what the client has not got by now is lost.
     *
     * @param status of the answer that has begun, or 0
     * @param untilClose whether the client would take an orderly end for that of the answer
     */
    void drop(int status, boolean untilClose);

    /** The client does not take its answer: closes the connection, and counts that. */
    void giveUpClient();

    /** The connection counts as active now: where it waits for its next request, that may take as long as from the start. */
    void keepAlive();

    /** Bytes came for an answer that is over: if they may have been taken for part of the next, the connection ends. */
    void surplus();

    /**
     * Sets when to call {@link Responder#onDeadline}; once the request is whole or its answer has begun.
     *
     * @param nanos as {@link System#nanoTime()}, or {@link dev.lurcher.broker.loop.Deadlines#NONE}
     */
    void wakeAt(long nanos);
}
