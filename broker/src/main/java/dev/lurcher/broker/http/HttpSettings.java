package dev.lurcher.broker.http;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.config.Settings;
import java.time.Duration;

/**
 * The settings of HTTP, read once.
 *
 * @param sizes             limits of a request's head and framing
 * @param times             how long things may take
 * @param maxContentBytes   most content that goes to a worker in one message (limits.content_length)
 * @param maxContentMemory  most content of all requests together (limits.content_memory)
 * @param maxPendingBytes   most bytes waiting for one client (limits.pending_bytes)
 * @param unsentBytes       most bytes that the kernel keeps for one client beyond what is on its way (limits.unsent_bytes)
 * @param maxAheadBytes     most bytes a client may send ahead of its answers
 * @param maxRequests       requests per connection (limits.requests_per_connection)
 * @param keepsForwardedFor whether x-forwarded-for is left as the client sent it (no_clobber_xff)
 * @param relaxed           whether { } ^ may stand in request targets (request.relaxed)
 * @param idPerRequest      whether each request has a connection id of its own (reply.id_per_request)
 * @param tcpKeepAlive      SO_KEEPALIVE (net.tcp_keepalive)
 * @param streamsUploads    whether large content reaches a worker part by part (upload.stream)
 * @param downloadWindow    what a worker may send for a client beyond what that has taken (download.window); 0 = it is not told
 *     (download.flow_control)
 * @param sessions          WebSockets and message sockets
 * @param handshakes        of TLS
 * @param marks             by what a request can be found again elsewhere
 */
public record HttpSettings(
        HttpLimits sizes,
        Times times,
        int maxContentBytes,
        long maxContentMemory,
        long maxPendingBytes,
        long unsentBytes,
        int maxAheadBytes,
        int maxRequests,
        boolean keepsForwardedFor,
        boolean relaxed,
        boolean idPerRequest,
        boolean tcpKeepAlive,
        boolean streamsUploads,
        long downloadWindow,
        Sessions sessions,
        Handshakes handshakes,
        Marks marks) {
    private static final Duration LINGER = Duration.ofSeconds(2);
    private static final int MOST_WINDOW_BYTES = 1 << 20;
    private static final int AHEAD_BYTES = 64 * 1024;

    /**
     * Durations; zero = for ever.
     *
     * @param head          from the first byte of a request head to its end
     * @param contentWindow window over which the rate of content is looked at
     * @param contentRate   least bytes per second of content
     * @param idle          between two requests
     * @param writeIdle     without the client taking a byte of its answer
     * @param halfClosed    in the queue, after the client has closed its sending side
     * @param linger        to end, after our last byte
     * @param lossGrace     for replies of a lost classic worker that are on their way (handler.loss_grace)
     * @param fileRead      for the disk (directory.read_time)
     */
    public record Times(
            Duration head,
            Duration contentWindow,
            int contentRate,
            Duration idle,
            Duration writeIdle,
            Duration halfClosed,
            Duration linger,
            Duration lossGrace,
            Duration fileRead) {
        /** Least content in one window, in bytes. */
        long contentWindowBytes() {
            return contentWindow.toMillis() * contentRate / 1000;
        }
    }

    /**
     * WebSockets and message sockets.
     *
     * @param idle         how long both sides may be silent; zero = for ever (limits.session_idle)
     * @param messageNul   whether an encoded reply to a message socket ends with a NUL (reply.message_nul)
     * @param frameBytes   longest frame (limits.websocket_frame)
     * @param messageBytes longest message (limits.websocket_message)
     * @param fragments    most frames of one message (limits.websocket_fragments)
     * @param pings        most pings and pongs of a second; 0 = no bound (limits.websocket_pings)
     */
    public record Sessions(
            Duration idle, boolean messageNul, int frameBytes, int messageBytes, int fragments, int pings) {
        private static Sessions of(Settings settings) {
            return new Sessions(
                    settings.duration(Setting.SESSION_IDLE),
                    settings.flag(Setting.REPLY_MESSAGE_NUL),
                    settings.integer(Setting.WEBSOCKET_FRAME),
                    settings.integer(Setting.WEBSOCKET_MESSAGE),
                    settings.integer(Setting.WEBSOCKET_FRAGMENTS),
                    settings.integer(Setting.WEBSOCKET_PINGS));
        }
    }

    /**
     * TLS handshakes.
     *
     * @param time from connecting to its end (tls.handshake_time)
     * @param most under way at once (tls.handshakes)
     */
    public record Handshakes(Duration time, int most) {}

    /** Reads them. */
    public static HttpSettings of(Settings settings) {
        Times times = new Times(
                settings.duration(Setting.HEADER_TIME),
                settings.duration(Setting.CONTENT_IDLE),
                settings.integer(Setting.CONTENT_RATE),
                settings.duration(Setting.IDLE_TIME),
                settings.duration(Setting.WRITE_IDLE),
                settings.duration(Setting.HALF_CLOSED_WAIT),
                LINGER,
                settings.duration(Setting.HANDLER_LOSS_GRACE),
                settings.duration(Setting.DIRECTORY_READ_TIME));
        HttpLimits usual = HttpLimits.DEFAULT;
        HttpLimits sizes = new HttpLimits(
                settings.integer(Setting.URL_LENGTH),
                settings.integer(Setting.HEADER_BYTES),
                settings.integer(Setting.FIELD_COUNT),
                usual.chunkLineBytes(),
                usual.trailerBytes(),
                settings.integer(Setting.CONTENT_LENGTH),
                settings.integer(Setting.SOCKET_MESSAGE));
        return new HttpSettings(
                sizes,
                times,
                settings.integer(Setting.CONTENT_LENGTH),
                contentMemory(settings.number(Setting.CONTENT_MEMORY)),
                settings.number(Setting.PENDING_BYTES),
                settings.number(Setting.UNSENT_BYTES),
                AHEAD_BYTES,
                settings.integer(Setting.REQUESTS_PER_CONNECTION),
                settings.flag(Setting.NO_CLOBBER_XFF),
                settings.flag(Setting.REQUEST_RELAXED),
                settings.flag(Setting.REPLY_ID_PER_REQUEST),
                settings.flag(Setting.TCP_KEEPALIVE),
                settings.flag(Setting.UPLOAD_STREAM),
                settings.flag(Setting.DOWNLOAD_FLOW_CONTROL) ? downloadWindow(settings) : 0,
                Sessions.of(settings),
                new Handshakes(settings.duration(Setting.TLS_HANDSHAKE_TIME), settings.integer(Setting.TLS_HANDSHAKES)),
                Marks.of(settings));
    }

    /** What a managed worker may send for one client beyond what that has taken: such a worker's client is never cut. */
    public int windowBytes() {
        return (int) Math.max(1, Math.min(maxPendingBytes / 4, MOST_WINDOW_BYTES));
    }

    /** Whoever keeps to it is never cut. */
    private static long downloadWindow(Settings settings) {
        return Math.max(
                1, Math.min(settings.number(Setting.DOWNLOAD_WINDOW), settings.number(Setting.PENDING_BYTES) / 2));
    }

    private static long contentMemory(long wished) {
        return wished > 0 ? wished : Runtime.getRuntime().maxMemory() / 4;
    }
}
