package io.strongroom.crypto.token;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Format-preserving encryption FF1 (NIST SP 800-38G revision 1, algorithms 7 and 8) under one key,
 * one radix and one tweak.
 *
 * <p>Everything that depends only on the tweak and the length is computed once per length,
 * including the part of the CBC-MAC that stands before the round number. Halves that fit in 63 bits
 * are computed in {@code long} and leave no garbage; longer ones in {@link BigInteger}.
 *
 * <p>Not safe for use by several threads at once: it holds a {@link Cipher} and scratch space.
 */
final class Ff1 {
  static final int MIN_RADIX = 2;
  static final int MAX_RADIX = 1 << 16;

  /** Smallest number of possible messages, {@code radix^length}, that revision 1 allows. */
  static final int MIN_DOMAIN = 1_000_000;

  private static final int ROUNDS = 10;
  private static final int BLOCK = 16;

  private final Cipher aes;
  private final int radix;
  private final byte[] tweak;
  private final byte[] in = new byte[BLOCK];
  private final byte[] out = new byte[BLOCK];
  private @Nullable Shape[] shapes = new @Nullable Shape[0];

  /**
   * Prepares the cipher.
   *
   * @param key AES key of 16, 24 or 32 bytes
   * @param radix number of symbols of the alphabet, 2 to 65536
   * @param tweak public value that separates uses of the same key; may be empty
   * @throws IllegalArgumentException when the key's length or the radix is not allowed
   */
  Ff1(byte[] key, int radix, byte[] tweak) {
    if (radix < MIN_RADIX || radix > MAX_RADIX) {
      throw new IllegalArgumentException("radix must be 2 to 65536, not " + radix);
    }
    if (key.length != 16 && key.length != 24 && key.length != 32) {
      throw new IllegalArgumentException("an AES key has 16, 24 or 32 bytes, not " + key.length);
    }
    this.radix = radix;
    this.tweak = tweak.clone();
    this.aes = singleBlocks(key);
  }

  // FF1 is defined over the bare block cipher: one block is one application of AES, not a mode.
  @SuppressWarnings("InsecureCipherMode")
  private static Cipher singleBlocks(byte[] key) {
    try {
      Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
      cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
      return cipher;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no AES", e);
    }
  }

  /** Smallest length for which {@code radix^length} is at least {@link #MIN_DOMAIN}. */
  static int minLength(int radix) {
    int length = 0;
    for (long domain = 1; domain < MIN_DOMAIN; domain *= radix) {
      length++;
    }
    return length;
  }

  /**
   * Encrypts the first {@code length} digits in place.
   *
   * @throws IllegalArgumentException when the message is too short or a digit is outside the radix
   */
  void encrypt(int[] digits, int length) {
    Shape shape = check(digits, length);
    if (shape.bigU == null || shape.bigV == null) {
      long a = number(digits, 0, shape.u);
      long b = number(digits, shape.u, length);
      for (int i = 0; i < ROUNDS; i++) {
        long modulus = (i & 1) == 0 ? shape.powU : shape.powV;
        // a + y mod m, written so that the sum cannot overflow
        long c = a - (modulus - round(shape, i, b, modulus));
        a = b;
        b = c < 0 ? c + modulus : c;
      }
      write(digits, 0, shape.u, a);
      write(digits, shape.u, length, b);
    } else {
      BigInteger a = bigNumber(digits, 0, shape.u);
      BigInteger b = bigNumber(digits, shape.u, length);
      for (int i = 0; i < ROUNDS; i++) {
        BigInteger modulus = (i & 1) == 0 ? shape.bigU : shape.bigV;
        BigInteger c = a.add(bigRound(shape, i, b)).mod(modulus);
        a = b;
        b = c;
      }
      bigWrite(digits, 0, shape.u, a);
      bigWrite(digits, shape.u, length, b);
    }
  }

