package dev.lurcher.broker;

import dev.lurcher.broker.config.Admission;
import dev.lurcher.broker.config.Configuration;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.zmtp.CurveKey;
import dev.lurcher.broker.zmtp.CurvePair;
import dev.lurcher.broker.zmtp.KeyFile;
import dev.lurcher.broker.zmtp.PasswordHash;
import dev.lurcher.broker.zmtp.Security;
import dev.lurcher.broker.zmtp.ZmtpException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes of one configuration what its ZeroMQ endpoints go by. The file of the secret key is read once, and only when an
 * endpoint needs it. For one thread, which may block.
 */
final class SecurityRules {
    private final Configuration configuration;
    private @Nullable CurvePair pair;

    SecurityRules(Configuration configuration) {
        this.configuration = configuration;
    }

    /**
     * Whom an endpoint lets in.
     *
     * @throws StartException for a key, or the file of one, that cannot be used
     */
    Security of(Admission admission) {
        try {
            return switch (admission.mechanism()) {
                case NULL -> Security.NONE;
                case PLAIN -> plain(admission);
                case CURVE -> curve(admission);
            };
        } catch (ZmtpException e) {
            throw new StartException(String.valueOf(e.getMessage()));
        }
    }

    private static Security plain(Admission admission) {
        Map<String, PasswordHash> users = new HashMap<>();
        for (Admission.Entry user : admission.users()) {
            users.put(user.name(), PasswordHash.parse(user.proof()));
        }
        return new Security.Plain(users);
    }

    private Security curve(Admission admission) {
        Map<CurveKey, String> keys = new HashMap<>();
        for (Admission.Entry key : admission.keys()) {
            keys.put(CurveKey.parse(key.proof()), key.name());
        }
        return new Security.Curve(pair(), keys);
    }

    private CurvePair pair() {
        CurvePair known = pair;
        if (known != null) {
            return known;
        }
        String file = configuration.admissions().keyFile();
        if (file.isEmpty()) {
            throw new StartException(
                    "an endpoint has the mechanism curve, and the setting " + Setting.CURVE_KEY_FILE.key()
                            + " names no file with a key. Fix: make one with broker keygen, and name it.");
        }
        CurvePair read = KeyFile.read(configuration.server().located(file));
        pair = read;
        return read;
    }
}
