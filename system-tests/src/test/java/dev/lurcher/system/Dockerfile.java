package dev.lurcher.system;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** A Dockerfile's stages and instructions, read as far as ours needs: no heredocs, no variables, no ONBUILD. */
record Dockerfile(Map<String, Stage> stages) {
    /** One line, continuation lines joined: {@code COPY}, and the rest. */
    record Instruction(String keyword, String rest) {
        /** The words that are no options. */
        List<String> words() {
            return Stream.of(rest.split("\\s+"))
                    .filter(word -> !word.startsWith("--"))
                    .toList();
        }

        /** The value of option {@code --name=value}, or nothing. */
        List<String> option(String name) {
            String prefix = "--" + name + "=";
            return Stream.of(rest.split("\\s+"))
                    .filter(word -> word.startsWith(prefix))
                    .map(word -> word.substring(prefix.length()))
                    .toList();
        }

        /** The JSON array that an exec form holds, wherever in the line it begins. */
        List<String> exec() throws IOException {
            return List.of(new ObjectMapper().readValue(rest.substring(rest.indexOf('[')), String[].class));
        }
    }

    /** A stage, built on another one of this file or on an image from outside. */
    record Stage(String name, String base, List<Instruction> own) {}

    static Dockerfile read(Path file) throws IOException {
        Map<String, Stage> stages = new LinkedHashMap<>();
        Stage stage = null;
        String text = Files.readString(file).replaceAll("(?m)^#.*\\n", "").replace("\\\n", " ");
        for (String line : text.lines().filter(line -> !line.isBlank()).toList()) {
            String[] parts = line.strip().split("\\s+", 2);
            Instruction instruction = new Instruction(parts[0], parts[1]);
            if (instruction.keyword().equals("FROM")) {
                List<String> words = instruction.words();
                stage = new Stage(words.get(2), words.get(0), new ArrayList<>());
                stages.put(stage.name(), stage);
            } else if (stage != null) {
                stage.own().add(instruction);
            }
        }
        return new Dockerfile(stages);
    }

    /** The instructions that make the stage, those of the stages below it first. */
    List<Instruction> instructions(String stageName) {
        Stage stage = Objects.requireNonNull(stages.get(stageName), stageName);
        List<Instruction> all = new ArrayList<>();
        if (stages.containsKey(stage.base())) {
            all.addAll(instructions(stage.base()));
        }
        all.addAll(stage.own());
        return all;
    }

    /** All instructions of one kind that make the stage. */
    List<Instruction> instructions(String stageName, String keyword) {
        return instructions(stageName).stream()
                .filter(instruction -> instruction.keyword().equals(keyword))
                .toList();
    }

    /** The last instruction of one kind: the one that counts. */
    Instruction last(String stageName, String keyword) {
        return instructions(stageName, keyword).getLast();
    }

    /** The words of the command in the stage's {@code RUN} lines that starts the given program. */
    List<String> commandOf(String stageName, String program) {
        return instructions(stageName, "RUN").stream()
                .flatMap(run -> Stream.of(run.rest().split("&&")))
                .map(command -> Stream.of(command.strip().split("\\s+"))
                        .filter(word -> !word.startsWith("--mount="))
                        .toList())
                .filter(words -> words.getFirst().equals(program))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no RUN of " + program));
    }
}
