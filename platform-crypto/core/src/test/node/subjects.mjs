// Reads the golden store of subject keys from FORMAT.md alone, with Node's own cryptography.
// Usage: node subjects.mjs <folder> <wrapping key, hex> <receipt public key, hex>
import { createDecipheriv, createHash, createHmac, createPublicKey, hkdfSync, verify } from "node:crypto";
import { readFileSync } from "node:fs";

const [folder, wrappingKey, receiptKey] = process.argv.slice(2);
const bytes = (name) => readFileSync(`${folder}/${name}`);
const json = (name) => JSON.parse(bytes(name));
const u16 = (n) => Buffer.from([n >> 8, n & 255]);
const text = (s) => Buffer.concat([u16(Buffer.byteLength(s)), Buffer.from(s)]);
// The records are canonical already: their members are sorted and without spaces.
const canonical = (object) => Buffer.from(JSON.stringify(object));
const hkdf = (key, salt, info) => Buffer.from(hkdfSync("sha512", key, salt, info, 32));

function gcm(key, iv, authenticated, sealed) {
  const cipher = createDecipheriv("aes-256-gcm", key, iv);
  cipher.setAAD(authenticated);
  cipher.setAuthTag(sealed.subarray(-16));
  return Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()]);
}

function unwrap(name, purpose) {
  const { ciphertext, info } = json(name).key;
  const context = Buffer.concat([
    u16(3),
    ...["strongroom:purpose", purpose, "strongroom:tenant", "acme", "strongroom:v", "1"].map(text),
  ]);
  const iv = Buffer.from(info, "base64").subarray(-12);
  return gcm(Buffer.from(wrappingKey, "hex"), iv, context, Buffer.from(ciphertext, "base64"));
}

const lookup = unwrap("lookup.json", "subject-lookup");
const pseudonymKey = hkdf(lookup, "", "strongroom/v1/subject-pseudonym");
const statusKey = hkdf(lookup, "", "strongroom/v1/subject-status");
const person = createHmac("sha256", pseudonymKey).update("person-1").digest();

const field = Buffer.from(bytes("sealed-field.hex").toString().replace(/#.*|\s/g, ""), "hex");
const version = field.subarray(1, 5);
const info = Buffer.concat([Buffer.from("strongroom/v1/subject-field"), person, version]);
const key = hkdf(unwrap("key.json", "subject-key"), field.subarray(5, 21), info);
const authenticated = Buffer.concat([
  Buffer.from("strongroom sealed field v1\0"), person, version, text("customers"), text("name"),
]);
console.log(gcm(key, field.subarray(21, 33), authenticated, field.subarray(33)).toString());

for (const name of ["hold.json", "release.json", "tombstone.json"]) {
  const { mac, ...record } = json(name);
  const same = createHmac("sha256", statusKey).update(canonical(record)).digest("hex") === mac;
  console.log(name, same && record.subject === person.toString("hex"));
}

const { signatures, ...receipt } = json("receipt.json");
const type = "application/vnd.strongroom.erasure-receipt.v1+json";
const body = canonical(receipt);
const signed = Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${body.length} `), body]);
const publicKey = createPublicKey({
  format: "der", type: "spki",
  key: Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), Buffer.from(receiptKey, "hex")]),
});
const tombstone = createHash("sha256").update(bytes("tombstone.json")).digest("hex");
console.log("receipt.json",
  receipt.tombstone === tombstone && verify(null, signed, publicKey, Buffer.from(signatures[0].sig, "base64")));
