package dev.lurcher.worker.httpserver;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.worker.Endpoints;
import dev.lurcher.worker.Worker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;

/** A server of this process behind a real broker in this process. To be started. */
final class HttpServerSite implements AutoCloseable {
    static final Duration DEADLINE = Duration.ofSeconds(60);

    private final BrokerHarness broker;
    private final BrokerHttpServer server;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    HttpServerSite(Map<Setting, String> settings) {
        BrokerHarness.Builder builder = BrokerHarness.builder();
        settings.forEach(builder::with);
        broker = builder.handler("/", "app").start();
        server = BrokerHttpServer.create(Worker.builder().brokers(endpoints()));
    }

    Endpoints endpoints() {
        return new Endpoints(
                broker.broker().endpoints().get(1).toString(),
                broker.broker().endpoints().get(0).toString(),
                "app");
    }

    BrokerHttpServer server() {
        return server;
    }

    HttpRequest.Builder request(String path) {
        URI uri = URI.create("http://127.0.0.1:" + broker.broker().address().getPort() + path);
        return HttpRequest.newBuilder(uri).timeout(DEADLINE);
    }

    HttpClient http() {
        return http;
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path));
    }

    RawClient client() throws IOException {
        return broker.client();
    }

    @Override
    public void close() {
        try (broker) {
            server.stop((int) DEADLINE.toSeconds());
        }
    }
}
