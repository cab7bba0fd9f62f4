package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * An image's file tree, laid out in a folder as its COPY instructions say, from what the build has made in the source tree.
 *
 * @param root stands for the image's {@code /}
 * @param environment what the image's ENV instructions set, with paths below the root
 * @param entrypoint what the image starts, as a path below the root
 * @param arguments the image's CMD
 */
record ImageTree(Path root, Map<String, String> environment, String entrypoint, List<String> arguments) {
    /**
     * Lays out one stage.
     *
     * @param built what the build stage has outside the source tree: image path to file or folder here
     */
    static ImageTree layOut(Dockerfile dockerfile, String stage, Path sources, Map<String, Path> built, Path root)
            throws IOException {
        for (Dockerfile.Instruction copy : dockerfile.instructions(stage, "COPY")) {
            List<String> words = copy.words();
            String target = words.getLast();
            for (String word : words.subList(0, words.size() - 1)) {
                Path from = built.containsKey(word) ? built.get(word) : source(copy, word, sources);
                Path to = below(root, target);
                copyTree(from, target.endsWith("/") ? to.resolve(from.getFileName()) : to);
            }
        }
        Map<String, String> environment = new HashMap<>();
        for (Dockerfile.Instruction env : dockerfile.instructions(stage, "ENV")) {
            String[] pair = env.rest().split("=", 2);
            environment.put(
                    pair[0], pair[1].startsWith("/") ? below(root, pair[1]).toString() : pair[1]);
        }
        List<String> entrypoint = dockerfile.last(stage, "ENTRYPOINT").exec();
        assertEquals(1, entrypoint.size(), "an entrypoint without arguments");
        return new ImageTree(
                root,
                environment,
                below(root, entrypoint.getFirst()).toString(),
                dockerfile.last(stage, "CMD").exec());
    }

    /** Where the image's path stands here. */
    static Path below(Path root, String imagePath) {
        return root.resolve(imagePath.substring(1));
    }

    /** The entrypoint with other arguments than CMD's. */
    List<String> command(List<String> otherArguments) {
        List<String> command = new ArrayList<>(List.of(entrypoint));
        command.addAll(otherArguments);
        return command;
    }

    /** The one file of the source tree that a COPY names: by a path in the context, or below the build stage's folder. */
    private static Path source(Dockerfile.Instruction copy, String word, Path sources) throws IOException {
        String inTree = copy.option("from").isEmpty() ? word : word.substring("/build/".length());
        Path parent = sources.resolve(inTree).getParent();
        PathMatcher pattern = FileSystems.getDefault()
                .getPathMatcher("glob:" + Path.of(inTree).getFileName());
        try (Stream<Path> files = Files.list(parent)) {
            List<Path> fitting =
                    files.filter(file -> pattern.matches(file.getFileName())).toList();
            assertEquals(1, fitting.size(), () -> "files that COPY " + word + " names: " + fitting);
            return fitting.getFirst();
        }
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }
}
