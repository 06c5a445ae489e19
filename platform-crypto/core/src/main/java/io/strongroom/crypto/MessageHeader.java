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
import org.jspecify.annotations.Nullable;

/**
 * The header of a message. {@code body} is everything before what authenticates it: the tag, and in
 * format version 1 the tag's IV before it.
 *
 * @param frameLength 0 when the body is not framed
 * @param commitment empty in format version 1
 * @param iv the IV of the tag: zero in format version 2, which does not store it
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared and never leaves this package.
record MessageHeader(
    Suite suite,
    byte[] messageId,
    EncryptionContext context,
    List<WrappedDataKey> keys,
    int frameLength,
    byte[] commitment,
    byte[] body,
    byte[] iv,
    byte[] tag) {
  /** The most wrapped keys that a header may hold: each may cost a call to a key service. */
  static final int MAX_KEYS = WrappingKeys.MOST;

  /** The longest header that is read, in bytes. */
  static final int MAX_BYTES = 256 * 1024;

  /** Holds the public key of a signed message. */
  static final String PUBLIC_KEY = "aws-crypto-public-key";

  private static final int VERSION_1 = 1;
  private static final int VERSION_2 = 2;

  /** "Customer authenticated encrypted data", the only type of format version 1. */
  private static final int TYPE = 0x80;

  private static final int FRAMED = 2;
  private static final int UNFRAMED = 1;

  /** The bytes of a new header of format version 2 before its tag. */
  static byte[] body(
      Suite suite,
      byte[] messageId,
      EncryptionContext context,
      List<WrappedDataKey> keys,
      int frameLength,
      byte[] commitment) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try {
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeByte(suite.version());
      out.writeShort(suite.id());
      out.write(messageId);
      writeField(out, context.serialize());
      writeKeys(out, keys);
      out.writeByte(FRAMED);
      out.writeInt(frameLength);
      out.write(commitment);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return withinLimit(bytes);
  }

  private static byte[] withinLimit(ByteArrayOutputStream bytes) {
    if (bytes.size() + ContentKey.TAG > MAX_BYTES) {
      throw new IllegalArgumentException("the wrapped keys are too long for a header");
    }
    return bytes.toByteArray();
  }

  private static void writeKeys(DataOutputStream out, List<WrappedDataKey> keys)
      throws IOException {
    out.writeShort(keys.size());
    for (WrappedDataKey key : keys) {
      writeField(out, key.providerId().getBytes(StandardCharsets.UTF_8));
      writeField(out, key.providerInfo());
      writeField(out, key.ciphertext());
    }
  }

  /** The body of a header of format version 2 with other wrapped keys, and all else as it is. */
  byte[] bodyWith(List<WrappedDataKey> others) {
    int contextAt = Byte.BYTES + Short.BYTES + messageId.length;
    int from = contextAt + Short.BYTES + (ByteBuffer.wrap(body).getShort(contextAt) & 0xffff);
    ByteArrayOutputStream former = new ByteArrayOutputStream();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length);
    try {
      writeKeys(new DataOutputStream(former), keys);
      bytes.write(body, 0, from);
      writeKeys(new DataOutputStream(bytes), others);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    int to = from + former.size();
    bytes.write(body, to, body.length - to);
    return withinLimit(bytes);
  }

  private static void writeField(DataOutputStream out, byte[] field) throws IOException {
    out.writeShort(field.length);
    out.write(field);
  }

  /** Reads a header. Nothing in it is authenticated yet. */
  static MessageHeader read(InputStream source, int maxFrameLength, boolean version1Allowed)
      throws IOException {
    Reader in = new Reader(source);
    Suite suite = suite(in, version1Allowed);
    byte[] messageId = in.bytes(suite.messageIdLength());
    EncryptionContext context = EncryptionContext.parse(in.field());
    if (context == null || context.pairs().containsKey(PUBLIC_KEY) != (suite.curve() != null)) {
      throw malformed();
    }
    List<WrappedDataKey> keys = keys(in);
    int contentType = in.u8();
    if (contentType != FRAMED && contentType != UNFRAMED) {
      throw malformed();
    }
    if (suite.version() == VERSION_1 && (in.u32() != 0 || in.u8() != ContentKey.IV)) {
      throw malformed();
    }
    long frameLength = in.u32();
    if (frameLength == 0 == (contentType == FRAMED)) {
      throw malformed();
    }
    if (frameLength > maxFrameLength) {
      throw limit(
          "the header asks for frames of "
              + frameLength
              + " bytes; the limit maxFrameLength is "
              + maxFrameLength);
    }
    byte[] commitment = in.bytes(suite.commitmentLength());
    byte[] body = in.seen();
    byte[] iv = suite.version() == VERSION_1 ? in.bytes(ContentKey.IV) : new byte[ContentKey.IV];
    byte[] tag = in.bytes(ContentKey.TAG);
    return new MessageHeader(
        suite, messageId, context, keys, (int) frameLength, commitment, body, iv, tag);
  }

  private static Suite suite(Reader in, boolean version1Allowed) throws IOException {
    int version = in.u8();
    if (version != VERSION_1 && version != VERSION_2) {
      throw unsupported("the bytes are no Encryption SDK message");
    }
    if (version == VERSION_1 && in.u8() != TYPE) {
      throw unsupported("the bytes are no Encryption SDK message");
    }
    int id = in.u16();
    Suite suite = Suite.of(version, id);
    if (suite == null) {
      throw unsupported(
          "there is no algorithm suite 0x%04x in format version %d".formatted(id, version));
    }
    if (version == VERSION_1 && !version1Allowed) {
      throw new DecryptionFailedException(
          CryptoErrorCode.MESSAGE_KIND_REFUSED,
          "message format version 1 has no key commitment: it is read only after allowVersion1()");
    }
    return suite;
  }

  private static List<WrappedDataKey> keys(Reader in) throws IOException {
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
    return List.copyOf(keys);
  }

  /** The length of the whole header in bytes. */
  int length() {
    return body.length + (suite.version() == VERSION_1 ? iv.length : 0) + tag.length;
  }

  boolean framed() {
    return frameLength > 0;
  }

  /** What verifies the message's footer, already told of the header; null when it is not signed. */
  @Nullable MessageVerifier verifier() {
    Curve curve = suite.curve();
    String publicKey = context.pairs().get(PUBLIC_KEY);
    if (curve == null || publicKey == null) {
      return null;
    }
    MessageVerifier verifier = new MessageVerifier(curve, publicKey);
    verifier.update(body, 0, body.length);
    if (suite.version() == VERSION_1) {
      verifier.update(iv, 0, iv.length);
    }
    verifier.update(tag, 0, tag.length);
    return verifier;
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
