package dev.lurcher.broker.config;

import dev.lurcher.protocol.HeaderFormat;

/** Where a route leads. Closed: a new kind makes every switch that misses it a compile error. */
public sealed interface Target {
    /** The id of its row, in the table of its kind. */
    long row();

    /** The same in another row. */
    Target at(long otherRow);

    /**
     * Workers.
     *
     * @param row id in table {@code handler}
     * @param sendSpec endpoint at which workers take requests
     * @param sendIdent first word of every request and reply
     * @param recvSpec endpoint at which workers publish replies
     * @param recvIdent beginning of the replies that are taken; empty = all
     * @param rawPayload whether replies to JSON and XML connections go out as they are
     * @param protocol how the header dictionary is written
     * @param limits what waits, and how long
     * @param policy what becomes of a request when workers are lost or missing, and which worker gets it
     * @param sessions how WebSockets are
     */
    record Handler(
            long row,
            String sendSpec,
            String sendIdent,
            String recvSpec,
            String recvIdent,
            boolean rawPayload,
            HeaderFormat protocol,
            HandlerLimits limits,
            HandlerPolicy policy,
            SessionPolicy sessions)
            implements Target {
        /** A handler whose WebSockets are as usual. */
        public Handler(
                long row,
                String sendSpec,
                String sendIdent,
                String recvSpec,
                String recvIdent,
                boolean rawPayload,
                HeaderFormat protocol,
                HandlerLimits limits,
                HandlerPolicy policy) {
            this(
                    row,
                    sendSpec,
                    sendIdent,
                    recvSpec,
                    recvIdent,
                    rawPayload,
                    protocol,
                    limits,
                    policy,
                    SessionPolicy.USUAL);
        }

        @Override
        public Handler at(long otherRow) {
            return new Handler(
                    otherRow, sendSpec, sendIdent, recvSpec, recvIdent, rawPayload, protocol, limits, policy, sessions);
        }

        /** Whether another handler is bound to the same two endpoints and so has the same workers. */
        public boolean sharesEndpoints(Handler other) {
            return sendSpec.equals(other.sendSpec) && recvSpec.equals(other.recvSpec);
        }
    }

    /**
     * Files.
     *
     * @param row id in table {@code directory}
     * @param base the folder, with a slash at its end
     * @param indexFile what is served for a folder
     * @param defaultType media type of files with an unknown extension
     * @param cacheTtlSeconds how long a file's data is believed, in whole seconds beside the one in which it was looked at
     * @param policy what is shown, and what is said to caches
     */
    record Directory(
            long row, String base, String indexFile, String defaultType, long cacheTtlSeconds, DirectoryPolicy policy)
            implements Target {
        @Override
        public Directory at(long otherRow) {
            return new Directory(otherRow, base, indexFile, defaultType, cacheTtlSeconds, policy);
        }
    }

    /**
     * An HTTP server.
     *
     * @param row id in table {@code proxy}
     * @param address name or IP address
     * @param port 1..65535
     * @param limits what it may take up, and how long
     */
    record Proxy(long row, String address, int port, ProxyLimits limits) implements Target {
        @Override
        public Proxy at(long otherRow) {
            return new Proxy(otherRow, address, port, limits);
        }
    }
}
