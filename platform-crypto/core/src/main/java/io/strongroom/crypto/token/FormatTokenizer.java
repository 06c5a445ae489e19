package io.strongroom.crypto.token;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Tokens by FF1 with AES-256 over the digits of a {@link ValueFormat}. One value at a time takes
 * the same way as a column, without the lanes.
 *
 * <p>Safe for use by several threads at once. Holds the key for as long as it is reachable.
 */
final class FormatTokenizer implements Tokenizer {
  static final int KEY_BYTES = 32;

  private final TokenPolicy policy;
  private final TokenReference reference;
  private final ValueFormat format;

  /** Whether all digits are encrypted and any digits are a token. */
  private final boolean free;

  private final IdleWorkers<Worker> idle;

  /**
   * Prepares a tokenizer.
   *
   * @param key AES key of 32 bytes; copied
   * @param tweak the constant part of the tweak; copied; may be empty
   */
  FormatTokenizer(TokenReference reference, TokenPolicy policy, byte[] key, byte[] tweak) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("a token key has 32 bytes, not " + key.length);
    }
    this.policy = policy;
    this.reference = reference;
    this.format = format(policy);
    this.free = format.takesAll() && format.keepFirst() + format.keepLast() == 0;
    byte[] ownKey = key.clone();
    byte[] ownTweak = tweak.clone();
    this.idle =
        new IdleWorkers<>(
            () -> new Worker(format, new Ff1(ownKey, format.radix(), ownTweak, format.steering())));
  }

  private static ValueFormat format(TokenPolicy policy) {
    if (policy instanceof Ff1Policy plain) {
      return new PlainFormat(plain);
    }
    if (policy instanceof CardPolicy card) {
      return new CardFormat(card);
    }
    if (policy instanceof IbanPolicy iban) {
      return new IbanFormat(iban);
    }
    throw new IllegalArgumentException("no format-preserving policy: " + policy.kind());
  }

  @Override
  public TokenPolicy policy() {
    return policy;
  }

  @Override
  public TokenReference reference() {
    return reference;
  }

  @Override
  public boolean accepts(String value) {
    Worker worker = idle.take();
    try {
      return worker.read(value) == null && worker.problem(false) == null;
    } finally {
      worker.forget(value.length());
      idle.give(worker);
    }
  }

  @Override
  public String tokenize(String value) {
    return replace(value, true, TokenProblem.SINGLE);
  }

  @Override
  public String detokenize(String token, DetokenizationScope scope) {
    scope.require(policy);
    return replace(token, false, TokenProblem.SINGLE);
  }

  @Override
  public void tokenize(PackedColumn values, PackedColumn tokens) {
    replace(values, tokens, true);
  }

  @Override
  public void detokenize(PackedColumn tokens, PackedColumn values, DetokenizationScope scope) {
    scope.require(policy);
    replace(tokens, values, false);
  }

  private String replace(String text, boolean encrypt, int row) {
    Worker worker = idle.take();
    try {
      String replaced = free ? worker.runPlain(text, encrypt) : null;
      if (replaced != null) {
        return replaced;
      }
      refuse(worker.read(text), row);
      refuse(worker.problem(!encrypt), row);
      refuse(worker.run(encrypt), row);
      return worker.write(text);
    } finally {
      worker.forget(text.length());
      idle.give(worker);
    }
  }

  private void replace(PackedColumn source, PackedColumn target, boolean encrypt) {
    if (source == target) {
      throw new IllegalArgumentException("a column cannot be replaced in place");
    }
    boolean done = false;
    try {
      if (format.letters() != null) {
        replaceBytes(source, target, encrypt, format.letters());
      } else {
        target.clear();
        for (int i = 0; i < source.size(); i++) {
          target.add(replace(text(source, i), encrypt, i));
        }
      }
      done = true;
    } finally {
      if (!done) {
        target.wipe();
      }
    }
  }

  private String text(PackedColumn column, int row) {
    String text = column.strict(row);
    if (text == null) {
      throw TokenProblem.of(policy, row, TokenProblem.NOT_UTF8);
    }
    return text;
  }

  private void replaceBytes(
      PackedColumn source, PackedColumn target, boolean encrypt, Ff1.Letters letters) {
    byte[] bytes = target.copy(source);
    Worker worker = idle.take();
    try {
      for (int row = 0; row < source.size(); row++) {
        int start = target.start(row);
        int end = target.end(row);
        Ff1.Lane lane = free ? worker.knownLane(end - start) : null;
        if (lane == null || !lane.add(row, bytes, start, letters)) {
          refuse(worker.read(bytes, start, end), row);
          refuse(worker.problem(!encrypt), row);
          lane = worker.lane();
          if (lane == null) {
            refuse(worker.run(encrypt), row);
            worker.write(bytes, start, end);
            continue;
          }
          format.enter(worker.digits, worker.count, encrypt);
          format.steer(worker.digits, worker.count, worker.tweak);
          lane.add(row, worker.digits, format.keepFirst(), worker.tweak);
        }
        if (lane.isFull()) {
          land(worker, lane, target, encrypt, letters);
        }
      }
      for (Ff1.Lane lane : worker.lanes) {
        while (lane != null && lane.count() > 0) {
          land(worker, lane, target, encrypt, letters);
        }
      }
    } finally {
      worker.wipe();
      idle.give(worker);
    }
  }

  /** Runs a lane and writes what has landed; what has not stays in the lane for another run. */
  private void land(
      Worker worker, Ff1.Lane lane, PackedColumn target, boolean encrypt, Ff1.Letters letters) {
    lane.run(encrypt);
    byte[] bytes = target.bytes();
    int walking = 0;
    for (int entry = 0; entry < lane.count(); entry++) {
      int row = lane.number(entry);
      int start = target.start(row);
      int end = target.end(row);
      if (free && end - start == lane.length()) {
        lane.write(entry, bytes, start, letters);
        continue;
      }
      worker.read(bytes, start, end);
      lane.digits(entry, worker.digits, format.keepFirst());
      if (format.lands(worker.digits, worker.count)) {
        refuse(format.leave(worker.digits, worker.count, encrypt), row);
        worker.write(bytes, start, end);
      } else {
        lane.move(entry, walking++);
      }
    }
    lane.shorten(walking);
  }

  private void refuse(@Nullable String problem, int row) {
    if (problem != null) {
      throw TokenProblem.of(policy, row, problem);
    }
  }

  /** What one thread needs: a cipher, the digits of the value at hand, and lanes by length. */
  private static final class Worker {
    final ValueFormat format;
    final Ff1 ff1;
    final int[] digits;
    final byte[] tweak;
    final byte[] letters;
    @Nullable Ff1.Lane[] lanes = new Ff1.@Nullable Lane[0];
    int count;

    Worker(ValueFormat format, Ff1 ff1) {
      this.format = format;
      this.ff1 = ff1;
      this.digits = new int[format.maxLength()];
      this.tweak = new byte[format.steering()];
      this.letters = new byte[format.letters() == null ? 0 : 2 * format.maxLength()];
    }

    /** Reads the digits of a value. Returns what is wrong with it, or null. */
    @Nullable String read(String text) {
      int length = text.length();
      count = 0;
      for (int i = 0; i < length; i++) {
        int digit = format.digit(text.charAt(i));
        if (digit < 0) {
          if (digit == ValueFormat.OUTSIDE) {
            return outside(i);
          }
          continue;
        }
        if (count == digits.length) {
          return tooLong();
        }
        digits[count++] = digit;
      }
      return length - count > digits.length ? tooManyKept() : null;
    }

    /** Reads the digits of a value. Returns what is wrong with it, or null. */
    @Nullable String read(byte[] bytes, int start, int end) {
      int next = 0;
      for (int i = start; i < end; i++) {
        int digit = format.digit(bytes[i] & 0xff);
        if (digit < 0) {
          if (digit == ValueFormat.OUTSIDE) {
            return outside(i - start);
          }
          continue;
        }
        if (next == digits.length) {
          return tooLong();
        }
        digits[next++] = digit;
      }
      count = next;
      return end - start - next > digits.length ? tooManyKept() : null;
    }

    private static String outside(int position) {
      return "holds a character outside the alphabet, at position " + (position + 1);
    }

    private String tooLong() {
      return "is longer than " + digits.length + " characters of the alphabet";
    }

    private String tooManyKept() {
      return "has more than " + digits.length + " kept characters";
    }

    @Nullable String problem(boolean token) {
      return format.problem(digits, count, token);
    }

    /**
     * The text replaced as a whole, when it is all digits of ASCII whose halves fit in 63 bits and
     * any digits are a token; null otherwise.
     */
    @Nullable String runPlain(String text, boolean encrypt) {
      int length = text.length();
      Ff1.Letters alphabet = format.letters();
      if (alphabet == null
          || length > digits.length
          || format.problem(digits, length, !encrypt) != null) {
        return null;
      }
      int all = 0;
      for (int i = 0; i < length; i++) {
        char c = text.charAt(i);
        all |= c;
        letters[i] = (byte) c;
      }
      return all < 0x80 && ff1.run(letters, 0, length, alphabet, encrypt)
          ? new String(letters, 0, length, ISO_8859_1)
          : null;
    }

    /** Walks the value at hand to its token, or back. Returns what is wrong, or null. */
    @Nullable String run(boolean encrypt) {
      format.enter(digits, count, encrypt);
      format.steer(digits, count, tweak);
      do {
        ff1.run(digits, format.keepFirst(), count - format.keepLast(), tweak, encrypt);
      } while (!format.lands(digits, count));
      return format.leave(digits, count, encrypt);
    }

    /** The lane for values of a length, or null when there has been none of it yet. */
    Ff1.@Nullable Lane knownLane(int length) {
      return length < lanes.length ? lanes[length] : null;
    }

    /** The lane for values as long as the one at hand, or null when its halves are too long. */
    Ff1.@Nullable Lane lane() {
      int length = count - format.keepFirst() - format.keepLast();
      if (length >= lanes.length) {
        lanes = Arrays.copyOf(lanes, length + 1);
      }
      Ff1.Lane lane = lanes[length];
      if (lane == null && ff1.fitsLane(length)) {
        lane = ff1.lane(length);
        lanes[length] = lane;
      }
      return lane;
    }

    /** The text with its digits replaced by those at hand. */
    String write(String text) {
      if (format.letters() != null) {
        int length = text.length();
        for (int i = 0, next = 0; i < length; i++) {
          char c = text.charAt(i);
          letters[i] = (byte) (format.digit(c) >= 0 ? format.character(digits[next++]) : c);
        }
        return new String(letters, 0, length, ISO_8859_1);
      }
      char[] replaced = text.toCharArray();
      int next = 0;
      for (int i = 0; i < replaced.length; i++) {
        if (format.digit(replaced[i]) >= 0) {
          replaced[i] = format.character(digits[next++]);
        }
      }
      return new String(replaced);
    }

    /** Replaces the digits of a value by those at hand. */
    void write(byte[] bytes, int start, int end) {
      int next = 0;
      for (int i = start; i < end; i++) {
        if (format.digit(bytes[i]) >= 0) {
          bytes[i] = (byte) format.character(digits[next++]);
        }
      }
    }

    /** Overwrites what is left of a text of this length. */
    void forget(int length) {
      Arrays.fill(digits, 0, Math.min(length, digits.length), 0);
      Arrays.fill(letters, 0, Math.min(length, letters.length), (byte) 0);
      Arrays.fill(tweak, (byte) 0);
    }

    void wipe() {
      forget(digits.length);
      for (Ff1.Lane lane : lanes) {
        if (lane != null) {
          lane.wipe();
        }
      }
    }
  }
}
