package dev.lurcher.worker.servlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.lurcher.worker.Answer;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.HttpChannel;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request and its answer, as Jetty reads and writes them. The application's threads, one after the other. */
final class BrokerStream implements HttpStream {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerStream.class);
    private static final byte[] FAILED =
            "HTTP/1.1 500 Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".getBytes(ISO_8859_1);

    private final Answer answer;
    private final Content.Source content;
    private final boolean comes;
    private final AnswerFraming framing;
    private final BrokerConnection connection;
    private final HttpChannel channel;
    private final Executor executor;
    private volatile boolean gone;
    private volatile boolean whole;
    private boolean read;
    private long idleTimeoutMillis;

    /** @param comes whether the content may not all be here yet, and reading then waits */
    BrokerStream(Answer answer, Content.Source content, boolean comes, AnswerFraming framing, HttpChannel channel) {
        this.answer = answer;
        this.content = content;
        this.comes = comes;
        this.framing = framing;
        this.channel = channel;
        this.connection = (BrokerConnection) channel.getConnectionMetaData();
        this.executor = connection.getConnector().getExecutor();
    }

    /** The client, or the broker, has left: by the thread that serves. */
    void onGone() {
        gone = true;
        EofException failure = new EofException("the client is gone");
        content.fail(failure);
        run(channel.onRemoteFailure(failure));
    }

    @Override
    public String getId() {
        return connection.getId();
    }

    @Override
    public Content.Chunk read() {
        Content.Chunk chunk = content.read();
        read |= chunk != null && chunk.isLast();
        return chunk;
    }

    @Override
    public void demand() {
        content.demand(() -> run(channel.onContentAvailable()));
    }

    @Override
    public void prepareResponse(HttpFields.Mutable headers) {
        // The framing does that.
    }

    @Override
    public void send(
            MetaData.Request request,
            MetaData.@Nullable Response response,
            boolean last,
            @Nullable ByteBuffer buffer,
            Callback callback) {
        byte[] octets = framing.octets(response, last, buffer == null ? BufferUtil.EMPTY_BUFFER : buffer);
        CompletableFuture<Void> sent;
        try {
            sent = octets.length == 0 ? CompletableFuture.completedFuture(null) : answer.send(octets);
        } catch (IllegalStateException e) {
            callback.failed(new EofException(e));
            return;
        }
        if (sent.isDone()) {
            sent.whenComplete((nothing, failure) -> complete(last, callback, failure));
        } else {
            // Completed by the thread that serves, where an application must not run.
            sent.whenComplete((nothing, failure) -> run(() -> complete(last, callback, failure)));
        }
    }

    @Override
    public Runnable cancelSend(Throwable cause, Callback appCallback) {
        return () -> {
            answer.close();
            appCallback.failed(cause);
        };
    }

    /** The broker watches over time. */
    @Override
    public long getIdleTimeout() {
        return idleTimeoutMillis;
    }

    @Override
    public void setIdleTimeout(long idleTimeoutMs) {
        idleTimeoutMillis = idleTimeoutMs;
    }

    @Override
    public boolean isCommitted() {
        return framing.isBegun();
    }

    @Override
    public @Nullable Throwable consumeAvailable() {
        if (!comes) {
            return HttpStream.consumeAvailable(this, connection.getHttpConfiguration());
        }
        if (read) {
            return null;
        }
        // Nobody waits for the client here: the broker ends the upload behind the answer.
        connection.end();
        content.fail(CONTENT_NOT_CONSUMED);
        return CONTENT_NOT_CONSUMED;
    }

    @Override
    public void succeeded() {
        if (framing.closes() && !gone) {
            answer.closeConnection();
        }
        end();
        channel.recycle();
    }

    /** The client must not take what it has got for the whole. */
    @Override
    public void failed(Throwable failure) {
        if (!gone) {
            if (!framing.isBegun()) {
                sendFailure();
                answer.closeConnection();
            } else if (framing.isUnbounded()) {
                answer.cutConnection();
            } else if (!whole || framing.closes()) {
                answer.closeConnection();
            }
        }
        end();
    }

    private void sendFailure() {
        try {
            answer.send(FAILED);
        } catch (IllegalStateException e) {
            // Cancelled on the way: the end of the connection has to do.
        }
    }

    private void end() {
        answer.close();
        content.fail(CONTENT_NOT_CONSUMED);
    }

    private void complete(boolean last, Callback callback, @Nullable Throwable failure) {
        if (failure == null) {
            if (last) {
                whole = true;
            }
            callback.succeeded();
        } else {
            callback.failed(new EofException(failure));
        }
    }

    private void run(@Nullable Runnable task) {
        if (task == null) {
            return;
        }
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("The server has stopped", e);
        }
    }
}
