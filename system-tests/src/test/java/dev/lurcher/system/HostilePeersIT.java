package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Databases;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.zmtp.Endpoint;
import dev.lurcher.broker.zmtp.Requester;
import dev.lurcher.worker.Endpoints;
import dev.lurcher.worker.Response;
import dev.lurcher.worker.Worker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever comes to the ZeroMQ ports of a broker, the workers that behave go on, commands are answered, and memory stays where it
 * was. Rows Z3, Z4 and Z13 of the table of threats in docs/security.md. One handler is in the clear, the other has CURVE, and the
 * control port is on TCP.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class HostilePeersIT {
    private static final long MOST_GROWTH_KIB = 16 * 1024;

    /** A heap that is there from the beginning, so that the process grows by what is not in it. */
    private static final String MEMORY = "-Xms128m -Xmx128m -XX:+AlwaysPreTouch -Dio.netty.leakDetection.level=simple";

    private static final String UUID_ASKED = "10:4:uuid,0:}]";
    private static final String UUID_ANSWER = "41:7:headers,7:4:uuid,]4:rows,10:7:4:demo,]]}";

    /** How often in a row an operator is sent away, at most. */
    private static final int MOST_IN_VAIN = 20;

    private final Random random = new Random(3);

    @TempDir
    private Path directory;

    private CurveSite site;
    private int[] ports;
    private int control;

    @BeforeEach
    void configure() throws Exception {
        site = CurveSite.in(directory);
        control = Addresses.freePort();
        Databases.execute(site.database(), "UPDATE server SET control_port = 'tcp://127.0.0.1:" + control + "'");
        ports = Stream.concat(
                        Stream.of(site.clear(), site.curve())
                                .flatMap(each -> Stream.of(each.sendSpec(), each.recvSpec())),
                        Stream.of("tcp://127.0.0.1:" + control))
                .mapToInt(spec -> URI.create(spec).getPort())
                .toArray();
    }

    @Test
    void noiseAndClaimsOfGigabytesOnEveryPortChangeNothing() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(site.database(), "demo", MEMORY);
                Serving one = new Serving(site.clear());
                Serving two = new Serving(site.curve());
                Load load = new Load(broker);
                Asking operator = new Asking(control)) {
            load.awaitAnswers(200);
            // The first time code is compiled, and pools of buffers find their size.
            attack(1000, 100);
            load.awaitAnswers(200);
            long before = residentKib(broker);
            attack(1000, 100);
            load.awaitAnswers(200);
            operator.stop();
            long grown = residentKib(broker) - before;
            assertTrue(grown <= MOST_GROWTH_KIB, "grown by " + grown + " KiB");
            load.stop();
        }
    }

    @Test
    void aStormOfConnectionsCostsLittle() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(site.database(), "demo", MEMORY);
                Serving one = new Serving(site.clear());
                Load load = new Load(broker, "/")) {
            load.awaitAnswers(100);
            load.stop();
            storm(300, 3);
            long before = processorMillis(broker);
            int seconds = 60;
            storm(100, seconds);
            long spent = processorMillis(broker) - before;
            // Alone on the machine it is 7 to 8 in 100 of a processor, where 10 are allowed; beside other work each
            // takes
            // longer.
            assertTrue(spent <= 150L * seconds, "spent " + spent + " ms in " + seconds + " s");
        }
    }

    @Test
    void whoKeepsEveryPlaceAtTheControlPortKeepsNobodyOut() throws Exception {
        List<Socket> idle = new ArrayList<>();
        try (BrokerProcess broker = BrokerProcess.start(site.database(), "demo")) {
            for (int i = 0; i < 200; i++) {
                Socket one = send(control, handshake("REQ"));
                idle.add(one);
                one.getInputStream().readNBytes(64 + 2);
            }
            for (int i = 0; i < 100; i++) {
                idle.add(send(control, Arrays.copyOf(handshake("REQ"), 70)));
            }
            assertEquals(UUID_ANSWER, ask(control, UUID_ASKED));
        } finally {
            for (Socket each : idle) {
                each.close();
            }
        }
    }

    @Test
    void everyMessageThatIsNoCommandIsAnswered() throws Exception {
        byte[] seed = "32:6:status,19:4:what,3:net,}]".getBytes(StandardCharsets.US_ASCII);
        try (BrokerProcess broker = BrokerProcess.start(site.database(), "demo");
                Requester asking = Requester.connect(new Endpoint.Tcp("127.0.0.1", control), Lines.DEADLINE)) {
            for (int i = 0; i < 2000; i++) {
                byte[] message = i % 2 == 0 ? new byte[random.nextInt(300)] : seed.clone();
                if (i % 2 == 0) {
                    random.nextBytes(message);
                } else {
                    message[random.nextInt(message.length)] = (byte) random.nextInt(256);
                }
                assertTrue(asking.ask(message).length > 0, () -> Arrays.toString(message));
            }
            assertEquals(UUID_ANSWER, ask(control, UUID_ASKED));
        }
    }

    private static String ask(int port, String message) throws IOException {
        try (Requester asking = Requester.connect(new Endpoint.Tcp("127.0.0.1", port), Lines.DEADLINE)) {
            byte[] answer = asking.ask(message.getBytes(StandardCharsets.ISO_8859_1));
            return new String(answer, StandardCharsets.ISO_8859_1);
        }
    }

    /** So many connections a second that say what a worker says, and leave. */
    private void storm(int eachSecond, int seconds) throws IOException {
        long begin = System.nanoTime();
        for (int i = 0; i < eachSecond * seconds; i++) {
            try (Socket socket = connect(ports[0])) {
                socket.getOutputStream().write(handshake("PULL"));
                socket.getInputStream().readNBytes(64 + 2);
            }
            long due = begin + TimeUnit.SECONDS.toNanos(i) / eachSecond;
            while (due - System.nanoTime() > 0) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
        }
    }

    private void attack(int each, int gigabytes) throws IOException {
        List<Socket> held = new ArrayList<>();
        for (int port : ports) {
            for (int i = 0; i < each; i++) {
                byte[] noise = new byte[1 + random.nextInt(300)];
                random.nextBytes(noise);
                send(port, noise).close();
                byte[] whole = handshake("PULL");
                send(port, Arrays.copyOf(whole, random.nextInt(whole.length))).close();
                send(port, whole, noise).close();
            }
            send(port, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII))
                    .close();
            for (int i = 0; i < gigabytes; i++) {
                for (String type : List.of("DEALER", "PUB", "REQ")) {
                    byte[] claim = ByteBuffer.allocate(9)
                            .put((byte) 2)
                            .putLong(2L << 30)
                            .array();
                    held.add(send(port, handshake(type), claim));
                    held.add(send(port, claim));
                }
            }
        }
        for (Socket socket : held) {
            socket.close();
        }
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static Socket send(int port, byte[]... parts) throws IOException {
        Socket socket = connect(port);
        try {
            for (byte[] part : parts) {
                socket.getOutputStream().write(part);
            }
        } catch (IOException e) {
            // It has been refused already.
        }
        return socket;
    }

    /** The greeting and READY of a worker in the clear. */
    private static byte[] handshake(String type) {
        byte[] ready =
                ("\5READY\13Socket-Type\0\0\0" + (char) type.length() + type).getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer all = ByteBuffer.allocate(64 + 2 + ready.length);
        all.put(0, (byte) 0xff).put(9, (byte) 0x7f).put(10, (byte) 3);
        all.put(12, "NULL".getBytes(StandardCharsets.US_ASCII));
        return all.position(64)
                .put((byte) 4)
                .put((byte) ready.length)
                .put(ready)
                .array();
    }

    private static long residentKib(BrokerProcess broker) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + broker.process().pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }

    private static long processorMillis(BrokerProcess broker) throws IOException {
        return ProcessHandle.of(broker.process().pid())
                .orElseThrow()
                .info()
                .totalCpuDuration()
                .orElseThrow()
                .toMillis();
    }

    /** A worker of the library in a thread of its own. */
    private static final class Serving implements AutoCloseable {
        private final Worker worker;
        private final Thread thread;

        Serving(Endpoints endpoints) {
            worker = Worker.builder().brokers(endpoints).build();
            thread = new Thread(() -> worker.serve(request -> Response.text(request.path())), "worker");
            thread.start();
        }

        @Override
        public void close() throws InterruptedException {
            worker.stop();
            thread.join();
        }
    }

    /** An operator who asks for the uuid all the time, each time anew. */
    private static final class Asking implements AutoCloseable {
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final AtomicReference<@Nullable String> failure = new AtomicReference<>();
        private final Thread thread;

        Asking(int port) {
            thread = new Thread(() -> run(port), "operator");
            thread.start();
        }

        private void run(int port) {
            int inVain = 0;
            while (!stopped.get() && failure.get() == null) {
                try {
                    String answer = ask(port, UUID_ASKED);
                    inVain = 0;
                    if (!answer.equals(UUID_ANSWER)) {
                        failure.set(answer);
                    }
                } catch (IOException e) {
                    // So many may have come while it greeted that it made room for them.
                    if (++inVain == MOST_IN_VAIN) {
                        failure.set(e.toString());
                    }
                }
            }
        }

        void stop() throws InterruptedException {
            close();
            assertEquals(null, failure.get());
        }

        @Override
        public void close() throws InterruptedException {
            stopped.set(true);
            thread.join();
        }
    }

    /** A client that asks both handlers in turn, until it is stopped; anything but 200 is a failure. */
    private static final class Load implements AutoCloseable {
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final AtomicInteger answers = new AtomicInteger();
        private final AtomicReference<@Nullable String> failure = new AtomicReference<>();
        private final Thread thread;

        Load(BrokerProcess broker, String... paths) {
            String[] asked = paths.length == 0 ? new String[] {"/", "/echo"} : paths;
            thread = new Thread(() -> run(broker, asked), "load");
            thread.start();
        }

        private void run(BrokerProcess broker, String... paths) {
            try (RawClient client = new RawClient(broker.address())) {
                for (int i = 0; !stopped.get(); i++) {
                    String answer = client.get(paths[i % paths.length]).answer();
                    if (!answer.startsWith("HTTP/1.1 200 ")) {
                        failure.set(answer);
                        return;
                    }
                    answers.incrementAndGet();
                }
            } catch (IOException e) {
                failure.set(e.toString());
            }
        }

        void awaitAnswers(int more) {
            int wanted = answers.get() + more;
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (answers.get() < wanted && failure.get() == null && System.nanoTime() - until < 0) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
            assertEquals(null, failure.get());
            assertTrue(answers.get() >= wanted, "answers stay away");
        }

        void stop() throws InterruptedException {
            stopped.set(true);
            thread.join();
            assertEquals(null, failure.get());
        }

        @Override
        public void close() throws InterruptedException {
            stopped.set(true);
            thread.join();
        }
    }
}
