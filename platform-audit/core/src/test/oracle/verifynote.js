// Verifies a checkpoint and inclusion proofs with @sigstore/verify.
//
// Argument: a JSON file {"checkpoint", "name", "id" (hexadecimal), "key" (SubjectPublicKeyInfo in
// base64), "proofs": [{"index", "entry" (base64), "hashes": [base64]}]}.
'use strict';
const crypto = require('crypto');
const fs = require('fs');
const path = require('path');

const verify = path.join(process.env.SIGSTORE_VERIFY, 'dist', 'tlog');
const { verifyCheckpoint } = require(path.join(verify, 'checkpoint'));
const { verifyMerkleInclusion } = require(path.join(verify, 'merkle'));

const task = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const log = {
  logID: Buffer.concat([Buffer.from(task.id, 'hex'), Buffer.alloc(28)]),
  baseURL: 'https://' + task.name,
  publicKey: crypto.createPublicKey({
    key: Buffer.from(task.key, 'base64'),
    format: 'der',
    type: 'spki',
  }),
};

function refused(what, action) {
  try {
    action();
  } catch (error) {
    return;
  }
  throw new Error('accepted: ' + what);
}

function entry(proof, envelope) {
  return {
    canonicalizedBody: Buffer.from(proof.entry, 'base64'),
    inclusionProof: {
      logIndex: String(proof.index),
      hashes: proof.hashes.map((hash) => Buffer.from(hash, 'base64')),
      checkpoint: { envelope },
    },
  };
}

for (const proof of task.proofs) {
  const good = entry(proof, task.checkpoint);
  verifyMerkleInclusion(good, verifyCheckpoint(good, [log]));
  const altered = entry(proof, task.checkpoint);
  altered.canonicalizedBody[0] ^= 1;
  refused('an altered entry', () =>
    verifyMerkleInclusion(altered, verifyCheckpoint(altered, [log])));
  const forged = entry(proof, task.checkpoint.replace('\n', '0\n'));
  refused('an altered checkpoint', () => verifyCheckpoint(forged, [log]));
}
console.log('ok ' + task.proofs.length + ' proofs');
