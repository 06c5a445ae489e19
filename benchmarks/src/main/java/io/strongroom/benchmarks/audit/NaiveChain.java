package io.strongroom.benchmarks.audit;

import io.strongroom.crypto.signing.Ed25519Signer;
import io.strongroom.crypto.signing.Ed25519Verifier;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Signer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What is written by hand: each record is hashed with the hash before it, signed with the same fast
 * Ed25519, and written and forced to disk, one after another. It takes bytes as they are, and its
 * file is preallocated, which is to its advantage.
 */
final class NaiveChain implements AppendContender {
  private static final long FILE = 512L << 20;
  private static final int HASH = 32;
  private static final int SIGNATURE = 64;
  private static final int RECORD = Entries.LENGTH + HASH + SIGNATURE;

  private final PreallocatedFile file;
  private final Signer signer =
      Ed25519Signer.fromSeed(KeyPurpose.CHECKPOINT, StrongroomAppend.seed(1));
  private final MessageDigest digest = sha256();
  private byte[] last = new byte[HASH];
  private int next;

  NaiveChain(Path folder) throws IOException {
    this.file = new PreallocatedFile(folder.resolve("chain"), FILE);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java has SHA-256", missing);
    }
  }

  @Override
  public void append(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      byte[] entry = Entries.entry(next++);
      digest.update(last);
      last = digest.digest(entry);
      ByteBuffer record = ByteBuffer.allocate(RECORD);
      record.put(entry).put(last).put(signer.sign(last)).flip();
      file.append(record);
    }
  }

  @Override
  public void check(long appended) throws IOException {
    byte[] before = new byte[HASH];
    for (int i = 0; i < appended; i++) {
      ByteBuffer record = file.read((long) i * RECORD, RECORD);
      byte[] entry = new byte[Entries.LENGTH];
      byte[] hash = new byte[HASH];
      byte[] signature = new byte[SIGNATURE];
      record.get(entry).get(hash).get(signature);
      digest.update(before);
      before = digest.digest(entry);
      if (!MessageDigest.isEqual(before, hash)
          || !Ed25519Verifier.verify(signer.publicKey(), hash, signature)) {
        throw new IllegalStateException("the chain is broken at " + i);
      }
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
