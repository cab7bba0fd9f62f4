package dev.lurcher.broker.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
    private final Deadlines deadlines = new Deadlines();
    private final List<String> expired = new ArrayList<>();

    private final class Owner extends Deadlines.Expiring {
        private final String name;
        private final boolean leaves;

        Owner(String name, boolean leaves) {
            this.name = name;
            this.leaves = leaves;
            deadlines.add(this);
        }

        @Override
        protected void onDeadline(long now) {
            expired.add(name + "@" + now);
            if (leaves) {
                deadlines.remove(this);
            }
        }
    }

    @Test
    void callsOnlyWhatIsDueAndOnlyOnce() {
        Owner early = new Owner("early", false);
        Owner late = new Owner("late", false);
        deadlines.set(early, 10);
        deadlines.set(late, 20);
        deadlines.sweep(9);
        assertEquals(List.of(), expired);
        deadlines.sweep(10);
        deadlines.sweep(11);
        assertEquals(List.of("early@10"), expired);
        deadlines.sweep(25);
        assertEquals(List.of("early@10", "late@25"), expired);
    }

    @Test
    void leavesWhatIsTooMuchForOneSweepToTheNext() {
        int owners = 2 * Deadlines.MOST_AT_ONCE + 1;
        for (int i = 0; i < owners; i++) {
            deadlines.set(new Owner("each", i % 2 == 0), 5);
        }
        assertTrue(deadlines.sweep(5));
        assertEquals(Deadlines.MOST_AT_ONCE, expired.size());
        assertTrue(deadlines.sweep(6));
        assertFalse(deadlines.sweep(7));
        assertEquals(owners, expired.size());
        assertFalse(deadlines.sweep(8));
        assertEquals(owners, expired.size());
    }

    @Test
    void anOwnerThatIsAlwaysDueHoldsUpNoOther() {
        Owner other = new Owner("other", false);
        for (int i = 0; i < Deadlines.MOST_AT_ONCE; i++) {
            Deadlines.Expiring eager = new Deadlines.Expiring() {
                @Override
                protected void onDeadline(long now) {
                    deadlines.set(this, now);
                }
            };
            deadlines.add(eager);
            deadlines.set(eager, 5);
        }
        deadlines.set(other, 5);
        assertTrue(deadlines.sweep(5));
        assertFalse(deadlines.sweep(6));
        assertEquals(List.of("other@6"), expired);
    }

    @Test
    void goesOnAfterAnOwnersFault() {
        deadlines.set(new Owner("first", false), 5);
        List<RuntimeException> faults = new ArrayList<>();
        Deadlines.Expiring faulty = new Deadlines.Expiring() {
            @Override
            protected void onDeadline(long now) {
                throw new IllegalStateException("on purpose");
            }

            @Override
            protected void onFault(RuntimeException fault) {
                faults.add(fault);
            }
        };
        deadlines.add(faulty);
        deadlines.set(faulty, 5);
        deadlines.set(new Owner("last", false), 5);
        deadlines.sweep(5);
        assertEquals(1, faults.size());
        assertEquals(List.of("last@5", "first@5"), expired);
    }

    @Test
    void ownersMayLeaveDuringTheSweep() {
        for (int i = 0; i < 200; i++) {
            Owner owner = new Owner("o" + i, i % 3 == 0);
            deadlines.set(owner, 5);
        }
        while (deadlines.sweep(5)) {
            // Until all have been called.
        }
        assertEquals(200, expired.size());
        assertEquals(200, expired.stream().distinct().count());
        assertEquals(200 - 67, deadlines.size());
    }

    @Test
    void aRemovedOwnerIsForgotten() {
        Owner gone = new Owner("gone", false);
        Owner stays = new Owner("stays", false);
        deadlines.set(gone, 1);
        deadlines.set(stays, 1);
        deadlines.remove(gone);
        deadlines.remove(gone);
        deadlines.set(gone, 1);
        deadlines.sweep(2);
        assertEquals(List.of("stays@2"), expired);
    }

    @Test
    void worksWhenTheClockOverflows() {
        Owner owner = new Owner("wrap", false);
        deadlines.set(owner, Long.MIN_VALUE + 5);
        deadlines.sweep(Long.MAX_VALUE - 5);
        assertEquals(List.of(), expired);
        deadlines.sweep(Long.MIN_VALUE + 6);
        assertEquals(1, expired.size());
    }
}
