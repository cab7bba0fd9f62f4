package dev.lurcher.worker.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real Mongrel2 with one host and two handlers, one for each form of headers. */
public final class Mongrel2 implements AutoCloseable {
    public static final String JSON_SENDER = "34f9ceee-cd52-4b7f-b197-88bf2f0ec378";
    public static final String TNETSTRING_SENDER = "54c6755b-9628-40a4-9a2d-cc82a816345e";
    private static final String SERVER = "f400bf85-4538-4f7a-8908-67e313d515c2";

    private final Path folder;
    private final int port;
    private Process process;

    /**
     * Writes a configuration with {@code m2sh} and starts the server.
     *
     * @param folder an empty folder
     */
    public Mongrel2(Path folder) throws IOException, InterruptedException {
        this(folder, "/json");
    }

    /** @param jsonRoute the path of the route to the handler with JSON headers */
    public Mongrel2(Path folder, String jsonRoute) throws IOException, InterruptedException {
        this.folder = folder;
        for (String name : List.of("run", "logs", "tmp")) {
            Files.createDirectory(folder.resolve(name));
        }
        int[] ports = freePorts(5);
        port = ports[0];
        Files.writeString(folder.resolve("mongrel2.conf"), configuration(ports).replace("/json", jsonRoute));
        Process load = start("m2sh", "load", "-db", "config.sqlite", "-config", "mongrel2.conf");
        if (!load.waitFor(20, TimeUnit.SECONDS) || Files.notExists(folder.resolve("config.sqlite"))) {
            throw new AssertionError("m2sh load failed: " + log());
        }
        process = start("mongrel2", "config.sqlite", SERVER);
        awaitPort();
    }

    /** Starts it again after it was closed. */
    public void restart() throws IOException, InterruptedException {
        process = start("mongrel2", "config.sqlite", SERVER);
        awaitPort();
    }

    public int port() {
        return port;
    }

    public Path database() {
        return folder.resolve("config.sqlite");
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    private static String configuration(int... ports) {
        return """
                json = Handler(send_spec='tcp://127.0.0.1:%d', send_ident='%s', recv_spec='tcp://127.0.0.1:%d', recv_ident='')
                tnet = Handler(send_spec='tcp://127.0.0.1:%d', send_ident='%s', recv_spec='tcp://127.0.0.1:%d', recv_ident='', protocol='tnetstring')
                main = Server(uuid='%s', access_log='/logs/access.log', error_log='/logs/error.log', chroot='./',
                  default_host='localhost', name='test', pid_file='/run/mongrel2.pid', port=%d, bind_addr='127.0.0.1',
                  hosts=[Host(name='localhost', routes={'/json': json, '/tnet': tnet, '@chat': json})])
                settings = {'server.daemonize': 0}
                servers = [main]
                """.formatted(ports[1], JSON_SENDER, ports[2], ports[3], TNETSTRING_SENDER, ports[4], SERVER, ports[0]);
    }

    private Process start(String... command) throws IOException {
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("output").toFile()))
                .start();
    }

    private void awaitPort() throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() - end < 0) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
                return;
            } catch (IOException e) {
                if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
                    throw new AssertionError("mongrel2 ended: " + log(), e);
                }
            }
        }
        throw new AssertionError("mongrel2 does not listen: " + log());
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("output"));
    }

    private static int[] freePorts(int count) throws IOException {
        ServerSocket[] sockets = new ServerSocket[count];
        int[] ports = new int[count];
        for (int i = 0; i < count; i++) {
            sockets[i] = new ServerSocket(0);
            ports[i] = sockets[i].getLocalPort();
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return ports;
    }
}
