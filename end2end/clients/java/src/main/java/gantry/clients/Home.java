package gantry.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A directory of this run for what the client writes into the user's home: logs and local offsets. */
final class Home {
    private Home() {}

    /** Must run before any class of the client is loaded: several read the property once. */
    static void prepare() {
        try {
            Path home = Files.createTempDirectory("gantry-java-client");
            System.setProperty("user.home", home.toString());
            System.setProperty("rocketmq.client.logRoot", home.resolve("logs").toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
