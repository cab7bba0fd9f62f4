package dev.lurcher.worker;

import dev.lurcher.protocol.ExtendedReply;
import java.util.Locale;
import java.util.concurrent.RejectedExecutionException;

/** Makes messages of a response. Stateless. */
final class Reply {
    private static final byte[] NOTHING = new byte[0];

    private Reply() {}

    /** As {@link Request#reply}. */
    static void send(Request request, Response response) {
        if (response.status() == 0) {
            return;
        }
        if (request.isMessage()) {
            request.send(response.content());
            return;
        }
        BodyWriter writer = response.body();
        boolean content = response.mayHaveContent() && !request.method().equals("HEAD");
        boolean endless = response.contentBytes() < 0;
        boolean chunked = writer != null && endless && request.version().equals("HTTP/1.1");
        boolean last = closes(request) || (endless && !chunked);
        Response sent = last && !response.has("Connection") ? response.withField("Connection", "close") : response;
        byte[] head = sent.head(chunked);
        if (writer != null && content) {
            start(request, new Streaming(request, sent, head, last));
            return;
        }
        request.send(head, content ? sent.content() : NOTHING);
        String file = sent.brokersFile();
        if (file != null && content) {
            request.extend(new ExtendedReply.SendFile(file));
        }
        if (last) {
            request.close();
        }
        request.finish(response.status());
    }

    private static void start(Request request, Streaming streaming) {
        try {
            request.connection().start(streaming);
        } catch (RejectedExecutionException e) {
            streaming.end();
            send(request, Response.error(503, "Service Unavailable"));
        }
    }

    /** Mongrel2 leaves it to workers to end HTTP/1.0 and "Connection: close". */
    private static boolean closes(Request request) {
        if (request.version().equals("HTTP/1.0")) {
            return true;
        }
        if (!request.fields().contains("connection")) {
            return false;
        }
        for (String value : request.fields().all("connection")) {
            for (String option : value.split(",", -1)) {
                if (option.strip().toLowerCase(Locale.ROOT).equals("close")) {
                    return true;
                }
            }
        }
        return false;
    }
}
