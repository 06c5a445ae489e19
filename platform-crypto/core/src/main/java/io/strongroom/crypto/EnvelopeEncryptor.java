package io.strongroom.crypto;

import io.strongroom.base.ErrorCategory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts bytes and streams under a data key of their own, wrapped by a {@link KeyService}, in the
 * message format of the AWS Encryption SDK: version 2, suite 0x0478 (AES-256-GCM, HKDF-SHA-512, key
 * commitment), framed. Every official Encryption SDK reads what this writes, and this reads the
 * framed messages of that suite that they write.
 *
 * <p>Guarantees: nothing is released that is not authenticated; the key commitment is compared
 * before anything is decrypted; a message that was cut off or continued is refused; no memory is
 * allocated by a length that is neither authenticated nor below a fixed limit.
 *
 * <p>Safe for use by several threads; the streams it gives are not. Source: AWS Encryption SDK
 * Specification, message format.
 */
public final class EnvelopeEncryptor {
  /** The frame length of a new encryptor, in bytes. */
  public static final int DEFAULT_FRAME_LENGTH = 16 * 1024;

  /** The longest frame that a new encryptor reads, in bytes. */
  public static final int DEFAULT_MAX_FRAME_LENGTH = 64 * 1024 * 1024;

  private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

  private final KeyService keys;
  private final int frameLength;
  private final int maxFrameLength;
  private final @Nullable Provider provider;
  private final SecureRandom random;

  private EnvelopeEncryptor(Builder builder) {
    this.keys = builder.keys;
    this.frameLength = builder.frameLength;
    this.maxFrameLength = builder.maxFrameLength;
    this.provider = builder.provider;
    this.random = builder.random;
  }

  /**
   * A builder of an encryptor.
   *
   * @param keys wraps and unwraps the data keys; not closed by the encryptor
   * @return not safe for use by several threads
   */
  public static Builder builder(KeyService keys) {
    return new Builder(keys);
  }

  /**
   * Encrypts bytes.
   *
   * @param plaintext not changed
   * @param key wraps the message's data key
   * @param context stands in clear in the message and is authenticated with it
   * @return the message
   * @throws KeyUnavailableException when the key is unknown, refused or out of reach
   * @throws IllegalArgumentException when the message would be longer than an array can be
   */
  public byte[] encrypt(byte[] plaintext, KeyId key, EncryptionContext context) {
    return encrypt(plaintext, WrappingKeys.of(key), context);
  }

  /**
   * Encrypts bytes so that each of several keys opens them.
   *
   * @param plaintext not changed
   * @param wrapping each wraps the message's data key
   * @param context stands in clear in the message and is authenticated with it
   * @return the message
   * @throws KeyUnavailableException when one of the keys is unknown, refused or out of reach
   * @throws IllegalArgumentException when the message would be longer than an array can be, or the
   *     wrapped keys longer than a header
   */
  public byte[] encrypt(byte[] plaintext, WrappingKeys wrapping, EncryptionContext context) {
    NewMessage message = begin(wrapping, context);
    long frames = FrameLayout.frames(plaintext.length, frameLength);
    long total =
        message.header.length
            + plaintext.length
            + (frames - 1) * FrameLayout.REGULAR_OVERHEAD
            + FrameLayout.FINAL_OVERHEAD;
    if (total > MAX_ARRAY) {
      throw new IllegalArgumentException("the message is too long for an array: use a stream");
    }
    byte[] out = Arrays.copyOf(message.header, (int) total);
    int at = message.header.length;
    int from = 0;
    for (long sequence = 1; sequence <= frames; sequence++) {
      boolean last = sequence == frames;
      int length = last ? plaintext.length - from : frameLength;
      at += FrameLayout.seal(message.key, last, sequence, plaintext, from, length, out, at);
      from += length;
    }
    return out;
  }

