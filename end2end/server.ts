// One real `gantry` with an empty directory and free ports. Addresses come from its ready.json.
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export type Addresses = { name_server: string; broker: string; vip: string | null; console: string };

const START_MAX_MS = 30_000;
const STOP_MAX_MS = 15_000;

function binary(): string {
  const named = process.env.GANTRY_BIN;
  if (named) return named;
  const found = ["ci", "release", "debug"].map((p) => resolve(__dirname, "../target", p, "gantry")).find(existsSync);
  if (!found) throw new Error("no gantry binary: run cargo xtask build, or name one in GANTRY_BIN");
  return found;
}

export class Gantry {
  readonly dir = mkdtempSync(join(tmpdir(), "gantry-"));
  private process: ChildProcess | undefined;
  private log = "";

  async start(): Promise<Addresses> {
    const flags = ["--data-dir", this.dir, "--console-listen", "127.0.0.1:0", "--name-server-port", "0", "--broker-port", "0"];
    const child = spawn(binary(), flags, { stdio: ["ignore", "ignore", "pipe"] });
    this.process = child;
    child.stderr.on("data", (chunk) => (this.log += chunk));
    const ready = join(this.dir, "ready.json");
    const until = Date.now() + START_MAX_MS;
    while (Date.now() < until && child.exitCode === null) {
      if (existsSync(ready)) return JSON.parse(readFileSync(ready, "utf8")).addresses;
      await new Promise((done) => setTimeout(done, 20));
    }
    throw new Error(`gantry did not get ready:\n${this.log}`);
  }

  async stop(): Promise<void> {
    const child = this.process;
    if (child && child.exitCode === null) {
      const ended = new Promise((done) => child.once("exit", done));
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), STOP_MAX_MS);
      await ended;
      clearTimeout(late);
    }
    rmSync(this.dir, { recursive: true, force: true });
  }
}
