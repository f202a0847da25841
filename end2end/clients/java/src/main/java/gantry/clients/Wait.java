package gantry.clients;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for a state, never for a time. */
public final class Wait {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final long POLL_MS = 20;

    private Wait() {}

    public static void until(String what, Callable<Boolean> state) {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!holds(state)) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + DEADLINE.toSeconds() + " s: " + what);
            }
            pause();
        }
    }

    private static boolean holds(Callable<Boolean> state) {
        try {
            return state.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e.toString(), e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MS);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }
}
