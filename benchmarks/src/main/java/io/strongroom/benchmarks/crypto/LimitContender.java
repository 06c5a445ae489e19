package io.strongroom.benchmarks.crypto;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the JDK allows: one AES-256-GCM call a frame, with a counter as IV and as much authenticated
 * data as a frame of the Encryption SDK has, from one array into a new one. It has no header, wraps
 * no key and uses the given one directly, so it is a limit and nothing to use.
 */
final class LimitContender implements Contender {
  private static final int TAG = 16;

  private final SecretKeySpec key;
  private final int frameLength;
  private final byte[] associated = new byte[72];
  private final byte[] iv = new byte[12];
  private final Cipher cipher;

  LimitContender(byte[] key32, int frameLength) {
    this.key = new SecretKeySpec(key32, "AES");
    this.frameLength = frameLength;
    try {
      this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no AES-GCM", e);
    }
  }

  @Override
  public String name() {
    return "limit";
  }

  @Override
  public boolean writesEncryptionSdkMessages() {
    return false;
  }

  @Override
  public byte[] encrypt(byte[] plaintext) {
    int frames = Math.max(1, (plaintext.length + frameLength - 1) / frameLength);
    byte[] message = new byte[plaintext.length + frames * TAG];
    int in = 0;
    int out = 0;
    for (int frame = 1; frame <= frames; frame++) {
      int length = Math.min(frameLength, plaintext.length - in);
      out += frame(Cipher.ENCRYPT_MODE, frame, plaintext, in, length, message, out);
      in += length;
    }
    return message;
  }

  @Override
  public byte[] decrypt(byte[] message) {
    int stride = frameLength + TAG;
    int frames = Math.max(1, (message.length + stride - 1) / stride);
    byte[] plaintext = new byte[message.length - frames * TAG];
    int in = 0;
    int out = 0;
    for (int frame = 1; frame <= frames; frame++) {
      int length = Math.min(stride, message.length - in);
      out += frame(Cipher.DECRYPT_MODE, frame, message, in, length, plaintext, out);
      in += length;
    }
    return plaintext;
  }

  private int frame(int mode, int frame, byte[] from, int in, int length, byte[] to, int out) {
    ByteBuffer.wrap(iv).putInt(8, frame);
    ByteBuffer.wrap(associated).putInt(60, frame);
    try {
      cipher.init(mode, key, new GCMParameterSpec(8 * TAG, iv));
      cipher.updateAAD(associated);
      return cipher.doFinal(from, in, length, to, out);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM failed on frame " + frame, e);
    }
  }
}
