package dev.lurcher.broker.zmtp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Sockets of libzmq, in a Python process of their own; see libzmq_peer.py. */
final class LibzmqSockets implements Library.Sockets {
    private static final HexFormat HEX = HexFormat.of();

    private final Path script;
    private final Process process;
    private final Writer commands;
    private final BufferedReader answers;
    private int opened;

    LibzmqSockets() {
        try (InputStream source = LibzmqSockets.class.getResourceAsStream("/zmtp/libzmq_peer.py")) {
            script = Files.createTempFile("libzmq_peer", ".py");
            Files.write(script, source.readAllBytes());
            process = new ProcessBuilder(System.getProperty("test.python", "/usr/bin/python3"), script.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            commands = process.outputWriter(US_ASCII);
            answers = process.inputReader(US_ASCII);
            String version = answers.readLine();
            if (version == null || !version.startsWith("libzmq 4.")) {
                throw new AssertionError(
                        "these tests need Python with pyzmq (Debian: python3-zmq), and got " + version);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String command(String... words) {
        try {
            commands.write(String.join("\t", words) + "\n");
            commands.flush();
            String answer = answers.readLine();
            if (answer == null) {
                throw new AssertionError("the libzmq process has ended at: " + words[0]);
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Socket open(SocketType type, String identity, Library.Heartbeats heartbeats) {
        List<String> options = options(heartbeats);
        if (!identity.isEmpty()) {
            options.add("IDENTITY='" + identity);
        }
        return open(type, options.toArray(new String[0]));
    }

    @Override
    public Socket open(SocketType type, Library.Proof proof, Library.Heartbeats heartbeats) {
        List<String> options = options(heartbeats);
        options.addAll(
                switch (proof) {
                    case Library.Proof.Curve curve ->
                        List.of(
                                "CURVE_SERVERKEY='" + curve.serverKey(),
                                "CURVE_PUBLICKEY='" + curve.publicKey(),
                                "CURVE_SECRETKEY='" + curve.secretKey());
                    case Library.Proof.Plain plain ->
                        List.of("PLAIN_USERNAME='" + plain.user(), "PLAIN_PASSWORD='" + plain.password());
                });
        return open(type, options.toArray(new String[0]));
    }

    private static List<String> options(Library.Heartbeats heartbeats) {
        List<String> options = new ArrayList<>();
        if (heartbeats.interval() > 0) {
            options.add("HEARTBEAT_IVL=" + heartbeats.interval());
            options.add("HEARTBEAT_TIMEOUT=" + heartbeats.timeout());
            options.add("HEARTBEAT_TTL=" + heartbeats.timeToLive());
        }
        return options;
    }

    /** Opens a socket with options as libzmq_peer.py takes them. */
    Socket open(SocketType type, String... options) {
        String name = "s" + opened++;
        List<String> words = new ArrayList<>(List.of("open", name, type.name()));
        words.addAll(List.of(options));
        String answer = command(words.toArray(new String[0]));
        if (!answer.equals("ok")) {
            throw new AssertionError(answer);
        }
        return new Socket(name);
    }

    /** Stops the process where it stands, so that nothing of it answers any more; {@code CONT} lets it go on. */
    void signal(String signal) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(Await.DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("the libzmq process does not end");
            }
            Files.deleteIfExists(script);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    final class Socket implements Library.Socket {
        private final String name;

        private Socket(String name) {
            this.name = name;
        }

        @Override
        public void connect(String endpoint) {
            command("connect", name, endpoint);
        }

        @Override
        public void send(String... frames) {
            List<String> hex = new ArrayList<>();
            for (String frame : frames) {
                hex.add(HEX.formatHex(frame.getBytes(ISO_8859_1)));
            }
            command("send", name, String.join(",", hex));
        }

        @Override
        public List<String> receive() {
            String answer = command("receive", name);
            if (!answer.startsWith("frames ")) {
                throw new AssertionError(answer + " was received");
            }
            List<String> frames = new ArrayList<>();
            for (String hex : answer.substring("frames ".length()).split(",", -1)) {
                frames.add(new String(HEX.parseHex(hex), ISO_8859_1));
            }
            return frames;
        }

        /** What became of the handshake, as libzmq names it. */
        String handshake() {
            String event = event();
            while (!event.startsWith("HANDSHAKE_") && !event.equals("nothing")) {
                event = event();
            }
            return event;
        }

        /** The next thing that has happened to the socket's connections, as libzmq names it. */
        String event() {
            return command("event", name);
        }

        @Override
        public void close() {
            command("close", name);
        }
    }
}
