package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.testing.Await;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that are replaced while clients make handshakes. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class TlsReloadIT {
    private static final int CLIENTS = 4;
    private static final int TIMES = 10;

    @TempDir
    private Path directory;

    @Test
    void noHandshakeFailsMeanwhile() throws Exception {
        TlsSite site = TlsSite.in(directory).with("tls.watch_time", "100ms");
        for (int i = 0; i < TIMES; i++) {
            site.files().pair("next" + i, "next" + i);
        }
        List<Exception> failures = new CopyOnWriteArrayList<>();
        Set<String> seen = ConcurrentHashMap.newKeySet();
        AtomicInteger handshakes = new AtomicInteger();
        AtomicBoolean going = new AtomicBoolean(true);
        try (BrokerProcess broker = site.site().start()) {
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(Thread.ofPlatform().start(() -> {
                    while (going.get()) {
                        try (SSLSocket socket = site.files().connect(broker.address(), null, null)) {
                            socket.startHandshake();
                            handshakes.incrementAndGet();
                            X509Certificate shown =
                                    (X509Certificate) socket.getSession().getPeerCertificates()[0];
                            seen.add(shown.getSubjectX500Principal().getName());
                        } catch (Exception e) {
                            failures.add(e);
                        }
                    }
                }));
            }
            Await.until("the first is shown", () -> seen.contains("CN=localhost"));
            for (int i = 0; i < TIMES; i++) {
                site.files().replace(OneHandler.UUID, "next" + i);
                String name = "CN=next" + i;
                Await.until(name + " is shown", () -> seen.contains(name));
            }
            going.set(false);
            for (Thread client : clients) {
                client.join();
            }
        }
        assertEquals(List.of(), failures);
        assertEquals(TIMES + 1, seen.size(), seen::toString);
        assertTrue(handshakes.get() > 10 * TIMES, handshakes + " handshakes");
    }
}
