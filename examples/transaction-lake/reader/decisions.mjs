// What people have decided, checked by the independent reader: the approvals that a publication rests on, and the
// plan, the floor and the order of retirements. Nothing but Node's standard library.
//
// `reader` brings: refuse(object, why), digestNamed(key, digest), signed(stored, what), keys (of the keyring).

const DIGEST = /^[0-9a-f]{64}$/;

// The publications that a decision may have been about: those since a base, and the base, none before a rollback.
function bases(history, at, base) {
  const found = new Set();
  for (const publication of history.slice(at + 1)) {
    found.add(publication.digest);
    if (publication.body.kind === "ROLLBACK" || publication.digest === base) return found;
  }
  if (base === undefined) found.add(undefined);
  return found;
}

function checkApprovals(reader, control, name, history, at, subject, base, folder, run) {
  const { key, body } = history[at];
  const approvers = new Set();
  const about = bases(history, at, base);
  body.approvals.forEach((digest, i) => {
    if (!DIGEST.test(digest) || (i > 0 && digest <= body.approvals[i - 1])) {
      reader.refuse(key, "names its approvals in another form or order");
    }
    const stored = reader.digestNamed(`${folder}${digest}.json`, digest);
    const approval = reader.signed(stored, "approval");
    const { signatures } = stored.json;
    const signer = reader.keys.find((k) => k.purpose === "approval" && k.keyid === signatures[0].keyid);
    const counts =
      signer.from <= body.intent.index && (signer.until === undefined || body.intent.index < signer.until);
    if (
      signatures.length !== 1 ||
      signer.holder !== approval.approver ||
      signer.revoked ||
      !counts ||
      approval.format !== "strongroom.approval.v1" ||
      approval.pipeline !== name ||
      approval.subject !== subject ||
      approval.run !== run ||
      approval.decision !== "APPROVED" ||
      !about.has(approval.base) ||
      approvers.has(approval.approver)
    ) {
      reader.refuse(stored.key, "is no approval on which the publication can rest");
    }
    approvers.add(approval.approver);
  });
}

function checkPlan(reader, control, name, { key, body }, floorBefore) {
  const plan = reader.digestNamed(`${control}deletions/${body.plan}/plan.json`, body.plan).json;
  if (plan.format !== "strongroom.deletion.v1" || plan.pipeline !== name || plan.kind !== "RETENTION") {
    reader.refuse(key, "retires what is no retention");
  }
  if ((body.floor ?? 1) !== Math.max(plan.floor, floorBefore)) reader.refuse(key, "has another floor than its plan");
  for (const { digest, items } of plan.parts) {
    const part = reader.digestNamed(`${control}deletion-parts/${digest}.json`, digest);
    if (part.json.pipeline !== name || part.json.items.length !== items) reader.refuse(part.key, "is of another plan");
  }
  return plan;
}

// The history is newest first: { key, digest, body }.
export function checkDecisions(reader, control, name, history) {
  history.forEach((publication, at) => {
    const { key, body } = publication;
    const floor = body.floor ?? 1;
    const before = history[at + 1]?.body.floor ?? 1;
    if (floor < before || floor > body.seq) reader.refuse(key, "has a floor that falls or does not exist yet");
    if (body.kind === "RETIRE") {
      const plan = checkPlan(reader, control, name, publication, before);
      const folder = `${control}deletions/${body.plan}/approvals/`;
      if (body.approvals) checkApprovals(reader, control, name, history, at, body.plan, plan.base, folder);
      return;
    }
    if (floor !== before) reader.refuse(key, "changes the floor and is no retirement");
    if (body.kind === "ROLLBACK") {
      if (body.approvals) reader.refuse(key, "is a rollback and names approvals");
      if (body.rollback.to !== 0 && body.rollback.to < before) reader.refuse(key, "restores what was retired");
    } else if (body.approvals) {
      const folder = `${control}runs/${body.run}/`;
      const stored = reader.object(`${folder}manifest.json`);
      const manifest = reader.signed(stored, "manifest");
      const subject = reader.sha256(stored.bytes);
      const approvals = `${folder}approvals/`;
      checkApprovals(reader, control, name, history, at, subject, manifest.base, approvals, body.run);
    }
  });
}
