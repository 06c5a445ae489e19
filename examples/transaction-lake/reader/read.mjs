// An independent reader of what a pipeline has published: Node 18 or newer, nothing but its standard library.
// It follows pointer -> publications -> generations -> manifests -> files, checks every digest, signature, decision
// and schema on the way, decrypts nothing, and prints what it found as JSON, in no code of the Java libraries.
//
//   node read.mjs STORE_FOLDER ROOT_DIGEST DOMAIN/PIPELINE [DOMAIN/PIPELINE ...]
// STORE_FOLDER is the root of the local object store, ROOT_DIGEST the pinned SHA-256 of the keyring's root key.
// Exit code 76 and one line naming the object when something does not hold.
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync, createReadStream } from "node:fs";
import { join } from "node:path";
import { checkDecisions } from "./decisions.mjs";
import { checkSchema } from "./schemas.mjs";

const [store, rootDigest, ...pipelines] = process.argv.slice(2);
function refuse(object, why) {
  console.error(`${object}: ${why}`);
  process.exit(76);
}

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
// RFC 8785 for what the control objects hold: objects, arrays, strings, integers, booleans. JavaScript's own
// serialization of those is the canonical one; only the members have to be put into order.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value).sort().map((k) => `${JSON.stringify(k)}:${canonical(value[k])}`);
  return `{${members.join(",")}}`;
}

// The local store writes every byte of a key's segment that is not one of these, and a leading dot, as %XX.
function path(key) {
  const name = (segment) =>
    [...Buffer.from(segment)]
      .map((b, i) => {
        const c = String.fromCharCode(b);
        const plain = /[A-Za-z0-9\-_.=+,@~]/.test(c) && (i > 0 || c !== ".");
        return plain ? c : "%" + b.toString(16).toUpperCase().padStart(2, "0");
      })
      .join("");
  return join(store, ...key.split("/").map(name));
}

function object(key, { missing } = {}) {
  let bytes;
  try {
    bytes = readFileSync(path(key));
  } catch (e) {
    return e.code === "ENOENT" && missing ? undefined : refuse(key, "is missing");
  }
  try {
    const json = JSON.parse(bytes.toString("utf8"));
    if (Buffer.from(canonical(json)).equals(bytes)) return { key, bytes, json };
  } catch {}
  return refuse(key, "is not canonical JSON");
}

const ED25519 = Buffer.from("302a300506032b6570032100", "hex");
const publicKey = (raw) => createPublicKey({ key: Buffer.concat([ED25519, raw]), format: "der", type: "spki" });

// DSSE pre-authentication encoding over the canonical object without its signatures.
function checkSignature({ key, json }, type, keyFor) {
  const { signatures, ...body } = json;
  const payload = Buffer.from(canonical(body));
  const message = Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} `), payload]);
  if (!Array.isArray(signatures) || !signatures.length) refuse(key, "is not signed");
  for (const { keyid, sig } of signatures) {
    const raw = keyFor(keyid);
    if (!raw) refuse(key, `is signed by an unknown key ${keyid}`);
    if (!verify(null, message, publicKey(raw), Buffer.from(sig, "base64"))) refuse(key, "has a bad signature");
  }
  return body;
}

function readKeyring() {
  const stored = object("control/keyring.json");
  const root = Buffer.from(stored.json.root, "base64");
  if (sha256(root) !== rootDigest) refuse(stored.key, "is not under the pinned root");
  checkSignature(stored, "application/vnd.strongroom.keyring.v1+json", () => root);
  return stored.json.keys;
}

const keys = readKeyring();
const keyring = new Map(keys.map((k) => [`${k.purpose} ${k.keyid}`, Buffer.from(k.publicKey, "base64")]));
const signed = (stored, what) =>
  checkSignature(stored, `application/vnd.strongroom.${what}.v1+json`, (id) => keyring.get(`${what} ${id}`));

function digestNamed(key, digest) {
  const stored = object(key);
  if (sha256(stored.bytes) !== digest) refuse(key, "does not have the digest that names it");
  return stored;
}

const reader = { refuse, object, digestNamed, signed, sha256, canonical, keys };

async function checkFile(file) {
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    for await (const part of createReadStream(path(file.path))) {
      hash.update(part);
      bytes += part.length;
    }
  } catch {
    refuse(file.path, "is missing");
  }
  if (bytes !== file.bytes || hash.digest("hex") !== file.sha256) refuse(file.path, "is not what its run wrote");
}

async function readPipeline(name) {
  const control = `control/${name}/`;
  const pointer = object(control + "_LATEST.json", { missing: true });
  if (!pointer) return { pipeline: name, seq: 0, datasets: {} };
  const { check, ...latest } = pointer.json;
  if (sha256(canonical(latest)) !== check) refuse(pointer.key, "has a check that does not fit");
  const history = [];
  for (let seq = latest.seq, digest = latest.digest; digest; seq--) {
    const key = `${control}publications/${String(seq).padStart(12, "0")}-${digest}.json`;
    const publication = signed(digestNamed(key, digest), "publication");
    if (publication.seq !== seq || publication.pipeline !== name) refuse(key, "is not the one it is named for");
    history.push({ key, digest, body: publication });
    digest = publication.previous;
    if (!digest && seq !== 1) refuse(key, "names no previous publication");
  }
  checkDecisions(reader, control, name, history);
  const newest = history[0].body;
  const datasets = {};
  for (const [dataset, digest] of Object.entries(newest.generations)) {
    const sums = (datasets[dataset] = { runs: [], files: 0, rows: 0, bytes: 0 });
    for (const { digest: leaf } of digestNamed(`${control}generations/${digest}.json`, digest).json.leaves) {
      for (const entry of digestNamed(`${control}generations/${leaf}.json`, leaf).json.runs) {
        const stored = digestNamed(`${control}runs/${entry.run}/manifest.json`, entry.manifest);
        const manifest = signed(stored, "manifest");
        if (manifest.run !== entry.run || manifest.status !== "COMMITTED") refuse(stored.key, "is not a commit");
        sums.runs.push(entry.run);
        const output = manifest.datasets.find((d) => d.dataset === dataset);
        if (output.schema) sums.schemas = checkSchema(reader, control, stored.key, output);
        for (const file of output.files) {
          await checkFile(file);
          sums.files += 1;
          sums.rows += file.rows;
          sums.bytes += file.bytes;
        }
      }
    }
    sums.runs.sort();
  }
  return { pipeline: name, seq: newest.seq, datasets, ...(newest.floor && { floor: newest.floor }) };
}

for (const name of pipelines) console.log(JSON.stringify(await readPipeline(name)));
