package dev.lurcher.broker.route;

import dev.lurcher.broker.route.Candidates.Candidate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** In which order candidates of the same prefix or suffix are tried. */
enum Order {
    /** Mongrel2's chain: the first inserted, then the last inserted and so on down to the second. */
    MONGREL2_ROUTES {
        @Override
        <T> void arrange(List<Candidate<T>> inserted) {
            Collections.reverse(inserted.subList(1, inserted.size()));
            cutBehindPlain(inserted);
        }
    },
    /** Mongrel2 looks at the first only. */
    MONGREL2_HOSTS {
        @Override
        <T> void arrange(List<Candidate<T>> inserted) {
            inserted.subList(1, inserted.size()).clear();
        }
    },
    /** Patterns as inserted, then the first without a pattern: it is what a failed pattern falls back to. */
    STRICT {
        @Override
        <T> void arrange(List<Candidate<T>> inserted) {
            List<Candidate<T>> plain = new ArrayList<>(inserted);
            plain.removeIf(candidate -> !candidate.isPlain());
            inserted.removeIf(Candidate::isPlain);
            inserted.addAll(plain);
            cutBehindPlain(inserted);
        }
    };

    /** Puts what was inserted into the order of trial and removes what is never reached. */
    abstract <T> void arrange(List<Candidate<T>> inserted);

    private static <T> void cutBehindPlain(List<Candidate<T>> tried) {
        for (int i = 0; i < tried.size(); i++) {
            if (tried.get(i).isPlain()) {
                tried.subList(i + 1, tried.size()).clear();
            }
        }
    }
}
