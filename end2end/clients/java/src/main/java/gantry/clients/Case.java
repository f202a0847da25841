package gantry.clients;

/** One behaviour. Throws to fail; the message says what was expected and what came. */
public interface Case {
    String name();

    void run(Env env) throws Exception;
}
