package dev.lurcher.broker.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lurcher.broker.config.ConfigDatabase;
import dev.lurcher.broker.config.ConfigReader;
import dev.lurcher.broker.config.Configuration;
import dev.lurcher.broker.config.Databases;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.telemetry.LinePattern;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/observability.md, docs/alerts.yml and docs/grafana: their commands work, and their metrics exist. */
class ObservabilityDocumentIT {
    private static final Path DOCS = Path.of("../docs");
    private static final Pattern EXAMPLE = Pattern.compile("```console\n\\$ ([^\n]+)\n(.*?)```", Pattern.DOTALL);
    private static final Pattern FAMILY = Pattern.compile("(?m)^# HELP (\\S+) (.*)\n# TYPE \\1 (\\S+)$");
    private static final Pattern SERIES = Pattern.compile("(?m)^([a-z_]+)(?:\\{(.*)})? \\S+$");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");
    private static final Pattern USED = Pattern.compile("\\b((?:lurcher|process)_[a-z_]+)(?:\\{([^}]*)})?");
    private static final Pattern GROUPED = Pattern.compile("\\bby \\(([^)]*)\\)");

    /** Labels that Prometheus adds. */
    private static final Set<String> ADDED = Set.of("instance", "job", "le");

    @TempDir
    private Path folder;

    private BrokerHarness broker;
    private String refusedId = "";
    private String metrics = "";

