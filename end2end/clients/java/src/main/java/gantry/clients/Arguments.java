package gantry.clients;

import java.util.HashMap;
import java.util.Map;

/** {@code COMMAND --name value …} */
final class Arguments {
    private final String command;
    private final Map<String, String> values = new HashMap<>();

    private Arguments(String command) {
        this.command = command;
    }

    static Arguments parse(String[] argv) {
        if (argv.length == 0 || argv.length % 2 == 0) {
            throw new IllegalArgumentException("expected: COMMAND --name value …");
        }
        Arguments arguments = new Arguments(argv[0]);
        for (int i = 1; i < argv.length; i += 2) {
            if (!argv[i].startsWith("--")) {
                throw new IllegalArgumentException("expected an option, got " + argv[i]);
            }
            arguments.values.put(argv[i].substring(2), argv[i + 1]);
        }
        return arguments;
    }

    String command() {
        return command;
    }

    String optional(String name) {
        return values.get(name);
    }

    String optional(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    String required(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("--" + name + " is missing");
        }
        return value;
    }
}
