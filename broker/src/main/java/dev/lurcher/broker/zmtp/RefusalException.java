package dev.lurcher.broker.zmtp;

import java.io.IOException;

/** The other side speaks ZMTP, and does not let in who has connected, by its security mechanism or for another reason that it gives. */
public final class RefusalException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusalException(String reason) {
        super(reason);
    }
}
