package dev.lurcher.system;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.lurcher.broker.testing.RawClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A server, Mongrel2 or ours, with one worker behind it that answers everything with an empty 200. */
final class Front implements AutoCloseable {
    private static final byte[] MARK = "GET /mark HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII);

    private final AutoCloseable server;
    private final InetSocketAddress address;
    private final PyWorker worker;

    private Front(AutoCloseable server, InetSocketAddress address, PyWorker worker) {
        this.server = server;
        this.address = address;
        this.worker = worker;
    }

    /** How a server is started from its database. */
    interface Start {
        AutoCloseable server(Path database, InetSocketAddress address) throws Exception;
    }

    /** @param configuration text for m2sh, with {@code PORT} and {@code DIRECTORY} for what differs per server */
    static Front start(Path directory, String configuration, Start start) throws Exception {
        Files.createDirectories(directory);
        int port = Addresses.freePort();
        Path database = M2sh.load(
                directory,
                configuration.replace("PORT", Integer.toString(port)).replace("DIRECTORY", directory.toString()));
        InetSocketAddress address = Addresses.of(port);
        AutoCloseable server = start.server(database, address);
        try {
            PyWorker worker =
                    PyWorker.start(directory, "ipc://" + directory + "/requests", "ipc://" + directory + "/replies");
            return new Front(server, address, worker);
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            server.close();
            throw e;
        }
    }

    /**
     * What became of one request.
     *
     * @param status of the answer, "none" where the connection ended without one
     * @param then whether the connection took another request: "open" or "closed"
     * @param arrived what the worker received
     */
    record Outcome(String status, String then, List<WorkerMessage> arrived) {}

    /** Sends a request on a connection of its own, then another one, so that everything that the first one caused is known. */
    Outcome outcome(byte[] request) throws IOException, InterruptedException {
        String status;
        String then = "closed";
        try (RawClient client = new RawClient(address)) {
            status = status(client, request);
            if (!status.equals("none") && status(client, MARK).equals("200")) {
                then = "open";
            }
        }
        if (then.equals("closed")) {
            try (RawClient client = new RawClient(address)) {
                client.send(MARK).head();
            }
        }
        List<WorkerMessage> arrived = new ArrayList<>();
        for (WorkerMessage each = nextRequest(); !each.path().equals("/mark"); each = nextRequest()) {
            arrived.add(each);
        }
        return new Outcome(status, then, arrived);
    }

    /** Sends a request and reads the answer's status, and its content too; "none" where the connection has ended. */
    private static String status(RawClient client, byte[] request) throws IOException {
        try {
            client.send(request);
        } catch (IOException e) {
            // The server has refused it already, and what it said can still be read.
        }
        try {
            return client.answer().substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length());
        } catch (SocketTimeoutException e) {
            throw new AssertionError("no answer", e);
        } catch (IOException e) {
            return "none";
        }
    }

    /** The next message that is no notice. */
    WorkerMessage nextRequest() throws InterruptedException {
        while (true) {
            WorkerMessage message = WorkerMessage.of(worker.nextMessage());
            if (!message.path().equals("@*")) {
                return message;
            }
        }
    }

    PyWorker worker() {
        return worker;
    }

    RawClient client() throws IOException {
        return new RawClient(address);
    }

    @Override
    public void close() throws Exception {
        try (server;
                worker) {
            // Both, whatever the first one says.
        }
    }
}
