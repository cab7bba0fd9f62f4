package dev.lurcher.broker.zmtp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The client's side of CURVE (RFC 26), octet by octet, so that a test can change any of them. */
final class CurvePeer {
    final CurvePair own;
    private final byte[] server;
    private final CurvePair passing = CurvePair.generate();
    private byte[] serverPassing = {};
    private byte[] cookie = {};
    long nonce;

    CurvePeer(CurveKey server, CurvePair own) {
        this.server = server.bytes();
        this.own = own;
    }

    static byte[] greeting() {
        return Bytes.greeting(1, "CURVE");
    }

    /** HELLO as a frame. */
    byte[] hello() {
        return command(
                "HELLO",
                Bytes.of(helloVersion(), passing.key().bytes(), boxed("CurveZMQHELLO---", server, new byte[64])));
    }

    private static byte[] helloVersion() {
        byte[] start = new byte[74];
        start[0] = 1;
        return start;
    }

    /** Takes the content of WELCOME. */
    void welcome(byte[] command) {
        byte[] nonceBytes = Bytes.of(Bytes.of("WELCOME-"), Arrays.copyOfRange(command, 8, 24));
        byte[] plain = SecretBox.opened(passing.shared(server), nonceBytes, Arrays.copyOfRange(command, 24, 168));
        serverPassing = Arrays.copyOf(plain, 32);
        cookie = Arrays.copyOfRange(plain, 32, 128);
    }

    /** INITIATE as a frame, with a vouch for the keys given. */
    byte[] initiate(byte[] vouchedPassing, byte[] vouchedServer, byte[] metadata) {
        byte[] drawn = CurvePair.random(16);
        byte[] vouch = SecretBox.sealed(
                own.shared(serverPassing),
                Bytes.of(Bytes.of("VOUCH---"), drawn),
                Bytes.of(vouchedPassing, vouchedServer));
        byte[] text = Bytes.of(own.key().bytes(), drawn, vouch, metadata);
        return command("INITIATE", Bytes.of(cookie, boxed("CurveZMQINITIATE", serverPassing, text)));
    }

    /** INITIATE of one who names the key of somebody else. */
    byte[] claiming(CurveKey claimed, String socketType) {
        byte[] drawn = CurvePair.random(16);
        byte[] vouch = SecretBox.sealed(
                own.shared(serverPassing), Bytes.of(Bytes.of("VOUCH---"), drawn), Bytes.of(passingKey(), server));
        byte[] text = Bytes.of(claimed.bytes(), drawn, vouch, Bytes.of(Bytes.property("Socket-Type", socketType)));
        return command("INITIATE", Bytes.of(cookie, boxed("CurveZMQINITIATE", serverPassing, text)));
    }

    byte[] passingKey() {
        return passing.key().bytes();
    }

    byte[] initiate(String socketType) {
        return initiate(passing.key().bytes(), server, Bytes.of(Bytes.property("Socket-Type", socketType)));
    }

    /** The metadata of READY's content. */
    String ready(byte[] command) {
        byte[] nonceBytes = Bytes.of(Bytes.of("CurveZMQREADY---"), Arrays.copyOfRange(command, 6, 14));
        byte[] plain = SecretBox.opened(
                passing.shared(serverPassing), nonceBytes, Arrays.copyOfRange(command, 14, command.length));
        return new String(plain, ISO_8859_1);
    }

    /** A sealed frame; flags as within the box. */
    byte[] message(int flags, String content) {
        byte[] text = Bytes.of(new byte[] {(byte) flags}, Bytes.of(content));
        byte[] body = Bytes.of(Bytes.of("\7MESSAGE"), boxed("CurveZMQMESSAGEC", serverPassing, text));
        return Bytes.frame(0, new String(body, ISO_8859_1));
    }

    /** What a frame's content holds: {@code flags:content}. */
    String open(byte[] frame) {
        byte[] nonceBytes = Bytes.of(Bytes.of("CurveZMQMESSAGES"), Arrays.copyOfRange(frame, 8, 16));
        byte[] plain = SecretBox.opened(
                passing.shared(serverPassing), nonceBytes, Arrays.copyOfRange(frame, 16, frame.length));
        return plain == null ? "cannot be opened" : plain[0] + ":" + new String(plain, 1, plain.length - 1, ISO_8859_1);
    }

    /** A nonce that counts, and a box sealed with it. */
    private byte[] boxed(String prefix, byte[] other, byte[] text) {
        byte[] number = ByteBuffer.allocate(8).putLong(++nonce).array();
        return Bytes.of(number, SecretBox.sealed(passing.shared(other), Bytes.of(Bytes.of(prefix), number), text));
    }

    private static byte[] command(String name, byte[] data) {
        return Bytes.command(name, new String(data, ISO_8859_1));
    }

    /** Does the handshake on a line as far as WELCOME. */
    static CurvePeer welcomed(Line line, CurveKey server, CurvePair own) {
        CurvePeer peer = new CurvePeer(server, own);
        line.receive(greeting());
        line.sent();
        line.receive(peer.hello());
        peer.welcome(Bytes.contents(line.sent()).get(0));
        return peer;
    }

    /** Does the whole handshake on a line. */
    static CurvePeer ready(Line line, CurveKey server, CurvePair own, String socketType) {
        CurvePeer peer = welcomed(line, server, own);
        line.receive(peer.initiate(socketType));
        return peer;
    }

    /** Does the handshake on a socket, and answers the command that ended it: READY or ERROR. */
    String shake(Socket socket, String socketType) {
        try {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            socket.getOutputStream().write(Bytes.of(greeting(), hello()));
            in.skipNBytes(64);
            byte[] answer = frame(in);
            if (!new String(answer, ISO_8859_1).startsWith("\7WELCOME")) {
                return new String(answer, ISO_8859_1);
            }
            welcome(answer);
            socket.getOutputStream().write(initiate(socketType));
            return new String(frame(in), ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] frame(DataInputStream in) throws IOException {
        int flags = in.readUnsignedByte();
        byte[] content = new byte[(flags & Frames.LONG) != 0 ? (int) in.readLong() : in.readUnsignedByte()];
        in.readFully(content);
        return content;
    }
}
