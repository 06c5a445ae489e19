package io.strongroom.crypto.token;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Format-preserving encryption FF1 (NIST SP 800-38G revision 1, algorithms 7 and 8) under one key
 * and one radix. The tweak is a part that is the same for every message, and behind it a part of
 * fixed length that each message brings along.
 *
 * <p>Everything that depends only on the constant part and the length is computed once per length,
 * including the CBC-MAC over the blocks that are the same for every message. Halves that fit in 63
 * bits are computed in {@code long} and leave no garbage: their round number and half stand in one
 * block, so that a round is one application of AES, and {@link Lane} runs the rounds of many
 * messages side by side. Longer ones are computed in {@link BigInteger}.
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
  private static final byte[] NOTHING = new byte[0];
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LITTLE =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private final Cipher aes;
  private final int radix;
  private final int minLength;
  private final byte[] tweak;
  private final int varying;
  private final Split split;
  private final byte[] in = new byte[BLOCK];
  private final byte[] out = new byte[BLOCK];
  private @Nullable Shape[] shapes = new @Nullable Shape[0];

  /** Where {@link #start} leaves the block to which a round adds its number and half. */
  private long startHigh;

  private long startLow;

  /** Where {@link #rounds} leaves the halves. */
  private long a;

  private long b;

  /**
   * Prepares the cipher for one tweak.
   *
   * @param key AES key of 16, 24 or 32 bytes
   * @param radix number of symbols of the alphabet, 2 to 65536
   * @param tweak public value that separates uses of the same key; may be empty
   * @throws IllegalArgumentException when the key's length or the radix is not allowed
   */
  Ff1(byte[] key, int radix, byte[] tweak) {
    this(key, radix, tweak, 0);
  }

  /**
   * Prepares the cipher.
   *
   * @param key AES key of 16, 24 or 32 bytes
   * @param radix number of symbols of the alphabet, 2 to 65536
   * @param tweak the constant part of the tweak; may be empty
   * @param varying number of bytes that each message adds to the tweak
   * @throws IllegalArgumentException when the key's length or the radix is not allowed
   */
  Ff1(byte[] key, int radix, byte[] tweak, int varying) {
    if (radix < MIN_RADIX || radix > MAX_RADIX) {
      throw new IllegalArgumentException("radix must be 2 to 65536, not " + radix);
    }
    if (key.length != 16 && key.length != 24 && key.length != 32) {
      throw new IllegalArgumentException("an AES key has 16, 24 or 32 bytes, not " + key.length);
    }
    this.radix = radix;
    this.minLength = minLength(radix);
    this.tweak = tweak.clone();
    this.varying = varying;
    this.split = new Split(radix);
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
   * Encrypts the first {@code length} digits in place, with no varying part of the tweak.
   *
   * @throws IllegalArgumentException when the message is too short or a digit is outside the radix
   */
  void encrypt(int[] digits, int length) {
    run(digits, 0, length, NOTHING, true);
  }

  /**
   * Decrypts the first {@code length} digits in place, with no varying part of the tweak.
   *
   * @throws IllegalArgumentException when the message is too short or a digit is outside the radix
   */
  void decrypt(int[] digits, int length) {
    run(digits, 0, length, NOTHING, false);
  }

  /**
   * Encrypts or decrypts the digits {@code from} to {@code to} in place.
   *
   * @param varyingTweak at least as many bytes as the constructor was told
   * @throws IllegalArgumentException when the message is too short or a digit is outside the radix
   */
  void run(int[] digits, int from, int to, byte[] varyingTweak, boolean encrypt) {
    if (to > digits.length || to - from < minLength) {
      throw new IllegalArgumentException(
          "a message over radix " + radix + " cannot have " + (to - from) + " digits");
    }
    for (int i = from; i < to; i++) {
      if (digits[i] < 0 || digits[i] >= radix) {
        throw new IllegalArgumentException("digit " + (i - from) + " is outside radix " + radix);
      }
    }
    Shape shape = shape(to - from);
    Modulo moduloU = shape.moduloU;
    Modulo moduloV = shape.moduloV;
    if (moduloU == null || moduloV == null) {
      runBig(shape, digits, from, to, varyingTweak, encrypt);
      return;
    }
    start(shape, varyingTweak);
    int middle = from + shape.u;
    rounds(
        shape, moduloU, moduloV, number(digits, from, middle), number(digits, middle, to), encrypt);
    split.write(digits, from, middle, a);
    split.write(digits, middle, to, b);
    a = 0;
    b = 0;
  }

  /**
   * Encrypts or decrypts the bytes {@code from} to {@code to} in place, with no varying part of the
   * tweak.
   *
   * @return whether it was done: whether all of them are digits and their halves fit in 63 bits;
   *     nothing was changed otherwise
   * @throws IllegalArgumentException when the message is too short
   */
  boolean run(byte[] bytes, int from, int to, Letters letters, boolean encrypt) {
    if (to - from < minLength) {
      throw new IllegalArgumentException(
          "a message over radix " + radix + " cannot have " + (to - from) + " digits");
    }
    Shape shape = shape(to - from);
    Modulo moduloU = shape.moduloU;
    Modulo moduloV = shape.moduloV;
    if (moduloU == null || moduloV == null) {
      return false;
    }
    int middle = from + shape.u;
    long first = letters.read(bytes, from, middle);
    long second = letters.read(bytes, middle, to);
    if ((first | second) < 0) {
      return false;
    }
    startHigh = shape.startHigh;
    startLow = shape.startLow;
    rounds(shape, moduloU, moduloV, first, second, encrypt);
    letters.write(bytes, from, middle, a);
    letters.write(bytes, middle, to, b);
    a = 0;
    b = 0;
    return true;
  }

  /** The ten rounds; leaves the halves in {@link #a} and {@link #b}. */
  private void rounds(
      Shape shape, Modulo moduloU, Modulo moduloV, long first, long second, boolean encrypt) {
    long left = first;
    long right = second;
    for (int i = 0; i < ROUNDS; i += 2) {
      if (encrypt) {
        apply(shape, i, right);
        left = moduloU.change(left, out, 0, true);
        apply(shape, i + 1, left);
        right = moduloV.change(right, out, 0, true);
      } else {
        apply(shape, ROUNDS - 1 - i, left);
        right = moduloV.change(right, out, 0, false);
        apply(shape, ROUNDS - 2 - i, right);
        left = moduloU.change(left, out, 0, false);
      }
    }
    LONG.set(in, 8, 0L);
    LONG.set(out, 0, 0L);
    LONG.set(out, 8, 0L);
    a = left;
    b = right;
  }

  /** Steps 6.i to 6.iii of round {@code i}: the block in {@link #out}. */
  private void apply(Shape shape, int i, long half) {
    LONG.set(in, 0, startHigh ^ shape.roundHigh(i));
    LONG.set(in, 8, startLow ^ shape.roundLow(i) ^ half);
    cipher(in, BLOCK, out);
  }

  /** Whether messages of this length can stand in a {@link Lane}. */
  boolean fitsLane(int length) {
    return shape(length).moduloU != null;
  }

  /** A new lane for messages of one length, for which {@link #fitsLane} holds. */
  Lane lane(int length) {
    return new Lane(shape(length));
  }

  private Shape shape(int length) {
    if (length >= shapes.length) {
      shapes = Arrays.copyOf(shapes, length + 1);
    }
    Shape shape = shapes[length];
    if (shape == null) {
      shape = newShape(length);
      if (varying == 0 && shape.moduloU != null) {
        start(shape, NOTHING);
        shape.startHigh = startHigh;
        shape.startLow = startLow;
      }
      shapes[length] = shape;
    }
    return shape;
  }

  /** Steps 1 to 5 of the algorithm, and the constant start of the CBC-MAC of steps 6.i and 6.ii. */
  private Shape newShape(int length) {
    int u = length / 2;
    int v = length - u;
    BigInteger powV = BigInteger.valueOf(radix).pow(v);
    BigInteger powU = BigInteger.valueOf(radix).pow(u);
    int b = (powV.subtract(BigInteger.ONE).bitLength() + 7) / 8;
    int d = 4 * ((b + 3) / 4) + 4;

    int tweakLength = tweak.length + varying;
    byte[] p = new byte[BLOCK];
    p[0] = 1;
    p[1] = 2;
    p[2] = 1;
    p[3] = (byte) (radix >>> 16);
    p[4] = (byte) (radix >>> 8);
    p[5] = (byte) radix;
    p[6] = ROUNDS;
    p[7] = (byte) u;
    INT.set(p, 8, length);
    INT.set(p, 12, tweakLength);
    Arrays.fill(out, (byte) 0);
    mac(p, 0);

    int padding = Math.floorMod(-tweakLength - b - 1, BLOCK);
    byte[] q = Arrays.copyOf(tweak, tweakLength + padding + 1 + b);
    int constantBlocks = (q.length - b - 1) / BLOCK;
    if (varying > 0) {
      constantBlocks = Math.min(constantBlocks, tweak.length / BLOCK);
    }
    for (int i = 0; i < constantBlocks; i++) {
      mac(q, i * BLOCK);
    }
    byte[] rest = Arrays.copyOfRange(q, constantBlocks * BLOCK, q.length);
    boolean fits = powV.bitLength() <= Long.SIZE - 1;
    return new Shape(
        u,
        v,
        b,
        d,
        out.clone(),
        rest,
        tweak.length - constantBlocks * BLOCK,
        fits ? new Modulo(powU, d) : null,
        fits ? new Modulo(powV, d) : null,
        powU,
        powV);
  }

  /**
   * The CBC-MAC up to its last block, and that block but for the round number and the half, in
   * {@link #startHigh} and {@link #startLow}. Only for halves of 63 bits.
   */
  private void start(Shape shape, byte[] varyingTweak) {
    byte[] rest = shape.rest;
    if (varying > 0) {
      System.arraycopy(varyingTweak, 0, rest, shape.varyingAt, varying);
    }
    System.arraycopy(shape.chain, 0, out, 0, BLOCK);
    int last = rest.length - BLOCK;
    for (int at = 0; at < last; at += BLOCK) {
      mac(rest, at);
    }
    startHigh = (long) LONG.get(out, 0) ^ (long) LONG.get(rest, last);
    startLow = (long) LONG.get(out, 8) ^ (long) LONG.get(rest, last + 8);
  }

  /** One step of CBC-MAC: {@code out = AES(out xor data[at..at+16])}. */
  private void mac(byte[] data, int at) {
    for (int i = 0; i < BLOCK; i++) {
      in[i] = (byte) (out[i] ^ data[at + i]);
    }
    cipher(in, BLOCK, out);
  }

  private void cipher(byte[] from, int length, byte[] to) {
    try {
      aes.update(from, 0, length, to, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES failed on whole blocks", e);
    }
  }

  private long number(int[] digits, int from, int to) {
    long value = 0;
    for (int i = from; i < to; i++) {
      value = value * radix + digits[i];
    }
    return value;
  }

  private void runBig(
      Shape shape, int[] digits, int from, int to, byte[] varyingTweak, boolean encrypt) {
    if (varying > 0) {
      System.arraycopy(varyingTweak, 0, shape.rest, shape.varyingAt, varying);
    }
    BigInteger a = bigNumber(digits, from, from + shape.u);
    BigInteger b = bigNumber(digits, from + shape.u, to);
    for (int step = 0; step < ROUNDS; step++) {
      int i = encrypt ? step : ROUNDS - 1 - step;
      BigInteger y = bigRound(shape, i, (i & 1) == 0 ? b : a);
      if ((i & 1) == 0) {
        a = (encrypt ? a.add(y) : a.subtract(y)).mod(shape.powU);
      } else {
        b = (encrypt ? b.add(y) : b.subtract(y)).mod(shape.powV);
      }
    }
    bigWrite(digits, from, from + shape.u, a);
    bigWrite(digits, from + shape.u, to, b);
  }

  private BigInteger bigRound(Shape shape, int i, BigInteger half) {
    byte[] rest = shape.rest;
    int end = rest.length;
    Arrays.fill(rest, end - shape.b, end, (byte) 0);
    rest[end - shape.b - 1] = (byte) i;
    byte[] number = half.toByteArray();
    int sign = number.length > shape.b ? number.length - shape.b : 0;
    System.arraycopy(number, sign, rest, end - number.length + sign, number.length - sign);
    System.arraycopy(shape.chain, 0, out, 0, BLOCK);
    for (int at = 0; at < end; at += BLOCK) {
      mac(rest, at);
    }
    Arrays.fill(rest, end - shape.b - 1, end, (byte) 0);
    byte[] r = out.clone();
    byte[] s = Arrays.copyOf(r, shape.d);
    for (int block = 1; block * BLOCK < shape.d; block++) {
      System.arraycopy(r, 0, in, 0, BLOCK);
      INT.set(in, 12, (int) INT.get(in, 12) ^ block);
      cipher(in, BLOCK, out);
      System.arraycopy(out, 0, s, block * BLOCK, Math.min(BLOCK, shape.d - block * BLOCK));
    }
    return new BigInteger(1, s);
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
   * Messages of one length, whose rounds run side by side: one call of the cipher a round for all.
   * An entry is the message's number in its column, its halves and its tweak's block.
   */
  final class Lane {
    static final int SIZE = 256;

    private final Shape shape;
    private final Modulo moduloU;
    private final Modulo moduloV;
    private final long[] a = new long[SIZE];
    private final long[] b = new long[SIZE];
    private final long[] high = new long[SIZE];
    private final long[] low = new long[SIZE];
    private final int[] numbers = new int[SIZE];
    private final byte[] in = new byte[SIZE * BLOCK];
    private final byte[] out = new byte[SIZE * BLOCK];
    private int count;

    private Lane(Shape shape) {
      this.shape = shape;
      this.moduloU = Objects.requireNonNull(shape.moduloU);
      this.moduloV = Objects.requireNonNull(shape.moduloV);
      if (varying == 0) {
        Arrays.fill(high, shape.startHigh);
        Arrays.fill(low, shape.startLow);
      }
    }

    int count() {
      return count;
    }

    /** Number of digits of a message. */
    int length() {
      return shape.u + shape.v;
    }

    boolean isFull() {
      return count == SIZE;
    }

    /** The column's number of an entry. */
    int number(int entry) {
      return numbers[entry];
    }

    /** Adds a message, whose digits are within the radix; the lane must not be full. */
    void add(int number, int[] digits, int from, byte[] varyingTweak) {
      if (varying > 0) {
        start(shape, varyingTweak);
        high[count] = startHigh;
        low[count] = startLow;
      }
      int middle = from + shape.u;
      numbers[count] = number;
      a[count] = Ff1.this.number(digits, from, middle);
      b[count] = Ff1.this.number(digits, middle, middle + shape.v);
      count++;
    }

    /**
     * Adds a message that stands as bytes, with no varying part of the tweak; the lane must not be
     * full.
     *
     * @return whether it was added: whether all its bytes are digits
     */
    boolean add(int number, byte[] bytes, int from, Letters letters) {
      int middle = from + shape.u;
      long first = letters.read(bytes, from, middle);
      long second = letters.read(bytes, middle, middle + shape.v);
      if ((first | second) < 0) {
        return false;
      }
      numbers[count] = number;
      a[count] = first;
      b[count] = second;
      count++;
      return true;
    }

    /** Writes the digits of an entry as bytes. */
    void write(int entry, byte[] bytes, int from, Letters letters) {
      int middle = from + shape.u;
      letters.write(bytes, from, middle, a[entry]);
      letters.write(bytes, middle, middle + shape.v, b[entry]);
    }

    /** Writes the digits of an entry. */
    void digits(int entry, int[] digits, int from) {
      int middle = from + shape.u;
      split.write(digits, from, middle, a[entry]);
      split.write(digits, middle, middle + shape.v, b[entry]);
    }

    /** Keeps an entry as the one with number {@code to}, which is not greater. */
    void move(int entry, int to) {
      numbers[to] = numbers[entry];
      a[to] = a[entry];
      b[to] = b[entry];
      high[to] = high[entry];
      low[to] = low[entry];
    }

    /** Keeps only the first entries. */
    void shorten(int entries) {
      count = entries;
    }

    /** Forgets the entries and what was computed of them. */
    void wipe() {
      count = 0;
      Arrays.fill(a, 0);
      Arrays.fill(b, 0);
      if (varying > 0) {
        Arrays.fill(high, 0);
        Arrays.fill(low, 0);
      }
      Arrays.fill(in, (byte) 0);
      Arrays.fill(out, (byte) 0);
    }

    /** Encrypts or decrypts all entries. */
    void run(boolean encrypt) {
      int first = encrypt ? 0 : ROUNDS - 1;
      long[] half = encrypt ? b : a;
      long roundHigh = shape.roundHigh(first);
      long roundLow = shape.roundLow(first);
      for (int j = 0; j < count; j++) {
        LONG.set(in, j * BLOCK, high[j] ^ roundHigh);
        LONG.set(in, j * BLOCK + 8, low[j] ^ roundLow ^ half[j]);
      }
      for (int step = 0; step < ROUNDS; step++) {
        int i = encrypt ? step : ROUNDS - 1 - step;
        boolean even = (i & 1) == 0;
        cipher(in, count * BLOCK, out);
        round(even ? a : b, even ? moduloU : moduloV, encrypt, encrypt ? i + 1 : i - 1);
      }
    }

    /** Changes a half by what the cipher gave, and writes the blocks of the next round from it. */
    private void round(long[] half, Modulo modulo, boolean encrypt, int next) {
      boolean rewriteHigh = shape.roundHigh(1) != 0;
      long roundHigh = shape.roundHigh(next);
      long roundLow = shape.roundLow(next);
      for (int j = 0; j < count; j++) {
        int at = j * BLOCK;
        long changed = modulo.change(half[j], out, at, encrypt);
        half[j] = changed;
        LONG.set(in, at + 8, low[j] ^ roundLow ^ changed);
        if (rewriteHigh) {
          LONG.set(in, at, high[j] ^ roundHigh);
        }
      }
    }
  }

  /**
   * What a length fixes. {@code chain} is the CBC-MAC state before {@code rest}, which holds the
   * varying part of the tweak and whose last {@code b + 1} bytes are the round number and the half;
   * the powers are {@code long} or big, never both.
   */
  private static final class Shape {
    final int u;
    final int v;
    final int b;
    final int d;
    final byte[] chain;
    final byte[] rest;
    final int varyingAt;
    final @Nullable Modulo moduloU;
    final @Nullable Modulo moduloV;

    /** What {@link Ff1#start} gives for halves of 63 bits when no part of the tweak varies. */
    long startHigh;

    long startLow;
    final BigInteger powU;
    final BigInteger powV;

    Shape(
        int u,
        int v,
        int b,
        int d,
        byte[] chain,
        byte[] rest,
        int varyingAt,
        @Nullable Modulo moduloU,
        @Nullable Modulo moduloV,
        BigInteger powU,
        BigInteger powV) {
      this.u = u;
      this.v = v;
      this.b = b;
      this.d = d;
      this.chain = chain;
      this.rest = rest;
      this.varyingAt = varyingAt;
      this.moduloU = moduloU;
      this.moduloV = moduloV;
      this.powU = powU;
      this.powV = powV;
    }

    /** What round {@code i} adds to the first half of its block: its number before 8 bytes. */
    long roundHigh(int i) {
      return b == 8 ? i : 0;
    }

    /** What round {@code i} adds to the second half of its block: its number before b bytes. */
    long roundLow(int i) {
      return b == 8 ? 0 : (long) i << (8 * b);
    }
  }

  /**
   * Step 6.iv: the first {@code d} bytes, 8 or 12, of a block as a number, modulo a power of 4 to
   * 2^63.
   *
   * <p>Quotients are estimated at most 1 too small (Barrett). One more is taken off, and the
   * modulus is added where that was too much. All is exact modulo 2^64, because what remains lies
   * between the modulus and its negative.
   */
  private static final class Modulo {
    private final long modulus;
    private final boolean twelve;

    /** {@code 2^(64 + shift) / modulus}, from 2^62 to 2^63 exclusive. */
    private final long reciprocal;

    private final int shift;

    /** {@code 2^96 / modulus}, unsigned; 0 for a modulus of at most 2^32. */
    private final long reciprocal96;

    Modulo(BigInteger modulus, int d) {
      this.modulus = modulus.longValueExact();
      this.twelve = d == 12;
      this.shift = modulus.subtract(BigInteger.ONE).bitLength() - 2;
      this.reciprocal = BigInteger.ONE.shiftLeft(64 + shift).divide(modulus).longValueExact();
      this.reciprocal96 =
          this.modulus <= 1L << 32 ? 0 : BigInteger.ONE.shiftLeft(96).divide(modulus).longValue();
    }

    /** A half plus the number, or minus it, modulo the power. */
    long change(long half, byte[] block, int at, boolean plus) {
      long y = reduced((long) LONG.get(block, at));
      if (twelve) {
        y = appended(y, (int) INT.get(block, at + 8) & 0xffffffffL);
      }
      return negativeRaised(half - (plus ? modulus - y : y));
    }

    /** An unsigned number modulo the power. */
    private long reduced(long number) {
      long quotient =
          (Math.multiplyHigh(number, reciprocal) + (reciprocal & (number >> 63))) >>> shift;
      return negativeRaised((number - modulus) - quotient * modulus);
    }

    /** A number below the modulus, with 32 bits appended to it, modulo the power. */
    private long appended(long number, long bits) {
      if (reciprocal96 == 0) {
        return reduced((number << 32) | bits);
      }
      long quotient = Math.multiplyHigh(number, reciprocal96) + (number & (reciprocal96 >> 63));
      long rest = negativeRaised((number << 32) - (quotient + 1) * modulus);
      return negativeRaised(rest + bits - modulus);
    }

    private long negativeRaised(long number) {
      return number + (modulus & (number >> 63));
    }
  }

  /** Reads and writes numbers as the bytes of an alphabet of ASCII. */
  static final class Letters {
    private static final long ZEROS = 0x3030303030303030L;
    private static final long HIGH_HALVES = 0xf0f0f0f0f0f0f0f0L;
    private static final int EIGHT_DIGITS = 100_000_000;

    private final int radix;
    private final Split split;
    private final byte[] digitOf = new byte[256];
    private final short[] pairs;
    private final boolean decimal;

    Letters(byte[] alphabet) {
      this.radix = alphabet.length;
      this.split = new Split(radix);
      this.pairs = new short[radix * radix];
      for (int i = 0; i < pairs.length; i++) {
        pairs[i] = (short) (alphabet[i / radix] << 8 | alphabet[i % radix]);
      }
      Arrays.fill(digitOf, (byte) -1);
      for (int digit = 0; digit < radix; digit++) {
        digitOf[alphabet[digit]] = (byte) digit;
      }
      this.decimal = Arrays.equals(alphabet, TokenPolicy.DIGITS.getBytes(US_ASCII));
    }

    /** The number that bytes stand for, which fits in 63 bits; negative when one is no digit. */
    long read(byte[] bytes, int from, int to) {
      long value = 0;
      int at = from;
      for (; decimal && to - at >= 8; at += 8) {
        long eight = (long) LITTLE.get(bytes, at);
        // Each byte is 3x, and still is with 6 added.
        if ((eight & HIGH_HALVES) != ZEROS
            || ((eight + 0x0606060606060606L) & HIGH_HALVES) != ZEROS) {
          return -1;
        }
        value = value * EIGHT_DIGITS + eightDigits(eight);
      }
      int all = 0;
      for (; at < to; at++) {
        int digit = digitOf[bytes[at] & 0xff];
        all |= digit;
        value = value * radix + digit;
      }
      return all < 0 ? -1 : value;
    }

    /** Adds up eight digits side by side: to pairs, to fours, to all; the first is the lowest. */
    private static long eightDigits(long ascii) {
      long digits = ascii - ZEROS;
      long pairs = digits * 10 + (digits >>> 8);
      long first = (pairs & 0x000000ff000000ffL) * (100 + (1_000_000L << 32));
      long second = ((pairs >>> 16) & 0x000000ff000000ffL) * (1 + (10_000L << 32));
      return (first + second) >>> 32;
    }

    /** Writes a number as bytes. */
    void write(byte[] bytes, int from, int to, long value) {
      long rest = value;
      int at = to;
      for (; decimal && at - from >= 8; at -= 8) {
        long next = rest < EIGHT_DIGITS ? 0 : rest / EIGHT_DIGITS;
        LITTLE.set(bytes, at - 8, asciiDigits((int) (rest - next * EIGHT_DIGITS)));
        rest = next;
      }
      split.write(bytes, from, at, rest, pairs);
    }

    /** Splits eight digits side by side: into fours, pairs and digits; the first is the lowest. */
    private static long asciiDigits(int number) {
      long four = number / 10_000;
      long fours = four | ((number - four * 10_000) << 32);
      long hundreds = ((fours * 10_486) >>> 20) & 0x0000007f0000007fL;
      long pairs = hundreds | ((fours - hundreds * 100) << 16);
      long tens = ((pairs * 103) >>> 10) & 0x000f000f000f000fL;
      return (tens | ((pairs - tens * 10) << 8)) + ZEROS;
    }
  }

  /** Writes numbers as digits, with one multiplication instead of a division a digit. */
  private static final class Split {
    private final int radix;
    private final int chunkDigits;
    private final long chunk;
    private final long reciprocal;
    private final int shift;
    private final int pairDigits;
    private final long pairChunk;
    private final long pairReciprocal;
    private final int pairShift;

    Split(int radix) {
      int digits = 1;
      long power = radix;
      while (power * radix < 1L << 31) {
        power *= radix;
        digits++;
      }
      this.radix = radix;
      this.chunkDigits = digits;
      this.chunk = power;
      this.shift = 31 + Integer.SIZE - Integer.numberOfLeadingZeros(radix - 1);
      // Right for every number below 2^31 (Granlund and Montgomery), and the product fits.
      this.reciprocal = (1L << shift) / radix + 1;
      boolean even = digits % 2 == 0;
      this.pairDigits = even ? digits : digits - 1;
      this.pairChunk = even ? power : power / radix;
      this.pairShift =
          31
              + Integer.SIZE
              - Integer.numberOfLeadingZeros((int) Math.min(MAX_RADIX, (long) radix * radix) - 1);
      this.pairReciprocal = (1L << pairShift) / ((long) radix * radix) + 1;
    }

    /** Writes two digits at a time, which {@code pairs} holds as bytes. */
    void write(byte[] bytes, int from, int to, long value, short[] pairs) {
      long rest = value;
      int at = to;
      while (at > from) {
        long next = rest < pairChunk ? 0 : rest / pairChunk;
        int part = (int) (rest - next * pairChunk);
        int stop = Math.max(from, at - pairDigits);
        while (at - stop > 1) {
          int quotient = (int) ((part * pairReciprocal) >>> pairShift);
          at -= 2;
          SHORT.set(bytes, at, pairs[part - quotient * pairs.length]);
          part = quotient;
        }
        if (at > stop) {
          bytes[--at] = (byte) pairs[part];
        }
        rest = next;
      }
    }

    void write(int[] digits, int from, int to, long value) {
      long rest = value;
      int at = to;
      while (at > from) {
        long next = rest < chunk ? 0 : rest / chunk;
        int part = (int) (rest - next * chunk);
        for (int stop = Math.max(from, at - chunkDigits); at > stop; ) {
          int quotient = (int) ((part * reciprocal) >>> shift);
          digits[--at] = part - quotient * radix;
          part = quotient;
        }
        rest = next;
      }
    }
  }
}