    @BeforeEach
    void haveOneRequestOfEachKind() throws IOException {
        broker = BrokerHarness.builder()
                .with(Setting.ADMIN_LISTEN, "0")
                .handler("/", "hello")
                .start();
        broker.broker().facts().certificates(() -> Map.of("example.com", Instant.now()));
        try (ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.get("/");
            worker.answer(worker.take(), "x");
            client.answer();
        }
        metrics = run("curl -s http://127.0.0.1:9464/metrics");
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private int adminPort() {
        return broker.broker().admin().orElseThrow().getPort();
    }

    private String run(String command) throws IOException {
        Process shell = new ProcessBuilder("bash", "-c", command.replace("9464", "" + adminPort()))
                .redirectErrorStream(true)
                .start();
        return new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** A request of which the broker tells the id. */
    private void refuseOne() throws IOException {
        try (RawClient client = broker.client()) {
            String answer = client.send("GET nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .untilEnd();
            refusedId = answer.replaceAll("(?s).*\r\nX-Request-Id: ([0-9a-f]{16})\r\n.*", "$1");
        }
    }

    @Test
    void commandsPrintWhatThePageSays() throws IOException {
        List<MatchResult> examples = EXAMPLE.matcher(Files.readString(DOCS.resolve("observability.md")))
                .results()
                .toList();
        assertTrue(examples.size() >= 5, "examples were found");
        for (MatchResult example : examples) {
            String command = example.group(1);
            if (command.contains("/why/ID") || command.startsWith("broker ")) {
                continue; // below, and in WhyCommandIT
            }
            assertEquals(example.group(2), run(command), command);
        }
    }

    @Test
    void tellsOfARequestWithTheKeysOfThePage() throws IOException {
        refuseOne();
        ObjectMapper json = new ObjectMapper();
        JsonNode told = json.readTree(run("curl -s http://127.0.0.1:9464/why/" + refusedId));
        String page = Files.readString(DOCS.resolve("observability.md"));
        Matcher example = Pattern.compile("\\{\"request\":.*").matcher(page);
        assertTrue(example.find());
        JsonNode shown = json.readTree(example.group().replace(":N,", ":1,"));
        assertEquals(keys(shown), keys(told));
        for (String key : keys(told)) {
            assertTrue(key.equals("request") || page.contains("`" + key + "`"), "the page explains " + key);
        }
    }

    private static List<String> keys(JsonNode json) {
        List<String> keys = new ArrayList<>();
        json.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    /** The labels of each family; those of a histogram without its suffixes. */
    private Map<String, Set<String>> labels() {
        Map<String, Set<String>> labels = new HashMap<>();
        SERIES.matcher(metrics).results().forEach(series -> {
            Set<String> names = new TreeSet<>();
            if (series.group(2) != null) {
                LABEL.matcher(series.group(2)).results().forEach(label -> names.add(label.group(1)));
            }
            labels.computeIfAbsent(series.group(1), name -> new TreeSet<>()).addAll(names);
        });
        return labels;
    }

    @Test
    void thePageListsEveryMetric() throws IOException {
        Map<String, Set<String>> labels = labels();
        Map<String, String> rows = new TreeMap<>();
        FAMILY.matcher(metrics).results().forEach(family -> {
            String name = family.group(1);
            Set<String> own = new TreeSet<>(
                    labels.getOrDefault(family.group(3).equals("histogram") ? name + "_bucket" : name, Set.of()));
            own.remove("le");
            String names = own.stream().map(label -> "`" + label + "`").collect(Collectors.joining(", "));
            rows.put(name, "| `" + name + "` | " + family.group(3) + " | " + names + " | " + family.group(2) + " |");
        });
        List<String> listed = Files.readAllLines(DOCS.resolve("observability.md")).stream()
                .filter(line -> line.matches("\\| `(lurcher|process)_.*"))
                .toList();
        assertEquals(String.join("\n", rows.values()), String.join("\n", listed));
    }

    @Test
    void alertsUseMetricsThatThereAre() throws IOException {
        List<String> expressions = new ArrayList<>();
        List<String> lines = Files.readAllLines(DOCS.resolve("alerts.yml"));
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).strip().startsWith("expr:")) {
                StringBuilder expression = new StringBuilder(lines.get(i));
                while (!lines.get(i + 1).matches("\\s+(for|labels):.*")) {
                    expression.append(lines.get(++i));
                }
                expressions.add(expression.toString());
            }
        }
        assertTrue(expressions.size() > 10, "alerts were found");
        expressions.forEach(this::check);
    }

    @Test
    void theDashboardUsesMetricsThatThereAre() throws IOException {
        JsonNode dashboard =
                new ObjectMapper().readTree(DOCS.resolve("grafana/lurcher.json").toFile());
        List<String> expressions = new ArrayList<>(dashboard.findValuesAsText("expr"));
        dashboard.path("templating").findValuesAsText("query").stream()
                .filter(query -> query.contains("lurcher_"))
                .forEach(expressions::add);
        assertTrue(expressions.size() > 25, "panels were found");
        expressions.forEach(this::check);
    }

    /** Names and labels of an expression are those of series that there are. */
    private void check(String expression) {
        Map<String, Set<String>> labels = labels();
        // A sum over reasons, say, is about counters that have not moved: the families are what is compared.
        Set<String> all = new HashSet<>(ADDED);
        USED.matcher(expression).results().forEach(used -> {
            Set<String> own = Objects.requireNonNull(labels.get(used.group(1)), used.group(1) + " in " + expression);
            all.addAll(own);
            if (used.group(2) != null) {
                Pattern.compile("([a-z_]+)(=~|!=|=|!~)")
                        .matcher(used.group(2))
                        .results()
                        .forEach(label -> assertTrue(
                                own.contains(label.group(1)) || ADDED.contains(label.group(1)),
                                label.group(1) + " in " + expression));
            }
        });
        GROUPED.matcher(expression).results().forEach(group -> {
            for (String label : group.group(1).split(", *")) {
                assertTrue(all.contains(label), label + " in " + expression);
            }
        });
    }

    /** What stands in blocks of the page that are marked so. */
    private static List<String> blocks(String mark) throws IOException {
        return Pattern.compile("```" + mark + "\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(DOCS.resolve("observability.md")))
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    @Test
    void theSettingsOfThePageAreTaken() throws IOException {
        Path database = Databases.demo(folder, "");
        for (String block : blocks("sh")) {
            assertEquals("", run("cd " + folder + "\n" + block), block);
        }
        Configuration configuration =
                ConfigReader.read(ConfigDatabase.read(database), "demo").valid();
        assertEquals("" + adminPort(), configuration.settings().text(Setting.ADMIN_LISTEN));
        assertEquals("5xx,404", configuration.settings().text(Setting.ACCESS_LOG_STATUS));
    }

    @Test
    void thePatternOfThePageIsTheUsualOne() throws IOException {
        String page = Files.readString(DOCS.resolve("observability.md"));
        assertTrue(page.contains("```\n" + LinePattern.USUAL + "\n```"));
    }

    @Test
    void prometheusReadsTheRulesAndTheMetrics() throws IOException {
        Files.writeString(folder.resolve("prometheus.yml"), blocks("yaml").get(0));
        Files.copy(DOCS.resolve("alerts.yml"), folder.resolve("alerts.yml"));
        String checked = run("promtool check config " + folder.resolve("prometheus.yml"));
        assertTrue(checked.contains("SUCCESS: "), checked);
        assertTrue(
                run("promtool check rules " + DOCS.resolve("alerts.yml")).contains("SUCCESS: "),
                () -> "promtool (Debian: prometheus) says otherwise");
        assertEquals("", run("curl -s http://127.0.0.1:9464/metrics | promtool check metrics"));
    }
}
