package dev.lurcher.broker.tls;

/** A certificate, a key or a setting of TLS that cannot be used. */
public final class TlsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Code {
        /** {@code certdir} is not set, or names no folder that can be listed. */
        NO_FOLDER,
        /** There is no such file. */
        MISSING_FILE,
        /** A file is there and cannot be read. */
        UNREADABLE_FILE,
        /** A file holds no certificate, or a broken one. */
        BAD_CERTIFICATE,
        /** A file holds no private key, or one of a kind that is not known. */
        BAD_KEY,
        /** The private key is encrypted, and nobody is there to type its password. */
        ENCRYPTED_KEY,
        /** The private key is not that of the certificate. */
        WRONG_PAIR,
        /** The certificate is no longer valid, or not yet. */
        EXPIRED,
        /** {@code ssl_ciphers} names a suite that there is not, or that is not safe. */
        BAD_CIPHERS,
        /** Client certificates are demanded, and {@code ssl.ca_chain} does not say by whom they must be signed. */
        NO_AUTHORITIES,
        /** The TLS library that {@code tls.provider} names cannot be loaded, or takes this certificate not. */
        NO_PROVIDER
    }

    private final Code code;
    private final String fault;
    private final String fix;

    /**
     * Creates the exception.
     *
     * @param fault what is wrong, a sentence without its full stop
     * @param fix   what to do about it, in the imperative and without a full stop
     */
    TlsException(Code code, String fault, String fix) {
        super(fault + ". Fix: " + fix + ".");
        this.code = code;
        this.fault = fault;
        this.fix = fix;
    }

    /** What is wrong, and what to do about it. */
    @Override
    public String getMessage() {
        return fault + ". Fix: " + fix + ".";
    }

    /** What is wrong. */
    public Code code() {
        return code;
    }

    /** What is wrong, in words. */
    public String fault() {
        return fault;
    }

    /** What to do about it. */
    public String fix() {
        return fix;
    }
}
