package io.strongroom.benchmarks.audit;

import io.strongroom.crypto.signing.Ed25519Signer;
import io.strongroom.crypto.signing.Ed25519Verifier;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Signer;
import java.security.DigestException;
import java.security.MessageDigest;

/**
 * What a chain of hashes asks of an auditor: to hash every record of it, whichever run he wants to
 * know about, and to verify the signature over the last. Its records are made in memory; that they
 * would have to be read is not counted, which is to its advantage.
 */
final class ChainedRun implements RunContender {
  private static final int HASH = 32;

  private final GeneratedLog log;
  private final int changed;
  private final MessageDigest digest = NaiveChain.sha256();
  private final Signer signer =
      Ed25519Signer.fromSeed(KeyPurpose.CHECKPOINT, StrongroomAppend.seed(1));
  private final byte[] signature;
  private boolean flipped;

  ChainedRun(GeneratedLog log, long[] indexes) {
    this.log = log;
    this.changed = (int) indexes[indexes.length / 2];
    this.signature = signer.sign(head());
  }

  private byte[] head() {
    byte[] entry = new byte[Entries.LENGTH];
    byte[] last = new byte[HASH];
    try {
      for (int number = 0; number < log.size(); number++) {
        GeneratedLog.write(number, entry);
        if (flipped && number == changed) {
          entry[Entries.LENGTH - 1] ^= 1;
        }
        digest.update(last);
        digest.update(entry);
        digest.digest(last, 0, HASH);
        entry[Entries.LENGTH - 1] = 0;
      }
    } catch (DigestException impossible) {
      throw new IllegalStateException(impossible);
    }
    return last;
  }

  @Override
  public boolean verify() {
    return Ed25519Verifier.verify(signer.publicKey(), head(), signature);
  }

  @Override
  public void flipEntry() {
    flipped = !flipped;
  }

  @Override
  public long proofBytes() {
    return (long) log.size() * Entries.LENGTH;
  }
}
