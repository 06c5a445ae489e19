package io.strongroom.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Objects;

/**
 * A generator that takes 32 bytes of the operating system as a further seed before its first use
 * under another epoch of a guard. The platform's own generator is not enough: it keeps bytes of the
 * operating system in memory for a while, and so in the snapshot.
 */
final class ReseededRandom extends SecureRandom {
  private static final long serialVersionUID = 1L;
  private static final Path KERNEL = Path.of("/dev/urandom");
  private static final int SEED = 32;

  private final SecureRandom source;
  private final transient SnapshotGuard guard;
  private final transient Object reseeding = new Object();
  private volatile long seen;

  ReseededRandom(SecureRandom source, SnapshotGuard guard) {
    this.source = Objects.requireNonNull(source, "source");
    this.guard = guard;
    this.seen = guard.epoch();
  }

  @Override
  public void nextBytes(byte[] bytes) {
    long epoch = guard.epoch();
    if (epoch != seen) {
      synchronized (reseeding) {
        if (epoch > seen) {
          source.setSeed(operatingSystem());
          seen = epoch;
        }
      }
    }
    source.nextBytes(bytes);
  }

  private static byte[] operatingSystem() {
    if (Files.isReadable(KERNEL)) {
      try (InputStream kernel = Files.newInputStream(KERNEL)) {
        byte[] seed = kernel.readNBytes(SEED);
        if (seed.length == SEED) {
          return seed;
        }
      } catch (IOException unreadable) {
        // The platform's own way is left.
      }
    }
    return new SecureRandom().generateSeed(SEED);
  }

  @Override
  public void setSeed(byte[] seed) {
    source.setSeed(seed);
  }

  @Override
  public String getAlgorithm() {
    return source.getAlgorithm();
  }

  @Override
  public byte[] generateSeed(int bytes) {
    return source.generateSeed(bytes);
  }

  @Override
  public String toString() {
    return "ReseededRandom[" + source.getAlgorithm() + "]";
  }
}
