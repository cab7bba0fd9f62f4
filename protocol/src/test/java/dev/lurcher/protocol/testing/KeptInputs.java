package dev.lurcher.protocol.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.ParameterDeclarations;

/**
 * Runs a test that takes a {@code byte[]} with every input that is kept for the fuzz target it stands in: the files of the
 * folder {@code XFuzzInputs} beside class {@code XFuzz} in the test resources, and the empty input.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest(name = "{0}")
@ArgumentsSource(KeptInputs.Folder.class)
public @interface KeptInputs {
    /** Reads the folder. */
    final class Folder implements ArgumentsProvider {
        @Override
        public Stream<Arguments> provideArguments(ParameterDeclarations parameters, ExtensionContext context) {
            Class<?> target = context.getRequiredTestClass();
            String folder = target.getSimpleName() + "Inputs";
            URL found = target.getResource(folder);
            if (found == null) {
                throw new IllegalStateException("no folder " + folder + " in the test resources");
            }
            try (Stream<Path> files = Files.list(Path.of(found.toURI()))) {
                List<Path> sorted = files.sorted().toList();
                return Stream.concat(
                        Stream.of(named("nothing", new byte[0])),
                        sorted.stream().map(Folder::named));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (URISyntaxException e) {
                throw new IllegalStateException(e);
            }
        }

        private static Arguments named(Path file) {
            try {
                return named(String.valueOf(file.getFileName()), Files.readAllBytes(file));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static Arguments named(String name, byte[] bytes) {
            return Arguments.of(Named.of(name, bytes));
        }
    }
}
