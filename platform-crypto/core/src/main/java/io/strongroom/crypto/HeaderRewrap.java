package io.strongroom.crypto;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Wraps the data key of a stored message under other keys by rewriting its header alone: the data
 * key is unwrapped, wrapped anew, and the new header gets its tag; the frames stay, byte for byte,
 * and are not decrypted. The message is then under the new keys and no others.
 *
 * <p><b>What it costs.</b> In this format every header of a message is authenticated under one key
 * and one IV. Whoever sees two different headers of one message can compute from their tags what
 * authenticates its frames, and can from then on <em>change</em> the message unnoticed where it can
 * be written to. Reading it still takes the data key. So this is for messages whose former header
 * is destroyed with every copy: other versions of the object, replicas, backups. Where that cannot
 * be said, decrypt the message and encrypt it anew; where re-wrapping is planned for, keep the
 * wrapped keys in records ({@code io.strongroom.crypto.rewrap}), which costs nothing of this kind.
 *
 * <p>Guarantees: the header is authenticated before anything is written, with the expected context;
 * message id, context, commitment and frames stay. The frames are not verified: what was wrong with
 * them still is, and every reader notices it.
 *
 * <p>Only unsigned messages of format version 2 are taken. The signature of a signed one covers its
 * header, and its private key is gone; one of version 1 has no key commitment.
 *
 * <p>Safe for use by several threads.
 */
public final class HeaderRewrap {
  private final EnvelopeEncryptor encryptor;

  private HeaderRewrap(EnvelopeEncryptor encryptor) {
    this.encryptor = encryptor;
  }

  /**
   * Rewrites headers. The name is what the caller answers for: see the cost above.
   *
   * @param encryptor its key service unwraps and wraps, its limits hold
   * @return rewrites headers
   */
  public static HeaderRewrap whereFormerHeadersAreDestroyed(EnvelopeEncryptor encryptor) {
    return new HeaderRewrap(Objects.requireNonNull(encryptor, "encryptor"));
  }

  /**
   * Rewrites the header of a message.
   *
   * @param message not changed
   * @param wrapping the keys that are to open it from now on
   * @param expected every pair must stand in the message's context, which may hold more
   * @return the message with another header
   * @throws DecryptionFailedException when the header is not authentic, of another format or
   *     context, or passes a limit; MESSAGE_KIND_REFUSED when the message is signed or of format
   *     version 1
   * @throws KeyUnavailableException when no key that wraps the data key can be used, or one of the
   *     new keys cannot
   * @throws IllegalArgumentException when the new wrapped keys are longer than a header, or the
   *     message than an array
   */
  public byte[] rewrap(byte[] message, WrappingKeys wrapping, EncryptionContext expected) {
    MessageHeader header;
    try {
      header = read(new ByteArrayInputStream(message));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    byte[] rewritten = encryptor.rewrapped(header, wrapping, expected);
    int body = message.length - header.length();
    if (rewritten.length > Integer.MAX_VALUE - 8 - body) {
      throw new IllegalArgumentException("the message is too long for an array: use a stream");
    }
    byte[] out = Arrays.copyOf(rewritten, rewritten.length + body);
    System.arraycopy(message, header.length(), out, rewritten.length, body);
    return out;
  }

  /**
   * Copies a message with another header, in constant memory.
   *
   * @param source read to its end; not closed
   * @param sink takes the message; nothing is written before the header is authenticated; not
   *     closed
   * @param wrapping the keys that are to open it from now on
   * @param expected every pair must stand in the message's context, which may hold more
   * @return how many bytes were written
   * @throws IOException when a stream fails; the sink then holds no message
   * @throws DecryptionFailedException as {@link #rewrap(byte[], WrappingKeys, EncryptionContext)}
   * @throws KeyUnavailableException as there
   */
  public long rewrap(
      InputStream source, OutputStream sink, WrappingKeys wrapping, EncryptionContext expected)
      throws IOException {
    SourceBuffer buffered = new SourceBuffer(source);
    byte[] rewritten = encryptor.rewrapped(read(buffered), wrapping, expected);
    sink.write(rewritten);
    long length = rewritten.length + FileMessages.copy(buffered, sink);
    sink.flush();
    return length;
  }

  /**
   * Rewrites the header of a message in a file, which is replaced in one step when the new one is
   * complete and on disk. The blocks of the former file are left to the file system.
   *
   * @param file holds a message; a file {@code .<name>.<random>.part} beside it may be left by a
   *     crash
   * @param wrapping the keys that are to open it from now on
   * @param expected every pair must stand in the message's context, which may hold more
   * @return the length of the file in bytes
   * @throws CryptoException FILE_UNUSABLE when the file cannot be read or replaced; it is then as
   *     it was
   * @throws DecryptionFailedException as {@link #rewrap(byte[], WrappingKeys, EncryptionContext)}
   * @throws KeyUnavailableException as there
   */
  public long rewrapFile(Path file, WrappingKeys wrapping, EncryptionContext expected) {
    return FileMessages.replace(file, file, (from, to) -> rewrap(from, to, wrapping, expected));
  }

  /**
   * The wrapped keys of a message, for a census of what is under which key. Nothing is called and
   * nothing authenticated.
   *
   * @param source read as far as the header reaches, or somewhat further; not closed
   * @return as they stand in the header
   * @throws IOException when the source fails
   * @throws DecryptionFailedException when the bytes are no message, or pass a limit
   */
  public List<WrappedDataKey> wrappedKeys(InputStream source) throws IOException {
    return encryptor.readHeaderAlone(new SourceBuffer(source)).keys();
  }

  private MessageHeader read(InputStream source) throws IOException {
    MessageHeader header = encryptor.readHeaderAlone(source);
    if (header.suite() != Suite.COMMITTED) {
      throw new DecryptionFailedException(
          CryptoErrorCode.MESSAGE_KIND_REFUSED,
          "the message is signed or of format version 1: its header cannot be rewritten");
    }
    return header;
  }
}
