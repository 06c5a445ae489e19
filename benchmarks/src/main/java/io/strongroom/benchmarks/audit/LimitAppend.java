package io.strongroom.benchmarks.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;

/**
 * The least that any log of 512 appends in flight does: a leaf hash for each entry, and one write
 * and fdatasync for all of them together. No tree, no signature, no index given to anybody.
 */
final class LimitAppend implements AppendContender {
  private static final long FILE = 512L << 20;
  private static final int GROUP = 512;
  private static final int HASH = 32;

  private final PreallocatedFile file;
  private final MessageDigest digest = NaiveChain.sha256();
  private int next;

  LimitAppend(Path folder) throws IOException {
    this.file = new PreallocatedFile(folder.resolve("limit"), FILE);
  }

  @Override
  public void append(int count) throws IOException {
    for (int done = 0; done < count; done += GROUP) {
      int group = Math.min(GROUP, count - done);
      ByteBuffer bytes = ByteBuffer.allocate(group * (Entries.LENGTH + HASH));
      for (int i = 0; i < group; i++) {
        byte[] entry = Entries.entry(next++);
        digest.update((byte) 0);
        bytes.put(entry).put(digest.digest(entry));
      }
      file.append(bytes.flip());
    }
  }

  @Override
  public void check(long appended) throws IOException {
    byte[] entry = new byte[Entries.LENGTH];
    byte[] hash = new byte[HASH];
    for (int i = 0; i < appended; i++) {
      int record = Entries.LENGTH + HASH;
      file.read((long) i * record, record).get(entry).get(hash);
      digest.update((byte) 0);
      if (!MessageDigest.isEqual(digest.digest(entry), hash)) {
        throw new IllegalStateException("the hash of entry " + i + " is wrong");
      }
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
