package dev.lurcher.broker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows between the packages, as ARCHITECTURE.md draws them. */
class ArchitectureTest {
    private static final String ROOT = "dev.lurcher.broker.";

    /** In the order of the road; each may import only what stands after it. */
    private static final List<String> ORDER = List.of(
            "cli",
            "metrics",
            "http",
            "route",
            "dispatch",
            "zmtp",
            "websocket",
            "directory",
            "proxy",
            "upload",
            "tls",
            "config",
            "control",
            "telemetry",
            "supervise",
            "console",
            "loop");

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.lurcher.broker");

    static Stream<Integer> places() {
        return Stream.iterate(1, place -> place + 1).limit(ORDER.size() - 1);
    }

    @ParameterizedTest
    @MethodSource("places")
    void importsRunDownwards(int place) {
        String[] above =
                ORDER.subList(0, place).stream().map(name -> ROOT + name + "..").toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(ROOT + ORDER.get(place) + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(above)
                .allowEmptyShould(true)
                .check(MAIN);
    }

    @Test
    void noCircles() {
        slices().matching(ROOT + "(*)..").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void onlyTheCommandLineKnowsTheWholeBroker() {
        noClasses()
                .that()
                .resideInAnyPackage(ORDER.subList(1, ORDER.size()).stream()
                        .map(name -> ROOT + name + "..")
                        .toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName(ROOT + "Broker")
                .allowEmptyShould(true)
                .check(MAIN);
    }

    @Test
    void theZeroMqTransportKnowsNoHttp() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "zmtp..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty.handler.codec.http..")
                .allowEmptyShould(true)
                .check(MAIN);
    }

    @Test
    void everyPackageHasItsPlace() {
        classes()
                .should()
                .resideInAnyPackage(Stream.concat(
                                Stream.of("dev.lurcher.broker"), ORDER.stream().map(name -> ROOT + name + ".."))
                        .toArray(String[]::new))
                .check(MAIN);
        assertTrue(MAIN.size() > 1, "nothing was imported");
    }
}
