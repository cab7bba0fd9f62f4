package dev.lurcher.broker.cli;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code broker uuid}: a name for a new server. */
@Command(
        name = "uuid",
        description = "Prints a new random UUID, for a server or a sender id.",
        footer = {"", "Example: broker uuid"})
final class UuidCommand implements Callable<Integer> {
    @Mixin
    private final Format format = new Format();

    @Override
    public Integer call() {
        String uuid = UUID.randomUUID().toString();
        format.print(Map.of("uuid", uuid), uuid);
        return 0;
    }
}
