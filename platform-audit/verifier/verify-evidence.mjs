// Verifies a file of evidence (FORMAT.md, "Evidence") with Node's own crypto and nothing else.
// Usage: node verify-evidence.mjs <file> <SHA-256 of the keyring's root key in hexadecimal>
// Prints what is proven and what is not; exits with 1 and says why when something does not hold.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

const [file, rootDigest] = process.argv.slice(2);
const sha256 = (...parts) => parts.reduce((h, p) => h.update(p), createHash('sha256')).digest();
const hex = (bytes) => bytes.toString('hex');
const insist = (holds, why) => {
  if (!holds) throw new Error(why);
};

// The only encoding of what it decodes to; Node's decoder takes others too.
const decoded = (text, encoding) => {
  const bytes = Buffer.from(text, encoding);
  insist(bytes.toString(encoding) === text, `a text is not in canonical ${encoding}`);
  return bytes;
};
const base64 = (text) => decoded(text, 'base64');
const asHash = (bytes) => {
  insist(bytes.length === 32, 'a hash has another length');
  return bytes;
};

// RFC 8785 for the JSON of this format: no fractions, members by UTF-16 code units.
const canonical = (v) =>
  Array.isArray(v)
    ? `[${v.map(canonical).join(',')}]`
    : v !== null && typeof v === 'object'
      ? `{${Object.keys(v).sort().map((k) => `${JSON.stringify(k)}:${canonical(v[k])}`).join(',')}}`
      : JSON.stringify(v);
const parse = (text) => {
  const value = JSON.parse(text);
  insist(canonical(value) === text, 'a document is not in canonical form');
  return value;
};

const spki = (head, key) =>
  createPublicKey({ key: Buffer.concat([Buffer.from(head, 'hex'), key]), format: 'der', type: 'spki' });
const ed25519 = (key, message, signature) =>
  verify(null, message, spki('302a300506032b6570032100', key), signature);
// ECDSA (FIPS 186-5): r and s in a fixed form, s at most half the order; keys are compressed points.
const ecdsa = (hash, head, order) => {
  const bytes = order.length / 2;
  const most = BigInt(`0x${order}`) / 2n;
  return (key, message, signature) =>
    signature.length === 2 * bytes &&
    BigInt(`0x${hex(signature.subarray(bytes))}`) <= most &&
    verify(hash, message, { key: spki(head, key), dsaEncoding: 'ieee-p1363' }, signature);
};
const P256 = '3039301306072a8648ce3d020106082a8648ce3d030107032200';
const algorithms = {
  ed25519,
  'ecdsa-p256-sha256': ecdsa('sha256', P256,
    'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'),
  'ecdsa-p384-sha384': ecdsa('sha384', '3046301006072a8648ce3d020106052b81040022033200',
    'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973'),
};
const algorithm = (key) => key.algorithm ?? 'ed25519';
const signed = (key, message, signature) =>
  algorithms[algorithm(key)](base64(key.publicKey), message, signature);
const readable = (key) => Object.hasOwn(algorithms, algorithm(key));

