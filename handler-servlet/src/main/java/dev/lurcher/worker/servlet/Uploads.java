package dev.lurcher.worker.servlet;

import dev.lurcher.protocol.UploadPart;
import dev.lurcher.worker.Client;
import dev.lurcher.worker.Request;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The contents that are coming part by part, by their clients. Any thread. */
final class Uploads {
    private final Map<Client, PartedContent> coming = new ConcurrentHashMap<>();

    /** The content of a request, with its first part. */
    PartedContent begin(Request request) {
        PartedContent content = new PartedContent(request);
        coming.put(request.client(), content);
        return content;
    }

    /** A later part; nothing where nobody reads it any more. */
    void add(Request message, UploadPart part) {
        PartedContent content = coming.get(message.client());
        if (content != null) {
            content.add(message.content(), part.last());
        }
    }

    /** Nobody reads it any more. */
    void end(Client client, PartedContent content) {
        coming.remove(client, content);
    }
}
