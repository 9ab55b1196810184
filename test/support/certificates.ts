/** Certificates for a server with TLS, made for one test run: an authority, and a server that it knows as 127.0.0.1. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Certificates {
  /** Files, as redis-server and NODE_EXTRA_CA_CERTS want them. */
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  /** Texts, as Node's `tls` wants them. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  remove(): void;
}

export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), "tsq-certificates-"));
  const file = (name: string): string => join(folder, name);
  const newKey = (name: string): readonly string[] =>
    `-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ${file(name)}`.split(" ");
  openssl("req", "-x509", ...newKey("ca.key"), "-subj", "/CN=tsq test authority", "-out", file("ca.pem"));
  openssl("req", "-new", ...newKey("server.key"), "-subj", "/CN=tsq test server", "-out", file("server.csr"));
  writeFileSync(file("names"), "subjectAltName=IP:127.0.0.1\n");
  const signed = ["-in", file("server.csr"), "-extfile", file("names"), "-out", file("server.pem")];
  const by = ["-CA", file("ca.pem"), "-CAkey", file("ca.key"), "-CAcreateserial"];
  openssl("x509", "-req", "-days", "2", ...signed, ...by);
  const text = (name: string): string => readFileSync(file(name), "utf8");
  return {
    caFile: file("ca.pem"),
    certFile: file("server.pem"),
    keyFile: file("server.key"),
    ca: text("ca.pem"),
    cert: text("server.pem"),
    key: text("server.key"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function openssl(...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync("openssl", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`openssl ${args[0]} failed: ${error?.message ?? stderr}`);
}
