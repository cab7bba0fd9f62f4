package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.Admission;
import dev.lurcher.broker.config.Configuration;
import dev.lurcher.broker.config.Mechanism;
import dev.lurcher.broker.config.Place;
import dev.lurcher.broker.config.Problem;
import dev.lurcher.broker.config.Server;
import dev.lurcher.broker.config.ServerCheck;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.zmtp.CurveKey;
import dev.lurcher.broker.zmtp.KeyFile;
import dev.lurcher.broker.zmtp.PasswordHash;
import dev.lurcher.broker.zmtp.ZmtpException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Looks at whom ZeroMQ endpoints let in: is everything a key that should be one, and is there anybody at all. */
final class AdmissionCheck implements ServerCheck {
    @Override
    public void check(Configuration draft, Consumer<Problem> problems) {
        Map<Place, Admission> admissions = new LinkedHashMap<>();
        for (Target.Handler handler : draft.server().handlers()) {
            admissions.put(
                    new Place("handler", handler.row(), "mechanism"),
                    draft.admissions().of(handler));
        }
        admissions.put(
                new Place("setting", 0, Setting.CONTROL_MECHANISM.key()),
                draft.admissions().control());
        Set<Place> seen = new HashSet<>();
        admissions.forEach((place, admission) -> {
            if (admission.mechanism() != Mechanism.NULL && admission.entries().isEmpty()) {
                problems.accept(nobody(place, admission.mechanism()));
            }
            admission.entries().stream()
                    .filter(entry -> seen.add(entry.place()))
                    .forEach(entry -> check(entry, admission.mechanism(), problems));
        });
        if (admissions.values().stream().anyMatch(each -> each.mechanism() == Mechanism.CURVE)) {
            checkFile(draft, problems);
        }
    }

    private static Problem nobody(Place place, Mechanism mechanism) {
        String table = mechanism == Mechanism.CURVE ? "curve_key" : "plain_user";
        return Problem.warning(
                place,
                mechanism.word(),
                "nobody can connect: no row of table " + table + " is for it",
                "",
                "insert those who may (docs/security.md)");
    }

    private static void check(Admission.Entry entry, Mechanism mechanism, Consumer<Problem> problems) {
        try {
            if (mechanism == Mechanism.CURVE) {
                CurveKey.parse(entry.proof());
            } else {
                PasswordHash.parse(entry.proof());
            }
        } catch (ZmtpException e) {
            // What stands there may be a secret at the wrong place, so it is not shown.
            problems.accept(problem(entry.place(), "(not shown)", e));
        }
    }

    private static void checkFile(Configuration draft, Consumer<Problem> problems) {
        Place place = new Place("setting", 0, Setting.CURVE_KEY_FILE.key());
        Server server = draft.server();
        String file = draft.admissions().keyFile();
        if (file.isEmpty()) {
            problems.accept(Problem.error(
                    place,
                    file,
                    "an endpoint has the mechanism curve, and no file is named with the key to prove who the broker is",
                    "",
                    "make one with broker keygen, and name it"));
            return;
        }
        try {
            KeyFile.read(server.located(file));
        } catch (ZmtpException e) {
            problems.accept(problem(place, file, e));
        }
    }

    private static Problem problem(Place place, String shown, ZmtpException e) {
        String message = String.valueOf(e.getMessage());
        int fix = message.lastIndexOf(". Fix: ");
        return Problem.error(
                place, shown, message.substring(0, fix), "", message.substring(fix + 7, message.length() - 1));
    }
}
