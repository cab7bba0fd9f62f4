package dev.lurcher.worker.servlet;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.worker.Endpoints;
import dev.lurcher.worker.Worker;
import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.http.HttpServlet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;

/** Servlets in this process, behind a real broker in this process. */
final class ServletSite implements AutoCloseable {
    static final Duration DEADLINE = Duration.ofSeconds(60);

    private final BrokerHarness broker;
    private final Server server = new Server();
    private final BrokerConnector connector;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private ServletSite(BrokerHarness broker) {
        this.broker = broker;
        Endpoints endpoints = new Endpoints(
                broker.broker().endpoints().get(1).toString(),
                broker.broker().endpoints().get(0).toString(),
                "app");
        connector = new BrokerConnector(server, Worker.builder().brokers(endpoints));
        server.addConnector(connector);
    }

    /**
     * Starts both.
     *
     * @param servlets by their paths
     */
    static ServletSite start(Map<Setting, String> settings, Map<String, HttpServlet> servlets) throws Exception {
        BrokerHarness.Builder builder = BrokerHarness.builder();
        settings.forEach(builder::with);
        ServletSite site = new ServletSite(builder.handler("/", "app").start());
        ServletContextHandler context = new ServletContextHandler("/", true, false);
        servlets.forEach((path, servlet) -> {
            ServletHolder holder = new ServletHolder(servlet);
            holder.setAsyncSupported(true);
            holder.getRegistration()
                    .setMultipartConfig(new MultipartConfigElement(
                            Path.of("target").toAbsolutePath().toString(), -1, -1, 1000));
            context.addServlet(holder, path);
        });
        context.setErrorHandler(errorPages());
        context.addServlet(new Servlets.ErrorPage(), "/error");
        site.server.setHandler(context);
        try {
            site.server.start();
            return site;
        } catch (Exception e) {
            site.close();
            throw e;
        }
    }

    private static org.eclipse.jetty.ee10.servlet.ErrorPageErrorHandler errorPages() {
        var pages = new org.eclipse.jetty.ee10.servlet.ErrorPageErrorHandler();
        pages.addErrorPage(418, "/error");
        return pages;
    }

    BrokerConnector connector() {
        return connector;
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + broker.broker().address().getPort() + path);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path)).timeout(DEADLINE);
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
    public void close() throws Exception {
        try (broker) {
            server.stop();
        }
    }
}
