package io.strongroom.crypto;

import static io.strongroom.crypto.Samples.CONTEXT;
import static io.strongroom.crypto.Samples.KEY;
import static io.strongroom.crypto.Samples.filled;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Prints how many bytes the hot paths allocate in the thread that uses them. In a process of its
 * own, because what the JIT compiler takes away depends on what else has run. It takes allocations
 * away as it goes, so each path is run until it stays at its ceiling, or for ten seconds.
 */
final class AllocationProcess {
  private static final int FRAME = 16 * 1024;
  private static final int MIB = 1024 * 1024;
  private static final int SHORT = 4096;
  private static final int STEADY = 5;
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final EnvelopeEncryptor encryptor =
      EnvelopeEncryptor.builder(Samples.keys()).frameLength(FRAME).parallelism(1).build();
  private final byte[] plaintext = filled(MIB, 1);

  private final Set<String> asked;

  private AllocationProcess(Set<String> asked) {
    this.asked = asked;
  }

  /** Arguments: the paths to measure, all of them when there are none. */
  public static void main(String... arguments) throws IOException {
    AllocationProcess process = new AllocationProcess(Set.of(arguments));
    process.sealFrame();
    process.sealFrameOfParts();
    process.sealFrameOfDirectBuffer();
    process.openFrame();
    process.openFrameIntoDirectBuffer();
    process.messages();
    process.reading();
  }

  private interface Work {
    void run(int times) throws IOException;
  }

  /**
   * What is allocated once, such as a stream's buffers, is left out: long runs are compared with
   * runs half as long.
   */
  private void measure(String path, int units, int times, Work work) throws IOException {
    if (!asked.isEmpty() && !asked.contains(path)) {
      return;
    }
    double ceiling = ceiling(path);
    long end = System.nanoTime() + MOST_NANOS;
    int steady = 0;
    double last = 0;
    while (steady < STEADY && System.nanoTime() < end) {
      long shorter = allocated(work, 4 * times);
      long longer = allocated(work, 8 * times);
      double now = (longer - shorter) / (4.0 * times * units);
      boolean same = Math.abs(now - last) <= Math.max(1, last / 100);
      steady = same && now <= ceiling ? steady + 1 : 0;
      last = now;
    }
    System.out.printf(Locale.ROOT, "%s=%.1f%n", path, last);
  }

  private long allocated(Work work, int times) throws IOException {
    long before = threads.getCurrentThreadAllocatedBytes();
    work.run(times);
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  static double ceiling(String path) throws IOException {
    Properties ceilings = new Properties();
    try (InputStream in = AllocationProcess.class.getResourceAsStream("/allocation.properties")) {
      ceilings.load(in);
    }
    String ceiling = ceilings.getProperty(path + "." + Runtime.version().feature());
    return Double.parseDouble(Objects.requireNonNull(ceiling, path));
  }

  private static void requireWhole(int read) {
    if (read != MIB) {
      throw new AssertionError("only " + read + " bytes were read");
    }
  }

  private void sealFrame() throws IOException {
    measure(
        "seal-frame",
        MIB / FRAME,
        1,
        mebibytes -> {
          try (EnvelopeOutputStream out = encrypting()) {
            for (int i = 0; i < mebibytes; i++) {
              out.write(plaintext);
            }
            out.finish();
          }
        });
  }

  private void sealFrameOfParts() throws IOException {
    measure(
        "seal-frame-of-parts",
        MIB / FRAME,
        1,
        mebibytes -> {
          try (EnvelopeOutputStream out = encrypting()) {
            for (int i = 0; i < mebibytes; i++) {
              out.write(1);
              for (int at = 0; at < MIB; at += 5000) {
                out.write(plaintext, at, Math.min(5000, MIB - at));
              }
            }
            out.finish();
          }
        });
  }

  private void sealFrameOfDirectBuffer() throws IOException {
    ByteBuffer direct = ByteBuffer.allocateDirect(MIB).put(plaintext);
    measure(
        "seal-frame-of-direct-buffer",
        MIB / FRAME,
        1,
        mebibytes -> {
          try (EnvelopeOutputStream out = encrypting()) {
            for (int i = 0; i < mebibytes; i++) {
              out.write(direct.clear());
            }
            out.finish();
          }
        });
  }

  private EnvelopeOutputStream encrypting() {
    return encryptor.encrypting(OutputStream.nullOutputStream(), KEY, CONTEXT);
  }

  private void openFrame() throws IOException {
    byte[] message = encryptor.encrypt(filled(9 * MIB, 3), KEY, CONTEXT);
    byte[] read = new byte[MIB];
    measure(
        "open-frame",
        MIB / FRAME,
        1,
        mebibytes -> {
          InputStream in = encryptor.decrypting(new ByteArrayInputStream(message), CONTEXT);
          for (int i = 0; i < mebibytes; i++) {
            requireWhole(in.readNBytes(read, 0, MIB));
          }
        });
  }

  private void openFrameIntoDirectBuffer() throws IOException {
    byte[] message = encryptor.encrypt(filled(9 * MIB, 3), KEY, CONTEXT);
    ByteBuffer direct = ByteBuffer.allocateDirect(MIB);
    measure(
        "open-frame-into-direct-buffer",
        MIB / FRAME,
        1,
        mebibytes -> {
          EnvelopeInputStream in = encryptor.decrypting(new ByteArrayInputStream(message), CONTEXT);
          for (int i = 0; i < mebibytes; i++) {
            direct.clear();
            while (direct.hasRemaining()) {
              in.read(direct);
            }
          }
        });
  }

  private void messages() throws IOException {
    DataKeyLimits limits = DataKeyLimits.of(Duration.ofHours(1), 1L << 30, 1L << 50);
    try (CachingKeyService cache = CachingKeyService.builder(Samples.keys(), limits).build()) {
      EnvelopeEncryptor cached = EnvelopeEncryptor.builder(cache).build();
      byte[] text = filled(SHORT, 4);
      byte[] message = cached.encrypt(text, KEY, CONTEXT);
      measure(
          "encrypt-4KiB",
          1,
          200,
          times -> {
            for (int i = 0; i < times; i++) {
              cached.encrypt(text, KEY, CONTEXT);
            }
          });
      measure(
          "decrypt-4KiB",
          1,
          200,
          times -> {
            for (int i = 0; i < times; i++) {
              cached.decrypt(message, CONTEXT);
            }
          });
    }
  }

  private void reading() throws IOException {
    byte[] message = Samples.encryptor(SHORT).encrypt(filled(16 * MIB, 5), KEY, CONTEXT);
    byte[] read = new byte[SHORT];
    RangedSource source = RangedSource.of(message);
    measure(
        "open-and-read-4KiB",
        1,
        200,
        times -> {
          for (int i = 0; i < times; i++) {
            encryptor.open(source, CONTEXT).read(i * 7_654_321L % (15 * MIB), read, 0, SHORT);
          }
        });
    EnvelopeChannel open = encryptor.open(source, CONTEXT);
    open.read(0, read, 0, SHORT);
    measure(
        "read-4KiB",
        1,
        200,
        times -> {
          for (int i = 0; i < times; i++) {
            open.read(i * 7_654_321L % (15 * MIB), read, 0, SHORT);
          }
        });
  }
}
