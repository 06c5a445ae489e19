package io.strongroom.crypto.token;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.TokenInputException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A tokenizer by format-preserving encryption: FF1 of NIST SP 800-38G revision 1 with AES-256.
 *
 * <p>The characters of the alphabet are encrypted as one number string; kept characters stay where
 * they are. The tweak is the same for every value, so equal values give equal tokens.
 *
 * <p>Safe for use by several threads at once. Holds the key for as long as it is reachable.
 */
public final class Ff1Tokenizer implements Tokenizer {
  private static final int KEY_BYTES = 32;
  private static final int OUTSIDE = -1;
  private static final int KEPT = -2;
  private static final int SLOTS = 16;

  private final TokenPolicy policy;
  private final byte[] key;
  private final byte[] tweak;
  private final char[] alphabet;

  /** Digit of each character up to the greatest known one, {@link #KEPT} or {@link #OUTSIDE}. */
  private final int[] digitOf;

  /** Idle workers; a thread that finds its slot empty makes one of its own. */
  private final AtomicReferenceArray<@Nullable Worker> idle = new AtomicReferenceArray<>(SLOTS);

  /**
   * Prepares a tokenizer.
   *
   * @param policy what values look like
   * @param key AES key of 32 bytes; copied
   * @param tweak public value that separates uses of the same key, at most 65536 bytes; copied; may
   *     be empty
   * @throws IllegalArgumentException when the key does not have 32 bytes or the tweak is too long
   */
  public Ff1Tokenizer(TokenPolicy policy, byte[] key, byte[] tweak) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("a token key has 32 bytes, not " + key.length);
    }
    if (tweak.length > 65536) {
      throw new IllegalArgumentException("a tweak has at most 65536 bytes, not " + tweak.length);
    }
    this.policy = policy;
    this.key = key.clone();
    this.tweak = tweak.clone();
    this.alphabet = policy.alphabet().toCharArray();
    int greatest = (policy.alphabet() + policy.kept()).chars().max().orElse(0);
    this.digitOf = new int[greatest + 1];
    Arrays.fill(digitOf, OUTSIDE);
    for (int digit = 0; digit < alphabet.length; digit++) {
      digitOf[alphabet[digit]] = digit;
    }
    policy.kept().chars().forEach(c -> digitOf[c] = KEPT);
  }

  @Override
  public TokenPolicy policy() {
    return policy;
  }

  @Override
  public String tokenize(String value) {
    return replace(value, true);
  }

  @Override
  public String detokenize(String token) {
    return replace(token, false);
  }

  private String replace(String text, boolean encrypt) {
    if (text.length() > 2 * policy.maxLength()) {
      throw outside("has " + text.length() + " characters, more than the policy allows");
    }
    int slot = (int) Thread.currentThread().getId() & (SLOTS - 1);
    Worker worker = idle.getAndSet(slot, null);
    if (worker == null) {
      worker = new Worker(new Ff1(key, alphabet.length, tweak), policy.maxLength());
    }
    try {
      return replace(text, encrypt, worker);
    } finally {
      Arrays.fill(worker.digits, 0);
      idle.set(slot, worker);
    }
  }

  private String replace(String text, boolean encrypt, Worker worker) {
    int[] digits = worker.digits;
    int count = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = digit(text.charAt(i));
      if (digit == OUTSIDE) {
        throw outside("holds a character outside the alphabet, at position " + (i + 1));
      }
      if (digit >= 0) {
        if (count == digits.length) {
          throw outside("is longer than " + policy.maxLength() + " characters of the alphabet");
        }
        digits[count++] = digit;
      }
    }
    if (count < policy.minLength()) {
      throw outside(
          "has " + count + " characters of the alphabet, fewer than " + policy.minLength());
    }
    if (text.length() - count > policy.maxLength()) {
      throw outside("has more than " + policy.maxLength() + " kept characters");
    }
    if (encrypt) {
      worker.ff1.encrypt(digits, count);
    } else {
      worker.ff1.decrypt(digits, count);
    }
    char[] replaced = text.toCharArray();
    int next = 0;
    for (int i = 0; i < replaced.length; i++) {
      if (digit(replaced[i]) >= 0) {
        replaced[i] = alphabet[digits[next++]];
      }
    }
    return new String(replaced);
  }

  private int digit(char c) {
    return c < digitOf.length ? digitOf[c] : OUTSIDE;
  }

  private TokenInputException outside(String problem) {
    return new TokenInputException(
        CryptoErrorCode.TOKEN_INPUT_OUTSIDE_POLICY,
        "a value for token policy " + policy.name() + " " + problem);
  }

  private static final class Worker {
    final Ff1 ff1;
    final int[] digits;

    Worker(Ff1 ff1, int maxLength) {
      this.ff1 = ff1;
      this.digits = new int[maxLength];
    }
  }
}
