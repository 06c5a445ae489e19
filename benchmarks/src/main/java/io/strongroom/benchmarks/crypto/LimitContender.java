package io.strongroom.benchmarks.crypto;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Provider;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What a JCA provider allows: one AES-256-GCM call a frame, with a counter as IV and as much
 * authenticated data as a frame of the Encryption SDK has. Its header is a number that makes the
 * IVs, it wraps no key and uses the given one directly, so it is a limit and nothing to use. With
 * the JDK's provider it is the contender {@code limit}, with that of BouncyCastle {@code
 * bouncycastle}.
 */
final class LimitContender implements RangeContender {
  private static final int TAG = 16;
  private static final int HEADER = Long.BYTES;

  private final String name;
  private final SecretKeySpec key;
  private final int frameLength;
  private final byte[] associated = new byte[72];
  private final byte[] iv = new byte[12];
  private final byte[] frame;
  private final Cipher cipher;
  private long messages;

  LimitContender(String name, @Nullable Provider provider, byte[] key32, int frameLength) {
    this.name = name;
    this.key = new SecretKeySpec(key32, "AES");
    this.frameLength = frameLength;
    this.frame = new byte[frameLength + TAG];
    String transformation = "AES/GCM/NoPadding";
    try {
      this.cipher =
          provider == null
              ? Cipher.getInstance(transformation)
              : Cipher.getInstance(transformation, provider);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no AES-GCM", e);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean writesEncryptionSdkMessages() {
    return false;
  }

  @Override
  public byte[] encrypt(byte[] plaintext) {
    int frames = Math.max(1, (plaintext.length + frameLength - 1) / frameLength);
    byte[] message = new byte[HEADER + plaintext.length + frames * TAG];
    ByteBuffer.wrap(message).putLong(next());
    int in = 0;
    int out = HEADER;
    for (int number = 1; number <= frames; number++) {
      int length = Math.min(frameLength, plaintext.length - in);
      out += frame(Cipher.ENCRYPT_MODE, number, plaintext, in, length, message, out);
      in += length;
    }
    return message;
  }

  @Override
  public byte[] decrypt(byte[] message) {
    int stride = frameLength + TAG;
    int sealed = message.length - HEADER;
    int frames = Math.max(1, (sealed + stride - 1) / stride);
    byte[] plaintext = new byte[sealed - frames * TAG];
    ByteBuffer.wrap(iv).put(message, 0, HEADER);
    int in = HEADER;
    int out = 0;
    for (int number = 1; number <= frames; number++) {
      int length = Math.min(stride, message.length - in);
      out += frame(Cipher.DECRYPT_MODE, number, message, in, length, plaintext, out);
      in += length;
    }
    return plaintext;
  }

  @Override
  public void encrypt(byte[] plaintext, OutputStream sink) throws IOException {
    next();
    sink.write(iv, 0, HEADER);
    int in = 0;
    for (int number = 1; number == 1 || in < plaintext.length; number++) {
      int length = Math.min(frameLength, plaintext.length - in);
      sink.write(frame, 0, frame(Cipher.ENCRYPT_MODE, number, plaintext, in, length, frame, 0));
      in += length;
    }
  }

  @Override
  public void decrypt(InputStream message, byte[] buffer, OutputStream sink) throws IOException {
    if (buffer.length < frameLength) {
      throw new IllegalArgumentException("the buffer is shorter than a frame");
    }
    if (message.readNBytes(iv, 0, HEADER) < HEADER) {
      throw new EOFException("the message has no header");
    }
    for (int number = 1; ; number++) {
      int length = message.readNBytes(frame, 0, frame.length);
      if (length < TAG) {
        if (length > 0 || number == 1) {
          throw new EOFException("the message ends within a frame");
        }
        return;
      }
      sink.write(buffer, 0, frame(Cipher.DECRYPT_MODE, number, frame, 0, length, buffer, 0));
    }
  }

  /** Reads the frames that are asked for and keeps none. */
  @Override
  public Range open(byte[] message) {
    int stride = frameLength + TAG;
    byte[] plain = new byte[frameLength];
    ByteBuffer.wrap(iv).put(message, 0, HEADER);
    return (offset, into) -> {
      int done = 0;
      while (done < into.length) {
        int number = (int) ((offset + done) / frameLength);
        int from = (int) ((offset + done) % frameLength);
        int in = HEADER + number * stride;
        int length = Math.min(stride, message.length - in);
        int opened = frame(Cipher.DECRYPT_MODE, number + 1, message, in, length, plain, 0);
        int part = Math.min(opened - from, into.length - done);
        System.arraycopy(plain, from, into, done, part);
        done += part;
      }
    };
  }

  private long next() {
    messages++;
    ByteBuffer.wrap(iv).putLong(messages);
    return messages;
  }

  private int frame(int mode, int number, byte[] from, int in, int length, byte[] to, int out) {
    ByteBuffer.wrap(iv).putInt(8, number);
    ByteBuffer.wrap(associated).putInt(60, number);
    try {
      cipher.init(mode, key, new GCMParameterSpec(8 * TAG, iv));
      cipher.updateAAD(associated);
      return cipher.doFinal(from, in, length, to, out);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM failed on frame " + number, e);
    }
  }
}