// DSSE 1.0, pre-authentication encoding.
const pae = (type, body) =>
  Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${body.length} `), body]);

// --- The file: lines in their order, and the digest of all before the last.
const order = ['evidence', 'keyring', 'checkpoint', 'envelope', 'generation', 'entry', 'inclusion',
  'consistency', 'tlog-proof', 'opening', 'statement', 'end'];

function read(path) {
  const bytes = readFileSync(path);
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  insist(text.endsWith('\n'), 'the file was cut off');
  const lines = text.slice(0, -1).split('\n').map(parse);
  lines.reduce((before, line) => {
    const at = order.indexOf(line.type);
    insist(at >= before, 'a line is not in its place');
    return at;
  }, 0);
  const end = bytes.lastIndexOf(10, bytes.length - 2) + 1;
  insist(lines.at(-1).type === 'end' && lines.at(-1).sha256 === hex(sha256(bytes.subarray(0, end))),
    'the file was changed or cut off');
  return (type) => lines.filter((line) => line.type === type);
}

// --- Keys: believed because the root signed them, whose digest the reader brings along.
function readKeyring(text) {
  const { signatures, ...body } = parse(text);
  const root = base64(body.root);
  insist(hex(sha256(root)) === rootDigest, 'the keyring has another root');
  const message = pae('application/vnd.strongroom.keyring.v1+json', Buffer.from(canonical(body)));
  insist(signatures.length === 1 && ed25519(root, message, base64(signatures[0].sig)),
    'the root did not sign the keyring');
  return body.keys;
}
const counts = (key, index) =>
  !key.revoked && key.from <= index && (key.until === undefined || index < key.until);

// --- Checkpoints: C2SP signed notes; lines of known Ed25519 and P-256 keys must verify, one must be there.
const noteLines = {
  ed25519: (raw, origin) => ({
    id: sha256(`${origin}\n`, Buffer.from([1]), raw),
    signature: (bytes) => bytes,
  }),
  // The id is that of the key with its point not compressed, the signature is DER in its one form.
  'ecdsa-p256-sha256': (raw) => {
    const { x, y } = spki(P256, raw).export({ format: 'jwk' });
    const head = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex');
    return {
      id: sha256(head, Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')),
      signature: (bytes) => fixed(bytes, 32),
    };
  },
};
const integer = (bytes) => {
  const start = bytes.findIndex((byte) => byte !== 0);
  const short = bytes.subarray(start < 0 ? bytes.length - 1 : start);
  const body = short[0] > 127 ? Buffer.concat([Buffer.from([0]), short]) : short;
  return Buffer.concat([Buffer.from([2, body.length]), body]);
};
function fixed(der, bytes) {
  const r = der.subarray(4, 4 + der[3]);
  const s = der.subarray(6 + der[3]);
  const wide = (n) => Buffer.concat([Buffer.alloc(bytes), n]).subarray(-bytes);
  const body = Buffer.concat([integer(wide(r)), integer(wide(s))]);
  insist(der.equals(Buffer.concat([Buffer.from([48, body.length]), body])), 'a signature is malformed');
  return Buffer.concat([wide(r), wide(s)]);
}

function readNote(note, origin, keys) {
  const blank = note.lastIndexOf('\n\n');
  const text = note.slice(0, blank + 1);
  const [name, size, root, rest] = text.split('\n');
  insist(note.endsWith('\n') && name === origin && /^(0|[1-9][0-9]{0,15})$/.test(size) && rest === '', 'a checkpoint is malformed');
  let known = false;
  for (const line of note.slice(blank + 2, -1).split('\n')) {
    const [, who, line64] = /^\u2014 (\S+) (\S+)$/.exec(line) ?? insist(false, 'a signature is malformed');
    const blob = base64(line64);
    for (const key of keys.filter((k) => k.purpose === 'checkpoint' && Object.hasOwn(noteLines, algorithm(k)) && who === origin)) {
      const { id, signature } = noteLines[algorithm(key)](base64(key.publicKey), origin);
      if (!id.subarray(0, 4).equals(blob.subarray(0, 4))) continue;
      insist(signed(key, Buffer.from(text), signature(blob.subarray(4))), 'the signature of a checkpoint is wrong');
      insist(counts(key, Math.max(Number(size) - 1, 0)), 'the key of a checkpoint does not count there');
      known = true;
    }
  }
  insist(known, 'no known key signed a checkpoint');
  return { note, size: Number(size), root: asHash(base64(root)) };
}

// --- The Merkle tree of RFC 6962.
const leaf = (entry) => sha256(Buffer.from([0]), entry);
const node = (left, right) => sha256(Buffer.from([1]), left, right);
const split = (n) => {
  let k = 1;
  while (2 * k < n) k *= 2;
  return k;
};
const tree = (leaves) =>
  leaves.length === 0
    ? sha256('')
    : leaves.length === 1
      ? leaves[0]
      : node(tree(leaves.slice(0, split(leaves.length))), tree(leaves.slice(split(leaves.length))));
// Entries by index, and the hashes of the subtrees without any of them, from left to right.
function subset(from, to, entries, proof) {
  if (entries.length === 0) {
    insist(proof.length > 0, 'the proof of the entries is too short');
    return proof.shift();
  }
  if (to - from === 1) return entries[0].hash;
  const middle = from + split(to - from);
  const left = subset(from, middle, entries.filter((e) => e.index < middle), proof);
  return node(left, subset(middle, to, entries.filter((e) => e.index >= middle), proof));
}
// RFC 6962, 2.1.1, read backwards: the path ends at the root.
function path(from, to, index, hash, hashes) {
  if (to - from === 1) {
    insist(hashes.length === 0, 'an audit path is too long');
    return hash;
  }
  insist(hashes.length > 0, 'an audit path is too short');
  const middle = from + split(to - from);
  const sibling = hashes.at(-1);
  const rest = hashes.slice(0, -1);
  return index < middle
    ? node(path(from, middle, index, hash, rest), sibling)
    : node(sibling, path(middle, to, index, hash, rest));
}
// RFC 6962, 2.1.2: the roots of the older and the newer tree that a proof leads to.
function grown(old, from, to, whole, oldRoot, hashes) {
  if (old === to - from) {
    const hash = whole ? oldRoot : hashes.pop();
    insist(hash, 'a consistency proof is too short');
    return [hash, hash];
  }
  const middle = split(to - from);
  const sibling = hashes.pop();
  insist(sibling, 'a consistency proof is too short');
  if (old <= middle) {
    const [older, newer] = grown(old, from, from + middle, whole, oldRoot, hashes);
    return [older, node(newer, sibling)];
  }
  const [older, newer] = grown(old - middle, from + middle, to, false, oldRoot, hashes);
  return [node(sibling, older), node(sibling, newer)];
}

// --- Signed documents, in DSSE envelopes.
function readEnvelope(envelope, type, purpose, keys, index) {
  const payload = base64(envelope.payload);
  insist(envelope.payloadType === type && envelope.signatures.length > 0, 'an envelope is of another type');
  for (const { keyid, sig } of envelope.signatures) {
    const key = keys.find((k) => k.keyid === keyid && k.purpose === purpose && readable(k) && !k.revoked);
    insist(key, `no known key for ${purpose} signed an envelope`);
    insist(signed(key, pae(type, payload), base64(sig)),
      `the signature of a ${purpose} is wrong`);
    insist(index === undefined || counts(key, index(JSON.parse(payload))), 'a key does not count there');
  }
  const body = parse(payload.toString());
  // The stored document, whose digest others name, has its signatures in it.
  const digest = hex(sha256(canonical({ ...body, signatures: envelope.signatures })));
  return { ...body, digest };
}

function main() {
  const lines = read(file);
  const [{ format, origin, pipeline, run }] = lines('evidence');
  insist(format === 'strongroom.evidence.v1', 'the file is of another format');
  const keys = readKeyring(lines('keyring')[0].document);
  const checkpoint = readNote(lines('checkpoint')[0].note, origin, keys);

  const entries = lines('entry').map(({ entry, index }) => ({ index, event: parse(entry), hash: leaf(entry) }));
  insist(entries.every((e, i) => i === 0 || entries[i - 1].index < e.index), 'entries are not in order');
  const proof = lines('inclusion')[0].hashes.map((h) => asHash(decoded(h, 'hex')));
  insist(entries.length > 0 && entries.at(-1).index < checkpoint.size, 'an entry is behind the checkpoint');
  insist(subset(0, checkpoint.size, entries, proof).equals(checkpoint.root) && proof.length === 0,
    'the entries do not lead to the root that the checkpoint signs');
  const at = (index) => entries.find((e) => e.index === index) ?? insist(false, `entry ${index} is missing`);

  const envelope = (name) => lines('envelope').find((line) => line.name === name)?.envelope;
  const type = (name) => `application/vnd.strongroom.${name}.v1+json`;
  const manifest = envelope('manifest') && readEnvelope(envelope('manifest'), type('manifest'), 'manifest', keys);
  insist(!manifest || (manifest.run === run && manifest.pipeline === pipeline), 'the manifest is of another run');
  const undecided = `How the run ${run} ended, and that it is one of ${pipeline}: it was not decided yet.`;
  insist(manifest || lines('statement')[0].notProven.includes(undecided), 'the statement is of another run');
  const publication = (name) =>
    envelope(name) &&
    readEnvelope(envelope(name), type('publication'), 'publication', keys, (body) => body.intent.index);
  const promotion = publication('promotion');
  const newest = publication('newest') ?? promotion;
  const generations = new Map(lines('generation').map((l) => [hex(sha256(l.document)), parse(l.document)]));
  const find = (digest) => generations.get(digest) ?? insist(false, 'a generation is missing');
  const live = (published) =>
    manifest.datasets.filter(({ dataset }) => {
      const root = published.generations[dataset] && find(published.generations[dataset]);
      const key = hex(sha256(canonical(manifest.key)));
      const reference = root?.leaves.filter((l) => l.from <= key).at(-1);
      return reference && find(reference.digest).runs.some(
        (r) => r.key === key && r.run === run && r.manifest === manifest.digest);
    }).length;
  const visible = (published) => {
    insist(published.pipeline === pipeline, 'a publication is of another pipeline');
    const intent = at(published.intent.index);
    insist(hex(intent.hash) === published.intent.leafHash, 'a publication has no intent in the log');
    return live(published);
  };
  insist(!promotion || promotion.run === run, 'the promotion is of another run');
  insist(!newest || newest.seq >= promotion.seq, 'the newest publication is older than the promotion');

  // The trail of the run: numbers without gaps, closed over their count and root.
  const own = entries.filter((e) => e.event.run === run);
  insist(entries.every((e) => e.event.run === run || e.index === newest?.intent.index), 'an entry is of another run');
  const trail = own.filter((e) => e.event.seq !== undefined).sort((a, b) => a.event.seq - b.event.seq);
  const closing = trail.filter((e) => e.event.action === 'RUN_CLOSED');
  let complete = trail.length > 0 && closing.length === 1;
  if (trail.every((e, i) => i === 0 || trail[i - 1].event.seq !== e.event.seq) && closing.length < 2) {
    insist(trail.every((e, i) => e.event.seq === i), 'an entry of the trail is missing');
    if (complete) {
      const { entries: count, root } = closing[0].event.attributes;
      insist(trail.at(-1) === closing[0] && count === String(trail.length - 1) &&
        root === hex(tree(trail.slice(0, -1).map((e) => e.hash))), 'the trail was closed over other entries');
    }
  } else complete = false;

  for (const { hashes, note } of lines('consistency')) {
    const kept = readNote(note, origin, keys);
    const rest = hashes.map((h) => asHash(decoded(h, 'hex')));
    const [older, newer] = grown(kept.size, 0, checkpoint.size, true, kept.root, rest);
    insist(rest.length === 0 && older.equals(kept.root) && newer.equals(checkpoint.root),
      'the log does not continue a checkpoint that was kept');
  }
  for (const { document, index } of lines('tlog-proof')) {
    const blank = document.indexOf('\n\n');
    const [first, second, ...hashes] = document.slice(0, blank).split('\n');
    insist(first === 'c2sp.org/tlog-proof@v1' && second === `index ${index}` &&
      document.slice(blank + 2) === checkpoint.note, 'a proof is malformed');
    const root = path(0, checkpoint.size, index, at(index).hash, hashes.map((h) => asHash(base64(h))));
    insist(root.equals(checkpoint.root), 'a proof does not lead to the checkpoint');
  }
  for (const { index, name, opening } of lines('opening')) {
    const commitment = hex(sha256('strongroom audit commitment v1\0', decoded(opening.salt, 'hex'), opening.value));
    insist(at(index).event.personal?.[name]?.commitment === commitment, 'what was disclosed was not committed to');
  }
  return {
    run,
    pipeline,
    log: { origin, size: checkpoint.size, root: hex(checkpoint.root) },
    entries: entries.length,
    status: manifest?.status ?? 'UNDECIDED',
    promotion: promotion ? { seq: promotion.seq, live: visible(promotion) } : null,
    newest: newest ? { seq: newest.seq, live: visible(newest) } : null,
    trailComplete: complete,
    continues: lines('consistency').length,
    disclosed: lines('opening').length,
    notProven: lines('statement')[0].notProven,
  };
}

try {
  console.log(JSON.stringify(main(), null, 1));
} catch (e) {
  console.log(`refused: ${e.message}`);
  process.exitCode = 1;
}
