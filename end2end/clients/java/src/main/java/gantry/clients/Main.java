package gantry.clients;

import gantry.clients.cases.Broadcasting;
import gantry.clients.cases.Clustering;
import gantry.clients.cases.Mqadmin;
import gantry.clients.cases.OffsetsOverRestart;
import gantry.clients.cases.Ordered;
import gantry.clients.cases.QueryById;
import gantry.clients.cases.QueryByKey;
import gantry.clients.cases.SendAsync;
import gantry.clients.cases.SendBatch;
import gantry.clients.cases.SendOneWay;
import gantry.clients.cases.SendSync;
import gantry.clients.cases.Tags;
import java.util.ArrayList;
import java.util.List;

/**
 * The stock Java client against a running broker.
 *
 * <pre>
 *   suite           --namesrv HOST:PORT [--only NAME]         every behaviour, one line each
 *   offsets-before  --namesrv HOST:PORT --run ID              consume and leave; then the driver restarts the broker
 *   offsets-after   --namesrv HOST:PORT --run ID              go on where the group had stopped
 *   send            --namesrv HOST:PORT --topic T [--keys "A B"] [--tags T] [--body TEXT] [--count N]
 * </pre>
 *
 * Prints {@code ok NAME} or {@code FAIL NAME: why} per case; exits with 1 when a case failed, 2 on bad arguments.
 */
public final class Main {
    private Main() {}

    public static void main(String[] argv) {
        Arguments arguments = Arguments.parse(argv);
        Home.prepare();
        int status = run(arguments);
        // Client threads that are no daemons must not keep the process alive.
        System.out.flush();
        Runtime.getRuntime().halt(status);
    }

    private static int run(Arguments arguments) {
        Env env = new Env(arguments.required("namesrv"), arguments.optional("run"));
        return switch (arguments.command()) {
            case "suite" -> Suite.run(env, only(suite(), arguments.optional("only")));
            case "offsets-before" -> Suite.run(env, List.of(new OffsetsOverRestart.Before()));
            case "offsets-after" -> Suite.run(env, List.of(new OffsetsOverRestart.After()));
            case "send" -> Send.run(env, arguments);
            default -> {
                System.err.println("unknown command " + arguments.command());
                yield 2;
            }
        };
    }

    private static List<Case> suite() {
        List<Case> cases = new ArrayList<>(List.of(
                new SendSync(), new SendAsync(), new SendOneWay(), new SendBatch(), new Ordered(),
                new Clustering(), new Broadcasting(), new Tags(), new QueryById(), new QueryByKey()));
        cases.addAll(Mqadmin.cases());
        return cases;
    }

    private static List<Case> only(List<Case> cases, String name) {
        return name == null ? cases : cases.stream().filter(c -> c.name().contains(name)).toList();
    }
}
