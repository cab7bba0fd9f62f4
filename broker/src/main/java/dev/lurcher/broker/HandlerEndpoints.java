package dev.lurcher.broker;

import dev.lurcher.broker.config.Place;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.config.Settings;
import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.dispatch.ReplyRouter;
import dev.lurcher.broker.dispatch.WorkerListener;
import dev.lurcher.broker.http.HttpSettings;
import dev.lurcher.broker.loop.EventLoops;
import dev.lurcher.broker.zmtp.Endpoint;
import dev.lurcher.broker.zmtp.PeerListener;
import dev.lurcher.broker.zmtp.Role;
import dev.lurcher.broker.zmtp.Security;
import dev.lurcher.broker.zmtp.ZmtpException;
import dev.lurcher.broker.zmtp.ZmtpListener;
import dev.lurcher.broker.zmtp.ZmtpSettings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pair of bound endpoints, and the pool of the workers that connect there: what handlers with the same endpoints share.
 * <p>Thread: opened and adapted by one that may wait; closed by any.
 */
final class HandlerEndpoints {
    private static final Logger LOG = LoggerFactory.getLogger(HandlerEndpoints.class);

    private final Target.Handler handler;
    private final HandlerPool pool;
    private final ReplyRouter replies;
    private final WorkerListener workers;
    private final Security security;
    private final List<ZmtpListener> bound = new ArrayList<>();

    private HandlerEndpoints(Target.Handler handler, Settings settings, Ground ground, Security security) {
        this.handler = handler;
        this.security = security;
        pool = new HandlerPool(handler, ground.counters());
        replies = new ReplyRouter(pool, ground.contexts(), settings.flag(Setting.REPLY_CHECK_SENDER));
        workers = new WorkerListener(pool, ground.contexts(), replies, terms(settings));
    }

    /**
     * Binds both endpoints. As in Mongrel2, the idents of the first handler count for all that share its endpoints.
     *
     * @param security whom both let in to begin with
     * @throws StartException where one cannot be bound; none is then
     */
    static HandlerEndpoints open(Target.Handler handler, Settings settings, Ground ground, Security security) {
        HandlerEndpoints opened = new HandlerEndpoints(handler, settings, ground, security);
        byte[] subscription = handler.recvIdent().getBytes(StandardCharsets.UTF_8);
        try {
            // Replies first: a worker that takes a request must find the way back open.
            opened.bind("recv_spec", new Role.Replies(subscription), settings, ground.loops());
            opened.bind("send_spec", new Role.Requests(true), settings, ground.loops());
            return opened;
        } catch (StartException e) {
            opened.close().toCompletableFuture().join();
            throw e;
        }
    }

    private void bind(String column, Role role, Settings settings, EventLoops loops) {
        boolean takesReplies = role instanceof Role.Replies;
        String spec = takesReplies ? handler.recvSpec() : handler.sendSpec();
        PeerListener peers = takesReplies ? replies : workers;
        Place place = new Place("handler", handler.row(), column);
        try {
            Endpoint endpoint = Endpoint.parse(spec);
            if (!security.isClosed() && !endpoint.loopbackOnly()) {
                requireInsecureBind(place + ": endpoint " + spec, "take requests or answer clients", settings);
            }
            bound.add(ZmtpListener.bind(
                            loops, endpoint, role, peers, zmtpSettings(settings).withSecurity(security))
                    .toCompletableFuture()
                    .join());
        } catch (ZmtpException e) {
            throw new StartException(place + ": " + e.getMessage());
        } catch (CompletionException e) {
            if (e.getCause() instanceof ZmtpException refused) {
                throw new StartException(place + ": " + refused.getMessage());
            }
            throw e;
        }
    }

    /**
     * Requires that endpoints may be bound that other machines can reach.
     *
     * @param endpoint for the message, as its subject
     * @param harm what anybody could do there
     */
    static void requireInsecureBind(String endpoint, String harm, Settings settings) {
        if (!settings.flag(Setting.INSECURE_BIND)) {
            throw new StartException(endpoint + " can be reached by other machines, and anybody who reaches it can "
                    + harm + ". Fix: bind it to 127.0.0.1 or ipc://; or let in only whom you"
                    + " know, by CURVE and a list of keys (docs/security.md); or, in a network that you trust, set"
                    + " insecure_bind=1 (table setting, or --insecure-bind).");
        }
        LOG.warn(
                "{} can be reached by other machines, and insecure_bind=1 lets it be bound without CURVE: whoever reaches it,"
                        + " or sits on the way to it, can {}",
                endpoint,
                harm);
    }

    private static WorkerListener.Terms terms(Settings settings) {
        String version = Broker.class.getPackage().getImplementationVersion();
        return new WorkerListener.Terms(
                version == null ? "lurcher" : "lurcher/" + version,
                HttpSettings.of(settings).windowBytes(),
                settings.duration(Setting.ZMTP_HANDSHAKE_TIME));
    }

    /** What any endpoint allows its peers. */
    static ZmtpSettings zmtpSettings(Settings settings) {
        ZmtpSettings defaults = ZmtpSettings.defaults();
        return new ZmtpSettings(
                settings.duration(Setting.ZMTP_HANDSHAKE_TIME),
                settings.integer(Setting.ZMTP_MESSAGE_BYTES),
                settings.integer(Setting.ZMTP_PEERS),
                settings.duration(Setting.ZMTP_HEARTBEAT),
                settings.duration(Setting.ZMTP_HEARTBEAT_TIMEOUT),
                defaults.writeBufferHighBytes(),
                defaults.linger());
    }

    /** The handler by whose idents they are bound. */
    Target.Handler handler() {
        return handler;
    }

    HandlerPool pool() {
        return pool;
    }

    /** What is bound: for replies, then for requests. */
    List<ZmtpListener> bound() {
        return bound;
    }

    /** Where workers connect: for replies, then for requests; with real ports. */
    List<Endpoint> endpoints() {
        return bound.stream().map(ZmtpListener::endpoint).toList();
    }

    /** Goes on with what another configuration says of the same endpoints. */
    void adopt(Target.Handler next, Settings settings, Security admitting) {
        bound.forEach(each -> each.admit(admitting));
        replies.checkSender(settings.flag(Setting.REPLY_CHECK_SENDER));
        workers.terms(terms(settings));
        pool.adopt(next);
    }

    /** Ends both, and the connections of all workers. Done when all have gone. */
    CompletionStage<Void> close() {
        return CompletableFuture.allOf(
                bound.stream().map(each -> each.close().toCompletableFuture()).toArray(CompletableFuture[]::new));
    }
}
