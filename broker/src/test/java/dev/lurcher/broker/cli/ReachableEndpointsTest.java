package dev.lurcher.broker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Databases;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Endpoints that other machines can reach, in every form in which an address can be written. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ReachableEndpointsTest {
    @TempDir
    private Path folder;

    /** All addresses in three forms; an address, a name and an interface of a network. */
    static Stream<String> hosts() throws SocketException {
        return Stream.of("*", "0.0.0.0", "[::]", address(), "worker.example.invalid", network());
    }

    private static Stream<NetworkInterface> networks() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .filter(each -> each.inetAddresses()
                        .anyMatch(address -> address instanceof Inet4Address && !address.isLoopbackAddress()));
    }

    private static String network() throws SocketException {
        return networks().map(NetworkInterface::getName).findFirst().orElse("eth0");
    }

    /** One of this machine's where it has any, else one that no machine has. */
    private static String address() throws SocketException {
        return networks()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(each -> each instanceof Inet4Address && !each.isLoopbackAddress())
                .map(InetAddress::getHostAddress)
                .findFirst()
                .orElse("192.0.2.1");
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void checkRefusesThem(String host) {
        Path file =
                Databases.demo(folder, "UPDATE handler SET send_spec = 'tcp://%s:9997' WHERE id = 1".formatted(host));

        Cli run = Cli.run("check", "--db", file.toString());

        assertEquals(1, run.exitCode());
        assertRefused("handler row 1, send_spec = \"tcp://" + host + ":9997\"", run.out());
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void runRefusesThem(String host) {
        Path file =
                Databases.demo(folder, "UPDATE handler SET recv_spec = 'tcp://%s:9996' WHERE id = 1".formatted(host));

        Cli run = Cli.run("run", file.toString());

        assertEquals(1, run.exitCode());
        assertEquals("", run.out());
        assertRefused("handler row 1, recv_spec = \"tcp://" + host + ":9996\"", run.err());
    }

    @Test
    void theControlPortIsNoException() {
        Path file = Databases.demo(folder, "UPDATE server SET control_port = 'tcp://*:5000'");

        Cli run = Cli.run("run", file.toString());

        assertEquals(1, run.exitCode());
        assertRefused("server row 1, control_port = \"tcp://*:5000\"", run.err());
    }

    private static void assertRefused(String subject, String said) {
        assertTrue(said.contains(subject), said);
        assertTrue(said.contains("Fix: bind it to one of these"), said);
        assertTrue(said.contains("tcp://127.0.0.1:PORT or ipc://PATH"), said);
        assertTrue(said.contains("insecure_bind to 1"), said);
    }

    @Test
    void theyAreAllowedOnDemand() {
        Path file = Databases.demo(
                folder,
                "UPDATE handler SET send_spec = 'tcp://*:9997' WHERE id = 1;"
                        + " INSERT INTO setting (key, value) VALUES ('insecure_bind', '1')");

        assertEquals(0, Cli.run("check", "--db", file.toString()).exitCode());
    }
}
