package gantry.clients;

import java.util.List;

/** Runs cases one after the other and prints one line for each. */
final class Suite {
    private Suite() {}

    static int run(Env env, List<Case> cases) {
        int failed = 0;
        for (Case each : cases) {
            failed += runOne(env, each) ? 0 : 1;
        }
        return failed == 0 && !cases.isEmpty() ? 0 : 1;
    }

    private static boolean runOne(Env env, Case each) {
        long start = System.nanoTime();
        try (env) {
            each.run(env);
            System.out.println("ok " + each.name());
            return true;
        } catch (Exception | AssertionError e) {
            System.out.println("FAIL " + each.name() + ": " + String.valueOf(e).replaceAll("\\s+", " "));
            e.printStackTrace(System.err);
            return false;
        } finally {
            System.err.println(each.name() + " took " + (System.nanoTime() - start) / 1_000_000 + " ms");
        }
    }
}