  /**
   * Decrypts a whole message.
   *
   * @param message not changed
   * @param expected every pair must stand in the message's context, which may hold more
   * @return the plaintext
   * @throws DecryptionFailedException when the message is not authentic, truncated, continued, of
   *     another format or context, or passes a limit
   * @throws KeyUnavailableException when no key that wraps the data key can be used
   */
  public byte[] decrypt(byte[] message, EncryptionContext expected) {
    MessageHeader header;
    try {
      header = MessageHeader.read(new ByteArrayInputStream(message), maxFrameLength);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    ContentKey key = open(header, expected);
    int frame = header.frameLength();
    int stride = frame + FrameLayout.REGULAR_OVERHEAD;
    int last = lastFrame(message, header.length(), stride);
    int lastLength = lastLength(message, last, frame);
    int regular = (last - header.length()) / stride;
    byte[] out = new byte[regular * frame + lastLength];
    boolean complete = false;
    try {
      int at = header.length();
      for (int i = 0; i < regular; i++, at += stride) {
        FrameLayout.requireNumber(message, at, i + 1L);
        key.openFrame(
            false,
            i + 1,
            message,
            at + FrameLayout.REGULAR_IV,
            message,
            at + FrameLayout.REGULAR_PREFIX,
            frame,
            out,
            i * frame);
      }
      FrameLayout.requireNumber(message, last + FrameLayout.MARK, regular + 1L);
      key.openFrame(
          true,
          regular + 1,
          message,
          last + FrameLayout.FINAL_IV,
          message,
          last + FrameLayout.FINAL_PREFIX,
          lastLength,
          out,
          regular * frame);
      complete = true;
      return out;
    } finally {
      if (!complete) {
        Arrays.fill(out, (byte) 0);
      }
    }
  }

  /** Where the final frame begins. */
  private static int lastFrame(byte[] message, int from, int stride) {
    int at = from;
    while (message.length - at >= FrameLayout.MARK) {
      if (ByteBuffer.wrap(message).getInt(at) == FrameLayout.FINAL_MARK) {
        return at;
      }
      if (message.length - at < stride) {
        break;
      }
      at += stride;
    }
    throw MessageHeader.truncated();
  }

  /** The plaintext length of the final frame, which must end where the message ends. */
  private static int lastLength(byte[] message, int last, int frameLength) {
    int rest = message.length - last;
    if (rest < FrameLayout.FINAL_OVERHEAD) {
      throw MessageHeader.truncated();
    }
    int length = ByteBuffer.wrap(message).getInt(last + FrameLayout.FINAL_PREFIX - 4);
    if (length < 0 || length > frameLength) {
      throw ContentKey.notAuthentic(null);
    }
    if (rest - FrameLayout.FINAL_OVERHEAD < length) {
      throw MessageHeader.truncated();
    }
    if (rest - FrameLayout.FINAL_OVERHEAD > length) {
      throw continued();
    }
    return length;
  }

  static DecryptionFailedException continued() {
    return new DecryptionFailedException(
        CryptoErrorCode.MESSAGE_TRUNCATED, "there are bytes behind the message's final frame");
  }

  /**
   * Encrypts a stream in constant memory: two buffers of a frame's length.
   *
   * @param sink takes the message; is never closed
   * @param key wraps the message's data key
   * @param context stands in clear in the message and is authenticated with it
   * @return a stream to be ended by {@link EnvelopeOutputStream#finish()}; nothing is written to
   *     the sink yet
   * @throws KeyUnavailableException when the key is unknown, refused or out of reach
   */
  public EnvelopeOutputStream encrypting(OutputStream sink, KeyId key, EncryptionContext context) {
    return encrypting(sink, WrappingKeys.of(key), context);
  }

  /**
   * Encrypts a stream in constant memory so that each of several keys opens it.
   *
   * @param sink takes the message; is never closed
   * @param wrapping each wraps the message's data key
   * @param context stands in clear in the message and is authenticated with it
   * @return a stream to be ended by {@link EnvelopeOutputStream#finish()}; nothing is written to
   *     the sink yet
   * @throws KeyUnavailableException when one of the keys is unknown, refused or out of reach
   * @throws IllegalArgumentException when the wrapped keys are longer than a header
   */
  public EnvelopeOutputStream encrypting(
      OutputStream sink, WrappingKeys wrapping, EncryptionContext context) {
    Objects.requireNonNull(sink, "sink");
    NewMessage message = begin(wrapping, context);
    return new EnvelopeOutputStream(sink, message.header, message.key, frameLength);
  }

  /**
   * Decrypts a stream in constant memory: two buffers of a frame's length. A frame is released only
   * after its tag was checked, and the last only after the message was found to end there.
   *
   * <p>Its {@code read} throws {@link DecryptionFailedException} and {@link
   * KeyUnavailableException} as {@link #decrypt(byte[], EncryptionContext)} does, the source's
   * {@link IOException} as it is, and after any of them the same again. A message that is cut off
   * never looks like the end of the stream.
   *
   * @param source gives the message; read from when the stream is first read, and closed with it
   * @param expected every pair must stand in the message's context, which may hold more
   * @return the plaintext
   */
  public InputStream decrypting(InputStream source, EncryptionContext expected) {
    return new EnvelopeInputStream(this, source, expected);
  }

  private NewMessage begin(WrappingKeys wrapping, EncryptionContext context) {
    byte[] messageId = new byte[MessageHeader.MESSAGE_ID];
    random.nextBytes(messageId);
    try (DataKey dataKey = keys.generateDataKey(wrapping.primary(), context)) {
      List<WrappedDataKey> wrapped = new ArrayList<>();
      wrapped.add(dataKey.wrapped());
      for (KeyId other : wrapping.others()) {
        wrapped.add(keys.wrap(dataKey, other, context));
      }
      ContentKey contentKey = derive(dataKey, messageId);
      byte[] body =
          MessageHeader.body(messageId, context, wrapped, frameLength, contentKey.commitment());
      byte[] tag = contentKey.sealHeader(body);
      byte[] header = Arrays.copyOf(body, body.length + tag.length);
      System.arraycopy(tag, 0, header, body.length, tag.length);
      return new NewMessage(header, contentKey);
    }
  }

  private ContentKey derive(DataKey dataKey, byte[] messageId) {
    byte[] plaintext = dataKey.plaintext();
    try {
      return ContentKey.derive(plaintext, messageId, provider);
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  MessageHeader readHeader(InputStream source) throws IOException {
    return MessageHeader.read(source, maxFrameLength);
  }

  /** Unwraps the data key and checks context, commitment and header tag, in this order. */
  ContentKey open(MessageHeader header, EncryptionContext expected) {
    String missing = header.context().missing(expected);
    if (missing != null) {
      throw new DecryptionFailedException(
          CryptoErrorCode.CONTEXT_MISMATCH,
          "the message's context lacks the expected value of " + missing);
    }
    try (DataKey dataKey = unwrap(header)) {
      ContentKey key = derive(dataKey, header.messageId());
      if (!MessageDigest.isEqual(key.commitment(), header.commitment())) {
        throw ContentKey.notAuthentic(null);
      }
      key.openHeader(header.body(), header.tag());
      return key;
    }
  }

  private DataKey unwrap(MessageHeader header) {
    List<CryptoException> refusals = new ArrayList<>();
    for (WrappedDataKey wrapped : header.keys()) {
      if (!keys.canUnwrap(wrapped)) {
        continue;
      }
      try {
        return keys.unwrap(wrapped, header.context());
      } catch (KeyUnavailableException | DecryptionFailedException refusal) {
        refusals.add(refusal);
      }
    }
    throw worthTelling(refusals, header.keys().size());
  }

  /** What may pass by itself tells the caller most, then what a key's owner can mend. */
  private static CryptoException worthTelling(List<CryptoException> refusals, int wrapped) {
    CryptoException told =
        refusals.stream()
            .min(Comparator.comparingInt(EnvelopeEncryptor::rank))
            .orElseGet(
                () ->
                    new KeyUnavailableException(
                        CryptoErrorCode.KEY_UNKNOWN,
                        "the key service holds none of the "
                            + wrapped
                            + " keys that wrap the message's data key"));
    refusals.stream().filter(other -> other != told).forEach(told::addSuppressed);
    return told;
  }

  private static int rank(CryptoException refusal) {
    if (refusal.category() == ErrorCategory.TRANSIENT) {
      return 0;
    }
    return refusal instanceof KeyUnavailableException ? 1 : 2;
  }

  private record NewMessage(
      @SuppressWarnings("ArrayRecordComponent") byte[] header, ContentKey key) {}

  /** Collects the settings of an encryptor. Not safe for use by several threads. */
  public static final class Builder {
    private final KeyService keys;
    private int frameLength = DEFAULT_FRAME_LENGTH;
    private int maxFrameLength = DEFAULT_MAX_FRAME_LENGTH;
    private @Nullable Provider provider;
    private SecureRandom random = new SecureRandom();

    private Builder(KeyService keys) {
      this.keys = Objects.requireNonNull(keys, "keys");
    }

    /**
     * The length of the frames that are written. Other Encryption SDKs read long frames slowly.
     *
     * @param bytes 1 to the longest frame that is read, 16 KiB when not called
     * @return this builder
     */
    public Builder frameLength(int bytes) {
      this.frameLength = bytes;
      return this;
    }

    /**
     * The longest frame that is read: what a header can make a reader allocate.
     *
     * @param bytes 1 to 1 GiB, 64 MiB when not called
     * @return this builder
     */
    public Builder maxFrameLength(int bytes) {
      this.maxFrameLength = bytes;
      return this;
    }

    /**
     * The JCA provider of AES/GCM.
     *
     * @param provider used for the content; the one of highest priority when not called
     * @return this builder
     */
    public Builder provider(Provider provider) {
      this.provider = Objects.requireNonNull(provider, "provider");
      return this;
    }

    /**
     * The source of message ids.
     *
     * @param random must be cryptographically strong; the platform's when not called
     * @return this builder
     */
    public Builder random(SecureRandom random) {
      this.random = Objects.requireNonNull(random, "random");
      return this;
    }

    /**
     * The encryptor.
     *
     * @return a new encryptor
     * @throws IllegalArgumentException when a length is out of range
     * @throws CryptoException PROVIDER_UNSUITABLE when the provider has no AES/GCM
     */
    public EnvelopeEncryptor build() {
      if (maxFrameLength < 1 || maxFrameLength > 1 << 30) {
        throw new IllegalArgumentException("maxFrameLength must be 1 to 1073741824 bytes");
      }
      if (frameLength < 1 || frameLength > maxFrameLength) {
        throw new IllegalArgumentException("frameLength must be 1 to " + maxFrameLength + " bytes");
      }
      ContentKey.cipher(provider);
      return new EnvelopeEncryptor(this);
    }
  }
}
