package dev.lurcher.broker.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Following one answer of a worker, in one piece, to its end. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AnswerRecogniserBenchmark {
    private static final String HELLO =
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nhello\n";
    private static final String PAGE = """
            HTTP/1.1 200 OK
            Server: example
            Date: Sat, 21 Nov 2026 08:11:45 GMT
            Content-Type: text/html; charset=utf-8
            Cache-Control: private, max-age=0, must-revalidate
            Set-Cookie: session=9f1c2b7e4d5a60718293a4b5c6d7e8f9; Path=/; HttpOnly; SameSite=Lax
            Vary: Accept-Encoding, Cookie
            X-Content-Type-Options: nosniff
            """.replace("\n", "\r\n");

    /** An answer of 6 octets with 2 fields; one of 8 KiB with 8 fields; the same in 8 chunks. */
    @Param({"hello", "page", "chunked"})
    public String answer = "";

    private final AnswerRecogniser recogniser = new AnswerRecogniser();
    private ByteBuf wire = Unpooled.EMPTY_BUFFER;

    private static String text(String answer) {
        return switch (answer) {
            case "hello" -> HELLO;
            case "page" -> PAGE + "Content-Length: 8192\r\n\r\n" + "x".repeat(8192);
            default ->
                PAGE + "Transfer-Encoding: chunked\r\n\r\n" + ("400\r\n" + "x".repeat(1024) + "\r\n").repeat(8)
                        + "0\r\n\r\n";
        };
    }

    /** Checks that the answer is followed to its end. */
    @Setup
    public void prepare() {
        byte[] octets = text(answer).getBytes(US_ASCII);
        wire = Unpooled.directBuffer(octets.length).writeBytes(octets);
        int taken = follow();
        if (taken != octets.length || recogniser.state() != AnswerRecogniser.State.END || recogniser.status() != 200) {
            throw new IllegalStateException(taken + " of " + octets.length + " bytes, " + recogniser.state());
        }
    }

    /** The whole answer. */
    @Benchmark
    public int follow() {
        recogniser.reset(false);
        return recogniser.feed(wire, 0, wire.readableBytes());
    }
}
