// The stock Java client, as `cargo xtask test` builds it.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { promisify } from "node:util";

const built = resolve(__dirname, "../clients/java/target");

/** False where there is no Java client; in CI that is a failure of its own. */
export const hasJava = existsSync(`${built}/clients-1.jar`) || !!process.env.CI;

export type JavaSent = { msgId: string; offsetMsgId: string };

export async function sendFromJava(nameServer: string, topic: string, keys: string, body: string): Promise<JavaSent> {
  const flags = ["--namesrv", nameServer, "--topic", topic, "--keys", keys, "--tags", "JAVA", "--body", body];
  const run = promisify(execFile)("java", ["-cp", `${built}/clients-1.jar:${built}/lib/*`, "gantry.clients.Main", "send", ...flags], { timeout: 50_000 });
  const line = (await run).stdout.trim().split("\n").at(-1) ?? "";
  return JSON.parse(line) as JavaSent;
}
