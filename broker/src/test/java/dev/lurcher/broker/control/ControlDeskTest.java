package dev.lurcher.broker.control;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.control.ControlException.Code;
import dev.lurcher.broker.control.Operations.Reload;
import dev.lurcher.protocol.TNetString;
import dev.lurcher.protocol.TNetString.Dictionary;
import dev.lurcher.protocol.TNetString.Sequence;
import dev.lurcher.protocol.TNetString.Text;
import dev.lurcher.protocol.TNetString.Whole;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlDeskTest {
    private static final String INVALID_DATA =
            "97:4:code,12:INVALID_DATA,5:error,62:Invalid data, expecting a list with a string and a hash in it.,}";
    private static final String INVALID_ARGUMENT = "61:4:code,16:INVALID_ARGUMENT,5:error,22:Invalid argument type.,}";
    private static final String SIGNAL_SENT = "59:7:headers,6:3:msg,]4:rows,29:25:21:signal sent to server,]]}";

    private final ScriptedOperations broker = new ScriptedOperations();
    private final ControlDesk desk = new ControlDesk(broker);

    private ControlDesk.Reply reply(String message) {
        return desk.answer(ByteBuffer.wrap(message.getBytes(ISO_8859_1)), "a test");
    }

    private String answer(String message) {
        return new String(reply(message).bytes(), ISO_8859_1);
    }

    /** A message as clients write it. */
    private static String message(String command, Object... arguments) {
        Map<String, TNetString> entries = new LinkedHashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            Object value = arguments[i + 1];
            entries.put(
                    (String) arguments[i],
                    value instanceof Integer number ? new Whole(number) : new Text((String) value));
        }
        return new String(
                Sequence.of(new Text(command), new Dictionary(entries)).bytes(), ISO_8859_1);
    }

    private String ask(String command, Object... arguments) {
        return answer(message(command, arguments));
    }

    // ---- Mongrel2's commands, byte for byte

    @Test
    void tellsTheTimeAsText() {
        long before = System.currentTimeMillis() / 1000;
        String answer = answer("10:4:time,0:}]");
        assertTrue(answer.matches("49:7:headers,7:4:time,]4:rows,18:14:10:[0-9]{10},]]}"), answer);
        long told = Long.parseLong(answer.replaceAll(".*10:([0-9]{10}),.*", "$1"));
        assertTrue(told >= before && told <= before + 60);
    }

    @Test
    void tellsTheUuid() {
        assertEquals("46:7:headers,7:4:uuid,]4:rows,15:11:8:f400bf85,]]}", answer("10:4:uuid,0:}]"));
    }

    @Test
    void tellsWhatRuns() {
        assertEquals(
                "226:7:headers,92:4:port,9:bind_addr,4:uuid,6:chroot,10:access_log,9:error_log,8:pid_file,"
                        + "16:default_hostname,]4:rows,108:103:4:6767#7:0.0.0.0,8:f400bf85,0:,16:/logs/access.log,"
                        + "15:/logs/error.log,17:/run/mongrel2.pid,9:localhost,]]}",
                answer("10:4:info,0:}]"));
    }

    @Test
    void namesMongrel2sCommandsInItsOrder() {
        StringBuilder rows = new StringBuilder();
        String[][] commands = {
            {"stop", "stop the server (SIGINT)"},
            {"reload", "reload the server"},
            {"help", "this command"},
            {"control_stop", "stop control port"},
            {"kill", "kill a connection"},
            {"status", "status, what=['net'|'tasks']"},
            {"terminate", "terminate the server (SIGTERM)"},
            {"time", "the server's time"},
            {"uuid", "the server's uuid"},
            {"info", "information about this server"}
        };
        for (String[] each : commands) {
            String cells = each[0].length() + ":" + each[0] + "," + each[1].length() + ":" + each[1] + ",";
            rows.append(cells.length()).append(':').append(cells).append(']');
        }
        String body = "7:headers,14:4:name,4:help,]4:rows," + rows.length() + ":" + rows + "]";
        assertEquals(body.length() + ":" + body + "}", answer("10:4:help,0:}]"));
    }

    @Test
    void listsConnections() {
        assertEquals(
                "193:7:headers,86:2:id,2:fd,4:type,9:last_ping,9:last_read,10:last_write,10:bytes_read,"
                        + "13:bytes_written,]4:rows,82:40:2:12#2:33#1:1#1:4#1:3#1:2#4:1000#4:2000#]"
                        + "34:2:-1#2:34#1:0#1:1#1:0#1:0#1:0#1:0#]]}",
                ask("status", "what", "net"));
    }

    @Test
    void listsTasks() {
        assertEquals(
                "109:7:headers,38:2:id,6:system,4:name,5:state,6:status,]4:rows,46:42:1:1#5:false!6:loop-1,8:runnable,7:running,]]}",
                ask("status", "what", "tasks"));
    }

    @Test
    void killsAConnection() {
        assertEquals("40:7:headers,9:6:status,]4:rows,8:5:2:OK,]]}", ask("kill", "id", 12));
        assertEquals(List.of("kill 12"), broker.done);
    }

    @ParameterizedTest
    @ValueSource(strings = {"stop", "terminate"})
    void stopsWhenTheAnswerHasBeenSent(String command) {
        ControlDesk.Reply reply = reply(message(command));
        assertEquals(SIGNAL_SENT, new String(reply.bytes(), ISO_8859_1));
        assertEquals(List.of(), broker.done);
        reply.afterwards().run();
        assertEquals(List.of("stop"), broker.done);
    }

    @Test
    void reloadsWithMongrel2sAnswer() {
        assertEquals(SIGNAL_SENT, answer("12:6:reload,0:}]"));
        assertEquals(List.of("reload"), broker.done);
    }

    @Test
    void closesThePortWhenTheAnswerHasBeenSent() {
        ControlDesk.Reply reply = reply(message("control_stop"));
        assertEquals(
                "63:7:headers,6:3:msg,]4:rows,33:29:25:stopping the control port,]]}",
                new String(reply.bytes(), ISO_8859_1));
        assertEquals(List.of(), broker.done);
        reply.afterwards().run();
        assertEquals(List.of("close"), broker.done);
    }

    // ---- and its errors

    @ParameterizedTest
    @ValueSource(strings = {"0:}", "4:time,", "0:,", "0:~", "1:1#", "4:true!"})
    void refusesWhatIsNoList(String message) {
        assertEquals(
                "101:4:code,15:INVALID_REQUEST,5:error,63:Invalid request format, must be a list with two elements in it.,}",
                answer(message));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "9",
                "99:",
                "10:4:time,0:}",
                "0:]",
                "7:4:time,]",
                "10:0:}4:time,]",
                "10:4:time,0:]]",
                "10:4:time,0:,]",
                "7:1:1#0:}]",
                "-1:]",
                "12:4:time,2:1:}]",
                "4:0:}~]"
            })
    void refusesWhatIsNoCommandWithArguments(String message) {
        assertEquals(INVALID_DATA, answer(message));
    }

    @ParameterizedTest
    @ValueSource(strings = {"version", "", "TIME", "time ", "\u0000"})
    void refusesUnknownCommands(String command) {
        assertEquals("74:4:code,18:CALLBACK_NOT_FOUND,5:error,33:Callback requested was not found.,}", ask(command));
    }

    @Test
    void ignoresWhatFollows() {
        String uuid = answer("10:4:uuid,0:}]");
        assertEquals(uuid, answer("10:4:uuid,0:}]\0"));
        assertEquals(uuid, answer("10:4:uuid,0:}]10:4:time,0:}]"));
        assertEquals(uuid, answer("14:4:uuid,0:}1:x,]"));
        assertEquals(uuid, ask("uuid", "what", "ever"));
    }

    @Test
    void refusesArgumentsOfTheWrongKind() {
        assertEquals(INVALID_ARGUMENT, ask("kill"));
        assertEquals(INVALID_ARGUMENT, ask("kill", "id", "12"));
        assertEquals(INVALID_ARGUMENT, ask("kill", "id", 13));
        assertEquals(INVALID_ARGUMENT, ask("kill", "id", -1));
        assertEquals(INVALID_ARGUMENT, answer("32:4:kill,21:2:id,12:900000000000#}]"));
        assertEquals(INVALID_ARGUMENT, ask("status"));
        assertEquals(INVALID_ARGUMENT, ask("status", "what", 1));
        assertEquals("51:5:error,39:Expected argument what=['net'|'tasks'].,}", ask("status", "what", "everything"));
    }

    @Test
    void refusesADeepMessage() {
        String deep = "0:]";
        for (int i = 0; i < 20; i++) {
            deep = deep.length() + ":" + deep + "]";
        }
        assertEquals(INVALID_DATA, answer(deep));
    }

    // ---- ours

    private List<List<String>> table(String answer) {
        Dictionary dictionary =
                (Dictionary) TNetString.read(ByteBuffer.wrap(answer.getBytes(ISO_8859_1)), TNetString.Limits.DEFAULT);
        assertTrue(dictionary.entries().containsKey("rows"), answer);
        return ((Sequence) dictionary.entries().get("rows"))
                .values().stream().map(row -> cells((Sequence) row)).toList();
    }

    private static List<String> cells(Sequence row) {
        return row.values().stream()
                .map(cell -> switch (cell) {
                    case Text text -> text.utf8();
                    case Whole whole -> Long.toString(whole.value());
                    default -> cell.toString();
                })
                .toList();
    }

    private static Code code(String answer) {
        Dictionary dictionary =
                (Dictionary) TNetString.read(ByteBuffer.wrap(answer.getBytes(ISO_8859_1)), TNetString.Limits.DEFAULT);
        return Code.valueOf(dictionary.entries().get("code") instanceof Text code ? code.octets() : "");
    }

    @Test
    void answersARefusedReloadWithEveryProblem() {
        broker.reload = new Reload(false, List.of(), List.of("route row 1: wrong", "host row 2: wrong too"), List.of());
        String answer = ask("reload");
        assertEquals(Code.RELOAD_REFUSED, code(answer));
        assertTrue(answer.contains("route row 1: wrong\nhost row 2: wrong too"), answer);
    }

    @Test
    void answersAReloadInFullWhereThatIsAsked() {
        broker.reload = new Reload(true, List.of("route row 3 was added"), List.of(), List.of("event_loops"));
        assertEquals(
                List.of(
                        List.of("outcome", "applied"),
                        List.of("change", "route row 3 was added"),
                        List.of("restart", "event_loops")),
                table(ask("reload", "what", "result")));
        broker.reload = new Reload(false, List.of(), List.of("wrong"), List.of());
        assertEquals(
                List.of(List.of("outcome", "refused"), List.of("problem", "wrong")),
                table(ask("reload", "what", "result")));
    }

    @Test
    void namesAllCommandsWhereThatIsAsked() {
        List<String> names = table(ask("help", "what", "all")).stream()
                .map(row -> row.get(0))
                .toList();
        assertEquals(Mongrel2Commands.ALL.size() + OwnCommands.ALL.size(), names.size());
        assertEquals(List.of("stop", "reload"), names.subList(0, 2));
        assertTrue(names.containsAll(
                List.of("queue", "peek", "drop", "pause", "resume", "workers", "drain", "kick", "stats", "reopen")));
    }

    @Test
    void showsQueuesAndWorkers() {
        assertEquals(
                List.of(List.of("hello", "3", "120", "2500000", "10", "200", "3000", "7", "2", "90", "0")),
                table(ask("queue")));
        assertEquals(table(ask("queue")), table(ask("queue", "handler", "hello")));
        assertEquals(Code.NO_SUCH_HANDLER, code(ask("queue", "handler", "nobody")));
        assertEquals(
                List.of(List.of(
                        "hello",
                        "5",
                        "one",
                        "127.0.0.1:9",
                        "managed",
                        "busy",
                        "2",
                        "0",
                        "1",
                        "17",
                        "61",
                        "here",
                        "42",
                        "shop",
                        "1.2")),
                table(ask("workers")));
        assertEquals(Code.NO_SUCH_HANDLER, code(ask("workers", "handler", "nobody")));
    }

    @Test
    void peeksIntoAQueue() {
        assertEquals(
                List.of(List.of("8", "1500", "GET", "/a", "localhost", "127.0.0.1", "0", "1")),
                table(ask("peek", "handler", "hello")));
        ask("peek", "handler", "hello", "limit", 5);
        assertEquals(List.of("peek hello 20", "peek hello 5"), broker.done);
        assertEquals(Code.INVALID_ARGUMENT, code(ask("peek")));
        assertEquals(Code.INVALID_ARGUMENT, code(ask("peek", "handler", "hello", "limit", 0)));
        assertEquals(Code.INVALID_ARGUMENT, code(ask("peek", "handler", "hello", "limit", "many")));
    }

    @ParameterizedTest
    @CsvSource({"10, PT10S", "10s, PT10S", "500ms, PT0.5S", "5m, PT5M", "1h, PT1H", "0, PT0S"})
    void readsTimes(String written, String meant) {
        assertEquals(List.of(List.of("2")), table(ask("drop", "older", written)));
        assertEquals(List.of("drop null " + meant), broker.done);
    }

    @Test
    void takesATimeAsANumberToo() {
        ask("drop", "older", 10, "handler", "hello");
        assertEquals(List.of("drop hello PT10S"), broker.done);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "10 s", "-1", "10d", "1.5s", "10000000000"})
    void refusesWhatIsNoTime(String written) {
        assertEquals(Code.INVALID_ARGUMENT, code(ask("drop", "older", written)));
        assertEquals(List.of(), broker.done);
    }

    @Test
    void pausesAndResumes() {
        assertEquals(1, table(ask("pause", "handler", "hello")).size());
        ask("pause", "host", "localhost", "max", "5m");
        ask("pause", "name", "hello", "max", 10);
        ask("resume");
        ask("resume", "host", "localhost");
        assertEquals(
                List.of(
                        "pause HANDLER hello PT1M",
                        "pause HOST localhost PT5M",
                        "pause EITHER hello PT10S",
                        "resume EITHER null",
                        "resume HOST localhost"),
                broker.done);
    }

    @Test
    void pausesNothingWithoutANameOrForTooLong() {
        assertEquals(Code.INVALID_ARGUMENT, code(ask("pause")));
        assertEquals(Code.INVALID_ARGUMENT, code(ask("pause", "handler", "hello", "max", "0")));
        assertEquals(Code.INVALID_ARGUMENT, code(ask("pause", "handler", "hello", "max", "61m")));
        assertEquals(List.of(), broker.done);
    }

    @Test
    void drainsAndKicksWorkers() {
        ask("drain", "worker", 5);
        ask("kick", "worker", "one");
        assertEquals(List.of("drain 5", "kick one"), broker.done);
        assertEquals(Code.INVALID_ARGUMENT, code(ask("drain")));
        assertEquals(Code.INVALID_ARGUMENT, code(ask("kick", "worker", "")));
    }

    @Test
    void showsWhatIsCounted() {
        assertEquals(List.of(List.of("requests", "7"), List.of("no_route", "1")), table(ask("stats")));
    }

    @Test
    void opensLogsAnew() {
        assertEquals(List.of(List.of("log files opened anew")), table(ask("reopen")));
        broker.faulty = true;
        assertEquals(Code.CANNOT_REOPEN, code(ask("reopen")));
    }

    @Test
    void answersFaultsAndCrowds() {
        broker.faulty = true;
        assertEquals(Code.INTERNAL, code(ask("uuid")));
        assertEquals(Code.BUSY, code(new String(ControlDesk.busy().bytes(), ISO_8859_1)));
    }
}
