package dev.lurcher.broker.console;

import static io.netty.handler.codec.http.HttpHeaderNames.ACCEPT;
import static io.netty.handler.codec.http.HttpHeaderNames.ALLOW;
import static io.netty.handler.codec.http.HttpHeaderNames.AUTHORIZATION;
import static io.netty.handler.codec.http.HttpHeaderNames.CACHE_CONTROL;
import static io.netty.handler.codec.http.HttpHeaderNames.CONNECTION;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_LENGTH;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_TYPE;
import static io.netty.handler.codec.http.HttpHeaderNames.DATE;
import static io.netty.handler.codec.http.HttpHeaderNames.HOST;
import static io.netty.handler.codec.http.HttpHeaderNames.WWW_AUTHENTICATE;

import dev.lurcher.broker.console.AdminPage.Answer;
import dev.lurcher.broker.console.AdminPage.Asked;
import dev.lurcher.broker.console.AdminPages.Place;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one request of an admin connection.
 * <p>Thread: the channel's event loop; the page is made on the listener's thread.
 */
final class AdminExchange extends SimpleChannelInboundHandler<HttpObject> {
    private static final Logger LOG = LoggerFactory.getLogger(AdminExchange.class);
    private static final Set<String> LOCAL_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

    private final AdminPages pages;
    private final AdminListener.Proof proof;
    private final Executor maker;
    private boolean answered;

    /** @param proof where none is wanted only names of this machine are answered, which no page of a browser can use */
    AdminExchange(AdminPages pages, AdminListener.Proof proof, Executor maker) {
        this.pages = pages;
        this.proof = proof;
        this.maker = maker;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
        if (answered || !(part instanceof HttpRequest request)) {
            return;
        }
        answered = true;
        String uri = request.uri();
        int mark = uri.indexOf('?');
        String path = mark < 0 ? uri : uri.substring(0, mark);
        Place place = pages.find(path);
        Answer refusal = refuse(ctx.channel(), request, path, place);
        if (refusal != null || place == null) {
            send(ctx, refusal == null ? Answer.text(404, "there are:\n" + pages.list()) : refusal);
            return;
        }
        String rest = path.length() > place.path().length()
                ? path.substring(place.path().length() + 1)
                : "";
        String accept = request.headers().get(ACCEPT, "");
        Asked asked = new Asked(rest, mark < 0 ? "" : uri.substring(mark + 1), accept);
        try {
            maker.execute(() -> make(ctx, place.page(), asked));
        } catch (RejectedExecutionException full) {
            send(ctx, Answer.text(503, "too many ask at once\n"));
        }
    }

    private @Nullable Answer refuse(Channel channel, HttpRequest request, String path, @Nullable Place place) {
        if (request.decoderResult().isFailure() || HttpUtil.isTransferEncodingChunked(request) || hasContent(request)) {
            return Answer.text(400, "malformed, or with content\n");
        } else if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            return Answer.text(405, "GET and HEAD only\n");
        } else if (!proof.isWanted() && !isLocal(request.headers().get(HOST, "localhost"))) {
            return Answer.text(421, "not under this name: ask 127.0.0.1 or localhost\n");
        } else if (proof.isWanted()
                && (place == null || !place.isOpen())
                && !proof.isGiven(channel, request.headers().get(AUTHORIZATION))) {
            return Answer.text(401, proof.wanted());
        }
        return path.equals("/") ? Answer.text(200, pages.list()) : null;
    }

    private static boolean hasContent(HttpRequest request) {
        return !request.headers().get(CONTENT_LENGTH, "0").equals("0");
    }

    /** Whether a Host field names this machine: one that resolves to it by DNS may be a web page's. */
    private static boolean isLocal(String host) {
        int colon = host.lastIndexOf(':');
        return LOCAL_NAMES.contains(host) || (colon > 0 && LOCAL_NAMES.contains(host.substring(0, colon)));
    }

    /** On the listener's thread; a page may fail in any way, and the listener goes on. */
    private static void make(ChannelHandlerContext ctx, AdminPage page, Asked asked) {
        Answer answer;
        try {
            answer = page.answer(asked);
        } catch (InterruptedException e) {
            // The listener is being closed.
            ctx.close();
            return;
        } catch (Exception e) {
            LOG.error("an admin page could not be made", e);
            answer = Answer.text(500, "a fault of the broker; the error log has it\n");
        }
        send(ctx, answer);
    }

    private static void send(ChannelHandlerContext ctx, Answer answer) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(answer.status()),
                Unpooled.wrappedBuffer(answer.content()));
        response.headers()
                .set(CONTENT_TYPE, answer.type())
                .set(CONTENT_LENGTH, answer.content().length)
                .set(CACHE_CONTROL, "no-store")
                .set(DATE, DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)))
                .set(CONNECTION, "close")
                .set("X-Content-Type-Options", "nosniff");
        if (answer.status() == 401) {
            response.headers().set(WWW_AUTHENTICATE, "Bearer");
        } else if (answer.status() == 405) {
            response.headers().set(ALLOW, "GET, HEAD");
        }
        ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof DecoderException) {
            // Whoever does not speak TLS to a port of TLS, or breaks off its handshake.
            LOG.debug("an admin connection is closed: {}", cause.toString());
        } else if (!(cause instanceof IOException)) {
            LOG.warn("an admin connection is closed: {}", cause.toString());
        }
        ctx.close();
    }
}
