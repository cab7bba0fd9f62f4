package dev.lurcher.worker.servlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.lurcher.worker.Answer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
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

/** One request and its answer, as Jetty reads and writes them. The application's threads, one after the other. */
final class BrokerStream implements HttpStream {
    private static final Logger LOG = System.getLogger(BrokerStream.class.getName());
    private static final byte[] FAILED =
            "HTTP/1.1 500 Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".getBytes(ISO_8859_1);

    private final Answer answer;
    private final RequestContent content;
    private final AnswerFraming framing;
    private final BrokerConnection connection;
    private final HttpChannel channel;
    private final Executor executor;
    private volatile boolean gone;
    private volatile boolean whole;
    private long idleTimeoutMillis;

    /** @param executor runs what the application does next */
    BrokerStream(Answer answer, RequestContent content, AnswerFraming framing, HttpChannel channel, Executor executor) {
        this.answer = answer;
        this.content = content;
        this.framing = framing;
        this.channel = channel;
        this.connection = (BrokerConnection) channel.getConnectionMetaData();
        this.executor = executor;
    }

    /** The client, or the broker, has left: by the thread that serves. */
    void onGone() {
        gone = true;
        EofException failure = new EofException("the client is gone");
        content.source().fail(failure);
        run(channel.onRemoteFailure(failure));
    }

    @Override
    public String getId() {
        return connection.getId();
    }

    @Override
    public Content.Chunk read() {
        return content.source().read();
    }

    @Override
    public void demand() {
        content.source().demand(() -> run(channel.onContentAvailable()));
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
        Throwable left = HttpStream.consumeAvailable(this, connection.getHttpConfiguration());
        if (left == null) {
            return null;
        }
        content.source().fail(left);
        if (!content.comes()) {
            // A file: what is left of it holds nobody up.
            return null;
        }
        connection.end();
        return left;
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
        content.source().fail(CONTENT_NOT_CONSUMED);
        content.closing().run();
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
            LOG.log(Level.DEBUG, "The server has stopped", e);
        }
    }
}