  /**
   * Decrypts the first {@code length} digits in place.
   *
   * @throws IllegalArgumentException when the message is too short or a digit is outside the radix
   */
  void decrypt(int[] digits, int length) {
    Shape shape = check(digits, length);
    if (shape.bigU == null || shape.bigV == null) {
      long a = number(digits, 0, shape.u);
      long b = number(digits, shape.u, length);
      for (int i = ROUNDS - 1; i >= 0; i--) {
        long modulus = (i & 1) == 0 ? shape.powU : shape.powV;
        long c = b - round(shape, i, a, modulus);
        b = a;
        a = c < 0 ? c + modulus : c;
      }
      write(digits, 0, shape.u, a);
      write(digits, shape.u, length, b);
    } else {
      BigInteger a = bigNumber(digits, 0, shape.u);
      BigInteger b = bigNumber(digits, shape.u, length);
      for (int i = ROUNDS - 1; i >= 0; i--) {
        BigInteger modulus = (i & 1) == 0 ? shape.bigU : shape.bigV;
        BigInteger c = b.subtract(bigRound(shape, i, a)).mod(modulus);
        b = a;
        a = c;
      }
      bigWrite(digits, 0, shape.u, a);
      bigWrite(digits, shape.u, length, b);
    }
  }

  private Shape check(int[] digits, int length) {
    if (length < minLength(radix) || length > digits.length) {
      throw new IllegalArgumentException(
          "a message over radix " + radix + " cannot have " + length + " digits");
    }
    for (int i = 0; i < length; i++) {
      if (digits[i] < 0 || digits[i] >= radix) {
        throw new IllegalArgumentException("digit " + i + " is outside radix " + radix);
      }
    }
    if (length >= shapes.length) {
      shapes = Arrays.copyOf(shapes, length + 1);
    }
    Shape shape = shapes[length];
    if (shape == null) {
      shape = shape(length);
      shapes[length] = shape;
    }
    return shape;
  }

  /** Steps 1 to 5 of the algorithm, and the constant start of the CBC-MAC of steps 6.i and 6.ii. */
  private Shape shape(int length) {
    int u = length / 2;
    int v = length - u;
    BigInteger powV = BigInteger.valueOf(radix).pow(v);
    BigInteger powU = BigInteger.valueOf(radix).pow(u);
    int b = (powV.subtract(BigInteger.ONE).bitLength() + 7) / 8;
    int d = 4 * ((b + 3) / 4) + 4;

    Arrays.fill(out, (byte) 0);
    byte[] p = {
      1,
      2,
      1,
      (byte) (radix >>> 16),
      (byte) (radix >>> 8),
      (byte) radix,
      ROUNDS,
      (byte) u,
      (byte) (length >>> 24),
      (byte) (length >>> 16),
      (byte) (length >>> 8),
      (byte) length,
      (byte) (tweak.length >>> 24),
      (byte) (tweak.length >>> 16),
      (byte) (tweak.length >>> 8),
      (byte) tweak.length
    };
    mac(p, 0);

    int padding = Math.floorMod(-tweak.length - b - 1, BLOCK);
    byte[] q = Arrays.copyOf(tweak, tweak.length + padding + 1 + b);
    int constantBlocks = (q.length - b - 1) / BLOCK;
    for (int i = 0; i < constantBlocks; i++) {
      mac(q, i * BLOCK);
    }
    byte[] tail = Arrays.copyOfRange(q, constantBlocks * BLOCK, q.length);
    boolean fits = powV.bitLength() <= Long.SIZE - 1;
    return new Shape(
        u,
        b,
        d,
        out.clone(),
        tail,
        fits ? powU.longValueExact() : 0,
        fits ? powV.longValueExact() : 0,
        fits ? null : powU,
        fits ? null : powV);
  }

  /** One step of CBC-MAC: {@code out = AES(out xor data[at..at+16])}. */
  private void mac(byte[] data, int at) {
    for (int i = 0; i < BLOCK; i++) {
      in[i] = (byte) (out[i] ^ data[at + i]);
    }
    cipher();
  }

