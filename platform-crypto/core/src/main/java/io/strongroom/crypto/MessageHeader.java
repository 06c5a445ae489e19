package io.strongroom.crypto;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The header of a message of format version 2, suite 0x0478, framed. {@code body} is what the tag
 * authenticates: everything before the tag.
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared and never leaves this package.
record MessageHeader(
    byte[] messageId,
    EncryptionContext context,
    List<WrappedDataKey> keys,
    int frameLength,
    byte[] commitment,
    byte[] body,
    byte[] tag) {
  static final int MESSAGE_ID = 32;

  /** The most wrapped keys that a header may hold: each may cost a call to a key service. */
  static final int MAX_KEYS = WrappingKeys.MOST;

  /** The longest header that is read, in bytes. */
  static final int MAX_BYTES = 256 * 1024;

  private static final int VERSION = 2;
  private static final int SUITE = 0x0478;
  private static final int SIGNED_SUITE = 0x0578;
  private static final int FRAMED = 2;
  private static final int UNFRAMED = 1;

  /** The bytes of a new header before its tag. */
  static byte[] body(
      byte[] messageId,
      EncryptionContext context,
      List<WrappedDataKey> keys,
      int frameLength,
      byte[] commitment) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try {
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeByte(VERSION);
      out.writeShort(SUITE);
      out.write(messageId);
      writeField(out, context.serialize());
      out.writeShort(keys.size());
      for (WrappedDataKey key : keys) {
        writeField(out, key.providerId().getBytes(StandardCharsets.UTF_8));
        writeField(out, key.providerInfo());
        writeField(out, key.ciphertext());
      }
      out.writeByte(FRAMED);
      out.writeInt(frameLength);
      out.write(commitment);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    if (bytes.size() + ContentKey.TAG > MAX_BYTES) {
      throw new IllegalArgumentException("the wrapped keys are too long for a header");
    }
    return bytes.toByteArray();
  }

  private static void writeField(DataOutputStream out, byte[] field) throws IOException {
    out.writeShort(field.length);
    out.write(field);
  }

  /** Reads a header. Nothing in it is authenticated yet. */
  static MessageHeader read(InputStream source, int maxFrameLength) throws IOException {
    Reader in = new Reader(source);
    int version = in.u8();
    if (version != VERSION) {
      throw unsupported(
          version == 1
              ? "message format version 1, which has no key commitment, is refused"
              : "the bytes are no Encryption SDK message");
    }
    int suite = in.u16();
    if (suite != SUITE) {
      throw unsupported(
          "algorithm suite 0x%04x is refused%s"
              .formatted(suite, suite == SIGNED_SUITE ? ": signed messages are not read" : ""));
    }
    byte[] messageId = in.bytes(MESSAGE_ID);
    EncryptionContext context = EncryptionContext.parse(in.field());
    if (context == null) {
      throw malformed();
    }
    int count = in.u16();
    if (count == 0) {
      throw malformed();
    }
    if (count > MAX_KEYS) {
      throw limit("the header holds " + count + " wrapped keys; the limit is " + MAX_KEYS);
    }
    List<WrappedDataKey> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      keys.add(WrappedDataKey.of(utf8(in.field()), in.field(), in.field()));
    }
    int contentType = in.u8();
    if (contentType == UNFRAMED) {
      throw unsupported("a message without frames is refused");
    }
    if (contentType != FRAMED) {
      throw malformed();
    }
    long frameLength = in.u32();
    if (frameLength == 0) {
      throw malformed();
    }
    if (frameLength > maxFrameLength) {
      throw limit(
          "the header asks for frames of "
              + frameLength
              + " bytes; the limit maxFrameLength is "
              + maxFrameLength);
    }
    byte[] commitment = in.bytes(ContentKey.COMMITMENT);
    byte[] body = in.seen();
    byte[] tag = in.bytes(ContentKey.TAG);
    return new MessageHeader(
        messageId, context, List.copyOf(keys), (int) frameLength, commitment, body, tag);
  }

  /** The length of the whole header in bytes. */
  int length() {
    return body.length + tag.length;
  }

  private static String utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException notUtf8) {
      throw malformed();
    }
  }

  private static DecryptionFailedException unsupported(String message) {
    return new DecryptionFailedException(CryptoErrorCode.MESSAGE_UNSUPPORTED, message);
  }

  private static DecryptionFailedException limit(String message) {
    return new DecryptionFailedException(CryptoErrorCode.MESSAGE_LIMIT_EXCEEDED, message);
  }

  private static DecryptionFailedException malformed() {
    return new DecryptionFailedException(
        CryptoErrorCode.DECRYPTION_FAILED, "the message's header is malformed");
  }

  static DecryptionFailedException truncated() {
    return new DecryptionFailedException(
        CryptoErrorCode.MESSAGE_TRUNCATED, "the message ends before its final frame");
  }

  /** Reads fields and remembers all bytes it has read. */
  private static final class Reader {
    private final InputStream source;
    private final ByteArrayOutputStream seen = new ByteArrayOutputStream(512);

    Reader(InputStream source) {
      this.source = source;
    }

    byte[] bytes(int length) throws IOException {
      if (length > MAX_BYTES - seen.size()) {
        throw limit("the header is longer than " + MAX_BYTES + " bytes");
      }
      byte[] bytes = source.readNBytes(length);
      if (bytes.length < length) {
        throw truncated();
      }
      seen.write(bytes, 0, length);
      return bytes;
    }

    byte[] field() throws IOException {
      return bytes(u16());
    }

    int u8() throws IOException {
      return bytes(1)[0] & 0xff;
    }

    int u16() throws IOException {
      return ByteBuffer.wrap(bytes(2)).getShort() & 0xffff;
    }

    long u32() throws IOException {
      return ByteBuffer.wrap(bytes(4)).getInt() & 0xffffffffL;
    }

    byte[] seen() {
      return seen.toByteArray();
    }
  }
}
