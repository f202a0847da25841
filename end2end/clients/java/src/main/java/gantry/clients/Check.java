package gantry.clients;

import java.util.Objects;

public final class Check {
    private Check() {}

    public static void equal(String what, Object expected, Object actual) {
        if (!Objects.equals(expected, actual)) {
            throw new AssertionError(what + ": expected " + expected + ", got " + actual);
        }
    }

    public static void that(String what, boolean holds) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    public static void contains(String what, String text, String part) {
        that(what + ": no \"" + part + "\" in: " + text, text.contains(part));
    }
}
