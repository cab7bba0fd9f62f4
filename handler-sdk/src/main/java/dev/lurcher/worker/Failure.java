package dev.lurcher.worker;

import java.security.SecureRandom;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a client gets instead of an answer that failed, and what the log has of it: the same id, so that one is found by the other. */
final class Failure {
    private static final Logger LOG = LoggerFactory.getLogger(Failure.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int ID_BYTES = 6;

    private Failure() {}

    /** Answers a request whose responder or writer has thrown something; where the answer had begun the connection is closed. */
    static void answer(Request request, Throwable thrown) {
        if (thrown instanceof ResponseException refusal) {
            request.fail(refusal.response());
            return;
        }
        if (request.isClientGone()) {
            LOG.debug("Nobody is left to answer at {}", request, thrown);
            request.finish(499);
            return;
        }
        byte[] octets = new byte[ID_BYTES];
        RANDOM.nextBytes(octets);
        String id = HexFormat.of().formatHex(octets);
        LOG.error("Failed at {}, error {}", request, id, thrown);
        request.connection().listener().onFailed(request, thrown, id);
        request.fail(Response.error(500, "Internal Server Error\n\nerror " + id).withField("X-Error-Id", id));
    }
}
