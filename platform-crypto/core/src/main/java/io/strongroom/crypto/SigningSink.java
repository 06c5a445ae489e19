package io.strongroom.crypto;

import java.io.IOException;
import java.io.OutputStream;

/** Signs what passes through it on the way to a sink. */
final class SigningSink extends OutputStream {
  private final OutputStream sink;
  private final MessageSigner signer;

  SigningSink(OutputStream sink, MessageSigner signer) {
    this.sink = sink;
    this.signer = signer;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    signer.update(bytes, from, length);
    sink.write(bytes, from, length);
  }

  @Override
  public void flush() throws IOException {
    sink.flush();
  }

  /** Writes the footer of the message that has passed. */
  void writeFooter() throws IOException {
    sink.write(signer.footer());
  }
}
