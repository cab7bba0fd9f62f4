package dev.lurcher.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code bin/broker run} as a process, from a tree like an installed one, with Netty's leak detector at its strictest.
 * <p>To be closed after every test: that stops it with TERM and fails when it leaves anything but exit code 0, a leak, or an
 * exception that nobody caught.
 */
final class BrokerProcess implements AutoCloseable {
    private static final Path SOURCES = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern LISTENING = Pattern.compile("listening on [^ ]*:([0-9]+)\\b.*");
    private static final Pattern BAD =
            Pattern.compile("LEAK:|\\bException\\b|Exception in thread|\\bat [a-z]+\\.[a-z]+");

    /** Where the log goes, debugging lines with exceptions that Netty expects have a place in it. */
    private static final Pattern BAD_LOG = Pattern.compile("LEAK:|\\bERROR\\b");

    private static final Map<String, String> ENVIRONMENT = environment("");

    private static boolean prepared;

    private final Running process;
    private final InetSocketAddress address;

    private BrokerProcess(Running process, InetSocketAddress address) {
        this.process = process;
        this.address = address;
    }

    private static Map<String, String> environment(String javaOptions) {
        return Map.of(
                "LURCHER_JAVA",
                System.getProperty("java.home"),
                "LURCHER_JAVA_OPTS",
                "-Dio.netty.leakDetection.level=paranoid -Dio.netty.leakDetection.targetRecords=16 " + javaOptions);
    }

    /** Starts it and waits until it listens. */
    static BrokerProcess start(Path database, String uuid) throws IOException, InterruptedException {
        return start(database, uuid, "");
    }

    /** @param javaOptions further ones, separated by spaces */
    static BrokerProcess start(Path database, String uuid, String javaOptions)
            throws IOException, InterruptedException {
        Running process = Running.start(
                "broker",
                database.resolveSibling(""),
                environment(javaOptions),
                List.of(installed().resolve("bin/broker").toString(), "run", database.toString(), uuid));
        try {
            Matcher listening = LISTENING.matcher(
                    process.errors().await(line -> LISTENING.matcher(line).matches()));
            if (!listening.matches()) {
                throw new IllegalStateException("the line that was awaited");
            }
            return new BrokerProcess(process, Addresses.of(Integer.parseInt(listening.group(1))));
        } catch (InterruptedException | RuntimeException | Error e) {
            process.close();
            throw e;
        }
    }

    /** Starts any command of the launcher, with nothing to wait for. */
    static Running run(Path directory, String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(installed().resolve("bin/broker").toString()));
        command.addAll(List.of(arguments));
        return Running.start("broker", directory, ENVIRONMENT, command);
    }

    /** A tree without sources, so that the launcher takes the jars as they are; what a first start prepares is there. */
    static synchronized Path installed() throws IOException, InterruptedException {
        Path tree = Path.of("target/installed").toAbsolutePath();
        if (!prepared) {
            Files.createDirectories(tree.resolve("bin"));
            for (String script : List.of("broker", "launch.bash")) {
                Path copy = tree.resolve("bin").resolve(script);
                Files.copy(SOURCES.resolve("bin").resolve(script), copy, StandardCopyOption.REPLACE_EXISTING);
            }
            if (!Files.exists(tree.resolve("broker"))) {
                Files.createSymbolicLink(tree.resolve("broker"), SOURCES.resolve("broker/target"));
            }
            List<String> rehearsal = List.of(tree.resolve("bin/broker").toString(), "rehearse");
            Finished rehearsed = Finished.run(tree, ENVIRONMENT, Lines.DEADLINE, rehearsal);
            assertEquals(0, rehearsed.exitCode(), rehearsed::output);
            prepared = true;
        }
        return tree;
    }

    InetSocketAddress address() {
        return address;
    }

    Running process() {
        return process;
    }

    /** Stops it if it runs, and looks whether it did well. */
    @Override
    public void close() throws IOException, InterruptedException {
        try (process) {
            if (process.isAlive()) {
                bringLeaksToLight();
                process.signal("TERM");
                assertEquals(
                        0,
                        process.exitCode(),
                        () -> "exit code; stderr: " + process.errors().all());
            }
            refuse(BAD, process.errors().toTheEnd());
            refuse(BAD_LOG, process.output().toTheEnd());
        }
    }

    private static void refuse(Pattern bad, List<String> lines) {
        for (String line : lines) {
            if (bad.matcher(line).find()) {
                throw new AssertionError("the broker wrote \"" + line + "\" among:\n" + String.join("\n", lines));
            }
        }
    }

    /** Netty finds a leak when the buffer has been collected and another one is allocated. */
    private void bringLeaksToLight() throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin/jcmd");
        Finished.run(
                Path.of("/"),
                Map.of(),
                Duration.ofSeconds(20),
                List.of(jcmd.toString(), Long.toString(process.pid()), "GC.run"));
        try (Socket socket = new Socket()) {
            socket.connect(address);
            socket.getOutputStream().write("no request\r\n\r\n".getBytes(ISO_8859_1));
            socket.getInputStream().readAllBytes();
        }
    }
}
