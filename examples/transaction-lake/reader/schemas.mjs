// The schemas that a dataset has had, checked by the independent reader: their chain, their fingerprints, what each
// changed since the one before, and that the schema which a run names is among them. Nothing but Node's standard library.
//
// `reader` brings: refuse(object, why), object(key, { missing }), sha256(bytes), canonical(value).

const VERDICTS = ["IDENTICAL", "ADDITIVE", "WIDENING", "BREAKING"];
const CLASSES = ["public", "internal", "sensitive", "personal", "secret"];
const WIDER = { int: ["long", "double"], float: ["double"] };

function widens(from, to) {
  const [narrow, wide] = [from, to].map((type) => /^decimal\((\d+),(\d+)\)$/.exec(type)?.slice(1).map(Number));
  if (narrow && wide) return wide[1] === narrow[1] && wide[0] > narrow[0];
  return (WIDER[from] ?? []).includes(to);
}

const mayBeAbsent = (field) => field.nullable || field.default !== undefined;

function fieldChanges(old, now) {
  const found = [];
  if (old.type !== now.type) found.push(widens(old.type, now.type) ? "WIDENING" : "BREAKING");
  if (old.nullable !== now.nullable) found.push(now.nullable ? "WIDENING" : "BREAKING");
  if (old.default !== now.default) found.push(mayBeAbsent(old) ? "BREAKING" : "ADDITIVE");
  const stricter = CLASSES.indexOf(now.classification) - CLASSES.indexOf(old.classification);
  if (stricter !== 0) found.push(stricter > 0 ? "WIDENING" : "BREAKING");
  if (old.form !== now.form) found.push("BREAKING");
  return found;
}

// The worst of all changes between two lists of fields.
function verdict(before, after) {
  const found = ["IDENTICAL"];
  const place = new Map(after.map((field, i) => [field.name, i]));
  let last = -1;
  for (const old of before) {
    const at = place.get(old.name);
    if (at === undefined) return "BREAKING";
    if (at < last) found.push("ADDITIVE");
    last = Math.max(last, at);
    found.push(...fieldChanges(old, after[at]));
  }
  const known = new Set(before.map((field) => field.name));
  for (const field of after.filter((one) => !known.has(one.name))) {
    found.push(mayBeAbsent(field) ? "ADDITIVE" : "BREAKING");
  }
  return VERDICTS[Math.max(...found.map((one) => VERDICTS.indexOf(one)))];
}

// Every schema that the dataset has had, in order.
function readSchemas(reader, control, dataset) {
  const all = [];
  for (let number = 1; ; number++) {
    const key = `${control}schemas/${dataset}/${String(number).padStart(6, "0")}.json`;
    const stored = reader.object(key, { missing: true });
    if (!stored) return all;
    const { json } = stored;
    const before = all[all.length - 1];
    const fingerprint = reader.sha256(reader.canonical({ fields: json.fields }));
    if (json.format !== "strongroom.schema.v1" || json.dataset !== dataset || json.number !== number) {
      reader.refuse(key, "is not the one it is named for");
    }
    if (json.previous !== before?.digest) reader.refuse(key, "does not follow from the schema before it");
    if (json.fingerprint !== fingerprint) reader.refuse(key, "has a fingerprint of other fields");
    if (json.verdict !== verdict(before?.fields ?? json.fields, json.fields)) {
      reader.refuse(key, "has another verdict than its change");
    }
    const { version, fields } = json;
    all.push({ version, fields, fingerprint, digest: reader.sha256(stored.bytes) });
  }
}

// The number of schemas of the dataset, when the run's is one of them.
export function checkSchema(reader, control, manifestKey, { dataset, schema, schemaVersion }) {
  const all = readSchemas(reader, control, dataset);
  if (!all.some((one) => one.fingerprint === schema && one.version === schemaVersion)) {
    reader.refuse(manifestKey, `names a schema that dataset ${dataset} does not have`);
  }
  return all.length;
}
