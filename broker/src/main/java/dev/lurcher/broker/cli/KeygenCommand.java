package dev.lurcher.broker.cli;

import dev.lurcher.broker.zmtp.CurvePair;
import dev.lurcher.broker.zmtp.KeyFile;
import dev.lurcher.broker.zmtp.PasswordHash;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code broker keygen}: keys for ZeroMQ endpoints. */
@Command(
        name = "keygen",
        description = "Makes a pair of CURVE keys for a broker or a worker, or a password for a user of PLAIN.",
        footer = {
            "",
            "Example: broker keygen run/broker     writes run/broker.key and run/broker.key_secret",
            "docs/security.md tells where they belong."
        })
final class KeygenCommand implements Callable<Integer> {
    @ArgGroup(multiplicity = "0..1")
    private @Nullable Wish wish;

    @Mixin
    private final Format format = new Format();

    /** At most one of them. */
    private static final class Wish {
        @Parameters(
                paramLabel = "NAME",
                description =
                        "writes the pair to NAME.key and NAME.key_secret, which only its owner can read, and prints"
                                + " the public key; without it both keys are printed")
        private @Nullable Path name;

        @Option(
                names = "--show",
                paramLabel = "FILE",
                description = "prints the public key that belongs to the secret one in a file")
        private @Nullable Path show;

        @Option(
                names = "--user",
                paramLabel = "USER",
                description = "prints a new password for a user of PLAIN, and the hash of it for table plain_user")
        private @Nullable String user;
    }

    @Override
    public Integer call() {
        Map<String, Object> facts = facts(wish == null ? new Wish() : wish);
        String text = facts.entrySet().stream()
                .map(fact -> "%-10s  %s".formatted(fact.getKey().replace('_', '-'), fact.getValue()))
                .collect(Collectors.joining("\n"));
        format.print(facts, text);
        return 0;
    }

    private static Map<String, Object> facts(Wish wished) {
        Map<String, Object> facts = new LinkedHashMap<>();
        if (wished.user != null) {
            String password = PasswordHash.newPassword();
            facts.put("user", wished.user);
            facts.put("password", password);
            facts.put("hash", PasswordHash.of(password).toString());
            return facts;
        }
        CurvePair pair = wished.show == null ? CurvePair.generate() : KeyFile.read(wished.show);
        facts.put("public_key", pair.key().toString());
        if (wished.name != null) {
            KeyFile.write(wished.name, pair);
            facts.put("public", wished.name + KeyFile.PUBLIC);
            facts.put("secret", wished.name + KeyFile.SECRET);
        } else if (wished.show == null) {
            facts.put("secret_key", pair.secret());
        }
        return facts;
    }
}
