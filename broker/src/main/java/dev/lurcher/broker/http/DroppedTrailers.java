package dev.lurcher.broker.http;

import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;

/** Where the trailer fields of chunked content go: nowhere. A worker has a request's fields in front of its content. */
final class DroppedTrailers extends EmptyHttpHeaders implements HttpHeadersFactory {
    static final DroppedTrailers INSTANCE = new DroppedTrailers();

    private DroppedTrailers() {}

    @Override
    public HttpHeaders newHeaders() {
        return this;
    }

    @Override
    public HttpHeaders newEmptyHeaders() {
        return this;
    }

    @Override
    public HttpHeaders add(CharSequence name, Object value) {
        return this;
    }
}
