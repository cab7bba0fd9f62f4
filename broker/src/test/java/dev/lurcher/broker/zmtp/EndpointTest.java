package dev.lurcher.broker.zmtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
    private static String text(Throwable thrown) {
        return String.valueOf(thrown.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "tcp://127.0.0.1:9997, 127.0.0.1, 9997",
        "tcp://*:0, *, 0",
        "tcp://0.0.0.0:65535, 0.0.0.0, 65535",
        "tcp://[::1]:80, ::1, 80",
        "tcp://[::]:80, ::, 80",
        "tcp://[fe80::1%lo]:80, fe80::1%lo, 80",
        "tcp://localhost:1, localhost, 1",
        "tcp://worker-1.example.org:07, worker-1.example.org, 7",
        "tcp://eth0:5555, eth0, 5555"
    })
    void readsTcp(String text, String host, int port) {
        Endpoint endpoint = Endpoint.parse(text);
        assertEquals(new Endpoint.Tcp(host, port), endpoint);
        assertEquals(endpoint, Endpoint.parse(endpoint.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"run/handler", "/tmp/lurcher/send spec.sock", "./@odd", "../up", "ä"})
    void readsIpc(String path) {
        Endpoint endpoint = Endpoint.parse("ipc://" + path);
        assertEquals(new Endpoint.Ipc(Path.of(path)), endpoint);
        assertTrue(endpoint.loopbackOnly());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                     | UNKNOWN_TRANSPORT | starts with neither",
                "127.0.0.1:9997         | UNKNOWN_TRANSPORT | starts with neither",
                "inproc://x             | UNKNOWN_TRANSPORT | no other transport can be bound",
                "TCP://127.0.0.1:1      | UNKNOWN_TRANSPORT | starts with neither",
                "' tcp://127.0.0.1:1'   | UNKNOWN_TRANSPORT | starts with neither",
                "tcp://                 | BAD_PORT | not of the form tcp://HOST:PORT",
                "tcp://127.0.0.1        | BAD_PORT | not of the form tcp://HOST:PORT",
                "tcp://127.0.0.1/x:1    | BAD_PORT | not of the form tcp://HOST:PORT",
                "tcp://127.0.0.1:       | BAD_PORT | the port \"\" is not a number 0..65535",
                "tcp://127.0.0.1:65536  | BAD_PORT | the port \"65536\" is not a number",
                "tcp://127.0.0.1:123456 | BAD_PORT | is not a number",
                "tcp://127.0.0.1:+80    | BAD_PORT | is not a number",
                "tcp://127.0.0.1:-1     | BAD_PORT | is not a number",
                "tcp://127.0.0.1:http   | BAD_PORT | is not a number",
                "'tcp://127.0.0.1:80 '  | BAD_PORT | is not a number",
                "tcp://127.0.0.1:*      | BAD_PORT | is not a number",
                "tcp://:80              | BAD_HOST | the host is missing",
                "tcp://127.0.0.256:80   | BAD_HOST | is no address and no name",
                "tcp://127.1:80         | BAD_HOST | is no address and no name",
                "tcp://-a:80            | BAD_HOST | is no address and no name",
                "tcp://a b:80           | BAD_HOST | is no address and no name",
                "tcp://eth0;1.2.3.4:80  | BAD_HOST | is no address and no name",
                "tcp://[::1:80          | BAD_PORT | not of the form",
                "tcp://[]:80            | BAD_HOST | no IPv6 address",
                "tcp://[127.0.0.1]:80   | BAD_HOST | no IPv6 address",
                "tcp://::1:80           | BAD_HOST | write tcp://[::1]:PORT",
                "ipc://                 | BAD_PATH | the path is missing",
                "ipc://*                | BAD_PATH | the path is missing",
                "ipc://@abstract        | BAD_PATH | abstract names",
            })
    void namesWhatIsWrongAndTheFix(String text, ZmtpException.Code code, String what) {
        ZmtpException thrown = assertThrows(ZmtpException.class, () -> Endpoint.parse(text));
        assertEquals(code, thrown.code(), text(thrown));
        assertTrue(text(thrown).contains(what), text(thrown));
        assertTrue(text(thrown).startsWith("endpoint \"" + text + "\": "), text(thrown));
        assertTrue(text(thrown).contains("Fix: "), text(thrown));
    }

    @Test
    void refusesAPathThatNoSocketCanHave() {
        Endpoint.parse("ipc://" + "x".repeat(107));
        ZmtpException tooLong =
                assertThrows(ZmtpException.class, () -> Endpoint.parse("ipc://" + "x".repeat(106) + "ä"));
        assertEquals(ZmtpException.Code.BAD_PATH, tooLong.code());
        assertTrue(text(tooLong).contains("108 bytes"), text(tooLong));
        ZmtpException noPath = assertThrows(ZmtpException.class, () -> Endpoint.parse("ipc://a\0b"));
        assertEquals(ZmtpException.Code.BAD_PATH, noPath.code());
        assertTrue(text(noPath).contains("a\\x00b"), "a message shows no control bytes: " + text(noPath));
    }

    @Test
    void splitsAtTheLastColonOfAPortOnly() {
        assertThrows(ZmtpException.class, () -> Endpoint.parse("tcp://a:b:80"));
        assertThrows(ZmtpException.class, () -> Endpoint.parse("tcp://a:80\n"));
    }

    @ParameterizedTest
    @CsvSource({
        "tcp://127.0.0.1:1, true",
        "tcp://127.9.9.9:1, true",
        "tcp://[::1]:1, true",
        "tcp://[::ffff:127.0.0.1]:1, true",
        "tcp://localhost:1, true",
        "tcp://lo:1, true",
        "tcp://*:1, false",
        "tcp://0.0.0.0:1, false",
        "tcp://[::]:1, false",
        "tcp://192.0.2.1:1, false",
        "tcp://[2001:db8::1]:1, false",
        "tcp://no-such-name.invalid:1, false",
        "ipc:///tmp/x, true"
    })
    void knowsWhoCanReachIt(String text, boolean loopbackOnly) {
        assertEquals(loopbackOnly, Endpoint.parse(text).loopbackOnly());
    }

    @Test
    void resolvesInterfacesByName() throws Exception {
        NetworkInterface loopback = NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress());
        Endpoint.Tcp endpoint = new Endpoint.Tcp(loopback.getName(), 7);
        assertEquals("127.0.0.1", endpoint.address().getAddress().getHostAddress());
        assertEquals(7, endpoint.address().getPort());
    }

    @Test
    void aHostThatDoesNotResolveIsNamed() {
        Endpoint.Tcp endpoint = (Endpoint.Tcp) Endpoint.parse("tcp://eth99.invalid:80");
        ZmtpException thrown = assertThrows(ZmtpException.class, endpoint::address);
        assertEquals(ZmtpException.Code.UNKNOWN_HOST, thrown.code());
        assertTrue(text(thrown).contains("\"eth99.invalid\" is neither"), text(thrown));
    }
}
