package io.strongroom.crypto;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Any bytes as a header: refused with a typed error or read, at a bounded cost; what is read in
 * format version 2 says the same when it is written again.
 */
public final class HeaderFuzz {
  /** Twice the longest header, its fields copied out, and what the JVM needs beside. */
  private static final long MOST_ALLOCATED = 6L * MessageHeader.MAX_BYTES;

  private static final int MAX_FRAME = 1024 * 1024;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private HeaderFuzz() {}

  /**
   * Called by the fuzzer.
   *
   * @param input any bytes
   */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    long most = MOST_ALLOCATED + 8L * input.length;
    long cost = cost(input);
    if (cost > most) {
      // The first time may have loaded classes.
      cost = cost(input);
    }
    if (cost > most) {
      throw new AssertionError("the header cost " + cost + " bytes");
    }
    MessageHeader header = read(input);
    if (header != null) {
      requireWrittenTheSame(header, input);
    }
  }

  private static long cost(byte[] input) throws IOException {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    read(input);
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  private static MessageHeader read(byte[] input) throws IOException {
    try {
      return MessageHeader.read(new ByteArrayInputStream(input), MAX_FRAME, true);
    } catch (DecryptionFailedException refused) {
      return null;
    }
  }

  private static void requireWrittenTheSame(MessageHeader header, byte[] input) throws IOException {
    if (header.length() > input.length || header.length() > MessageHeader.MAX_BYTES) {
      throw new AssertionError("a header of " + header.length() + " bytes");
    }
    if (!Arrays.equals(header.body(), Arrays.copyOf(input, header.body().length))) {
      throw new AssertionError("authenticated would be other bytes than were read");
    }
    if (header.suite().version() == 2 && header.framed()) {
      byte[] again =
          MessageHeader.body(
              header.suite(),
              header.messageId(),
              header.context(),
              header.keys(),
              header.frameLength(),
              header.commitment());
      MessageHeader same = read(Arrays.copyOf(again, again.length + ContentKey.TAG));
      // Others may write the pairs of the context in another order; nothing else is free.
      if (same == null
          || again.length != header.body().length
          || !same.context().equals(header.context())
          || !same.keys().equals(header.keys())
          || !Arrays.equals(same.messageId(), header.messageId())
          || !Arrays.equals(same.commitment(), header.commitment())) {
        throw new AssertionError("written again, the header is another");
      }
    }
  }

  /** Messages of every kind. */
  static List<byte[]> seeds() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    Path folder = Path.of("src/test/resources/golden");
    try (DirectoryStream<Path> golden = Files.newDirectoryStream(folder, "message-*.hex")) {
      for (Path file : golden) {
        String name = file.getFileName().toString();
        seeds.add(GoldenMessageTest.golden(name.replaceAll("message-|\\.hex", "")));
      }
    }
    return seeds;
  }
}
