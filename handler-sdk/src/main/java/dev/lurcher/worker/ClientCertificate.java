package dev.lurcher.worker;

import org.jspecify.annotations.Nullable;

/**
 * The certificate that a client has shown, as the broker checked it. A client cannot forge it.
 *
 * @param sha1 fingerprint in hexadecimal digits, as the broker writes it
 * @param sha256 the same with SHA-256; null from Mongrel2
 * @param subject distinguished name (RFC 4514); null from Mongrel2
 */
public record ClientCertificate(
        String sha1, @Nullable String sha256, @Nullable String subject) {}
