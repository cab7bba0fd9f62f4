package dev.lurcher.broker.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.lurcher.broker.Keeper;
import dev.lurcher.broker.zmtp.Endpoint;
import dev.lurcher.broker.zmtp.Requester;
import dev.lurcher.protocol.TNetString;
import dev.lurcher.protocol.TNetString.Dictionary;
import dev.lurcher.protocol.TNetString.Sequence;
import dev.lurcher.protocol.TNetString.Text;
import dev.lurcher.protocol.TNetString.Whole;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Asks the control port of a harness's broker. One thread. */
public final class ControlTalk implements AutoCloseable, Keeper {
    private final Requester requester;
    private final Endpoint endpoint;
    private final List<String> asked = new CopyOnWriteArrayList<>();

    /** Opens the port, and connects to it. */
    public ControlTalk(BrokerHarness broker) throws IOException {
        broker.broker().openControlPort(this);
        Endpoint bound = broker.broker().controlEndpoint();
        if (bound == null) {
            throw new AssertionError("there is no control port");
        }
        endpoint = bound;
        requester = Requester.connect(bound, Duration.ofSeconds(10));
    }

    /** Where the port is. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** What the process was asked to do. */
    public List<String> asked() {
        return asked;
    }

    /** The answer as it comes. */
    public String askRaw(String message) throws IOException {
        return new String(requester.ask(message.getBytes(ISO_8859_1)), ISO_8859_1);
    }

    /** The answer to a command with arguments, {@code key, value, key, value}. */
    public Dictionary ask(String command, Object... arguments) throws IOException {
        Map<String, TNetString> entries = new LinkedHashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            Object value = arguments[i + 1];
            entries.put(
                    (String) arguments[i],
                    value instanceof Number number ? new Whole(number.longValue()) : new Text((String) value));
        }
        byte[] message = Sequence.of(new Text(command), new Dictionary(entries)).bytes();
        return (Dictionary)
                TNetString.read(ByteBuffer.wrap(requester.ask(message)), new TNetString.Limits(8, 16 << 20));
    }

    /**
     * A row of an answer.
     *
     * @param cells text by heading
     */
    public record Row(Map<String, String> cells) {
        /** What stands under a heading; fails where there is none. */
        public String get(String heading) {
            String cell = cells.get(heading);
            if (cell == null) {
                throw new AssertionError(heading + " in " + cells);
            }
            return cell;
        }
    }

    /** The rows of an answer. */
    public List<Row> rows(String command, Object... arguments) throws IOException {
        Dictionary answer = ask(command, arguments);
        if (!(answer.entries().get("headers") instanceof Sequence headers)
                || !(answer.entries().get("rows") instanceof Sequence rows)) {
            throw new AssertionError(answer);
        }
        List<Row> all = new ArrayList<>();
        for (TNetString row : rows.values()) {
            Map<String, String> cells = new LinkedHashMap<>();
            for (int i = 0; i < headers.values().size(); i++) {
                cells.put(
                        text(headers.values().get(i)),
                        text(((Sequence) row).values().get(i)));
            }
            all.add(new Row(cells));
        }
        return all;
    }

    /** The code of an answer that is an error. */
    public String code(String command, Object... arguments) throws IOException {
        Dictionary answer = ask(command, arguments);
        if (!(answer.entries().get("code") instanceof Text code)) {
            throw new AssertionError(answer);
        }
        return code.octets();
    }

    private static String text(TNetString value) {
        return switch (value) {
            case Text text -> text.utf8();
            case Whole whole -> Long.toString(whole.value());
            default -> value.toString();
        };
    }

    @Override
    public void stop() {
        asked.add("stop");
    }

    @Override
    public void reopenLogs() {
        asked.add("reopen");
    }

    @Override
    public void close() throws IOException {
        requester.close();
    }
}