  private void cipher() {
    try {
      aes.update(in, 0, BLOCK, out, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES failed on one block", e);
    }
  }

  /** R of step 6.ii in {@code out}, from the tail whose last b + 1 bytes are already written. */
  private void prf(Shape shape) {
    System.arraycopy(shape.chain, 0, out, 0, BLOCK);
    for (int at = 0; at < shape.tail.length; at += BLOCK) {
      mac(shape.tail, at);
    }
  }

  private long round(Shape shape, int i, long half, long modulus) {
    byte[] tail = shape.tail;
    int end = tail.length;
    tail[end - shape.b - 1] = (byte) i;
    long rest = half;
    for (int k = 1; k <= shape.b; k++) {
      tail[end - k] = (byte) rest;
      rest >>>= 8;
    }
    prf(shape);
    long high = 0;
    for (int k = 0; k < 8; k++) {
      high = high << 8 | (out[k] & 0xff);
    }
    long y = Long.remainderUnsigned(high, modulus);
    if (shape.d == 12) {
      long low = 0;
      for (int k = 8; k < 12; k++) {
        low = low << 8 | (out[k] & 0xff);
      }
      // As many bits at a time as fit in 64 beside a remainder of this modulus.
      int step = Long.numberOfLeadingZeros(modulus);
      for (int left = 32; left > 0; ) {
        int bits = Math.min(step, left);
        left -= bits;
        y = Long.remainderUnsigned(y << bits | (low >>> left & ((1L << bits) - 1)), modulus);
      }
    }
    return y;
  }

  private BigInteger bigRound(Shape shape, int i, BigInteger half) {
    byte[] tail = shape.tail;
    int end = tail.length;
    Arrays.fill(tail, end - shape.b, end, (byte) 0);
    tail[end - shape.b - 1] = (byte) i;
    byte[] number = half.toByteArray();
    int sign = number.length > shape.b ? number.length - shape.b : 0;
    System.arraycopy(number, sign, tail, end - number.length + sign, number.length - sign);
    prf(shape);
    byte[] r = out.clone();
    byte[] s = Arrays.copyOf(r, shape.d);
    for (int block = 1; block * BLOCK < shape.d; block++) {
      System.arraycopy(r, 0, in, 0, BLOCK);
      for (int k = 0; k < 4; k++) {
        in[BLOCK - 1 - k] ^= (byte) (block >>> (8 * k));
      }
      cipher();
      System.arraycopy(out, 0, s, block * BLOCK, Math.min(BLOCK, shape.d - block * BLOCK));
    }
    return new BigInteger(1, s);
  }

  private long number(int[] digits, int from, int to) {
    long value = 0;
    for (int i = from; i < to; i++) {
      value = value * radix + digits[i];
    }
    return value;
  }

  private void write(int[] digits, int from, int to, long value) {
    long rest = value;
    for (int i = to - 1; i >= from; i--) {
      digits[i] = (int) (rest % radix);
      rest /= radix;
    }
  }

  private BigInteger bigNumber(int[] digits, int from, int to) {
    BigInteger base = BigInteger.valueOf(radix);
    BigInteger value = BigInteger.ZERO;
    for (int i = from; i < to; i++) {
      value = value.multiply(base).add(BigInteger.valueOf(digits[i]));
    }
    return value;
  }

  private void bigWrite(int[] digits, int from, int to, BigInteger value) {
    BigInteger base = BigInteger.valueOf(radix);
    BigInteger rest = value;
    for (int i = to - 1; i >= from; i--) {
      BigInteger[] parts = rest.divideAndRemainder(base);
      digits[i] = parts[1].intValue();
      rest = parts[0];
    }
  }

  /**
   * What a length fixes. {@code chain} is the CBC-MAC state before {@code tail}, whose last {@code
   * b + 1} bytes are the round number and the half; the powers are {@code long} or big, never both.
   */
  private static final class Shape {
    final int u;
    final int b;
    final int d;
    final byte[] chain;
    final byte[] tail;
    final long powU;
    final long powV;
    final @Nullable BigInteger bigU;
    final @Nullable BigInteger bigV;

    Shape(
        int u,
        int b,
        int d,
        byte[] chain,
        byte[] tail,
        long powU,
        long powV,
        @Nullable BigInteger bigU,
        @Nullable BigInteger bigV) {
      this.u = u;
      this.b = b;
      this.d = d;
      this.chain = chain;
      this.tail = tail;
      this.powU = powU;
      this.powV = powV;
      this.bigU = bigU;
      this.bigV = bigV;
    }
  }
}
