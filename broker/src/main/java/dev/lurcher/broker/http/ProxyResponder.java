package dev.lurcher.broker.http;

import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.proxy.AnswerLines;
import dev.lurcher.broker.proxy.AnswerLines.Framing;
import dev.lurcher.broker.proxy.AnswerListener;
import dev.lurcher.broker.proxy.Chunks;
import dev.lurcher.broker.proxy.FieldLines;
import dev.lurcher.broker.proxy.Tunnel;
import dev.lurcher.broker.proxy.UpstreamException;
import dev.lurcher.broker.proxy.UpstreamExchange;
import dev.lurcher.broker.proxy.UpstreamHead;
import dev.lurcher.broker.proxy.UpstreamRequest;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Lets upstreams answer: sends requests on as their content comes, and answers back as theirs comes, each side as fast as the
 * other takes it.
 */
final class ProxyResponder implements Responder, AnswerListener {
    private static final int HEAD_BYTES = 1024;
    private static final int SWITCHED = 101;

    private final HttpServer server;
    private final Answering answer;

    private @Nullable Request request;
    private @Nullable UpstreamExchange exchange;
    /** What the exchange has become, if it has. */
    private @Nullable ProxyTunnel tunnel;

    private int status;
    private Framing framing = Framing.BARE;
    private boolean contentHeld;
    private boolean answerHeld;
    private boolean continued;

    ProxyResponder(HttpServer server, Answering answer) {
        this.server = server;
        this.answer = answer;
    }

    // ---- a request comes in

    @Override
    public @Nullable Refusal start(Request head, Target target, Snapshot now) {
        request = head;
        status = 0;
        framing = Framing.BARE;
        contentHeld = false;
        answerHeld = false;
        continued = false;
        // It is passed on as it comes and never kept: the upstream says what is too much.
        answer.allowContent(Long.MAX_VALUE);
        UpstreamRequest wanted = new UpstreamRequest(head, head.contentLength(), head.isRepeatable());
        UpstreamExchange offered = now.upstream((Target.Proxy) target)
                .on(answer.context().loop(), answer.context().deadlines())
                .offer(wanted, this);
        exchange = offered;
        if (offered == null) {
            forget();
            return Refusal.of(HttpError.QUEUE_FULL, "too many requests wait for the upstream of this route")
                    .withRetryAfter(1);
        } else if (head.contentLength() != 0 && !offered.hasRoom()) {
            holdContent(true);
        }
        return null;
    }

    @Override
    public @Nullable Refusal content(ByteBuf bytes) {
        // What follows an answer that is already whole is thrown away.
        if (exchange != null && !exchange.content(bytes.retain())) {
            holdContent(true);
        }
        return null;
    }

    @Override
    public void whole() {
        // It has all come, though perhaps not all gone.
        holdContent(false);
        if (exchange != null) {
            exchange.whole();
        }
    }

    @Override
    public void onRoom() {
        holdContent(false);
    }

    private void holdContent(boolean hold) {
        if (hold != contentHeld) {
            contentHeld = hold;
            answer.holdContent(hold);
        }
    }

    // ---- the answer

    @Override
    public void onInterim(UpstreamHead head) {
        if (head.status() == 100) {
            if (!continued) {
                continued = true;
                answer.sendContinue();
            }
        } else if (request != null && !isToHttp10(request)) {
            ByteBuf lines = answer.channel().alloc().directBuffer(HEAD_BYTES);
            AnswerLines.interim(lines, head);
            answer.send(lines);
        }
    }

    @Override
    public void onHead(UpstreamHead head) {
        Request asked = request;
        if (asked == null) {
            return;
        }
        status = head.status();
        framing = AnswerLines.framing(head, asked.isHead(), isToHttp10(asked));
        boolean close = framing == Framing.UNTIL_CLOSE || !answer.mayKeep();
        ByteBuf lines = answer.channel().alloc().directBuffer(HEAD_BYTES);
        AnswerLines.head(lines, head, framing, close, server.answers().date());
        answer.send(lines);
    }

    private static boolean isToHttp10(Request request) {
        return request.version().equals("HTTP/1.0");
    }

    @Override
    public void onContent(ByteBuf bytes) {
        boolean sent = answer.send(
                framing == Framing.CHUNKED ? Chunks.of(answer.channel().alloc(), bytes) : bytes);
        if (sent && !answer.isWritable() && exchange != null) {
            answerHeld = true;
            exchange.hold(true);
        }
    }

    @Override
    public void onSent() {
        if (tunnel != null) {
            tunnel.onSent();
        } else if (answerHeld && answer.isWritable() && exchange != null) {
            answerHeld = false;
            exchange.hold(false);
        }
    }

    @Override
    public void onEnd(FieldLines trailers) {
        if (framing == Framing.CHUNKED) {
            ByteBuf last = answer.channel().alloc().directBuffer();
            AnswerLines.lastChunk(last, trailers);
            answer.send(last);
        }
        boolean keep = framing != Framing.UNTIL_CLOSE;
        forget();
        answer.finish(status, keep);
    }

    @Override
    public void onFailed(UpstreamException why) {
        HttpError error = switch (why.fault()) {
            case UNREACHABLE -> HttpError.UPSTREAM_UNREACHABLE;
            case TIMEOUT -> HttpError.UPSTREAM_TIMEOUT;
            case LOST -> HttpError.UPSTREAM_LOST;
            case BAD_ANSWER -> HttpError.BAD_UPSTREAM_ANSWER;
            case BUSY -> HttpError.QUEUE_TIMEOUT;
        };
        forget();
        if (!answer.hasBegun()) {
            answer.refuse(Refusal.of(error, why.detail()));
        } else {
            answer.cut(status == 0 ? error.status() : status, framing == Framing.UNTIL_CLOSE, error);
        }
    }

    @Override
    public int status() {
        return status;
    }

    // ---- a tunnel

    @Override
    public void onSwitch(UpstreamHead head, Tunnel opened) {
        exchange = null;
        status = SWITCHED;
        ByteBuf lines = answer.channel().alloc().directBuffer(HEAD_BYTES);
        AnswerLines.switching(lines, head);
        if (answer.send(lines)) {
            ProxyTunnel made = new ProxyTunnel(answer, opened);
            tunnel = made;
            made.open();
        } else {
            opened.close();
        }
    }

    @Override
    public void onInputClosed() {
        if (tunnel != null) {
            tunnel.onInputClosed();
        }
    }

    // ---- the end

    @Override
    public void onDeadline(long now) {
        // The times of upstreams are their connections' matter.
    }

    private void forget() {
        request = null;
        exchange = null;
        contentHeld = false;
    }

    @Override
    public void abandon() {
        UpstreamExchange running = exchange;
        ProxyTunnel through = tunnel;
        forget();
        tunnel = null;
        if (running != null) {
            running.cancel();
        }
        if (through != null) {
            through.close();
        }
    }
}
