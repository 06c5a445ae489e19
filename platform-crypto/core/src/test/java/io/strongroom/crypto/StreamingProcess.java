package io.strongroom.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.util.Arrays;

/** Encrypts a generated stream into a pipe and checks what comes out of it, in its own JVM. */
final class StreamingProcess {
  private static final int CHUNK = 64 * 1024;

  private StreamingProcess() {}

  public static void main(String[] arguments) throws IOException {
    long length = Long.parseLong(arguments[0]);
    EnvelopeEncryptor encryptor = EnvelopeEncryptor.builder(Samples.keys()).build();
    Pipe pipe = Pipe.open();
    Thread writer = new Thread(() -> write(encryptor, pipe, length));
    writer.setDaemon(true);
    writer.start();
    byte[] expected = new byte[CHUNK];
    byte[] read = new byte[CHUNK];
    long at = 0;
    try (InputStream in =
        encryptor.decrypting(Channels.newInputStream(pipe.source()), Samples.CONTEXT)) {
      for (int n = in.readNBytes(read, 0, CHUNK); n > 0; n = in.readNBytes(read, 0, CHUNK)) {
        generate(expected, at);
        if (!Arrays.equals(read, 0, n, expected, 0, n)) {
          throw new IllegalStateException("other bytes behind " + at);
        }
        at += n;
      }
    }
    System.out.println(at + " bytes");
  }

  private static void write(EnvelopeEncryptor encryptor, Pipe pipe, long length) {
    byte[] chunk = new byte[CHUNK];
    try (OutputStream sink = Channels.newOutputStream(pipe.sink());
        EnvelopeOutputStream out = encryptor.encrypting(sink, Samples.KEY, Samples.CONTEXT)) {
      for (long at = 0; at < length; at += CHUNK) {
        generate(chunk, at);
        out.write(chunk, 0, (int) Math.min(CHUNK, length - at));
      }
      out.finish();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Mostly zeros, with the position at the beginning. */
  private static void generate(byte[] chunk, long at) {
    FrameLayout.putLong(chunk, 0, at);
  }

  /** What the process prints. */
  static String run(long length, String heap) throws IOException, InterruptedException {
    return ChildJvm.run(StreamingProcess.class, heap, Long.toString(length));
  }
}
