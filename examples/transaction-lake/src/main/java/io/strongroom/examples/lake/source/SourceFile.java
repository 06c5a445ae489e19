package io.strongroom.examples.lake.source;

import io.strongroom.examples.lake.LakeErrorCode;
import io.strongroom.examples.lake.LakeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A source file that passed the checks which concern it as a whole.
 *
 * @param path where it lies
 * @param name its name without folders
 * @param sha256 digest of its bytes, hexadecimal
 * @param bytes its length
 * @param rows lines after the header, empty ones not counted
 */
public record SourceFile(Path path, String name, String sha256, long bytes, long rows) {
  private static final int ROWS_PER_MALFORMED_ROW = 20;

  /**
   * Reads the file once, writing nothing, and refuses what cannot be a transactions file.
   *
   * @param path the file
   * @param limits what is accepted
   * @return the facts about the file
   * @throws LakeException SOURCE_NOT_FOUND, SOURCE_UNREADABLE, SOURCE_EMPTY, NOT_A_CSV,
   *     WRONG_ENCODING, COLUMN_MISSING or LINE_TOO_LONG
   */
  public static SourceFile inspect(Path path, SourceLimits limits) {
    String name = path.getFileName() == null ? path.toString() : path.getFileName().toString();
    if (Files.notExists(path)) {
      throw new LakeException(LakeErrorCode.SOURCE_NOT_FOUND, path + " does not exist");
    }
    if (!Files.isRegularFile(path)) {
      throw new LakeException(LakeErrorCode.SOURCE_UNREADABLE, path + " is not a regular file");
    }
    MessageDigest digest = newDigest();
    try (InputStream file = new DigestInputStream(Files.newInputStream(path), digest)) {
      LineReader lines = new LineReader(file, limits.maxLineBytes());
      long rows = check(lines);
      long bytes = Files.size(path);
      return new SourceFile(path, name, HexFormat.of().formatHex(digest.digest()), bytes, rows);
    } catch (LakeException refused) {
      throw new LakeException(
          (LakeErrorCode) refused.code(), path + ": " + refused.getMessage(), refused);
    } catch (IOException failed) {
      throw new LakeException(LakeErrorCode.SOURCE_UNREADABLE, path + " cannot be read", failed);
    }
  }

  private static long check(LineReader lines) throws IOException {
    SourceHeader.read(lines);
    Utf8 utf8 = new Utf8();
    long rows = 0;
    long malformed = 0;
    long firstMalformed = 0;
    while (lines.next()) {
      if (lines.length() == 0) {
        continue;
      }
      rows++;
      if (!utf8.valid(lines.bytes(), 0, lines.length())) {
        malformed++;
        firstMalformed = firstMalformed == 0 ? lines.number() : firstMalformed;
      }
    }
    if (rows == 0) {
      throw new LakeException(LakeErrorCode.SOURCE_EMPTY, "there is no row after the header");
    }
    if (malformed * ROWS_PER_MALFORMED_ROW > rows) {
      throw new LakeException(
          LakeErrorCode.WRONG_ENCODING,
          malformed + " of " + rows + " rows are not UTF-8, the first is line " + firstMalformed);
    }
    return rows;
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("Every Java runtime has SHA-256", impossible);
    }
  }
}
