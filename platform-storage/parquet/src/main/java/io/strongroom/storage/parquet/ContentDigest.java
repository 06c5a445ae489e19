package io.strongroom.storage.parquet;

import java.math.BigInteger;

/**
 * What rows a file, or several, hold, whatever their order, files, row groups, encodings, codecs
 * and keys: the number of rows and the sum, modulo 2^256, of the SHA-256 digests of the rows.
 *
 * <p>Different rows have different digests, except with the probability of a collision of SHA-256;
 * a row that is there twice counts twice. It finds what went missing, came twice or was changed by
 * mistake. It is no signature: whoever chooses very many rows freely can choose them so that sums
 * are equal. It tells nothing of the values but their equality, and so few or guessable rows can be
 * guessed from it: show it to those who may read the rows.
 *
 * <p>Immutable.
 *
 * @param rows how many rows
 * @param sum 64 lower-case hexadecimal digits
 */
public record ContentDigest(long rows, String sum) {
  private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(256);

  /** Of no rows. */
  public static final ContentDigest EMPTY = new ContentDigest(0, "0".repeat(64));

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException when it is no digest
   */
  public ContentDigest {
    if (rows < 0 || !sum.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException("a content digest has rows and 64 hexadecimal digits");
    }
  }

  /** The rows of this and another, as if they stood in one file. */
  public ContentDigest plus(ContentDigest other) {
    BigInteger both = new BigInteger(sum, 16).add(new BigInteger(other.sum, 16)).mod(MODULUS);
    return new ContentDigest(Math.addExact(rows, other.rows), String.format("%064x", both));
  }
}
