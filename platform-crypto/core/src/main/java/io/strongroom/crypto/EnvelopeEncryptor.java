package io.strongroom.crypto;

import io.strongroom.base.ErrorCategory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts bytes and streams under a data key of their own, wrapped by a {@link KeyService}, in the
 * message format of the AWS Encryption SDK: version 2, suite 0x0478 (AES-256-GCM, HKDF-SHA-512, key
 * commitment) or, on request, 0x0578 (the same, signed), framed. Every official Encryption SDK
 * reads what this writes, and this reads what they write: both suites, with and without frames, and
 * format version 1 where it is allowed by name.
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

  private static final int MAX_PARALLELISM = 256;

  private final KeyService keys;
  private final int frameLength;
  private final int maxFrameLength;
  private final int maxUnframedLength;
  private final boolean signed;
  private final boolean signedStreamsRefused;
  private final boolean version1Allowed;
  private final Set<String> unstored;
  private final SecureRandom random;
  private final FrameWorkers workers;
  private final SnapshotGuard guard;

  private EnvelopeEncryptor(Builder builder) {
    this.keys = builder.keys;
    this.frameLength = builder.frameLength;
    this.maxFrameLength = builder.maxFrameLength;
    this.maxUnframedLength = builder.maxUnframedLength;
    this.signed = builder.signed;
    this.signedStreamsRefused = builder.signedStreamsRefused;
    this.version1Allowed = builder.version1Allowed;
    this.unstored = builder.unstored;
    this.guard = builder.guard;
    this.random = guard.protecting(builder.random);
    this.workers =
        new FrameWorkers(builder.parallelism, builder.executor, builder.provider, builder.warmUp);
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
    message.permit.oneShot(plaintext.length);
    byte[] framed =
        new FramedBytes(workers, message.key, frameLength).seal(message.header, plaintext);
    return message.signer == null ? framed : message.signer.signed(framed);
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
      header =
          MessageHeader.read(new ByteArrayInputStream(message), maxFrameLength, version1Allowed);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    ContentKey key = open(header, expected);
    if (SerialBody.reads(header)) {
      return openSerial(message, header, key);
    }
    return new FramedBytes(workers, key, header.frameLength())
        .open(message, header.length(), message.length);
  }

  private byte[] openSerial(byte[] message, MessageHeader header, ContentKey key) {
    WholeMessage whole = new WholeMessage(message, header);
    whole.verify();
    if (header.framed()) {
      return new FramedBytes(workers, key, header.frameLength())
          .open(message, header.length(), whole.bodyEnd());
    }
    FrameCipher cipher = workers.take(key);
    byte[] plaintext = whole.openUnframed(key, cipher);
    workers.give(cipher);
    return plaintext;
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
    if (message.signer == null) {
      return new EnvelopeOutputStream(
          sink, message.header, workers, message.key, frameLength, message.permit, () -> {});
    }
    SigningSink signing = new SigningSink(sink, message.signer);
    return new EnvelopeOutputStream(
        signing,
        message.header,
        workers,
        message.key,
        frameLength,
        message.permit,
        signing::writeFooter);
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
  public EnvelopeInputStream decrypting(InputStream source, EncryptionContext expected) {
    return new EnvelopeInputStream(this, source, expected);
  }

  /**
   * Encrypts what a channel gives to its end, in constant memory.
   *
   * @param source read to its end; not closed
   * @param sink takes the message; not closed
   * @param key wraps the message's data key
   * @param context stands in clear in the message and is authenticated with it
   * @return the length of the plaintext in bytes
   * @throws IOException when a channel fails; the sink then holds no message
   * @throws KeyUnavailableException when the key is unknown, refused or out of reach
   */
  public long encrypt(
      ReadableByteChannel source, WritableByteChannel sink, KeyId key, EncryptionContext context)
      throws IOException {
    return copyIn(
        Channels.newInputStream(source),
        Channels.newOutputStream(sink),
        WrappingKeys.of(key),
        context);
  }

  private long copyIn(
      InputStream source, OutputStream sink, WrappingKeys wrapping, EncryptionContext context)
      throws IOException {
    try (EnvelopeOutputStream out = encrypting(sink, wrapping, context)) {
      long length = FileMessages.copy(source, out);
      out.finish();
      return length;
    }
  }

  /**
   * Decrypts what a channel gives to its end, in constant memory. Each frame is written when it is
   * authenticated: after an exception the sink holds the beginning of the plaintext at most.
   *
   * @param source read to its end; not closed
   * @param sink takes the plaintext; not closed
   * @param expected every pair must stand in the message's context, which may hold more
   * @return the length of the plaintext in bytes
   * @throws IOException when a channel fails
   * @throws DecryptionFailedException as {@link #decrypt(byte[], EncryptionContext)}
   * @throws KeyUnavailableException when no key that wraps the data key can be used
   */
  public long decrypt(
      ReadableByteChannel source, WritableByteChannel sink, EncryptionContext expected)
      throws IOException {
    return copyOut(Channels.newInputStream(source), Channels.newOutputStream(sink), expected);
  }

  private long copyOut(InputStream source, OutputStream sink, EncryptionContext expected)
      throws IOException {
    EnvelopeInputStream in = decrypting(source, expected);
    try {
      return in.transferTo(sink);
    } finally {
      in.erase();
    }
  }

  /**
   * Encrypts a file. The target appears when the message is complete and on disk, and replaces what
   * was there in one step; until then, and after a failure, there is no trace of it but a file
   * {@code .<name>.<random>.part} beside it, which a crash may leave behind.
   *
   * @param source not changed
   * @param target may exist; must not be the source
   * @param key wraps the message's data key
   * @param context stands in clear in the message and is authenticated with it
   * @return the length of the plaintext in bytes
   * @throws CryptoException FILE_UNUSABLE when a file cannot be read or written
   * @throws KeyUnavailableException when the key is unknown, refused or out of reach
   */
  public long encryptFile(Path source, Path target, KeyId key, EncryptionContext context) {
    WrappingKeys wrapping = WrappingKeys.of(key);
    return FileMessages.replace(source, target, (from, to) -> copyIn(from, to, wrapping, context));
  }

  /**
   * Decrypts a file. The target appears when the whole message is authenticated and the plaintext
   * on disk, as {@link #encryptFile} writes it.
   *
   * @param source not changed
   * @param target may exist; must not be the source
   * @param expected every pair must stand in the message's context, which may hold more
   * @return the length of the plaintext in bytes
   * @throws CryptoException FILE_UNUSABLE when a file cannot be read or written
   * @throws DecryptionFailedException as {@link #decrypt(byte[], EncryptionContext)}
   * @throws KeyUnavailableException when no key that wraps the data key can be used
   */
  public long decryptFile(Path source, Path target, EncryptionContext expected) {
    return FileMessages.replace(source, target, (from, to) -> copyOut(from, to, expected));
  }

  /**
   * Opens a message for reading its plaintext anywhere. The message's header and its end are
   * authenticated here, its frames when they are read.
   *
   * @param source gives the message; closed with the channel, and left open when this fails
   * @param expected every pair must stand in the message's context, which may hold more
   * @return a channel that the caller closes
   * @throws DecryptionFailedException as {@link #decrypt(byte[], EncryptionContext)}, as far as
   *     header and final frame show it; MESSAGE_KIND_REFUSED when the message is signed or has no
   *     frames
   * @throws KeyUnavailableException when no key that wraps the data key can be used
   */
  public EnvelopeChannel open(RangedSource source, EncryptionContext expected) {
    MessageHeader header = readRangedHeader(source);
    return EnvelopeChannel.open(
        source, workers, open(header, expected), header.frameLength(), header.length());
  }

  /**
   * Computes how long the plaintext of a message is from what stands in its header and from the
   * message's own length. No key is used and nothing is authenticated: whoever can change the
   * message, or cut it off, changes the answer. {@link #open(RangedSource, EncryptionContext)}
   * gives the authenticated length.
   *
   * @param source gives the message, of which only the header is read; not closed
   * @return in bytes; right for every message that opens
   * @throws DecryptionFailedException MESSAGE_TRUNCATED when no message has this length;
   *     MESSAGE_KIND_REFUSED when the message is signed or has no frames, and otherwise as far as
   *     the header shows it
   */
  public long statedPlaintextLength(RangedSource source) {
    MessageHeader header = readRangedHeader(source);
    return FrameGeometry.of(source.length() - header.length(), header.frameLength())
        .plaintextLength();
  }

  private MessageHeader readRangedHeader(RangedSource source) {
    byte[] scratch = workers.scratch();
    MessageHeader header;
    try {
      header = readHeader(new SourceBuffer(new RangedStream(source), scratch));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    } finally {
      workers.giveScratch(scratch);
    }
    if (SerialBody.reads(header)) {
      throw new DecryptionFailedException(
          CryptoErrorCode.MESSAGE_KIND_REFUSED,
          "the message is signed or has no frames: it can only be verified from end to end");
    }
    return header;
  }

  private NewMessage begin(WrappingKeys wrapping, EncryptionContext context) {
    long epoch = guard.epoch();
    for (String key : unstored) {
      if (!context.pairs().containsKey(key)) {
        throw new IllegalArgumentException("the context lacks the required key " + key);
      }
    }
    workers.require();
    Suite suite = signed ? Suite.COMMITTED_SIGNED : Suite.COMMITTED;
    MessageSigner signer = signed ? new MessageSigner(Curve.P_384, random) : null;
    EncryptionContext bound =
        signer == null ? context : context.with(MessageHeader.PUBLIC_KEY, signer.publicKey());
    byte[] messageId = new byte[suite.messageIdLength()];
    random.nextBytes(messageId);
    try (DataKey dataKey = keys.generateDataKey(wrapping.primary(), bound)) {
      List<WrappedDataKey> wrapped = new ArrayList<>();
      wrapped.add(dataKey.wrapped());
      for (KeyId other : wrapping.others()) {
        wrapped.add(keys.wrap(dataKey, other, bound));
      }
      ContentKey contentKey = derive(suite, dataKey, messageId);
      byte[] body =
          MessageHeader.body(
              suite,
              messageId,
              bound.filtered(key -> !unstored.contains(key)),
              wrapped,
              frameLength,
              contentKey.commitment());
      FrameCipher cipher = workers.take(contentKey);
      byte[] header = sealed(body, bound.filtered(unstored::contains), cipher);
      workers.give(cipher);
      return new NewMessage(header, contentKey, new WritePermit(guard, epoch, dataKey), signer);
    }
  }

  /** What a header's tag authenticates: its bytes, then the pairs that it does not hold. */
  private static byte[] join(byte[] body, EncryptionContext notStored) {
    byte[] pairs = notStored.serialize();
    byte[] joined = Arrays.copyOf(body, body.length + pairs.length);
    System.arraycopy(pairs, 0, joined, body.length, pairs.length);
    return joined;
  }

  private ContentKey derive(Suite suite, DataKey dataKey, byte[] messageId) {
    byte[] plaintext = dataKey.plaintext();
    try {
      return ContentKey.derive(suite, plaintext, messageId);
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  FrameWorkers workers() {
    return workers;
  }

  /** Reads the header of a message whose frames are left alone. */
  MessageHeader readHeaderAlone(InputStream source) throws IOException {
    return MessageHeader.read(source, maxFrameLength, version1Allowed);
  }

  /** Reads the header of a message that is read as a stream. */
  MessageHeader readHeader(InputStream source) throws IOException {
    MessageHeader header = MessageHeader.read(source, maxFrameLength, version1Allowed);
    if (header.suite().curve() != null && signedStreamsRefused) {
      throw new DecryptionFailedException(
          CryptoErrorCode.MESSAGE_KIND_REFUSED,
          "the message is signed: a stream would release plaintext before the signature is"
              + " verified");
    }
    return header;
  }

  int maxUnframedLength() {
    return maxUnframedLength;
  }

  /** Unwraps the data key and checks context, commitment and header tag, in this order. */
  ContentKey open(MessageHeader header, EncryptionContext expected) {
    return opening(header, expected, (dataKey, key, bound, notStored) -> key);
  }

  /** What is done with the keys of a message whose header is authentic. */
  private interface Opened<T> {
    T with(DataKey dataKey, ContentKey key, EncryptionContext bound, EncryptionContext notStored);
  }

  private <T> T opening(MessageHeader header, EncryptionContext expected, Opened<T> opened) {
    EncryptionContext notStored = notStored(header.context(), expected);
    EncryptionContext bound =
        notStored.pairs().isEmpty() ? header.context() : header.context().and(notStored);
    String missing = bound.missing(expected);
    if (missing != null) {
      throw new DecryptionFailedException(
          CryptoErrorCode.CONTEXT_MISMATCH,
          "the message's context lacks the expected value of " + missing);
    }
    workers.require();
    try (DataKey dataKey = unwrap(header, bound)) {
      ContentKey key = derive(header.suite(), dataKey, header.messageId());
      if (!MessageDigest.isEqual(key.commitment(), header.commitment())) {
        throw ContentKey.notAuthentic(null);
      }
      FrameCipher cipher = workers.take(key);
      cipher.openHeader(join(header.body(), notStored), header.iv(), header.tag());
      workers.give(cipher);
      return opened.with(dataKey, key, bound, notStored);
    }
  }

  /** A header for the same frames, whose data key is wrapped under other keys. */
  byte[] rewrapped(MessageHeader header, WrappingKeys wrapping, EncryptionContext expected) {
    return opening(
        header,
        expected,
        (dataKey, key, bound, notStored) -> {
          List<WrappedDataKey> wrapped = new ArrayList<>();
          for (KeyId wrappingKey : wrapping.all()) {
            wrapped.add(keys.wrap(dataKey, wrappingKey, bound));
          }
          byte[] body = header.bodyWith(wrapped);
          return sealed(body, notStored, workers.fresh(key));
        });
  }

  private static byte[] sealed(byte[] body, EncryptionContext notStored, FrameCipher cipher) {
    byte[] tag = cipher.sealHeader(join(body, notStored));
    byte[] header = Arrays.copyOf(body, body.length + tag.length);
    System.arraycopy(tag, 0, header, body.length, tag.length);
    return header;
  }

  /** The required pairs that the reader knows and the header does not hold. */
  private EncryptionContext notStored(EncryptionContext stored, EncryptionContext expected) {
    for (String key : unstored) {
      if (!expected.pairs().containsKey(key)) {
        throw new IllegalArgumentException("the expected context lacks the required key " + key);
      }
    }
    return expected.filtered(key -> unstored.contains(key) && !stored.pairs().containsKey(key));
  }

  private DataKey unwrap(MessageHeader header, EncryptionContext context) {
    List<CryptoException> refusals = new ArrayList<>();
    for (WrappedDataKey wrapped : header.keys()) {
      if (!keys.canUnwrap(wrapped)) {
        continue;
      }
      try {
        return keys.unwrap(wrapped, context);
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
      @SuppressWarnings("ArrayRecordComponent") byte[] header,
      ContentKey key,
      WritePermit permit,
      @Nullable MessageSigner signer) {}

  /** Collects the settings of an encryptor. Not safe for use by several threads. */
  public static final class Builder {
    private final KeyService keys;
    private int frameLength = DEFAULT_FRAME_LENGTH;
    private int maxFrameLength = DEFAULT_MAX_FRAME_LENGTH;
    private int maxUnframedLength = DEFAULT_MAX_FRAME_LENGTH;
    private boolean signed;
    private boolean signedStreamsRefused;
    private boolean version1Allowed;
    private Set<String> unstored = Set.of();
    private @Nullable Provider provider;
    private SecureRandom random = new SecureRandom();
    private SnapshotGuard guard = SnapshotGuard.process();
    private int parallelism = Math.min(MAX_PARALLELISM, Runtime.getRuntime().availableProcessors());
    private @Nullable Executor executor;
    private boolean warmUp = true;

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
     * The longest body without frames that is read from a stream: it must be held in memory whole,
     * because nothing of it may be released before its end is there.
     *
     * @param bytes 0 to 1 GiB, 64 MiB when not called
     * @return this builder
     */
    public Builder maxUnframedLength(int bytes) {
      this.maxUnframedLength = bytes;
      return this;
    }

    /**
     * Whether messages are signed when they are written: suite 0x0578, ECDSA on P-384 with a key
     * made for each message, whose public half is in the context as {@code aws-crypto-public-key}.
     * The signature keeps whoever can only unwrap the data key from altering the message; it costs
     * about half a millisecond and bounds large messages by the speed of SHA-384. Signed messages
     * are always read.
     *
     * @param signed false when not called
     * @return this builder
     */
    public Builder signed(boolean signed) {
      this.signed = signed;
      return this;
    }

    /**
     * Lets streams refuse signed messages: their frames would be released before the signature is
     * verified, all but the last. Arrays are read all the same.
     *
     * @return this builder
     */
    public Builder refuseSignedStreams() {
      this.signedStreamsRefused = true;
      return this;
    }

    /**
     * Reads messages of format version 1 too. They have no key commitment: whoever can choose the
     * wrapped keys of a message can make two readers see two plaintexts. For old archives only.
     *
     * @return this builder
     */
    public Builder allowVersion1() {
      this.version1Allowed = true;
      return this;
    }

    /**
     * Context keys whose pairs are authenticated and not stored in messages: only who knows their
     * values can read. The context given to write and the one expected to read must hold them all.
     * Messages that do store them are read too.
     *
     * @param keys none when not called; copied
     * @return this builder
     */
    public Builder unstoredContext(Set<String> keys) {
      this.unstored = Set.copyOf(keys);
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
     * @param random must be cryptographically strong; the platform's when not called. Is given a
     *     new seed from the operating system whenever the process was checkpointed
     * @return this builder
     */
    public Builder random(SecureRandom random) {
      this.random = Objects.requireNonNull(random, "random");
      return this;
    }

    /**
     * How many threads may work on one message, the caller's own included. Short messages are left
     * to the caller's thread whatever this is.
     *
     * @param threads 1 to 256; 1 is the caller's thread alone; the number of processors when not
     *     called
     * @return this builder
     */
    public Builder parallelism(int threads) {
      this.parallelism = threads;
      return this;
    }

    /**
     * The other threads that work on messages. The work is short, never blocks and never waits for
     * other work; when the executor is busy or refuses, the caller's thread does it all.
     *
     * @param executor not shut down by the encryptor; a pool of daemon threads that all encryptors
     *     share, one a processor, when not called
     * @return this builder
     */
    public Builder executor(Executor executor) {
      this.executor = Objects.requireNonNull(executor, "executor");
      return this;
    }

    /**
     * What tells of checkpoints.
     *
     * @param guard the process's own when not called
     * @return this builder
     */
    public Builder snapshotGuard(SnapshotGuard guard) {
      this.guard = Objects.requireNonNull(guard, "guard");
      return this;
    }

    /**
     * Whether the JVM is made to compile the provider's AES at its first use in a process, by about
     * 6,000 short calls in a shared thread, in at most five seconds. A message that reaches 1 MiB
     * waits for it, at most two seconds. Without it, a JVM that has just started encrypts slowly
     * for long. The provider is tried against known answers before its first use in any case, and
     * with this once more when it is compiled.
     *
     * @param warmUp true when not called
     * @return this builder
     */
    public Builder warmUp(boolean warmUp) {
      this.warmUp = warmUp;
      return this;
    }

    /**
     * The encryptor.
     *
     * @return a new encryptor
     * @throws IllegalArgumentException when a length or the parallelism is out of range
     * @throws CryptoException PROVIDER_UNSUITABLE when the provider has no AES/GCM
     */
    public EnvelopeEncryptor build() {
      if (maxFrameLength < 1 || maxFrameLength > 1 << 30) {
        throw new IllegalArgumentException("maxFrameLength must be 1 to 1073741824 bytes");
      }
      if (maxUnframedLength < 0 || maxUnframedLength > 1 << 30) {
        throw new IllegalArgumentException("maxUnframedLength must be 0 to 1073741824 bytes");
      }
      if (frameLength < 1 || frameLength > maxFrameLength) {
        throw new IllegalArgumentException("frameLength must be 1 to " + maxFrameLength + " bytes");
      }
      if (parallelism < 1 || parallelism > MAX_PARALLELISM) {
        throw new IllegalArgumentException("parallelism must be 1 to " + MAX_PARALLELISM);
      }
      FrameCipher.cipher(provider);
      return new EnvelopeEncryptor(this);
    }
  }
}
