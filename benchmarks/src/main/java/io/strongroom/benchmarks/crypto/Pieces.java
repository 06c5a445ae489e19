package io.strongroom.benchmarks.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** How an application uses streams here. */
final class Pieces {
  /** The length of a piece in bytes. */
  static final int LENGTH = 64 * 1024;

  private Pieces() {}

  static void write(byte[] bytes, OutputStream sink) throws IOException {
    int at = 0;
    do { // Once for no bytes too: the Encryption SDK's stream begins its message with a call.
      int length = Math.min(LENGTH, bytes.length - at);
      sink.write(bytes, at, length);
      at += length;
    } while (at < bytes.length);
  }

  static void read(InputStream source, byte[] buffer, OutputStream sink) throws IOException {
    for (int read = source.read(buffer); read >= 0; read = source.read(buffer)) {
      sink.write(buffer, 0, read);
    }
  }
}
