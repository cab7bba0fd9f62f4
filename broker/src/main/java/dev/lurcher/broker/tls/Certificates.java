package dev.lurcher.broker.tls;

import dev.lurcher.broker.tls.CertificateFolder.Content;
import dev.lurcher.broker.tls.TlsSettings.Clients;
import dev.lurcher.protocol.Fields;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificates of one server: chosen by the name that a client asks for, and read again while it runs. What cannot be used
 * then leaves in force what was there.
 * <p>Thread: {@link #context} and {@link #peer} on event loops, without waiting; {@link #reload} on any other thread, one at a time.
 */
public final class Certificates implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);

    /** An identity in use. */
    private record Entry(Identity identity, SslContext context) {}

    /** What one handshake sees, all of it from one reading. */
    private record State(TlsSettings settings, Authorities authorities, Entry byDefault, Map<String, Entry> byName) {}

    /**
     * What came of a reload.
     *
     * @param changes  sentences; empty where nothing has changed
     * @param problems sentences, each with its fix; what they are about stays as it was
     */
    public record Reloaded(List<String> changes, List<String> problems) {
        /** Copies the lists. */
        public Reloaded {
            changes = List.copyOf(changes);
            problems = List.copyOf(problems);
        }
    }

    private final SslProvider provider;
    private final Collection<? extends Executor> loops;
    private final CertificateWatch watch;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile State state;
    private volatile Runnable onChange = () -> {};

    private Certificates(TlsSettings settings, Collection<? extends Executor> loops) {
        provider = settings.provider().load();
        this.loops = loops;
        Authorities authorities = authorities(settings);
        Content found = new CertificateFolder(settings.folder()).read(settings.defaultName());
        TlsException fault = found.faults().get(settings.defaultName());
        if (fault != null) {
            throw fault;
        }
        List<String> problems = new ArrayList<>();
        state = new Building(settings, authorities, null, problems).build(found, new ArrayList<>());
        problems.forEach(problem -> LOG.warn("{}", problem));
        watch = new CertificateWatch(this);
    }

    /**
     * Reads the certificates, and begins to watch them.
     *
     * @param loops on which {@link #context} is called: what is replaced is kept until all of them have passed
     * @throws TlsException where the default one cannot be used; of the others that is a warning
     */
    public static Certificates open(TlsSettings settings, Collection<? extends Executor> loops) {
        Certificates certificates = new Certificates(settings, loops);
        certificates.watch.start(settings.watchTime());
        LOG.info(
                "TLS by {}, certificates {}",
                certificates.provider(),
                certificates.expiries().keySet());
        return certificates;
    }

    /**
     * What to speak TLS with to a client.
     *
     * @param name the server that it asks for, in small letters; null where it names none
     * @return to be used before the event loop's task returns
     */
    public SslContext context(@Nullable String name) {
        State now = state;
        Entry found = name == null ? null : now.byName.get(name);
        if (found == null && name != null) {
            int dot = name.indexOf('.');
            found = dot < 0 ? null : now.byName.get("_" + name.substring(dot));
        }
        return found == null ? now.byDefault.context : found.context;
    }

    /** What workers get about a client's certificate, after the handshake; nothing where it has shown none. */
    public Fields peer(SSLEngine engine) {
        State now = state;
        if (now.settings.clients() == Clients.ANYBODY) {
            return Fields.NONE;
        }
        try {
            Certificate[] chain = engine.getSession().getPeerCertificates();
            if (chain.length == 0 || !(chain[0] instanceof X509Certificate)) {
                return Fields.NONE;
            }
            X509Certificate[] certificates = new X509Certificate[chain.length];
            for (int i = 0; i < chain.length; i++) {
                certificates[i] = (X509Certificate) chain[i];
            }
            boolean verified = now.settings.clients() == Clients.VERIFIED || now.authorities.vouchFor(certificates);
            return PeerCertificate.fields(certificates[0], verified);
        } catch (SSLPeerUnverifiedException e) {
            return Fields.NONE;
        }
    }

    /** Whether a client has shown a certificate, after the handshake, that is signed by one of the authorities, and valid. */
    public boolean vouchFor(SSLEngine engine) {
        try {
            List<X509Certificate> chain = new ArrayList<>();
            for (Certificate each : engine.getSession().getPeerCertificates()) {
                if (each instanceof X509Certificate certificate) {
                    chain.add(certificate);
                }
            }
            return !chain.isEmpty() && state.authorities.vouchFor(chain.toArray(X509Certificate[]::new));
        } catch (SSLPeerUnverifiedException e) {
            return false;
        }
    }

    /** When each certificate in use ends, by the name of its file. */
    public Map<String, Instant> expiries() {
        Map<String, Instant> expiries = new TreeMap<>();
        State now = state;
        expiries.put(now.byDefault.identity.name(), now.byDefault.identity.notAfter());
        now.byName.values().forEach(each -> expiries.put(each.identity.name(), each.identity.notAfter()));
        return expiries;
    }

    /** Which library is at work: {@code boringssl} or {@code jdk}. */
    public String provider() {
        return provider == SslProvider.JDK ? "jdk" : "boringssl";
    }

    TlsSettings settings() {
        return state.settings;
    }

    /** Reads the files again. What they hold counts for handshakes that begin from now on. */
    public Reloaded reload() {
        reading.lock();
        try {
            return draft(state.settings).adopt();
        } finally {
            reading.unlock();
        }
    }

    /**
     * What other files, or the same by other settings, make of the certificates, beside those in force. The thread that has asked for
     * it adopts or discards it; until then nobody else reads.
     */
    public final class Draft {
        private final State after;
        private final TlsSettings wanted;
        private final Reloaded said;

        private Draft(State after, TlsSettings wanted, Reloaded said) {
            this.after = after;
            this.wanted = wanted;
            this.said = said;
        }

        /** It counts for handshakes that begin from now on. */
        public Reloaded adopt() {
            State before = state;
            state = after;
            retire(before, after);
            watch.start(wanted.watchTime());
            reading.unlock();
            said.changes().forEach(change -> LOG.info("{}", change));
            said.problems().forEach(problem -> LOG.warn("{}", problem));
            if (!said.changes().isEmpty()) {
                onChange.run();
            }
            return said;
        }

        /** Nothing changes. */
        public void discard() {
            List<SslContext> unused = new ArrayList<>(contexts(after));
            unused.removeAll(contexts(state));
            unused.forEach(ReferenceCountUtil::release);
            reading.unlock();
        }
    }

    /** What is done when other certificates are in force; by the thread that has read them. */
    public void onChange(Runnable told) {
        onChange = told;
    }

    /** Nobody needs them for now: they are not looked at again before a draft is adopted. */
    public void rest() {
        watch.start(Duration.ZERO);
    }

    /**
     * Reads other files, or the same by other settings; the provider stays.
     *
     * @throws TlsException where the default certificate or the authorities cannot be used
     */
    public Draft draft(TlsSettings wanted) {
        reading.lock();
        try {
            return read(wanted);
        } catch (RuntimeException | Error e) {
            reading.unlock();
            throw e;
        }
    }

    private Draft read(TlsSettings wanted) {
        List<String> changes = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        State before = state;
        State after = before;
        boolean moved = !wanted.folder().equals(before.settings.folder())
                || !wanted.defaultName().equals(before.settings.defaultName());
        try {
            Authorities authorities = authorities(wanted);
            Content found = new CertificateFolder(wanted.folder()).read(wanted.defaultName());
            TlsException fault = found.faults().get(wanted.defaultName());
            if (fault != null && moved) {
                throw fault;
            }
            after = new Building(wanted, authorities, before, problems).build(found, changes);
        } catch (TlsException e) {
            if (!wanted.equals(before.settings)) {
                throw e;
            }
            problems.add(e.getMessage() + " All certificates stay in force as they are");
        }
        return new Draft(after, wanted, new Reloaded(changes, problems));
    }

    private static Authorities authorities(TlsSettings settings) {
        return settings.authorities() == null ? Authorities.NONE : Authorities.read(settings.authorities());
    }

    /** Lets go of what is no longer used, once no event loop can be about to use it. */
    private void retire(State before, State after) {
        List<SslContext> gone = new ArrayList<>(contexts(before));
        gone.removeAll(contexts(after));
        AtomicInteger left = new AtomicInteger(loops.size());
        Runnable pass = () -> {
            if (left.decrementAndGet() == 0) {
                gone.forEach(ReferenceCountUtil::release);
            }
        };
        for (Executor loop : loops) {
            try {
                loop.execute(pass);
            } catch (RejectedExecutionException e) {
                // It has ended, and uses nothing any more.
                pass.run();
            }
        }
    }

    private static List<SslContext> contexts(State of) {
        List<SslContext> all = new ArrayList<>(List.of(of.byDefault.context));
        of.byName.values().forEach(each -> all.add(each.context));
        return all.stream().distinct().toList();
    }

    /** Ends the watching and lets go of everything; the event loops must have ended, or have no connection left. */
    @Override
    public void close() {
        watch.close();
        contexts(state).forEach(ReferenceCountUtil::release);
    }

    /** Makes a state of what was read, with as much of the one before as still holds. */
    private final class Building {
        private final TlsSettings settings;
        private final Authorities authorities;
        private final @Nullable State before;
        private final List<String> problems;
        private final Contexts contexts;
        private final boolean sameTerms;

        Building(TlsSettings settings, Authorities authorities, @Nullable State before, List<String> problems) {
            this.settings = settings;
            this.authorities = authorities;
            this.before = before;
            this.problems = problems;
            contexts = new Contexts(provider, settings, authorities);
            sameTerms = before != null
                    && before.settings.suites().equals(settings.suites())
                    && before.settings.clients() == settings.clients()
                    && before.authorities.isSameAs(authorities);
        }

        State build(Content found, List<String> changes) {
            Map<String, Entry> entries = new HashMap<>();
            try {
                // First: without it there is nothing.
                Entry byDefault = take(settings.defaultName(), found, entries, changes);
                if (byDefault == null) {
                    throw new IllegalStateException("the default certificate was read, or is kept");
                }
                found.identities().keySet().forEach(name -> take(name, found, entries, changes));
                found.faults().keySet().forEach(name -> take(name, found, entries, changes));
                Map<String, Entry> byName = new HashMap<>();
                // The names of files have the case that somebody typed; those of servers have none.
                entries.forEach((name, entry) -> byName.put(name.toLowerCase(Locale.ROOT), entry));
                noteTerms(changes);
                noteRemoved(entries, changes);
                return new State(settings, authorities, byDefault, Map.copyOf(byName));
            } catch (RuntimeException e) {
                entries.values().stream()
                        .filter(entry -> !entry.equals(old(entry.identity.name())))
                        .forEach(entry -> ReferenceCountUtil.release(entry.context));
                throw e;
            }
        }

        /** What one name gets, which is null where there is nothing that can be used. */
        private @Nullable Entry take(String name, Content found, Map<String, Entry> entries, List<String> changes) {
            if (!entries.containsKey(name)) {
                Entry entry = entry(name, found, changes);
                if (entry != null) {
                    entries.put(name, entry);
                }
            }
            return entries.get(name);
        }

        private @Nullable Entry entry(String name, Content found, List<String> changes) {
            TlsException fault = found.faults().get(name);
            Identity identity = found.identities().get(name);
            if (identity != null) {
                try {
                    return entry(identity, changes);
                } catch (TlsException e) {
                    fault = e;
                }
            }
            Entry kept = old(name);
            boolean isDefault = name.equals(settings.defaultName());
            if (kept == null && isDefault && fault != null) {
                throw fault;
            } else if (fault != null) {
                problems.add(fault.getMessage()
                        + (kept == null
                                ? " Until then clients get the default certificate for that name"
                                : " Until then the certificate before it stays in force"));
            }
            return kept == null || sameTerms ? kept : new Entry(kept.identity, contexts.of(kept.identity));
        }

        private Entry entry(Identity identity, List<String> changes) {
            Entry old = old(identity.name());
            if (old != null && old.identity.isSameAs(identity)) {
                return sameTerms ? old : new Entry(identity, contexts.of(identity));
            }
            TlsException expired = identity.expiry(settings.folder(), Instant.now());
            if (expired != null) {
                problems.add(expired.getMessage());
            }
            if (old != null && expired != null && old.identity.expiry(settings.folder(), Instant.now()) == null) {
                problems.add("The certificate before it, which is valid until " + old.identity.notAfter()
                        + ", stays in force");
                return sameTerms ? old : new Entry(old.identity, contexts.of(old.identity));
            }
            if (before != null) {
                changes.add("certificate " + identity.name() + (old == null ? " is new" : " was replaced")
                        + ", valid until " + identity.notAfter());
            }
            return new Entry(identity, contexts.of(identity));
        }

        private @Nullable Entry old(String name) {
            return before == null
                    ? null
                    : name.equals(before.settings.defaultName())
                            ? before.byDefault
                            : before.byName.get(name.toLowerCase(Locale.ROOT));
        }

        private void noteTerms(List<String> changes) {
            if (before != null && !sameTerms) {
                changes.add("TLS: cipher suites, or what is asked of clients, changed");
            }
        }

        private void noteRemoved(Map<String, Entry> entries, List<String> changes) {
            if (before != null) {
                before.byName.values().stream()
                        .map(each -> each.identity.name())
                        .filter(name -> !entries.containsKey(name))
                        .forEach(name -> changes.add("certificate " + name + " is gone"));
            }
        }
    }
}
