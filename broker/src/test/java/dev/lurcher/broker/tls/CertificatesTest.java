package dev.lurcher.broker.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.TestCertificates;
import dev.lurcher.broker.tls.TlsException.Code;
import dev.lurcher.broker.tls.TlsSettings.Clients;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCounted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CertificatesTest {
    @TempDir
    private Path root;

    private TestCertificates files = new TestCertificates(Path.of("/"));
    private final List<Runnable> queued = new ArrayList<>();

    @BeforeEach
    void make() throws IOException {
        files = new TestCertificates(Files.createDirectory(root.resolve("certs"))).pair("site", "localhost");
    }

    private TlsSettings settings(TlsProvider provider, Duration watchTime) {
        return new TlsSettings(files.folder(), "site", Suites.read(""), Clients.ANYBODY, null, provider, watchTime);
    }

    private Certificates open(TlsProvider provider) {
        List<Executor> loops = List.of(Runnable::run, queued::add);
        return Certificates.open(settings(provider, Duration.ZERO), loops);
    }

    private Certificates open() {
        return open(TlsProvider.AUTO);
    }

    @Test
    void takesBoringSslWhereItCanBeLoaded() {
        try (Certificates certificates = open()) {
            assertEquals("boringssl", certificates.provider());
        }
        try (Certificates certificates = open(TlsProvider.JDK)) {
            assertEquals("jdk", certificates.provider());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = TlsProvider.class,
            names = {"BORINGSSL", "JDK"})
    void choosesByTheNameThatIsAskedFor(TlsProvider provider) throws IOException {
        files.pair("shop.example", "shop.example")
                .pair("_.wild.com", "*.wild.com")
                .pair("Upper.Example", "upper.example");
        try (Certificates certificates = open(provider)) {
            SslContext site = certificates.context(null);
            assertSame(site, certificates.context("site"));
            assertSame(site, certificates.context("unknown.example"));
            assertSame(site, certificates.context(""));
            assertNotSame(site, certificates.context("shop.example"));
            assertNotSame(site, certificates.context("upper.example"));
            SslContext wild = certificates.context("a.wild.com");
            assertNotSame(site, wild);
            assertSame(wild, certificates.context("b.wild.com"));
            assertSame(site, certificates.context("a.b.wild.com"), "one level only");
            assertSame(site, certificates.context("wild.com"));
            assertSame(site, certificates.context("../site"));
        }
    }

    @Test
    void tellsWhenEachEnds() throws IOException {
        files.pair("shop.example", "shop.example");
        try (Certificates certificates = open()) {
            assertEquals(Set.of("shop.example", "site"), certificates.expiries().keySet());
            assertTrue(certificates.expiries().values().stream()
                    .allMatch(end -> end.isAfter(Instant.now().plus(Duration.ofDays(29)))));
        }
    }

    @Test
    void doesNotStartWithoutTheDefaultOne() throws IOException {
        Files.delete(files.file("site.key"));

        assertEquals(
                Code.MISSING_FILE, assertThrows(TlsException.class, this::open).code());
    }

    @Test
    void startsWithABrokenOneOfAnotherName() throws IOException {
        files.pair("shop.example", "shop.example");
        Files.writeString(files.file("shop.example.key"), "broken");

        try (Certificates certificates = open()) {
            assertSame(certificates.context(null), certificates.context("shop.example"));
        }
    }

    @Test
    void aReloadTakesWhatIsNewAndKeepsWhatIsUnchanged() throws IOException {
        files.pair("shop.example", "shop.example").pair("new", "localhost");
        try (Certificates certificates = open()) {
            SslContext site = certificates.context(null);
            SslContext shop = certificates.context("shop.example");
            files.replace("site", "new");
            files.pair("more.example", "more.example");

            Certificates.Reloaded reloaded = certificates.reload();

            assertEquals(List.of(), reloaded.problems());
            assertEquals(2, reloaded.changes().size(), reloaded::toString);
            assertNotSame(site, certificates.context(null));
            assertSame(shop, certificates.context("shop.example"));
            assertNotSame(certificates.context(null), certificates.context("more.example"));
            queued.forEach(Runnable::run);
        }
    }

    @Test
    void whatWasReplacedIsKeptUntilEveryLoopHasPassed() throws IOException {
        files.pair("new", "localhost");
        try (Certificates certificates = open(TlsProvider.BORINGSSL)) {
            ReferenceCounted before = (ReferenceCounted) certificates.context(null);
            files.replace("site", "new");
            certificates.reload();

            assertEquals(1, before.refCnt());
            queued.forEach(Runnable::run);
            assertEquals(0, before.refCnt());
        }
    }

    @Test
    void aReloadWithNothingNewChangesNothing() {
        try (Certificates certificates = open()) {
            SslContext site = certificates.context(null);

            assertEquals(new Certificates.Reloaded(List.of(), List.of()), certificates.reload());
            assertSame(site, certificates.context(null));
        }
    }

    @Test
    void aBrokenPairLeavesTheOneBeforeInForce() throws IOException {
        try (Certificates certificates = open()) {
            SslContext site = certificates.context(null);
            Files.writeString(files.file("site.key"), "half writ");

            Certificates.Reloaded reloaded = certificates.reload();

            assertEquals(List.of(), reloaded.changes());
            assertEquals(1, reloaded.problems().size());
            assertTrue(
                    reloaded.problems().get(0).endsWith("the certificate before it stays in force"),
                    reloaded::toString);
            assertSame(site, certificates.context(null));
        }
    }

    @Test
    void soDoesAnExpiredOne() throws IOException {
        SelfSigned.write(files.folder(), "old", List.of("localhost"), Duration.ofDays(-10), 5);
        try (Certificates certificates = open()) {
            SslContext site = certificates.context(null);
            files.replace("site", "old");

            Certificates.Reloaded reloaded = certificates.reload();

            assertTrue(String.join(" ", reloaded.problems()).contains("stays in force"), reloaded::toString);
            assertSame(site, certificates.context(null));
        }
    }

    @Test
    void whatIsDeletedIsGone() throws IOException {
        files.pair("shop.example", "shop.example");
        try (Certificates certificates = open()) {
            Files.delete(files.file("shop.example.crt"));

            assertEquals(
                    List.of("certificate shop.example is gone"),
                    certificates.reload().changes());
            assertSame(certificates.context(null), certificates.context("shop.example"));
            queued.forEach(Runnable::run);
        }
    }

    @Test
    void aFolderThatIsGoneChangesNothing() throws IOException {
        try (Certificates certificates = open()) {
            Files.move(files.folder(), root.resolve("elsewhere"));

            Certificates.Reloaded reloaded = certificates.reload();

            assertEquals(1, reloaded.problems().size(), reloaded::toString);
            assertEquals(Set.of("site"), certificates.expiries().keySet());
        }
    }

    @Test
    void otherSettingsMakeEverythingAnew() {
        try (Certificates certificates = open()) {
            SslContext site = certificates.context(null);
            TlsSettings fewer = new TlsSettings(
                    files.folder(),
                    "site",
                    Suites.read("TLS_AES_128_GCM_SHA256"),
                    Clients.ANYBODY,
                    null,
                    TlsProvider.AUTO,
                    Duration.ZERO);

            assertEquals(1, certificates.draft(fewer).adopt().changes().size());
            assertNotSame(site, certificates.context(null));
            queued.forEach(Runnable::run);
        }
    }

    @Test
    void settingsThatCannotBeUsedAreRefused() {
        try (Certificates certificates = open()) {
            TlsSettings elsewhere = new TlsSettings(
                    root.resolve("nowhere"),
                    "site",
                    Suites.read(""),
                    Clients.ANYBODY,
                    null,
                    TlsProvider.AUTO,
                    Duration.ZERO);

            assertThrows(TlsException.class, () -> certificates.draft(elsewhere));
            assertEquals(Set.of("site"), certificates.expiries().keySet());
        }
    }

    @Test
    void seesByItselfWhatChanges() throws IOException {
        files.pair("new", "localhost");
        List<Executor> loops = List.of(Runnable::run);
        try (Certificates certificates = Certificates.open(settings(TlsProvider.AUTO, Duration.ofMillis(20)), loops)) {
            Instant before = certificates.expiries().get("new");
            Files.delete(files.file("new.crt"));
            Await.until("it is gone", () -> certificates.expiries().get("new") == null && before != null);
            SslContext site = certificates.context(null);
            files.pair("site", "localhost");
            Await.until("it is replaced", () -> !site.equals(certificates.context(null)));
        }
    }
}
