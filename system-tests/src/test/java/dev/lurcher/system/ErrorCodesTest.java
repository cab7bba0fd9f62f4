package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lurcher.broker.config.ConfigException;
import dev.lurcher.broker.config.language.LanguageException;
import dev.lurcher.broker.console.ConsoleException;
import dev.lurcher.broker.control.ControlException;
import dev.lurcher.broker.http.HttpError;
import dev.lurcher.broker.route.PatternException;
import dev.lurcher.broker.telemetry.TelemetryException;
import dev.lurcher.broker.tls.TlsException;
import dev.lurcher.broker.upload.UploadException;
import dev.lurcher.broker.zmtp.ZmtpException;
import dev.lurcher.protocol.ProtocolException;
import dev.lurcher.worker.WorkerException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/errors.md has each code once, in the order of its enum. */
class ErrorCodesTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Za-z_]+)` \\|(?: (\\d{3}) \\|)?");

    @Test
    void documentListsEveryCodeThereIs() throws IOException {
        List<String> codes = Stream.of(
                        Stream.of(HttpError.values()).map(error -> error.code() + " " + error.status()),
                        names(ConfigException.Code.values()),
                        names(LanguageException.Code.values()),
                        names(PatternException.Code.values()),
                        names(UploadException.Code.values()),
                        names(TlsException.Code.values()),
                        names(TelemetryException.Code.values()),
                        names(ConsoleException.Code.values()),
                        names(ZmtpException.Code.values()),
                        names(ControlException.Code.values()),
                        names(ProtocolException.Code.values()),
                        names(WorkerException.Code.values()))
                .flatMap(each -> each)
                .toList();
        String document = Files.readString(ProjectCopy.SOURCES.resolve("docs/errors.md"));

        assertEquals(
                codes, ROW.matcher(document).results().map(ErrorCodesTest::code).toList());
    }

    private static Stream<String> names(Enum<?>[] codes) {
        return Stream.of(codes).map(Enum::name);
    }

    private static String code(MatchResult row) {
        return row.group(2) == null ? row.group(1) : row.group(1) + " " + row.group(2);
    }
}
